"""The checks that the screen asks for: what there is to check, and checking it."""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from bpdebug.checks.derivation_findings import DerivationCheck
from bpdebug.checks.derivation_text import HandDerivationError, read_derivation
from bpdebug.checks.diagnosis import Made, diagnosing
from bpdebug.checks.figures import Figure
from bpdebug.checks.gradients import memories
from bpdebug.checks.hand_derivations import checking_derivation
from bpdebug.checks.paths import Graph
from bpdebug.checks.printed import compare
from bpdebug.checks.remembered import RememberedChecks
from bpdebug.checks.report import Report, Request
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.session.session import Session
from bpdebug.session.to_check import to_check
from bpdebug.text.check_findings import Against, FindingLine, Unread, findings, summary


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of the checks: a summary, and a line for each finding."""

    summary: str
    lines: list[FindingLine]


@dataclass(slots=True)
class Checklist:
    """What is checked besides what the session brings, as long as it is open.

    `typed` are figures that were typed in, `files` those that were loaded, by the name of the
    file; `derivations` are typed equations. `revealed` are planted mistakes that somebody has asked
    for. `last` is what was found last, and what that belongs to; `known` are comparisons by what
    they depend on, so that one more figure is compared quickly.
    """

    session: Session
    typed: list[Figure] = field(default_factory=list)
    files: dict[str, list[Figure]] = field(default_factory=dict)
    derivations: list[str] = field(default_factory=list)
    revealed: tuple[Made, ...] = ()
    last: tuple[object, Checked] | None = None
    known: dict[object, Against] = field(default_factory=dict)

    def wish(self, iteration: int) -> Request:
        """The session's own figures, with all derivations, the typed ones last."""
        own = to_check(self.session.part, self.session.debugger.program, iteration)
        return Request(iteration, own.figures, (*own.derivations, *self.derivations))

    def groups(self) -> dict[str, tuple[Figure, ...]]:
        """The other figures by their source: each may have mistakes of its own."""
        typed = {"what was typed in": self.typed} if self.typed else {}
        return {name: tuple(figures) for name, figures in (typed | self.files).items()}

    def moment(self, iteration: int) -> object:
        """What the findings depend on."""
        edits = self.session.debugger.here.edits
        groups = tuple((name, figures) for name, figures in self.groups().items())
        return iteration, edits, tuple(self.derivations), groups

    def remove(self, line: FindingLine, iteration: int) -> str | None:
        """Take out the figure or the derivation of a line; what it was, None if it stays."""
        if line.figure in self.typed:
            self.typed.remove(line.figure)
            return f"{line.figure.name} = {line.figure.text}"
        for name, figures in self.files.items():
            if line.figure in figures:
                del self.files[name]
                return f"the figures of {name}"
        own = len(self.wish(iteration).derivations) - len(self.derivations)
        if line.derivation is not None and line.derivation >= own:
            return self.derivations.pop(line.derivation - own)
        return None


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


def derivation_problem(session: Session, text: str) -> str | None:
    """Why a typed derivation cannot be checked, None if it can."""
    try:
        read_derivation(Graph(session.debugger.program), text)
    except HandDerivationError as error:
        return str(error)
    return None
