"""History: any state from few, always the same bits, within its budget."""

from __future__ import annotations

import threading

import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st
from program.oracle import Trace, same_bits

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.edits import Edit, with_edit
from bpdebug.debugger.history import BESIDES, CorruptCheckpointError, History
from bpdebug.debugger.view import Position
from bpdebug.numerics import FloatArray
from bpdebug.program.lookout import Lookout, Loop, Reached
from bpdebug.program.program import Program
from bpdebug.program.run import Loops, iteration

from .examples import blog_program, in_turn

LAST = 12


def room(program: Program, states: int) -> int:
    """The budget for that many checkpoints, and as many states of the stretch in sight."""
    return 2 * states * (program.start.nbytes + BESIDES)


@given(program=programs(), data=st.data())
@FEW
def test_any_state_in_any_order_has_the_bits_of_a_run_from_the_start(
    program: Program, data: st.DataObject
) -> None:
    trace = Trace(program, LAST)
    states = data.draw(st.sampled_from([0, 3, 4, 6, 9, 100]))
    history = History(program, room(program, states))
    for number in data.draw(st.lists(st.integers(0, LAST), min_size=1, max_size=20)):
        expected = trace.states[number * program.operations]
        assert same_bits(history.state(number), expected), f"state {number}"


@given(program=programs() | in_turn(), data=st.data())
@FEW
def test_states_far_away_are_those_of_one_iteration_after_the_other(
    program: Program, data: st.DataObject
) -> None:
    """Where loops carry out most of them."""
    numbers = data.draw(st.lists(st.integers(0, 200), min_size=1, max_size=4))
    memory, expected, iterate = program.start.copy(), {}, iteration(program)
    for number in range(max(numbers) + 1):
        if number:
            iterate(memory)
            program.load_observations(memory, number + 1)
        expected[number] = memory.copy()
    history = History(program, room(program, data.draw(st.sampled_from([0, 3, 100]))))
    for number in numbers:
        assert same_bits(history.state(number), expected[number]), f"state {number}"


@given(program=programs(), data=st.data())
@FEW
def test_what_a_history_beside_another_has_computed_is_adopted(
    program: Program, data: st.DataObject
) -> None:
    trace = Trace(program, LAST)
    budget = room(program, data.draw(st.sampled_from([0, 3, 4, 100])))
    history = History(program, budget)
    visits = st.lists(st.integers(0, LAST), max_size=6)
    for number in data.draw(visits):
        history.state(number)
    beside = history.beside()
    for number in data.draw(visits):
        beside.state(number)
    for number in data.draw(visits):
        history.state(number)
    last = beside.nearest(LAST)
    history.adopt(beside)
    assert history.nearest(LAST) >= last
    assert room(program, history.stored_states) <= max(2 * budget, room(program, 4))
    for number in data.draw(visits):
        expected = trace.states[number * program.operations]
        assert same_bits(history.state(number), expected), f"state {number}"


def test_two_histories_of_a_run_compute_at_the_same_time() -> None:
    program = blog_program()
    history = History(program, room(program, 20))
    expected = [History(program).state(number) for number in range(300)]
    beside: list[History] = [history.beside()]
    found: list[FloatArray] = []
    thread = threading.Thread(target=lambda: found.extend(map(beside[0].state, range(300))))
    thread.start()
    turns = 0
    while thread.is_alive() or not turns:
        for number in range(299, -1, -23):
            assert same_bits(history.state(number), expected[number])
        history.adopt(beside[0])
        history.with_edits([Edit(90 * program.operations, 0, 0.5)])
        turns += 1
    assert all(map(same_bits, found, expected))
    assert len(found) == 300


@given(
    states=st.integers(2, 40),
    numbers=st.lists(st.integers(0, 200), min_size=1, max_size=12),
)
def test_the_budget_is_kept(states: int, numbers: list[int]) -> None:
    """In bytes: all states held, checkpoints and the stretch being looked at."""
    program = blog_program()
    budget = room(program, states)
    history = History(program, budget)
    for number in numbers:
        history.state(number)
        assert room(program, history.stored_states) <= 2 * budget


def test_the_budget_is_kept_where_a_stretch_is_only_partly_kept() -> None:
    program = blog_program()
    history = History(program, room(program, 3))
    history.state(0)
    history.state(5)
    assert history.stored_states <= 6


def test_a_state_cannot_be_written_to() -> None:
    history = History(blog_program())
    for number in (0, 1, 7):
        with pytest.raises(ValueError, match="read-only"):
            history.state(number)[0] = 1.0


