"""The parameter table, line by line."""

from __future__ import annotations

import pytest

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Status
from bpdebug.text.breakpoints import breakpoint_lines
from bpdebug.text.parameters import (
    BARS,
    ParameterRow,
    column_width,
    parameter_row,
    sparkline,
)

from .positions import blog


def row(debugger: Debugger, name: str, digits: int = 4) -> ParameterRow:
    slot = debugger.program.slot_named(name)
    assert slot is not None
    found = {each.quantity: each for each in debugger.breakpoints.values()}
    return parameter_row(debugger.view, slot, found, digits)


def test_not_yet_then_current_then_stale() -> None:
    before, known, updated = row(blog(), "w7"), row(blog("14s"), "w7"), row(blog("36s"), "w7")
    assert (before.value, before.gradient, before.update) == ("0.7000", "not yet", "not yet")
    assert (known.value, known.gradient, known.update) == ("0.7000", "0.0765", "not yet")
    assert (updated.value, updated.gradient, updated.update) == ("0.6992", "0.0765", "−0.0008")
    old = row(blog("45s"), "w7")
    assert (old.value, old.gradient, old.update) == ("0.6992", "~0.0765", "not yet")
    assert (old.gradient_status, old.update_status) == (Status.STALE, Status.UNKNOWN)


def test_the_column_just_written_is_told() -> None:
    found = [row(blog(f"{steps}s"), "w7").fresh for steps in (13, 14, 15, 36, 37)]
    assert found == ["", "gradient", "", "value", ""]


def test_breakpoints_are_marked() -> None:
    assert row(blog(), "w7").mark == " "
    assert row(blog("b w7"), "w7").mark == "●"
    assert row(blog("b w7", "disable 1"), "w7").mark == "○"


@pytest.mark.parametrize("position", [0, 14, 36, 45, 41207, 409_990, 410_000])
@pytest.mark.parametrize("digits", [2, 4, 9, 17])
def test_columns_do_not_run_into_each_other(position: int, digits: int) -> None:
    debugger = blog(f"g {position}")
    for name in (f"w{number}" for number in range(1, 11)):
        found = row(debugger, name, digits)
        for text in (found.value, found.gradient, found.update):
            assert len(text) < column_width(digits)


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


def test_the_list_of_breakpoints_cuts_no_condition() -> None:
    condition = " and ".join(f"w{number} < {number}" for number in range(1, 11))
    long, plain = Breakpoint(12, "w7", condition=condition), Breakpoint(3, "b1", hits=1)
    found = breakpoint_lines([long, plain], 40)
    assert found[0][0].split() == ["12", "write", "keep", "y", "w7"]
    assert all(len(text) <= 40 for text in found[0])
    assert " ".join(text.strip() for text in found[0][1:]) == f"stop only if {condition}"
    assert [text.strip() for text in found[1][1:]] == ["already hit 1 time"]
