"""Marks of breakpoints, edits and bookmarks."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from bpdebug.debugger.breakpoints import parse_breakpoint
from bpdebug.text.marks import (
    BOOKMARK,
    DISABLED,
    EDITED,
    LOGS,
    MEANINGS,
    SOMETIMES,
    STOPS,
    gathered,
    sign,
    strongest,
)
from bpdebug.tui.panes.lines import width_of


def test_they_differ_without_colour_and_take_one_cell() -> None:
    assert len(set(MEANINGS)) == len(MEANINGS) == len(set(MEANINGS.values()))
    assert all(len(each) == width_of(each) == 1 for each in MEANINGS)


@pytest.mark.parametrize("tail", ["", "once", "hit % 2", "if w7 < 1", 'log "w7"'])
def test_what_is_disabled_says_so_whatever_it_would_do(tail: str) -> None:
    assert sign(replace(parse_breakpoint(f"w7 {tail}"), enabled=False)) == DISABLED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w7", STOPS),
        ("w7 read once", STOPS),
        ("w7 if w7 < 1", SOMETIMES),
        ("w7 hit % 2", SOMETIMES),
        ("w7 ignore 2", SOMETIMES),
        ('w7 log "w7"', LOGS),
        ('w7 if w7 < 1 log "w7"', LOGS),
    ],
)
def test_what_does_not_stop_is_told_from_what_stops(text: str, expected: str) -> None:
    assert sign(parse_breakpoint(text)) == expected


def test_the_most_insistent_is_shown() -> None:
    order = (STOPS, SOMETIMES, LOGS, DISABLED, EDITED, BOOKMARK)
    assert tuple(MEANINGS) == order
    for one, other in permutations(order, 2):
        assert strongest((one, other)) == min(one, other, key=order.index)
    assert strongest(()) == ""


def test_marks_are_gathered_by_place() -> None:
    found = gathered([("w7", DISABLED), ("w8", LOGS), ("w7", SOMETIMES), ("w7", LOGS)])
    assert found == {"w7": SOMETIMES, "w8": LOGS}
