"""Everything that is checked, as one report: figures, derivations, gradients, diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Generator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from bpdebug.checks.derivations.derivation import Slopes, checking_derivation
from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.findings import DerivationCheck, Unread
from bpdebug.checks.diagnosis.causes import Diagnosis
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, compare
from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.gradients.sampling import GradientChecks
from bpdebug.checks.limit import Limit
from bpdebug.checks.quiet import quiet
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Figures from one place, `what was typed in` or a file, which are diagnosed by themselves;
    the name is empty for those of the session.

    `notes` are what was assumed to read them, a sentence each.

    Without `explains` they say what should come out of a run in which a mistake is planted, and
    nobody has to find out why they do not.
    """

    name: str
    figures: tuple[Figure, ...]
    explains: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is to be checked: figures, hand derivations, and the gradients of an iteration.

    `derivations` are equations, `dE/db1 = …`; they are judged with the numbers of `iteration`.
    `causes` says whether to look for what gives figures that are wrong. `set_aside` is how many
    figures of the session are not judged, for they belong to the run without edits.
    """

    iteration: int = 1
    sources: tuple[FigureSource, ...] = ()
    derivations: tuple[str, ...] = ()
    gradients: bool = True
    causes: bool = True
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Against:
    """The figures of a source, compared, and with their diagnosis: None if no figure is wrong, or
    if none was wanted.
    """

    source: FigureSource
    comparisons: tuple[FigureComparison, ...]
    diagnosis: Diagnosis | None = None

    @property
    def has_wrong(self) -> bool:
        """Whether a figure is wrong: one that is off by rounding on the way is not."""
        return any(each.is_wrong for each in self.comparisons)


_NO_GRADIENTS = GradientChecks((), (), 0)


class Ended(StrEnum):
    """Why there is less in a report than was asked for."""

    NOT = ""
    SECONDS = "the time was up"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What came out, of which `program`; `unread` are the derivations that could not be checked.

    `edited` names what was given another value in the middle of the iteration. `ended` says why
    something was left out: gradients, derivations, or ways of making mistakes.
    """

    program: Program
    request: CheckRequest
    against: tuple[Against, ...] = ()
    derivations: tuple[DerivationCheck, ...] = ()
    unread: tuple[Unread, ...] = ()
    gradients: GradientChecks = _NO_GRADIENTS
    ended: Ended = Ended.NOT
    edited: tuple[str, ...] = ()

    @property
    def comparisons(self) -> tuple[FigureComparison, ...]:
        """All figures beside their true values."""
        return tuple(c for each in self.against for c in each.comparisons)

    def __repr__(self) -> str:
        figures = sum(each.is_wrong for each in self.comparisons)
        derivations = sum(not each.ok for each in self.derivations)
        return (
            f"<iteration {self.request.iteration}, wrong: "
            f"{len(self.gradients.wrong)} of {self.gradients.total} gradients, "
            f"{figures} of {len(self.comparisons)} figures, "
            f"{derivations} of {len(self.derivations)} derivations>"
        )

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong: rounding on the way is not, nor is what cannot be checked."""
        return (
            self.gradients.ok
            and not any(each.has_wrong for each in self.against)
            and all(each.ok for each in self.derivations)
        )


Known = MutableMapping[object, Against]
"""Figures that were compared and diagnosed before, by what that depends on."""


@quiet
def reporting(
    debugger: DebuggerState,
    request: CheckRequest,
    limit: Limit | None = None,
    tell: Callable[[CheckReport], None] = lambda _: None,
    remembered: RememberedChecks | None = None,
    known: Known | None = None,
) -> Generator[Progress, None, CheckReport]:
    """Check what is wanted, what takes longest last: the figures, hand derivations, gradients, then
    what may have gone wrong.

    `tell` hears what is known before causes are looked for, and what is found then. When the limit
    is over, what was found is the report; but figures are compared to the end. What is `remembered`
    and `known` is not done again, and what is found is put there. Raises FigureError for a figure
    of an iteration that is not there.
    """
    limit, remembered = limit or Limit(), remembered or RememberedChecks()
    known = {} if known is None else known
    program, iteration = debugger.program, request.iteration
    keys = [(program, debugger.here.edits, source) for source in request.sources]
    against = []
    for key, source in zip(keys, request.sources, strict=True):
        compared = known.get(key)
        if compared is None:
            found = yield from compare(debugger, source.figures)
            compared = Against(source, found if source.explains else tuple(map(_bare, found)))
        against.append(compared)
    end = Position(iteration * program.operations)
    yield from debugger.approach(Stop(Reason.GO_TO, end), debugger.history)
    start, _ = memories(debugger.history, iteration)
    derivations, unread = yield from checking_derivations(
        program, start, request.derivations, limit
    )
    edited = _edited_on_the_way(debugger, iteration)
    report = CheckReport(program, request, tuple(against), derivations, unread, edited=edited)
    if request.gradients:
        view = debugger.history.view(end)
        report = replace(report, gradients=(yield from remembered.checking(view, limit)))
    tell(report)
    if request.causes:
        for place, (key, each) in enumerate(zip(keys, against, strict=True)):
            if key in known or not each.source.explains:
                continue
            hear = partial(_tell_more, tell, report, against, place)
            diagnosis = yield from diagnosing(debugger, each.comparisons, limit, hear)
            against[place] = replace(each, diagnosis=diagnosis)
            if not limit.is_over:
                # At once, so that it is there even if somebody asks for something else meanwhile.
                known[key] = against[place]
        if not limit.is_over:
            # Of what is not asked for any more nothing is kept.
            for old in set(known).difference(keys):
                del known[old]
    ended = Ended.NOT
    if limit.is_over:
        ended = Ended.STOPPED if limit.is_stopped else Ended.SECONDS
    return replace(report, against=tuple(against), ended=ended)


def _bare(compared: FigureComparison) -> FigureComparison:
    """A comparison that does not say from which other figure a wrong one follows, nor why."""
    if not compared.is_wrong:
        return compared
    return replace(compared, verdict=FigureVerdict.DISAGREEMENT, note="")


def _tell_more(
    tell: Callable[[CheckReport], None],
    report: CheckReport,
    against: Sequence[Against],
    place: int,
    diagnosis: Diagnosis,
) -> None:
    """Tell what is known so far, a diagnosis among it that is still going on."""
    found = list(against)
    found[place] = replace(found[place], diagnosis=diagnosis)
    tell(replace(report, against=tuple(found)))


def _edited_on_the_way(debugger: DebuggerState, iteration: int) -> tuple[str, ...]:
    """What is given another value in the middle of an iteration."""
    program = debugger.program
    start, end = (iteration - 1) * program.operations, iteration * program.operations
    slots = [edit.slot for edit in debugger.here.edits if start < edit.operation < end]
    return tuple(dict.fromkeys(map(program.name, slots)))


def checking_derivations(
    program: Program, before: FloatArray, texts: Sequence[str], limit: Limit
) -> Generator[Progress, None, tuple[tuple[DerivationCheck, ...], tuple[Unread, ...]]]:
    """Check hand derivations with the numbers of the iteration that finds the memory `before`.

    Gives the checks of those that can be checked, and the others.
    """
    checks: list[DerivationCheck] = []
    unread: list[Unread] = []
    known = Slopes(program, before) if texts else None
    for number, text in enumerate(texts):
        if limit.is_over:
            unread.append(Unread(number, text, "the checks were stopped early"))
            continue
        try:
            checks.append((yield from checking_derivation(program, before, text, known)))
        except HandDerivationError as error:
            unread.append(Unread(number, text, str(error)))
    return tuple(checks), tuple(unread)
