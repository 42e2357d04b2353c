"""Checking what the screen asks for, in the iteration that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Generator

from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.limit import Limit
from bpdebug.checks.report import CheckReport
from bpdebug.debugger.state import Progress
from bpdebug.text.findings.report import findings, summary
from bpdebug.tui.checklist import Checklist, Findings


def checking(
    checklist: Checklist,
    iteration: int,
    remembered: RememberedChecks,
    limit: Limit,
    tell: Callable[[Findings], None],
) -> Generator[Progress, None, Findings]:
    """Check everything in an iteration, and search for causes, which may take long; to be carried
    out in a thread. `tell` hears what is known before that.

    What is asked for meanwhile is not checked. Raises FigureError if there is no such iteration.
    """
    moment, program = checklist.moment(iteration), checklist.session.debugger.program

    def found(report: CheckReport) -> Findings:
        return Findings(moment, summary(report), findings(report, program), not report.ended)

    work = checklist.asking.checking(
        moment.asked, limit, lambda report: tell(found(report)), remembered
    )
    return _told(work, found)


def _told(
    work: Generator[Progress, None, CheckReport], found: Callable[[CheckReport], Findings]
) -> Generator[Progress, None, Findings]:
    return found((yield from work))
