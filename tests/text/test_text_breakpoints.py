"""The list of breakpoints as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpdebug.debugger.breakpoints import Breakpoint, parse_breakpoint
from bpdebug.text.run.breakpoint_rows import HEADING, breakpoint_lines


def _list(spec: str, hits: int | None = 0, width: int = 76) -> list[str]:
    breakpoint_ = replace(parse_breakpoint(spec), number=3)
    return [text.rstrip() for text in breakpoint_lines({breakpoint_: hits}, width)[0]]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("w7", "● 3   write     keep  y   w7"),
        ("w7 change once", "● 3   change    del   y   w7"),
        ("dE/dw7 read hit % 10", "◐ 3   read      keep  y   dE/dw7"),
        ("w7 gradient if w7 < 1", "◐ 3   gradient  keep  y   w7"),
        ('w7 log "w7"', "◇ 3   write     log   y   w7"),
        ("phase backward", "● 3   phase     keep  y   phase backward"),
        ("iteration 300", "● 3   iteration keep  y   iteration 300"),
        ("operation 14", "● 3   operation keep  y   operation 14"),
    ],
)
def test_the_first_line_reads_like_gdb_s(spec: str, expected: str) -> None:
    assert _list(spec)[0] == expected


def test_the_heading_stands_over_its_columns() -> None:
    first = _list("w7 write once")[0]
    for word, shown in (("Num", "3"), ("Type", "write"), ("Disp", "del"), ("What", "w7")):
        assert HEADING.index(word) == first.index(shown)


@pytest.mark.parametrize(
    ("spec", "hits", "details"),
    [
        ("w7", 0, []),
        ("w7", 1, ["1 hit from the start of the run to here"]),
        ("w7", 2, ["2 hits from the start of the run to here"]),
        ("w7", None, ["hits so far not counted: that takes long"]),
        ("w7 if w7 < 0.69", 0, ["stop only if w7 < 0.69"]),
        ("w7 hit % 10", 0, ["hit % 10: only hits 10, 20, 30 and so on"]),
        ("w7 hit == 3", 0, ["hit == 3: only hit 3"]),
        ("w7 hit >= 3", 0, ["hit >= 3: only hits from 3 on"]),
        ("w7 hit > 3", 0, ["hit > 3: only hits from 4 on"]),
        ("w7 ignore 3", 0, ["ignores the next 3 hits"]),
        ("w7 ignore 3", 2, ["2 hits from the start of the run to here", "ignores the next 1 hit"]),
        ("w7 ignore 3", 3, ["3 hits from the start of the run to here"]),
        (
            "w7 ignore 3",
            None,
            ["hits so far not counted: that takes long", "ignores the first 3 hits of the run"],
        ),
        (
            'w7 if E > 1 log "E = {E}"',
            0,
            ["write only if E > 1", 'writes "E = {E}" and does not stop'],
        ),
    ],
)
def test_details_in_words(spec: str, hits: int | None, details: list[str]) -> None:
    assert [text.strip() for text in _list(spec, hits)[1:]] == details


def test_what_cannot_be_used_says_why() -> None:
    broken = Breakpoint(1, "w7", condition="w7 <", enabled=False, problem="column 5: the end")
    lines = [text.strip() for text in breakpoint_lines({broken: None}, 76)[0]]
    assert lines[0] == "○ 1   write     keep  n   w7"
    assert lines[1:] == ["cannot be used: column 5: the end", "stop only if w7 <"]


def test_no_condition_is_cut() -> None:
    condition = " and ".join(f"w{number} < {number}" for number in range(1, 11))
    lines = _list(f"w7 if {condition}", width=40)
    assert len(lines) > 3
    assert all(len(text) <= 40 for text in lines)
    assert " ".join(text.strip() for text in lines[1:]) == f"stop only if {condition}"


def test_what_would_move_a_cursor_is_written_out() -> None:
    hostile = Breakpoint(1, "w\x1b[2J", condition="\x9b31m", log="\u202e", problem="\x07")
    text = "".join(breakpoint_lines({hostile: None}, 76)[0])
    assert text.isprintable()
    assert "\\x1b[2J" in text
