"""Why an operation comes when it does."""

from __future__ import annotations

import pytest
from generated import FEW, programs
from hypothesis import given
from openings import blog

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position, View
from bpdebug.program.formula import formula
from bpdebug.program.program import Program
from bpdebug.text.formula.why_now import NOTHING, needed, since, why_lines, why_now

from .test_text_tree import long_sum


def slot(view: View, name: str) -> int:
    found = view.program.slot_named(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zh1", f"why now: {NOTHING}"),
        ("h1", "why now: zh1 (op 1) had to be finished"),
        ("dE/do1", "why now: o1 (op 6) had to be finished"),
        (
            "dE/dw7",
            "why now: dE/do1 (op 10) and do1/dzo1 (op 12) had to be finished, do1/dzo1 last",
        ),
        ("w7", "why now: dE/dw7 (op 14) had to be finished"),
        (
            "dE/db1",
            "why now: dE/dh1 (op 19), dh1/dzh1 (op 20), dE/dh2 (op 24) and dh2/dzh2 (op 25) "
            "had to be finished, dh2/dzh2 last",
        ),
    ],
)
def test_what_had_to_be_finished(name: str, said: str) -> None:
    view = blog(f"g {name}").view
    assert why_now(view, slot(view, name)) == said


def test_what_it_still_waits_for() -> None:
    view = blog("13s").view
    assert (
        why_now(view, slot(view, "dE/dw7")) == "not yet: all it needs is there; it is operation 14"
    )
    assert why_now(view, slot(view, "dE/dw1")) == (
        "not yet: dE/dh1 (op 19) and dh1/dzh1 (op 20) have to be finished first"
    )
    assert since(view, slot(view, "dE/dw1")) == "after dh1/dzh1 (op 20)"
    view = blog("19s").view
    assert why_now(view, slot(view, "dE/dw1")) == (
        "not yet: dh1/dzh1 (op 20) has to be finished first"
    )


def test_of_many_the_first_and_the_last_are_named() -> None:
    view = long_sum().view
    assert why_now(view, slot(view, "dE/da")).startswith(
        "not yet: dE/dp1 (op 18), dE/dp2 (op 19), "
    )
    assert "12 more and dE/dp15 (op 32) have to be" in why_now(view, slot(view, "dE/da"))


@pytest.mark.parametrize("width", range(20, 100, 8))
def test_in_lines_an_operation_stays_with_its_name(width: int) -> None:
    view = blog("g dE/db1").view
    lines = why_lines(view, slot(view, "dE/db1"), width)
    assert all(len(line) <= width for line in lines)
    assert " ".join(lines) == why_now(view, slot(view, "dE/db1"))
    assert sum(line.count("(op ") for line in lines) == 4
    assert not any(line.startswith("(op") for line in lines)


def test_what_is_given_needs_nothing() -> None:
    view = blog("20s").view
    assert why_now(view, slot(view, "x1")) == since(view, slot(view, "x1")) == ""
    assert since(view, slot(view, "dE/dw7")) == "since do1/dzo1 (op 12)"
    assert since(view, slot(view, "zh1")) == ""


@FEW
@given(programs())
def test_all_that_is_needed_is_there_when_its_turn_comes(program: Program) -> None:
    debugger = Debugger(program, 1)
    for operation in range(1, program.operations + 1):
        view = debugger.view_at(Position(operation - 1))
        written = formula(program, operation)
        found = needed(view, written.slot)
        operands = {
            int(program.written_at[each])
            for each in written.operands.values()
            if isinstance(each, int)
        }
        assert set(found) <= operands
        assert all(0 < each < operation for each in found)
        if any(0 < each < operation for each in operands):
            assert found
        assert why_now(view, written.slot).startswith("not yet: all it needs is there")
