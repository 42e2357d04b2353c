"""Checking what the screen asks for, in the iteration that is looked at."""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence

from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.report import Report, Request, checking_derivations
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.text.check_findings import findings, summary
from bpdebug.text.figure_findings import Against
from bpdebug.tui.checklist import Checklist, Findings, Moment


def checking(
    debugger: DebuggerState,
    checklist: Checklist,
    iteration: int,
    remembered: RememberedChecks,
    searches: bool = True,
) -> Generator[Progress, None, Findings]:
    """Check everything in an iteration, and search for causes, which may take long; to be carried
    out in a thread.

    The states of the run are computed apart from those that the screen shows, and what is asked
    for meanwhile is not checked. Raises FigureError if there is no such iteration as a figure asks
    for.
    """
    apart = copy.copy(debugger)
    apart.history = debugger.history.with_edits(debugger.here.edits)
    wish, moment = checklist.wish(iteration), checklist.moment(iteration)
    return _checking(apart, checklist, wish, moment, remembered, searches)


def _checking(
    debugger: DebuggerState,
    checklist: Checklist,
    wish: Request,
    moment: Moment,
    remembered: RememberedChecks,
    searches: bool,
) -> Generator[Progress, None, Findings]:
    program = debugger.program
    end = Position(wish.iteration * program.operations)
    yield from debugger.approach(Stop(Reason.GO_TO, end), debugger.history)
    gradients = yield from remembered.checking(debugger.history.view(end))
    before, _ = memories(debugger.history, wish.iteration)
    derivations, unread = yield from checking_derivations(program, before, wish.derivations)
    known: dict[object, Against] = {}
    found = []
    for source, figures in (("", wish.figures), *moment.groups):
        key = moment.edits, source, figures
        against = checklist.known.get(key)
        if against is None:
            # What a session prints need not be explained where a mistake is planted.
            explains = bool(source) or wish.explains
            against = yield from _comparing(debugger, source, figures, explains and searches)
        if searches:
            # At once, so that it is there even if somebody asks for something else meanwhile.
            checklist.known[key] = known[key] = against
        found.append(against)
    if searches:
        # Of what is not asked for any more nothing is kept.
        checklist.known = known
    own, *others = found
    report = Report(
        wish.iteration,
        gradients,
        own.comparisons,
        derivations,
        own.diagnosis,
        unread,
        wish.explains,
    )
    lines = findings(report, program, others)
    return Findings(moment, summary(report, others), lines, searches)


def _comparing(
    debugger: DebuggerState, source: str, figures: Sequence[Figure], explains: bool
) -> Generator[Progress, None, Against]:
    """Figures of one source, with their diagnosis if that is wanted."""
    compared = yield from compare(debugger, figures)
    diagnosis = (yield from diagnosing(debugger, compared)) if explains else None
    return Against(source, compared, diagnosis)
