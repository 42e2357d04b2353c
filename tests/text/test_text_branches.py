"""Branches and bookmarks as lists, and two branches side by side."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from openings import blog

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.text.run.branches import (
    BranchComparison,
    bookmark_lines,
    branch_lines,
    difference_text,
    place_text,
)


def forked(*actions: str) -> Debugger:
    """The blog with a second branch, left after 20 operations."""
    return blog("g it 3", "g 20", "e w7 0.5", *actions)


def test_places() -> None:
    program = blog().program
    assert place_text(program, Position()) == "the start, p=0"
    assert place_text(program, Position(14)) == "iteration 1, operation 14/41 (dE/dw7), p=14"
    assert place_text(program, Position(41, 2)) == "iteration 1, operation 41/41 (b2), p=41+2"


def test_the_only_branch() -> None:
    assert branch_lines(blog("14s"), 72) == {
        1: [
            "* 1   main",
            "      no edits",
            "      is at iteration 1, operation 14/41 (dE/dw7), p=14 · E = 0.5932",
        ]
    }


def test_a_branch_tells_its_own_edits_and_counts_those_it_took_over() -> None:
    debugger = forked("5s", "e b1 0.25", "10s", "g 22", "e w1 0.1+w2")
    lines = branch_lines(debugger, 72)
    assert lines[1][0] == "  1   main"
    assert lines[2][2].strip() == "2 edits: w7 := 0.5 at p=20, b1 := 0.25 at p=25"
    assert lines[3][0] == "* 3   branch 3"
    assert lines[3][1].strip().startswith("forked from branch 2 at iteration 1, operation 22/41")
    text = " ".join(row.strip() for row in lines[3])
    assert "2 edits: w1 := 0.30000000000000004 at p=22, 1 as on branch 2" in text


def test_many_edits_are_counted() -> None:
    debugger = blog(*(f"e w{number} 0.{number}5" for number in range(1, 8)))
    text = " ".join(row.strip() for row in branch_lines(debugger, 72)[1])
    assert "7 edits: w1 := 0.15 at p=0, w2 := 0.25 at p=0, w3 := 0.35 at p=0, … 4 more" in text


def test_a_branch_whose_origin_is_deleted_says_so() -> None:
    debugger = forked()
    perform(debugger, "branch delete 1")
    text = " ".join(row.strip() for row in branch_lines(debugger, 72)[2])
    assert "forked from branch 1, which is deleted, at" in text


def test_no_line_is_longer_than_there_is_room() -> None:
    for width in (40, 54, 72):
        for lines in branch_lines(forked("mark here"), width).values():
            assert all(len(row) <= width for row in lines)


def test_a_loss_far_away_is_not_computed_for_the_list() -> None:
    debugger = forked("g end", "branch 1")
    lines = branch_lines(debugger, 72)
    assert "E = 0.5932" in " ".join(lines[1])
    assert "p=410000" in " ".join(lines[2])
    assert "E =" not in " ".join(lines[2])


def test_bookmarks() -> None:
    lines = bookmark_lines(forked("mark here", "branch 1", "g 5", "mark there"), 72)
    assert lines == {
        "here": ["here", "  on branch 2: iteration 1, operation 20/41 (dh1/dzh1), p=20"],
        "there": ["there", "  on main: iteration 1, operation 5/41 (zo1), p=5"],
    }


def compared(one: Debugger, two: Debugger) -> BranchComparison:
    return BranchComparison((one.view, two.view))


def test_a_comparison_of_two_runs() -> None:
    one, two = blog("g it 2 E"), forked("g it 2 E")
    comparison = compared(one, two)
    slot = one.program.slot_named("w7")
    assert slot is not None
    number = comparison.slots.tolist().index(slot)
    row = comparison.row(number, 6)
    difference = two.view.value(slot) - one.view.value(slot)
    assert row[0] == "w7"
    assert row[1] == f"{one.view.value(slot):.6f}"
    assert row[2] == f"{two.view.value(slot):.6f}"
    assert row[3] == f"−{abs(difference):.6f}"
    assert comparison.loss_row()[0] == "E"
    assert "=" not in comparison.loss_row()


def test_the_order_by_difference() -> None:
    comparison = compared(blog("g it 5"), forked("g it 5"))
    comparison.order(by_difference=True)
    one, two = (view.value for view in comparison.views)
    sizes = [abs(two(slot) - one(slot)) for slot in comparison.slots.tolist()]
    assert sizes == sorted(sizes, reverse=True)
    comparison.order(by_difference=False)
    assert comparison.slots.tolist() == comparison.program.parameter_slots().tolist()


def test_a_branch_beside_itself_differs_nowhere() -> None:
    comparison = compared(blog("9s"), blog("9s"))
    assert comparison.differing == 0
    assert comparison.loss_row() == ["E", "0.5932", "0.5932", "="]
    assert {comparison.row(number)[-1] for number in range(12)} == {"="}


def test_a_loss_not_computed_yet_has_no_difference() -> None:
    assert compared(blog(), blog()).loss_row() == ["E", "not yet", "not yet", ""]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_differences_have_their_sign(first: float, second: float) -> None:
    text = difference_text(first, second, 4)
    if first == second:
        assert text == "="
    elif second > first:
        assert text.startswith("+")
    else:
        assert text.startswith("−")


def test_what_is_not_a_number_on_both_sides_is_the_same() -> None:
    assert difference_text(math.nan, math.nan, 4) == "="
    assert difference_text(math.nan, 1.0, 4) == "NaN"
