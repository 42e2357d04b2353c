"""Places and actions: what people write, and that bad ones change nothing."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.actions import ActionError, can_join, perform, record
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.places import find_place, next_written
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.view import Position

from .examples import blog_run

LENGTH = 41


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("0", 0),
        ("41207", 41207),
        ("410000", 410000),
        ("it 300", 299 * LENGTH + 1),
        ("it 300 dE/dw5", 299 * LENGTH + 23),
        ("dE/dw5", 2 * LENGTH + 23),
        ("zh1", 2 * LENGTH + 1),
        ("w7", 2 * LENGTH + 36),
        ("50%", 205000),
        ("0%", 0),
        ("100%", 410000),
        ("12.5%", 51250),
        ("start", 0),
        ("end", 410000),
        ("  it   2  ", LENGTH + 1),
    ],
)
def test_a_place_is_a_position(text: str, operation: int) -> None:
    debugger = blog_run(10_000)
    debugger.go_to(Position(2 * LENGTH + 5))
    assert find_place(debugger, text) == Position(operation)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a place is missing; write a position"),
        ("410001", "there is no position 410001; positions go from 0 to 410000"),
        ("it 0", "there is no iteration 0; iterations go from 1 to 10000"),
        ("it 10001", "there is no iteration 10001"),
        ("it 10001 w7", "there is no iteration 10001"),
        ("it 3 w77", "there is no quantity w77; did you mean w7?"),
        ("w77", "there is no quantity w77; did you mean w7?"),
        ("x1", "x1 is given; no operation computes it"),
        ("101%", "there is no 101%; a run ends at 100%"),
        ("-1", "there is no quantity -1"),
        ("it", "there is no quantity it"),
        ("it w7", "it w7 is not a place"),
        ("it 1 2 3", "is not a place"),
        ("1e3", "there is no quantity 1e3"),
        ("9" * 5000, "there is no quantity"),
        ("½", "there is no quantity"),
        ("٣", "٣"),
    ],
)
def test_a_place_that_does_not_exist_changes_nothing(text: str, message: str) -> None:
    debugger = blog_run(10_000)
    perform(debugger, "100s")
    before = debugger.position, debugger.stop
    if text == "٣":
        # Digits of other scripts are digits.
        assert find_place(debugger, text) == Position(3)
        return
    with pytest.raises(PositionError) as caught:
        find_place(debugger, text)
    assert message in str(caught.value)
    with pytest.raises(ActionError):
        perform(debugger, f"g {text}")
    assert (debugger.position, debugger.stop) == before


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", ["zh1", "E", "dE/dw7", "w7", "b2"])
def test_the_nearest_position_where_a_quantity_has_just_been_computed(
    name: str, backward: bool
) -> None:
    """From between operations and from the middle of one, near each such position."""
    debugger = blog_run(3)
    program = debugger.program
    slot = program.slot_named(name)
    assert slot is not None
    written = [n * LENGTH + int(program.written_at[slot]) for n in range(3)]
    for here, step in product({max(0, p + off) for p in written for off in (-1, 0, 1)}, (0, 1)):
        if here < 3 * LENGTH and step < program.arithmetic(here % LENGTH + 1):
            debugger.go_to(Position(here, step))
            _check_nearest(debugger, name, written, backward)


def _check_nearest(debugger: Debugger, name: str, written: list[int], backward: bool) -> None:
    if backward:
        expected = max((p for p in written if Position(p) < debugger.position), default=None)
    else:
        expected = min((p for p in written if Position(p) > debugger.position), default=None)
    if expected is None:
        with pytest.raises(PositionError):
            next_written(debugger, name, backward)
    else:
        assert next_written(debugger, name, backward) == Position(expected)


KEYS = [key for size in STEP_SIZES for key in (size.key, size.back)]
ACTIONS = st.one_of(
    st.tuples(st.integers(1, 30), st.sampled_from(KEYS)).map(lambda each: f"{each[0]}{each[1]}"),
    st.sampled_from(KEYS),
    st.sampled_from(["c", "C", "g it 2", "g 50%", "g end", "t w7", "T E", "g 20", "g 3+1"]),
    st.sampled_from(["b w7", "b E if E < 0.5", "b w7 read once", "b iteration hit % 2"]),
    st.sampled_from(['b h1 change log "{h1}"', "disable 1", "enable 1", "delete 1", "ignore 1 2"]),
    st.sampled_from(["e w7 0.5", "e w1 -1", "branch 1", "branch 2", "branch delete 2", "name 1 x"]),
    st.sampled_from(["undo", "redo", "watch w7", "unwatch w7", "mark a", "g a", "nonfinite pass"]),
    st.sampled_from(["g next time w7 changes", "g last E < 2", "change 1 w5"]),
)


def state(debugger: Debugger) -> object:
    """All that actions change."""
    return (
        (debugger.position, debugger.stop, debugger.branch, debugger.document, debugger.left),
        (list(debugger.log), debugger.last_change(), debugger.last_change(undone=True)),
        [debugger.seen(number) for number in debugger.document.branches],
    )


@given(st.lists(ACTIONS, max_size=25))
def test_what_is_recorded_does_the_same_again(actions: list[str]) -> None:
    """Though equal steps in a row are one entry."""
    debugger = blog_run(4)
    recorded: list[str] = []
    joining = True
    for action in actions:
        try:
            perform(debugger, action)
        except ActionError:
            continue
        recorded = record(recorded, action, joining)
        joining = can_join(action, debugger.stop)
    again = blog_run(4)
    for action in recorded:
        perform(again, action)
    assert state(again) == state(debugger)


@given(
    st.sets(st.sampled_from(["E", "w7", "zh1", "do1/dzo1"]), min_size=1),
    st.integers(1, 82),
    st.lists(st.tuples(st.integers(1, 30), st.sampled_from("IISi[]")), min_size=2, max_size=6),
)
def test_joined_steps_do_what_they_did(
    watched: set[str], start: int, steps: list[tuple[int, str]]
) -> None:
    """Also from and into the middle of operations, past any breakpoints, after every step."""
    debugger = blog_run(2)
    recorded = [*(f"b {name}" for name in sorted(watched)), f"g {start}"]
    for action in recorded:
        perform(debugger, action)
    joining = True
    for count, key in steps:
        perform(debugger, f"{count}{key}")
        recorded = record(recorded, f"{count}{key}", joining)
        joining = can_join(f"{count}{key}", debugger.stop)
        again = blog_run(2)
        for each in recorded:
            perform(again, each)
        assert state(again) == state(debugger), recorded


@pytest.mark.parametrize(
    ("actions", "recorded"),
    [
        (["s", "s", "s"], ["3s"]),
        (["2s", "S", "3S", "s"], ["2s", "4S", "s"]),
        (["s", "i", "s"], ["s", "i", "s"]),
        (["c", "c"], ["c", "c"]),
        (["C", "C"], ["C", "C"]),
        (["g it 2", "g it 2"], ["g it 2", "g it 2"]),
        (["]", "]", "["], ["2]", "["]),
        (["999999998s", "1s", "s"], ["999999999s", "s"]),
    ],
)
def test_equal_steps_in_a_row_are_one_entry(actions: list[str], recorded: list[str]) -> None:
    found: list[str] = []
    for action in actions:
        found = record(found, action)
    assert found == recorded


@given(st.lists(st.sampled_from(["s", "999999999s", "500000000s", "i"]), max_size=6))
def test_a_recorded_step_can_be_performed(actions: list[str]) -> None:
    """However often steps are merged, what comes out is an action."""
    found: list[str] = []
    for action in actions:
        found = record(found, action)
    for action in found:
        perform(blog_run(1), action)


@pytest.mark.parametrize(
    "action",
    [
        *("", " ", "0s", "s5", "5", "5c", "ss", "x", "g", "g it 0", "t", "t x1", "T zh1", "b"),
        *("b w77", "b w7 frob", "b w7 if", "b w7 if w7", "b x1", "delete", "delete 7"),
        *("delete x", "enable 1", "disable -1", "9999999999s", "s\n", "\x1b[2J", "b x1 gradient"),
    ],
)
def test_an_action_that_cannot_be_done_changes_nothing(action: str) -> None:
    debugger = blog_run(4)
    before = state(debugger)
    with pytest.raises(ActionError):
        perform(debugger, action)
    assert state(debugger) == before
