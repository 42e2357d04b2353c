"""Runs: where they stop, both ways, and what they say there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.breakpoints import Access, Breakpoint, parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.stops import Reason
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program
from bpdebug.program.scalars import MOST_STEPS

from .brute_force import breakpoints
from .examples import blog_run, diverging, program

ITERATIONS = 3


def hits(debugger: Debugger, backward: bool) -> list[int]:
    """The operations for which runs stop, from one end of history to the other."""
    debugger.go_to(Position() if backward is False else debugger.end)
    found: list[int] = []
    while True:
        stop = debugger.run(backward)
        if stop.operation is None:
            return found
        assert stop.position.operation == stop.operation - backward
        found.append(stop.operation)


@given(program=programs(), data=st.data())
@FEW
def test_hits_backward_are_hits_forward_reversed(program: Program, data: st.DataObject) -> None:
    debugger = Debugger(program, ITERATIONS, data.draw(st.sampled_from([0, 10**6])))
    for each in data.draw(st.lists(breakpoints(program), min_size=1, max_size=3)):
        debugger.add_breakpoint(parse_breakpoint(str(replace(each, once=False))))
    forward = hits(debugger, backward=False)
    assert hits(debugger, backward=True) == forward[::-1]
    assert forward == sorted(set(forward))


@given(program=programs(), data=st.data())
@FEW
def test_a_breakpoint_without_condition_stops_at_each_access(
    program: Program, data: st.DataObject
) -> None:
    """Each of its operations once an iteration; the other parts of a run are skipped."""
    operation = data.draw(st.integers(1, program.operations))
    debugger = Debugger(program, ITERATIONS)
    debugger.stop_at_non_finite(False)
    debugger.add_breakpoint(Breakpoint(0, program.name(program.slot(operation))))
    expected = [operation + n * program.operations for n in range(ITERATIONS)]
    assert hits(debugger, backward=False) == expected


def test_the_edges_of_history_are_stop_reasons_and_stay_so() -> None:
    debugger = blog_run(iterations=5)
    for backward, reason, place in ((False, Reason.END, 205), (True, Reason.START, 0)):
        first = debugger.run(backward)
        assert (first.reason, first.position) == (reason, Position(place))
        assert debugger.run(backward) == first


def test_a_stop_tells_old_and_new_in_the_direction_of_travel() -> None:
    debugger = blog_run()
    debugger.add_breakpoint(Breakpoint(0, "w7"))
    forward = debugger.run()
    assert (forward.quantity, forward.position, forward.operation) == ("w7", Position(36), 36)
    assert forward.old == 0.7
    assert forward.new == pytest.approx(0.699234648715941, rel=1e-12)
    debugger.go_to(Position(60))
    backward = debugger.run(backward=True)
    assert (backward.position, backward.operation) == (Position(35), 36)
    assert (backward.old, backward.new) == (forward.new, forward.old)


def test_backward_from_a_stop_is_the_one_before_and_never_itself() -> None:
    debugger = blog_run()
    debugger.add_breakpoint(Breakpoint(0, "w7"))
    stops = [debugger.run().operation for _ in range(3)]
    assert stops == [36, 77, 118]
    assert debugger.run(backward=True).operation == 77
    assert debugger.run(backward=True).operation == 36
    assert debugger.run(backward=True).reason is Reason.START


def test_forward_after_backward_stops_at_the_same_operation_again() -> None:
    """Right before it, the operation is still to come."""
    debugger = blog_run()
    debugger.add_breakpoint(Breakpoint(0, "w7"))
    debugger.go_to(Position(100))
    assert debugger.run(backward=True).operation == 77
    assert debugger.run().operation == 77


def test_a_disabled_breakpoint_stops_nothing_until_it_is_enabled() -> None:
    debugger = blog_run(iterations=5)
    number = debugger.add_breakpoint(Breakpoint(0, "w7")).number
    debugger.enable_breakpoint(number, False)
    assert debugger.run().reason is Reason.END
    debugger.enable_breakpoint(number, True)
    assert debugger.run(backward=True).operation == 4 * 41 + 36
    assert debugger.stop.hit == 5
    debugger.delete_breakpoint(number)
    assert debugger.run(backward=True).reason is Reason.START


@pytest.mark.parametrize("backward", [False, True])
def test_a_step_over_many_iterations_of_a_large_program_stops_on_the_way(backward: bool) -> None:
    large = program("q[i] = sum(j: w*X[i]*X[j])", "E = sum(i: q[i])", w=0.5, X=[0.01] * 50)
    assert large.steps > MOST_STEPS
    debugger = Debugger(large, 60)
    debugger.add_breakpoint(Breakpoint(0, "w", condition="iteration == 30"))
    debugger.go_to(Position(55 * large.operations) if backward else Position(large.operations))
    stop = debugger.step(next(size for size in STEP_SIZES if size.key == "]"), 50, backward)
    assert stop.operation == 29 * large.operations + large.written_at[large.slot_named("w")]


def test_an_abandoned_run_leaves_everything_as_it_was() -> None:
    debugger = blog_run(iterations=50)
    debugger.add_breakpoint(Breakpoint(0, "w7", condition="iteration > 40"))
    debugger.go_to(Position(7))
    before = debugger.stop
    move = debugger.running()
    done = [next(move).iteration for _ in range(3)]
    move.close()
    assert done == [1, 2, 3]
    assert (debugger.position, debugger.stop) == (Position(7), before)


@pytest.mark.parametrize("backward", [False, True])
def test_progress_goes_up_to_the_whole(backward: bool) -> None:
    debugger = blog_run(iterations=1000)
    debugger.go_to(debugger.end if backward else Position())
    progress = list(debugger.running(backward))
    done = [each.done for each in progress]
    assert (done[:3], done) == ([0, 1, 2], sorted(done))
    assert all(after - before <= 64 for before, after in pairwise([*done, 1000]))
    assert {each.total for each in progress} == {1000}


def test_the_operation_that_makes_the_first_non_finite_value_stops_a_run() -> None:
    debugger = Debugger(diverging(), 400)
    stop = debugger.run()
    assert stop.reason is Reason.NON_FINITE
    assert (stop.quantity, stop.new) == ("q", float("inf"))
    # Only the first: after it nothing else is finite for long.
    assert debugger.run().reason is Reason.END
    assert debugger.run(backward=True).operation == stop.operation
    debugger.go_to(Position())
    debugger.stop_at_non_finite(False)
    assert debugger.run().reason is Reason.END


def test_a_breakpoint_at_the_same_operation_leaves_the_first_word_to_non_finite() -> None:
    debugger = Debugger(diverging(), 400)
    debugger.add_breakpoint(Breakpoint(0, "q", condition="not isfinite(q)"))
    assert debugger.run().reason is Reason.NON_FINITE
    assert debugger.run().breakpoint == 1


@pytest.mark.parametrize(
    ("access", "operations"),
    [
        (Access.WRITE, [36]),
        (Access.CHANGE, [36]),
        (Access.READ, [5, 19, 36]),
        (Access.GRADIENT, [14]),
    ],
)
def test_the_operations_that_touch_a_weight_of_the_blog(
    access: Access, operations: list[int]
) -> None:
    """w7 is read for zo1, for dE/dh1 as dzo1/dh1, and by its own update."""
    debugger = blog_run(iterations=1)
    debugger.add_breakpoint(Breakpoint(0, "w7", access))
    assert hits(debugger, backward=False) == operations


def test_what_reads_a_quantity_under_a_letter_that_is_bound_twice() -> None:
    """The i of the sum is not the i on the left: both elements of q read each of v."""
    debugger = Debugger(
        program("q[i] = X[i]*sum(i: v[i])", "E = q[1]*q[2]", X=[2.0, 3.0], v=[0.5, 0.25]), 1
    )
    debugger.add_breakpoint(Breakpoint(0, "v2", Access.READ))
    read = {debugger.program.name(debugger.program.slot(k)) for k in hits(debugger, False)}
    assert read == {"q1", "q2", "v2"}


def test_a_value_written_but_not_changed_is_no_change() -> None:
    """With a rate of 0 every update writes the value that was there."""
    debugger = Debugger(program("E = w*w", learning_rate=0.0, w=1.0), 3)
    debugger.add_breakpoint(Breakpoint(0, "w", Access.CHANGE))
    assert hits(debugger, backward=False) == []
    debugger.add_breakpoint(Breakpoint(0, "w", Access.WRITE))
    assert len(hits(debugger, backward=False)) == 3
