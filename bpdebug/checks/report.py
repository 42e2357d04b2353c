"""Everything that is checked, as one report: gradients, printed figures, derivations, diagnosis."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from bpdebug.checks.derivations.derivation import checking_derivation
from bpdebug.checks.derivations.findings import DerivationCheck, Unread
from bpdebug.checks.derivations.reading import HandDerivationError
from bpdebug.checks.diagnosis.causes import Diagnosis
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import Comparison, Verdict, compare
from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.sampling import GradientChecks, checking_all
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be checked: the gradients of an iteration, figures, and hand derivations.

    `derivations` are equations, `dE/db1 = …`; they are judged with the numbers of `iteration`.
    `explains` says whether to look for what gives figures that are wrong: not where a mistake is
    planted, for there they say what should come out.
    """

    iteration: int = 1
    figures: tuple[Figure, ...] = ()
    derivations: tuple[str, ...] = ()
    explains: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What came out. `diagnosis` is None if no figure is wrong, or if none was wanted; `unread`
    are the derivations that could not be checked. `explains` is as in the request.
    """

    iteration: int
    gradients: GradientChecks
    comparisons: tuple[Comparison, ...]
    derivations: tuple[DerivationCheck, ...]
    diagnosis: Diagnosis | None
    unread: tuple[Unread, ...] = ()
    explains: bool = True

    def __repr__(self) -> str:
        figures = sum(not _right(each) for each in self.comparisons)
        derivations = sum(not each.ok for each in self.derivations)
        return (
            f"<iteration {self.iteration}, wrong: "
            f"{len(self.gradients.wrong)} of {self.gradients.total} gradients, "
            f"{figures} of {len(self.comparisons)} figures, "
            f"{derivations} of {len(self.derivations)} derivations>"
        )

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong: rounding on the way is not, nor is what cannot be checked."""
        return (
            self.gradients.ok
            and all(map(_right, self.comparisons))
            and all(each.ok for each in self.derivations)
        )


def _right(comparison: Comparison) -> bool:
    return comparison.verdict in (Verdict.AGREEMENT, Verdict.ROUNDING)


def reporting(debugger: DebuggerState, request: Request) -> Generator[Progress, None, Report]:
    """Check what is wanted. Raises FigureError for a figure of an iteration that is not there."""
    program = debugger.program
    before, after = memories(debugger.history, request.iteration)
    derivations, unread = yield from checking_derivations(program, before, request.derivations)
    comparisons = yield from compare(debugger, request.figures)
    gradients = yield from checking_all(program, before, after)
    diagnosis = (yield from diagnosing(debugger, comparisons)) if request.explains else None
    return Report(
        request.iteration, gradients, comparisons, derivations, diagnosis, unread, request.explains
    )


def checking_derivations(
    program: Program, before: FloatArray, texts: Sequence[str]
) -> Generator[Progress, None, tuple[tuple[DerivationCheck, ...], tuple[Unread, ...]]]:
    """Check hand derivations with the numbers of the iteration that finds the memory `before`.

    Gives the checks of those that can be checked, and the others.
    """
    checks: list[DerivationCheck] = []
    unread: list[Unread] = []
    for number, text in enumerate(texts):
        try:
            checks.append((yield from checking_derivation(program, before, text)))
        except HandDerivationError as error:
            unread.append(Unread(number, text, str(error)))
    return tuple(checks), tuple(unread)
