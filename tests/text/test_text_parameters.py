"""The parameter table, line by line."""

from __future__ import annotations

import pytest

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Status
from bpdebug.text.marks import DISABLED, SOMETIMES, STOPS
from bpdebug.text.parameters import (
    BARS,
    ParameterRow,
    column_width,
    parameter_row,
    sparkline,
)

from .positions import blog


def row(
    debugger: Debugger, name: str, digits: int = 4, marks: dict[str, str] | None = None
) -> ParameterRow:
    slot = debugger.program.slot_named(name)
    assert slot is not None
    return parameter_row(debugger.view, slot, marks or {}, digits)


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


def test_breakpoints_are_marked_on_a_parameter_and_on_its_gradient() -> None:
    debugger = blog()
    marks = {"w7": STOPS, "dE/dw7": DISABLED, "dE/dw8": SOMETIMES}
    found = [row(debugger, name, marks=marks) for name in ("w7", "w8", "w9")]
    assert [(each.mark, each.gradient_mark) for each in found] == [
        (STOPS, DISABLED),
        ("", SOMETIMES),
        ("", ""),
    ]


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
