"""Steps: each undoes its mirror image, and going there is stepping there."""

from __future__ import annotations

import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st
from program.oracle import first_difference, same_bits

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.steps import STEP_SIZES, StepSize, walk
from bpdebug.debugger.stops import Reason
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program

from .examples import blog_run

ITERATIONS = 3
SIZES = {size.key: size for size in STEP_SIZES}


def places(program: Program) -> st.SearchStrategy[Position]:
    """Positions between operations and in the middle of one."""

    def within(operation: int) -> st.SearchStrategy[Position]:
        steps = program.arithmetic(operation % program.operations + 1)
        return st.integers(0, steps - 1).map(lambda step: Position(operation, step))

    return st.integers(0, ITERATIONS * program.operations - 1).flatmap(within)


@pytest.mark.parametrize("key", ["i", "s", "]"])
@given(program=programs(), data=st.data())
@FEW
def test_back_after_a_step_is_where_one_was(
    key: str, program: Program, data: st.DataObject
) -> None:
    """From anywhere, but for a step of one operation from between two of them."""
    debugger = Debugger(program, ITERATIONS)
    start = data.draw(places(program))
    if key == "s":
        start = Position(start.operation)
    _there_and_back(debugger, SIZES[key], start, exactly=key != "]")


@pytest.mark.parametrize("key", ["n", "f"])
@given(program=programs(), data=st.data())
@FEW
def test_back_after_a_step_to_a_boundary_is_the_boundary_before(
    key: str, program: Program, data: st.DataObject
) -> None:
    debugger = Debugger(program, ITERATIONS)
    debugger.go_to(data.draw(places(program)))
    start = debugger.step(SIZES[key], backward=True).position
    _there_and_back(debugger, SIZES[key], start, exactly=True)


@given(
    program=programs(),
    data=st.data(),
    size=st.sampled_from(STEP_SIZES),
    count=st.integers(-400, 400).filter(bool),
)
@FEW
def test_many_steps_at_once_are_as_many_steps(
    program: Program, data: st.DataObject, size: StepSize, count: int
) -> None:
    """Whole iterations may be leapt over, but nobody can tell."""
    start, end = data.draw(places(program)), Position(ITERATIONS * program.operations)
    position: Position | None = start
    for _ in range(abs(count)):
        assert position is not None
        position = size.move(program, position, 1 if count > 0 else -1)
        if not Position() <= position <= end:
            position = None
            break
    assert walk(size, program, start, count, end) == position


def _there_and_back(debugger: Debugger, size: StepSize, start: Position, exactly: bool) -> None:
    debugger.go_to(start)
    there = debugger.step(size)
    assert there.position > start
    # An iteration that ends beyond the end of history is a shorter step.
    if exactly or there.reason is Reason.STEP:
        assert debugger.step(size, backward=True).position == start


@pytest.mark.parametrize("key", SIZES)
@given(program=programs(), data=st.data())
@FEW
def test_a_repeated_step_is_that_many_steps(
    key: str, program: Program, data: st.DataObject
) -> None:
    one, many = Debugger(program, ITERATIONS), Debugger(program, ITERATIONS)
    start, count = data.draw(places(program)), data.draw(st.integers(1, 20))
    backward = data.draw(st.booleans())
    for debugger in (one, many):
        # A stop on the way ends a repeated step, but not the ones to come.
        debugger.stop_at_non_finite(False)
        debugger.go_to(start)
    for _ in range(count):
        one.step(SIZES[key], 1, backward)
    many.step(SIZES[key], count, backward)
    assert one.position == many.position


@given(program=programs(), data=st.data())
@FEW
def test_going_somewhere_is_stepping_there(program: Program, data: st.DataObject) -> None:
    """The same bits in the whole memory, and the same of them known."""
    target = data.draw(places(program))
    stepped, gone = Debugger(program, ITERATIONS), Debugger(program, ITERATIONS, budget=0)
    stepped.stop_at_non_finite(False)
    stepped.step(SIZES["s"], max(1, target.operation))
    if target.operation == 0:
        stepped.step(SIZES["s"], 1, backward=True)
    if target.arithmetic:
        stepped.step(SIZES["i"], target.arithmetic)
    gone.go_to(data.draw(places(program)))
    gone.go_to(target)
    assert stepped.position == gone.position == target
    memories = stepped.view.memory(), gone.view.memory()
    assert same_bits(*memories), first_difference(program, *memories)
    for slot in range(len(memories[0])):
        assert stepped.view.status(slot) is gone.view.status(slot), program.name(slot)


def test_the_blogs_steps() -> None:
    """Positions after each step from the start: operations, layers, phases, iterations."""
    expected = {
        "s": [1, 2, 3, 4],
        # The updates go weights first: those of both layers, then the biases.
        "n": [4, 8, 9, 18, 29, 35, 39, 40, 41, 45],
        "f": [8, 9, 29, 41, 49, 50],
        "]": [41, 82, 123],
    }
    for key, positions in expected.items():
        debugger = blog_run()
        found = [debugger.step(SIZES[key]).position.operation for _ in positions]
        assert found == positions, key


def test_arithmetic_steps_go_through_an_operation() -> None:
    """zh1 takes six: three products, three sums."""
    debugger = blog_run()
    found = [debugger.step(SIZES["i"]).position for _ in range(7)]
    assert found == [*(Position(0, step) for step in range(1, 6)), Position(1), Position(2)]


@pytest.mark.parametrize(
    ("start", "key", "count", "backward", "reason", "operation"),
    [
        (0, "s", 1, True, Reason.START, 0),
        (3, "s", 3, True, Reason.STEP, 0),
        (3, "s", 4, True, Reason.START, 0),
        (3, "]", 1, True, Reason.START, 0),
        (82, "s", 1, False, Reason.END, 82),
        (80, "s", 2, False, Reason.STEP, 82),
        (80, "s", 3, False, Reason.END, 82),
        (80, "]", 1, False, Reason.END, 82),
        (41, "]", 1, False, Reason.STEP, 82),
        (0, "f", 4, True, Reason.START, 0),
    ],
)
def test_at_the_edge_of_history_a_step_says_so_and_stays(
    start: int, key: str, count: int, backward: bool, reason: Reason, operation: int
) -> None:
    debugger = blog_run(iterations=2)
    debugger.go_to(Position(start))
    stop = debugger.step(SIZES[key], count, backward)
    assert (stop.reason, stop.position.operation) == (reason, operation)


@pytest.mark.parametrize(
    ("position", "message"),
    [
        (Position(83), "there is no position 83; positions go from 0 to 82"),
        (Position(-1), "there is no position -1"),
        (Position(0, 6), "operation 1 has no arithmetic step 6"),
        (Position(82, 1), "operation 83 has no arithmetic step 1"),
        (Position(1, -1), "operation 2 has no arithmetic step -1"),
    ],
)
def test_a_position_that_does_not_exist_changes_nothing(position: Position, message: str) -> None:
    debugger = blog_run(iterations=2)
    debugger.go_to(Position(7, 0))
    before = debugger.stop
    with pytest.raises(PositionError, match=message):
        debugger.go_to(position)
    assert (debugger.position, debugger.stop) == (Position(7), before)