class Counting(Loops):
    """Loops that count the iterations that they carry out."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        super().__init__(program, lookout)
        self.count = 0

    def ready(self, iterations: int) -> Loop:
        return CountingLoop(super().ready(iterations), self)


class CountingLoop:
    """One of them."""

    def __init__(self, loop: Loop, loops: Counting) -> None:
        self.loop, self.loops, self.length = loop, loops, loop.length

    def carry(self, memory: FloatArray, last: int, reached: Reached) -> Reached:
        self.loops.count += last - reached.iteration
        return self.loop.carry(memory, last, reached)


def test_a_state_nearby_costs_few_iterations() -> None:
    """After a long run its end, its middle and the way back are near something kept."""
    program = blog_program()
    history = History(program, room(program, 200))
    counting = Counting(program, Lookout())
    history.loops = lambda *_: counting
    history.state(5000)
    for number, most in ((5000, 0), (4999, 64), (4998, 64), (2500, 64), (1, 64)):
        counting.count = 0
        history.state(number)
        assert counting.count <= most, f"state {number}"


def test_walking_back_does_not_compute_everything_each_time() -> None:
    program = blog_program()
    history = History(program, room(program, 50))
    counting = Counting(program, Lookout())
    history.loops = lambda *_: counting
    history.state(1000)
    for number in range(1000, 0, -1):
        history.state(number)
    # Each state once, and the stretches between checkpoints a few times over.
    assert counting.count < 3000


@st.composite
def edits(draw: st.DrawFn, program: Program, most: int = 4) -> tuple[Edit, ...]:
    """Edits of parameters and of what is given, in the first iterations."""
    operations = st.integers(0, LAST * program.operations)
    slots = sorted(set(program.parameter_slots().tolist()) | {0})
    values = st.sampled_from([0.5, -1.0, 0.125])
    drawn = draw(st.lists(st.tuples(operations, st.sampled_from(slots), values), max_size=most))
    made: tuple[Edit, ...] = ()
    for each in drawn:
        made = with_edit(made, Edit(*each))
    return made


def traced(program: Program, made: tuple[Edit, ...]) -> Trace:
    """The brute-force run with some edits."""
    by_place: dict[int, dict[int, float]] = {}
    for edit in made:
        by_place.setdefault(edit.operation, {})[edit.slot] = edit.value
    return Trace(program, LAST, by_place)


@given(program=programs(), data=st.data())
@FEW
def test_a_history_with_other_edits_is_that_of_a_run_with_them(
    program: Program, data: st.DataObject
) -> None:
    """Whatever it shares with the one before, and whatever was looked at there."""
    states = data.draw(st.sampled_from([2, 3, 5, 100]))
    history = History(program, room(program, states), data.draw(edits(program)))
    for _ in range(3):
        for number in data.draw(st.lists(st.integers(0, LAST), max_size=5)):
            history.state(number)
        made = data.draw(edits(program))
        history = history.with_edits(made)
        assert history.edits == made
        trace = traced(program, made)
        for number in data.draw(st.lists(st.integers(0, LAST), min_size=1, max_size=5)):
            # A state has what is given in the iteration to come.
            expected = trace.states[number * program.operations].copy()
            if number == 0:
                expected = trace.reached[0]
            assert same_bits(history.state(number), expected), f"state {number}"
        operation = data.draw(st.integers(0, LAST * program.operations))
        found = history.view(Position(operation)).memory()
        assert same_bits(found, trace.states[operation]), f"position {operation}"
        assert history.stored_states <= 2 * states


def test_what_two_histories_agree_in_is_shared() -> None:
    """States up to the first difference are the same arrays; none after it is taken over."""
    program = blog_program()
    length, slot = program.operations, int(program.parameter_slots()[0])
    history = History(program, room(program, 500))
    for number in range(101):
        history.state(number)
    other = history.with_edits([Edit(50 * length, slot, 0.5)])
    for number in range(50):
        assert other.state(number) is history.state(number)
    assert other.state(50)[slot] == 0.5
    assert other.stored_states < history.stored_states
    again = other.with_edits([])
    assert same_bits(again.state(100), history.state(100))


def test_a_damaged_checkpoint_is_noticed_on_another_branch_too() -> None:
    program = blog_program()
    history = History(program, room(program, 50))
    history.state(200)
    checkpoint = history._checkpoints[64].memory
    checkpoint.flags.writeable = True
    checkpoint.view("u1")[3] ^= 1
    history._forget_stretch()
    edit = Edit(70 * program.operations, int(program.parameter_slots()[0]), 0.5)
    with pytest.raises(CorruptCheckpointError, match="after iteration 64 is damaged"):
        history.with_edits([edit]).state(70)


@pytest.mark.parametrize("damaged", [0, 64])
def test_a_damaged_checkpoint_is_noticed(damaged: int) -> None:
    """One bit of it is enough, and no number computed from it is shown."""
    program = blog_program()
    history = History(program, room(program, 50))
    history.state(200)
    checkpoint = history._checkpoints[damaged].memory
    checkpoint.flags.writeable = True
    checkpoint.view("u1")[8 * program.parameter_slots()[3]] ^= 1
    history._stretch.clear()
    history._stretch_numbers.clear()
    for number in (damaged, damaged + 1):
        with pytest.raises(CorruptCheckpointError, match=f"after iteration {damaged} is damaged"):
            history.state(number)


def test_a_view_is_a_picture_that_does_not_move() -> None:
    debugger = Debugger(blog_program(), 100)
    debugger.go_to(Position(50))
    view = debugger.view
    before = view.memory()
    debugger.go_to(Position(3000))
    assert same_bits(view.memory(), before)
    before[:] = 0.0
    assert not same_bits(view.memory(), before)
