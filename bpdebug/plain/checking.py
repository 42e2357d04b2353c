"""Checks: of what the session brings, of a figure, of a derivation by hand."""

from __future__ import annotations

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.figures.figure import FigureError
from bpdebug.checks.limit import SECONDS, Limit
from bpdebug.checks.report import Ended, FigureSource
from bpdebug.debugger.state import Progress, finish
from bpdebug.plain.answers import Answer, CommandError
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.session.model.asking import TYPED, Asked, Asking
from bpdebug.text.findings.as_json import report_record
from bpdebug.text.findings.report import report_lines

_WIDTH = 100


def check(debugging: LineDebugger, text: str) -> Answer:
    """Check the iteration: what the session brings, or `dE/dw5 = 0.0761`, `dE/db1 = dE/do1*…`.

    Ctrl+C ends it, and what was found by then is told.
    """
    debugger = debugging.debugger
    if debugger.question is not None:
        raise CommandError(
            "the checks would show a covered result; uncover shows it, answer answers it"
        )
    limit = Limit(SECONDS)

    def see(progress: Progress) -> None:
        debugging.see(progress)
        if debugging.enough():
            limit.stop()

    asking = Asking(debugging.session.part, debugger)
    try:
        asked = _asked(asking, text, debugger.view.iteration)
        report = finish(asking.checking(asked, limit), see)
    except (FigureError, HandDerivationError) as error:
        raise CommandError(str(error)) from error
    verdict = "Nothing is wrong." if report.ok else "Something is wrong: see above."
    return Answer(
        (*report_lines(report, _WIDTH), verdict),
        {"report": report_record(report)},
        found=not report.ok,
        interrupted=report.ended is Ended.STOPPED,
    )


def _asked(asking: Asking, text: str, iteration: int) -> Asked:
    """Raises FigureError or HandDerivationError."""
    if not text:
        return Asked(iteration)
    _, found, value = text.partition("=")
    if not found:
        raise CommandError(
            "write a figure, check dE/dw5 = 0.0761, or a derivation, check dE/db1 = dE/do1*do1/db1"
        )
    if _is_number(value):
        figure = asking.figure(text, iteration)
        return Asked(iteration, (FigureSource(TYPED, (figure,)),))
    return Asked(iteration, derivations=(asking.derivation(text),))


def _is_number(text: str) -> bool:
    try:
        float(text.partition("@")[0])
    except ValueError:
        return False
    return True
