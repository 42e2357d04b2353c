"""Checking what the screen asks for, in the iteration that is looked at."""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence

from bpdebug.checks.derivations.derivation import checking_derivation
from bpdebug.checks.derivations.findings import DerivationCheck
from bpdebug.checks.derivations.reading import HandDerivationError
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.report import Report, Request
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.text.check_findings import Unread, findings, summary
from bpdebug.text.figure_findings import Against
from bpdebug.tui.checklist import Checked, Checklist


def checking(
    debugger: DebuggerState, checklist: Checklist, iteration: int, remembered: RememberedChecks
) -> Generator[Progress, None, Checked]:
    """Check everything in an iteration; to be carried out in a thread.

    The states of the run are computed apart from those that the screen shows. Raises FigureError
    if there is no such iteration as a figure asks for.
    """
    apart = copy.copy(debugger)
    apart.history = debugger.history.with_edits(debugger.here.edits)
    groups = [("", checklist.wish(iteration).figures), *checklist.groups().items()]
    return _checking(apart, checklist, groups, checklist.wish(iteration), remembered)


def _checking(
    debugger: DebuggerState,
    checklist: Checklist,
    groups: Sequence[tuple[str, tuple[Figure, ...]]],
    wish: Request,
    remembered: RememberedChecks,
) -> Generator[Progress, None, Checked]:
    program = debugger.program
    end = Position(wish.iteration * program.operations)
    yield from debugger.approach(Stop(Reason.GO_TO, end), debugger.history)
    gradients = yield from remembered.checking(debugger.history.view(end))
    before, _ = memories(debugger.history, wish.iteration)
    derivations: list[DerivationCheck] = []
    unread = []
    for number, text in enumerate(wish.derivations):
        try:
            derivations.append((yield from checking_derivation(program, before, text)))
        except HandDerivationError as error:
            unread.append(Unread(number, text, str(error)))
    found = []
    for source, figures in groups:
        key = debugger.here.edits, source, figures
        if key not in checklist.known:
            # What a session prints is right where a mistake is planted: there is none to find.
            is_wanted = bool(source) or not checklist.session.part.planted
            checklist.known[key] = yield from _comparing(debugger, source, figures, is_wanted)
        found.append(checklist.known[key])
    own, *others = found
    report = Report(wish.iteration, gradients, own.comparisons, tuple(derivations), own.diagnosis)
    lines = findings(report, program, others, unread)
    return Checked(summary(report, others, unread), lines)


def _comparing(
    debugger: DebuggerState, source: str, figures: Sequence[Figure], is_wanted: bool
) -> Generator[Progress, None, Against]:
    """Figures of one source, with their diagnosis if that is wanted."""
    compared = yield from compare(debugger, figures)
    diagnosis = (yield from diagnosing(debugger, compared)) if is_wanted else None
    return Against(source, compared, diagnosis)
