"""The findings of checks in lines: what comes first, where each leads, what is gathered."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from openings import blog, session_of

from bpdebug.checks.derivations.findings import Unread
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.figures.figure import read_figure
from bpdebug.checks.figures.printed import FigureVerdict, compare
from bpdebug.checks.report import Against, CheckReport, FigureSource
from bpdebug.debugger.state import finish
from bpdebug.program.program import Program
from bpdebug.session.model.asking import Asked, Asking
from bpdebug.text.findings.as_json import report_record
from bpdebug.text.findings.report import findings, report_lines, summary
from bpdebug.text.findings.told import (
    CAUSE,
    DIFFERS,
    FOLLOWS,
    PERHAPS,
    RIGHT,
    ROUNDING,
    UNSURE,
    WRONG,
    ToldFinding,
)


@cache
def checked(name: str) -> tuple[CheckReport, Program]:
    """What a session brings, checked in its first iteration."""
    session = session_of(name)
    program = session.debugger.program
    return finish(Asking(session.part, session.debugger).checking(Asked())), program


def against(name: str, *texts: str, diagnosed: bool = True) -> Against:
    """Figures that somebody types."""
    debugger = session_of(name).debugger
    compared = finish(compare(debugger, [read_figure(debugger.program, text) for text in texts]))
    diagnosis = finish(diagnosing(debugger, compared)) if diagnosed else None
    return Against(FigureSource("typed", tuple(c.figure for c in compared)), compared, diagnosis)


def beside(report: CheckReport, typed: Against) -> CheckReport:
    """The report with figures of another source as well."""
    return replace(report, against=(*report.against, typed))


def shown(lines: list[ToldFinding]) -> list[tuple[str, str, str]]:
    """The marks, subjects and places of lines."""
    return [(str(line.mark), line.subject, line.place) for line in lines]


def test_the_blog_has_the_cause_first_and_what_is_right_gathered() -> None:
    report, program = checked("blog")
    lines = findings(report, program)
    there = "it 1 dE/db1"
    assert shown(lines) == [
        (f"{PERHAPS}", "missing paths", there),
        (f"{WRONG}", "dE/db1 = 0.0008", there),
        (f"{WRONG}", "dE/db1 by hand", there),
        (f"{RIGHT}", "39 figures", ""),
        (f"{RIGHT}", "12 gradients", ""),
    ]
    cause, figure, derivation, figures, gradients = lines
    assert "E → o2 → h1 → b1" in cause.found
    assert figure.found == "it is 0.002388"
    assert "operation 29 of iteration 1" in figure.details[0]
    assert derivation.found.startswith("two of four paths are missing")
    assert len(derivation.details) == 4
    assert len(figures.children) == 39
    assert len(gradients.children) == 12
    assert summary(report) == "2 findings: dE/db1 = 0.0008, dE/db1 by hand"


def test_where_a_mistake_is_planted_figures_differ_and_are_not_wrong() -> None:
    report, program = checked("blog")
    (own,) = report.against
    planted = replace(own, source=replace(own.source, explains=False), diagnosis=None)
    lines = findings(replace(report, against=(planted,)), program)
    assert [(line.mark, line.subject) for line in lines[:2]] == [
        (WRONG, "dE/db1 by hand"),
        (DIFFERS, "dE/db1 = 0.0008"),
    ]
    assert lines[1].found == "comes out as 0.002388"


def test_where_a_mistake_is_planted_all_that_differs_is_counted() -> None:
    report, program = checked("blog")
    following = tuple(replace(each, verdict=FigureVerdict.FOLLOWS) for each in report.comparisons)
    (own,) = report.against
    source = replace(own.source, explains=False)
    of = replace(own, source=source, diagnosis=None, comparisons=following)
    planted = replace(report, against=(of,))
    differing = [line for line in findings(planted, program) if line.mark is DIFFERS]
    assert sum(max(1, len(line.children)) for line in differing) == len(following) == 40
    assert summary(planted).startswith("41 findings: "), "the derivation by hand is one, too"


@pytest.mark.parametrize("name", ["blog", "blog-published", "softmax", "xor"])
def test_every_place_exists_and_is_where_the_element_is_computed(name: str) -> None:
    report, program = checked(name)
    lines = findings(report, program)
    for line in [*lines, *(child for each in lines for child in each.children)]:
        if line.place:
            slot = program.slot_named(line.element)
            assert slot is not None
            assert program.written_at[slot] > 0
            assert line.place.split(maxsplit=2)[2] == line.element
        if line.parameter is not None:
            assert line.element == program.name(program.gradient_slot(line.parameter) or 0)


@pytest.mark.parametrize("name", ["blog", "blog-published", "softmax", "xor"])
def test_nothing_that_was_checked_is_left_out(name: str) -> None:
    report, program = checked(name)
    lines = findings(report, program)
    every = [each for line in lines for each in (line.children or (line,))]
    assert {line.figure for line in every} - {None} == {c.figure for c in report.comparisons}
    assert {line.derivation for line in every} - {None} == set(range(len(report.derivations)))
    gradients = [e.parameter for e in every if e.figure is None and e.derivation is None]
    assert set(gradients) >= {check.slot for check in report.gradients.checks}
    assert report.ok == (summary(report).startswith("nothing is wrong"))
    assert report.ok == all(line.mark in (RIGHT, ROUNDING, UNSURE) for line in lines)


def test_a_derivation_of_its_own_is_told_beside_the_wrong_gradient() -> None:
    report, program = checked("blog-published")
    (line,) = [each for each in findings(report, program) if each.found.startswith("backprop")]
    assert line.mark is WRONG
    assert line.subject == "dE/db1"
    assert any("its own formula" in detail for detail in line.details)


def test_figures_of_another_source_are_diagnosed_by_themselves() -> None:
    report, program = checked("blog")
    typed = against("blog", "dE/dw5 = 0.07614")
    report = beside(report, typed)
    lines = findings(report, program)
    assert lines[0].subject == "dE/dw5 = 0.07614", "what was asked stands first"
    found = {line.subject: line for line in lines}
    assert found["wrong loss"].mark is CAUSE
    assert "cross-entropy" in found["wrong loss"].found
    assert found["wrong loss"].place == "it 1 dE/dw5"
    assert found["wrong loss"].details[-1].startswith("typed: ")
    assert found["dE/dw5 = 0.07614"].mark is WRONG
    assert "dE/dw5 = 0.07614" in summary(report)


@pytest.mark.parametrize(
    ("figures", "precision"),
    [
        # Computed from o1, o2, h1 and h2 as they stand here.
        (
            (
                *("o1 = 0.8896", "o2 = 0.8004", "h1 = 0.9866", "h2 = 0.9950"),
                *("dE/dw7 = 0.07650892", "dE/dw8 = 0.11827734"),
                *("dE/dw9 = 0.07716033", "dE/dw10 = -0.11928437"),
            ),
            "7e-04: as exact as those that agree",
        ),
        # Seven digits are what a float32 has.
        (("dE/dw5 = -0.009919559",), "9e-05, for rounding errors can be as large"),
        (("dE/dw5 = -0.00992",), None),
    ],
)
def test_how_exact_figures_are_taken_to_be_is_said(
    figures: tuple[str, ...], precision: str | None
) -> None:
    report, program = checked("blog")
    own = replace(report, against=(against("blog", *figures),))
    (found,) = [each for each in findings(own, program) if each.mark in (CAUSE, PERHAPS)]
    wanted = [] if precision is None else [f"figures are taken to be right to {precision}"]
    told = [*report_lines(own, 100)], found.details
    assert [[each.strip() for each in lines if "to be right" in each] for lines in told] == [
        wanted,
        wanted,
    ]
    record: Any = report_record(own)["diagnosis"]
    assert (record["precision"] is None) == (precision is None)
    assert precision is None or precision.startswith(f"{record['precision']:.0e}")


@pytest.mark.parametrize(
    ("actions", "subject"),
    [
        (("f", "e w7 0.9"), "w7 edited"),
        (("f", "e w7 0.9", "e w8 0.9"), "w7 and w8 edited"),
        # Before the iteration begins, and when its gradients have been computed.
        (("e w7 0.9",), None),
        (("g dE/db1", "e w7 0.9"), None),
    ],
)
def test_an_edit_on_the_way_is_why_gradients_are_wrong(
    actions: tuple[str, ...], subject: str | None
) -> None:
    debugger = blog(*actions)
    report = finish(Asking(session_of("blog").part, debugger).checking(Asked()))
    lines = [line for line in findings(report, debugger.program) if line.derivation is None]
    wrong = [line.subject for line in lines if line.mark is WRONG]
    printed = [line for line in report_lines(report, 100) if "gradients are off" in line]
    if subject is None:
        assert wrong == printed == []
        return
    assert wrong[0] == subject
    assert "gradients are off" in lines[0].found
    assert set(wrong[1:]) == {f"dE/d{each.name}" for each in report.gradients.wrong}
    assert [line.strip() for line in printed] == [*lines[0].details]


def test_what_follows_and_what_is_given_have_their_lines() -> None:
    report, program = checked("blog")
    typed = against("blog", "h1 = 0.8", "zo1 = 1.9555", "x1 = 5", diagnosed=False)
    lines = findings(beside(report, typed), program)
    found = {line.subject: line for line in lines}
    assert found["x1 = 5"].place == ""
    assert found["h1 = 0.8"].mark is WRONG
    (follows,) = [line for line in lines if line.mark is FOLLOWS]
    assert follows.subject == "zo1 = 1.9555"
    assert "; from x1 = 5" in follows.found
    assert lines.index(follows) > lines.index(found["x1 = 5"])


def test_many_of_a_kind_are_gathered_and_counted() -> None:
    report, program = checked("blog")
    wrong = next(c for c in report.comparisons if c.figure.name == "dE/db1")
    many = tuple(replace(wrong, figure=replace(wrong.figure, text=f"{n}")) for n in range(30))
    (own,) = report.against
    own = replace(own, comparisons=many, diagnosis=None)
    lines = findings(replace(report, against=(own,)), program)
    alone = [line for line in lines if line.mark is WRONG and line.figure is not None]
    (gathered,) = [line for line in lines if line.mark is WRONG and line.children]
    assert len(alone) + len(gathered.children) == 30
    assert gathered.subject == "10 figures"


def test_what_cannot_be_read_keeps_its_number_and_is_no_finding() -> None:
    report, program = checked("blog")
    report = replace(report, unread=(Unread(0, "dE/dq = 1", "there is no q\x1b[2J"),))
    lines = findings(report, program)
    numbers = {line.subject: line.derivation for line in lines if line.derivation is not None}
    assert numbers == {"dE/dq by hand": 0, "dE/db1 by hand": 1}
    (line,) = [each for each in lines if each.mark is UNSURE]
    assert "\x1b" not in line.found
    assert summary(report).endswith("; 1 could not be decided")
