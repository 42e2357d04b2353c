"""A report of checks as people read it: printed part by part, or as a list of findings to go to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpdebug.checks.report import CheckReport, Ended
from bpdebug.program.program import Program
from bpdebug.text.findings import looks, printed
from bpdebug.text.findings.derivations import DerivationsPart
from bpdebug.text.findings.diagnosis import CausesPart
from bpdebug.text.findings.gradients import GradientsPart
from bpdebug.text.findings.printed import FiguresPart, SetAsidePart
from bpdebug.text.findings.told import (
    UNSURE,
    WORST_FIRST,
    Part,
    ToldFinding,
    no_telling,
    number_of,
)
from bpdebug.text.safe import safe

_MOST_NAMED = 3


def _parts(report: CheckReport, program: Program) -> Iterator[Part]:
    """What is known before causes are looked for: what was asked stands first."""
    asked = report.request
    for against in report.against:
        yield FiguresPart(against, program, is_one_of_many=len(report.against) > 1)
    if asked.set_aside:
        yield SetAsidePart(asked.set_aside)
    if report.derivations or report.unread:
        yield DerivationsPart(report.derivations, report.unread, asked.iteration, program)
    if asked.gradients:
        yield GradientsPart(report.gradients, asked.iteration, program, report.edited)


def _cause_parts(report: CheckReport, program: Program) -> Iterator[Part]:
    """What may have gone wrong, and whether it was all that was wanted."""
    for against in report.against:
        if against.diagnosis is not None:
            many = len(report.against) > 1
            yield CausesPart(against, against.diagnosis, program, is_one_of_many=many)
    if report.ended:
        yield EndedPart(report.ended)


@dataclass(frozen=True, slots=True)
class EndedPart(Part):
    """Why there is less than was asked for."""

    ended: Ended

    def printed(self, width: int) -> Iterator[str]:
        yield f"Not everything was checked: {self.ended}."

    def findings(self) -> Iterator[ToldFinding]:
        yield ToldFinding(UNSURE, "not all checked", str(self.ended))


def report_lines(report: CheckReport, width: int) -> Iterator[str]:
    """Everything that was checked, part by part."""
    yield from first_lines(report, width)
    yield from look_lines(report)
    yield from cause_lines(report, width)


def first_lines(report: CheckReport, width: int) -> Iterator[str]:
    """What is known before causes are looked for."""
    return _printed(_parts(report, report.program), width)


def look_lines(report: CheckReport) -> Iterator[str]:
    """What is seen at wrong figures, before causes are known."""
    for each in report.against:
        if each.diagnosis is not None and each.diagnosis.looks:
            yield "First look"
            yield from (f"  {line}" for line in looks.look_lines(each.diagnosis.looks))


def cause_lines(report: CheckReport, width: int) -> Iterator[str]:
    """What may have gone wrong."""
    return _printed(_cause_parts(report, report.program), width)


def _printed(told: Iterable[Part], width: int) -> Iterator[str]:
    for part in told:
        if part.heading:
            yield part.heading
        indent = "  " if part.heading else ""
        yield from (f"{indent}{line}" for line in part.printed(width - len(indent)))


def verdict_lines(report: CheckReport) -> Iterator[str]:
    """What is right and what is wrong, without anything of what would be right."""
    yield from printed.verdict_lines(report.comparisons)
    for check in report.derivations:
        yield f"{safe(check.title)} by hand: {check.verdict}"
    for unread in report.unread:
        yield f"{safe(unread.text)}: {safe(unread.reason)}"
    if not report.gradients.ok:
        names = [f"d{report.program.model.loss}/d{each.name}" for each in report.gradients.wrong]
        shown = safe(", ".join(names[:_MOST_NAMED])) + (", …" if names[_MOST_NAMED:] else "")
        yield f"gradients of the session{f' ({shown})' if shown else ''}: wrong"


def findings(report: CheckReport, program: Program) -> list[ToldFinding]:
    """Likely causes first, then what is wrong, then what is right; but what somebody has asked
    about stands before all else.

    `program` is the one whose operations are to be gone to.
    """
    told = list(_parts(report, program))
    causes = [finding for part in _cause_parts(report, program) for finding in part.findings()]
    asked = _worst_first(part for part in told if part.is_asked)
    return [*asked, *causes, *_worst_first(part for part in told if not part.is_asked)]


def _worst_first(told: Iterable[Part]) -> list[ToldFinding]:
    found = [finding for part in told for finding in part.findings()]
    return sorted(found, key=lambda finding: WORST_FIRST.index(finding.mark))


def summary(report: CheckReport) -> str:
    """How many findings there are and of what, or what was checked if nothing is wrong."""
    told = list(_parts(report, report.program))
    wrong = [each for part in told for each in part.wrong()]
    tail = no_telling(sum(part.unsure() for part in told))
    if not wrong:
        checked = ", ".join(filter(None, (part.checked() for part in told)))
        return f"nothing is wrong: {checked or 'nothing to check'}{tail}"
    named = ", ".join(wrong[:_MOST_NAMED]) + (", …" if len(wrong) > _MOST_NAMED else "")
    return f"{number_of(len(wrong), 'finding')}: {named}{tail}"
