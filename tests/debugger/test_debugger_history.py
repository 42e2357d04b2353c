"""History: any state from few, always the same bits, within its budget."""

from __future__ import annotations

import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st
from program.oracle import Trace, same_bits

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import CorruptCheckpointError, History
from bpdebug.debugger.view import Position
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program

from .examples import blog_program

LAST = 12


@given(program=programs(), data=st.data())
@FEW
def test_any_state_in_any_order_has_the_bits_of_a_run_from_the_start(
    program: Program, data: st.DataObject
) -> None:
    trace = Trace(program, LAST)
    states = data.draw(st.sampled_from([0, 3, 4, 6, 9, 100]))
    history = History(program, 2 * states * program.start.nbytes)
    for number in data.draw(st.lists(st.integers(0, LAST), min_size=1, max_size=20)):
        expected = trace.states[number * program.operations]
        assert same_bits(history.state(number), expected), f"state {number}"


@given(
    states=st.integers(2, 40),
    numbers=st.lists(st.integers(0, 200), min_size=1, max_size=12),
)
def test_the_budget_is_kept(states: int, numbers: list[int]) -> None:
    """In bytes: all states held, checkpoints and the stretch being looked at."""
    program = blog_program()
    budget = 2 * states * program.start.nbytes
    history = History(program, budget)
    for number in numbers:
        history.state(number)
        assert history.stored_states * program.start.nbytes <= budget


def test_a_state_cannot_be_written_to() -> None:
    history = History(blog_program())
    for number in (0, 1, 7):
        with pytest.raises(ValueError, match="read-only"):
            history.state(number)[0] = 1.0


def test_a_state_nearby_costs_few_iterations(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a long run its end, its middle and the way back are near something kept."""
    program = blog_program()
    history = History(program, 400 * program.start.nbytes)
    history.state(5000)
    count, iterate = 0, history._iterate

    def counted(memory: FloatArray) -> None:
        nonlocal count
        count += 1
        iterate(memory)

    monkeypatch.setattr(history, "_iterate", counted)
    for number, most in ((5000, 0), (4999, 64), (4998, 64), (2500, 64), (1, 64)):
        count = 0
        history.state(number)
        assert count <= most, f"state {number}"


def test_walking_back_does_not_compute_everything_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = blog_program()
    history = History(program, 100 * program.start.nbytes)
    history.state(1000)
    count, iterate = 0, history._iterate

    def counted(memory: FloatArray) -> None:
        nonlocal count
        count += 1
        iterate(memory)

    monkeypatch.setattr(history, "_iterate", counted)
    for number in range(1000, 0, -1):
        history.state(number)
    # Each state once, and the stretches between checkpoints a few times over.
    assert count < 3000


@pytest.mark.parametrize("damaged", [0, 64])
def test_a_damaged_checkpoint_is_noticed(damaged: int) -> None:
    """One bit of it is enough, and no number computed from it is shown."""
    program = blog_program()
    history = History(program, 100 * program.start.nbytes)
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
