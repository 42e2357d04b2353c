"""Places and actions: what people write, and that bad ones change nothing."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.actions import ActionError, perform, record
from bpdebug.debugger.breakpoints import Access, BreakpointError, parse_breakpoint
from bpdebug.debugger.debugger import Debugger, PositionError
from bpdebug.debugger.places import find_place, next_written
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.view import Position

from .examples import blog

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
    debugger = blog(10_000)
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
        ("x1", "x1 is given, no operation computes it"),
        ("101%", "there is no 101%; a run ends at 100%"),
        ("-1", "there is no quantity -1"),
        ("it", "there is no quantity it"),
        ("it w7", "it w7 is no place"),
        ("it 1 2 3", "is no place"),
        ("1e3", "there is no quantity 1e3"),
        ("9" * 5000, "there is no quantity"),
        ("½", "there is no quantity"),
        ("٣", "٣"),
    ],
)
def test_a_place_that_does_not_exist_changes_nothing(text: str, message: str) -> None:
    debugger = blog(10_000)
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
    debugger = blog(3)
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
    st.sampled_from(
        ["c", "C", "g it 2", "g 50%", "g end", "t w7", "T E", "b w7", "b E if E < 0.5"]
    ),
    st.sampled_from(["b w7 read", "disable 1", "enable 1", "delete 1", "b h1 change"]),
)


def state(debugger: Debugger) -> object:
    """All that actions change."""
    breakpoints = [(n, str(b), b.enabled, b.hits) for n, b in debugger.breakpoints.items()]
    return debugger.position, debugger.stop, breakpoints


@given(st.lists(ACTIONS, max_size=25))
def test_what_is_recorded_does_the_same_again(actions: list[str]) -> None:
    """Though equal steps in a row are one entry."""
    debugger = blog(4)
    recorded: list[str] = []
    for action in actions:
        try:
            perform(debugger, action)
        except ActionError:
            continue
        recorded = record(recorded, action)
    again = blog(4)
    for action in recorded:
        perform(again, action)
    # A repeated step at the edge of history may stop for the edge where single ones stepped.
    assert state(again)[0] == state(debugger)[0]  # type: ignore[index]
    assert state(again)[2] == state(debugger)[2]  # type: ignore[index]


@pytest.mark.parametrize(
    ("actions", "recorded"),
    [
        (["s", "s", "s"], ["3s"]),
        (["2s", "S", "3S", "s"], ["2s", "4S", "s"]),
        (["s", "i", "s"], ["s", "i", "s"]),
        (["c", "c"], ["c", "c"]),
        (["C", "C"], ["C", "C"]),
        (["g 5", "g 5"], ["g 5", "g 5"]),
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
        perform(blog(1), action)


@pytest.mark.parametrize(
    "action",
    [
        *("", " ", "0s", "s5", "5", "5c", "ss", "x", "g", "g it 0", "t", "t x1", "T zh1", "b"),
        *("b w77", "b w7 frob", "b w7 if", "b w7 if w7", "b x1", "delete", "delete 7"),
        *("delete x", "enable 1", "disable -1", "9999999999s", "s\n", "\x1b[2J", "b x1 gradient"),
    ],
)
def test_an_action_that_cannot_be_done_changes_nothing(action: str) -> None:
    debugger = blog(4)
    before = state(debugger)
    with pytest.raises(ActionError):
        perform(debugger, action)
    assert state(debugger) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w7", ("w7", Access.WRITE, None)),
        ("w7 read", ("w7", Access.READ, None)),
        ("w7 if w7 < 0.69", ("w7", Access.WRITE, "w7 < 0.69")),
        (" dE/dw7  change if  E > 1 ", ("dE/dw7", Access.CHANGE, "E > 1")),
    ],
)
def test_a_breakpoint_is_written_in_words(
    text: str, expected: tuple[str, Access, str | None]
) -> None:
    assert parse_breakpoint(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write QUANTITY [write|change|read|gradient] [if CONDITION]"),
        ("w7 if", "a condition is missing after if"),
        ("w7 frob", "there is no access frob; there are write, change, read, gradient"),
        ("w7 read now", "write QUANTITY"),
    ],
)
def test_a_breakpoint_written_badly_says_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(BreakpointError) as caught:
        parse_breakpoint(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("quantity", "access", "message"),
    [
        ("w77", Access.WRITE, "there is no quantity w77; did you mean w7?"),
        ("x1", Access.WRITE, "x1 is given, no operation writes it"),
        ("x1", Access.GRADIENT, "no operation computes a gradient of x1"),
        ("b2", Access.GRADIENT, ""),
        ("dE/dw7", Access.GRADIENT, "no operation computes a gradient of dE/dw7"),
    ],
)
def test_a_breakpoint_that_can_never_stop_is_refused(
    quantity: str, access: Access, message: str
) -> None:
    debugger = blog(4)
    if not message:
        assert debugger.add_breakpoint(quantity, access).number == 1
        return
    with pytest.raises(BreakpointError) as caught:
        debugger.add_breakpoint(quantity, access)
    assert message in str(caught.value)
    assert not debugger.breakpoints
