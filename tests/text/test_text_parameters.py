"""The parameter table, line by line."""

from __future__ import annotations

import pytest
from openings import blog, opened

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Status
from bpdebug.text.marks import DISABLED, EDITED, SOMETIMES, STOPS
from bpdebug.text.table.cells import BARS, FROM_ZERO, ParameterRow, parameter_row, sparkline
from bpdebug.text.table.columns import CHANGE, GRADIENT, INITIAL, UPDATE, VALUE
from bpdebug.text.values import column_width

COLUMNS = (INITIAL, VALUE, GRADIENT, UPDATE, CHANGE)


def row(
    debugger: Debugger,
    name: str,
    digits: int = 4,
    marks: dict[str, str] | None = None,
    columns: tuple[str, ...] = COLUMNS,
    width: int = 0,
) -> ParameterRow:
    slot = debugger.program.slot_named(name)
    assert slot is not None
    return parameter_row(debugger.view, slot, marks or {}, digits, columns, width)


def texts(found: ParameterRow) -> tuple[str, ...]:
    return tuple(cell.text for cell in found.cells.values())


def test_not_yet_then_current_then_stale() -> None:
    before, known, updated = row(blog(), "w7"), row(blog("14s"), "w7"), row(blog("36s"), "w7")
    assert texts(before) == ("0.7000", "0.7000", "not yet", "not yet", "not yet")
    assert texts(known) == ("0.7000", "0.7000", "0.0765", "not yet", "not yet")
    assert texts(updated) == ("0.7000", "0.6992", "0.0765", "−0.0008", "−0.11%")
    old = row(blog("45s"), "w7")
    assert texts(old) == ("0.7000", "0.6992", "~0.0765", "not yet", "not yet")
    assert old.cells[GRADIENT].status is Status.STALE
    assert old.cells[UPDATE].status is old.cells[CHANGE].status is Status.UNKNOWN


def test_the_columns_just_written_are_told() -> None:
    found = [
        [id for id, cell in row(blog(f"{steps}s"), "w7").cells.items() if cell.fresh]
        for steps in (13, 14, 15, 36, 37)
    ]
    assert found == [[], [GRADIENT], [], [VALUE, UPDATE, CHANGE], []]
    assert row(blog("36s"), "w7").fresh
    assert not row(blog("37s"), "w7").fresh


def test_breakpoints_are_marked_on_a_parameter_and_on_its_gradient() -> None:
    debugger = blog()
    marks = {"w7": STOPS, "dE/dw7": DISABLED, "dE/dw8": SOMETIMES}
    found = [row(debugger, name, marks=marks) for name in ("w7", "w8", "w9")]
    assert [(each.mark, each.cells[GRADIENT].mark) for each in found] == [
        (STOPS, DISABLED),
        ("", SOMETIMES),
        ("", ""),
    ]


def test_breakpoints_on_what_has_no_column_are_marked_at_the_parameter() -> None:
    debugger = opened("adam", "g 9")
    marks = {"m_theta": SOMETIMES, "df/dtheta": DISABLED, "mh_theta": STOPS}
    found = [
        row(debugger, "theta", marks=marks, columns=columns).mark
        for columns in ((VALUE,), (VALUE, "m"), (VALUE, "m", GRADIENT))
    ]
    assert found == [STOPS] * 3
    del marks["mh_theta"]
    found = [
        row(debugger, "theta", marks=marks, columns=columns).mark
        for columns in ((VALUE,), (VALUE, "m"), (VALUE, "m", GRADIENT))
    ]
    assert found == [SOMETIMES, DISABLED, ""]


def test_an_edited_value_says_so_and_the_initial_one_stays() -> None:
    found = row(blog("14s", "e w7 0.5"), "w7")
    assert texts(found)[:2] == ("0.7000", f"{EDITED}0.5000")


def test_what_the_optimizer_keeps_stands_with_the_parameter() -> None:
    debugger = opened("adam", "g 9")
    found = row(debugger, "theta", columns=("m", "s", "v"), marks={"m_theta": STOPS})
    assert texts(found) == ("1.0000", "0.1000", "")
    assert [cell.mark for cell in found.cells.values()] == [STOPS, "", ""]


def test_a_change_from_zero_has_no_percentage() -> None:
    debugger = blog("e w7 0", "g it 1 w7")
    assert texts(row(debugger, "w7"))[-2:] == ("−0.0011", FROM_ZERO)


@pytest.mark.parametrize("position", [0, 14, 36, 45, 41207, 409_990, 410_000])
@pytest.mark.parametrize("digits", [2, 4, 9, 17])
def test_columns_do_not_run_into_each_other(position: int, digits: int) -> None:
    debugger = blog(f"g {position}")
    for name in (f"w{number}" for number in range(1, 11)):
        for width in (column_width(digits), 12):
            for text in texts(row(debugger, name, digits, width=width)):
                assert len(text) < width


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        ([1.0], ""),
        ([2.0, 2.0], ""),
        ([0.0, 1.0], BARS[0] + BARS[-1]),
        ([7.0, 0.0, 3.0], BARS[7] + BARS[0] + BARS[3]),
        ([1.0, float("inf"), 2.0], ""),
        ([1.0, float("nan")], ""),
    ],
)
def test_sparkline(values: list[float], expected: str) -> None:
    assert sparkline(values) == expected
