"""What somebody asks to be checked in a session, and the one way in which it is done: the command
line, Python and the screen ask here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.paths import PathGraph
from bpdebug.checks.derivations.reading import read_derivation, read_formulas
from bpdebug.checks.figures.figure import Figure, check_iteration, read_figure
from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.limit import Limit
from bpdebug.checks.report import CheckReport, CheckRequest, FigureSource, Known, reporting
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Program
from bpdebug.session.data.figures import figures_of, pasted_figures, read_figures
from bpdebug.session.data.meaning.taking import Taken, Taking
from bpdebug.session.file.format import SessionPart
from bpdebug.session.model.deltas import Styles
from bpdebug.session.model.to_check import derivations_of, printed_figures

TYPED = "what was typed in"
PASTED = "what was pasted"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks, of an iteration: figures of one or several sources, derivations.

    If neither is asked, it is what the session brings. `gradients` asks for those of the iteration
    as well, and `causes` for what may have gone wrong.
    """

    iteration: int = 1
    sources: tuple[FigureSource, ...] = ()
    derivations: tuple[str, ...] = ()
    gradients: bool = False
    causes: bool = True

    @property
    def is_open(self) -> bool:
        """Whether nothing is named, so that what the session brings is asked."""
        return not self.sources and not self.derivations


class Asking:
    """Reads what is asked of a session, in whichever style has an operation for it, and checks it.

    What was checked before is known.
    """

    def __init__(self, part: SessionPart, debugger: Debugger) -> None:
        self._part = part
        self._styles = Styles(part, debugger)
        self._known: Known = {}

    # Reading; all raise FigureError or SessionError

    def figure(self, text: str, iteration: int) -> Figure:
        """The figure that somebody types, of that iteration if it does not say another."""

        def read(debugger: Debugger) -> Figure:
            found = read_figure(debugger.program, text, iteration=iteration)
            check_iteration(debugger, found.iteration)
            return found

        return self._styles.read(read)

    def file(self, path: Path, iteration: int, taking: Taking | None = None) -> FigureSource:
        """The figures of a file."""
        return self._source(
            path.name, lambda debugger: read_figures(path, debugger, iteration, taking)
        )

    def values(
        self, values: Mapping[str, object], iteration: int, taking: Taking | None = None
    ) -> FigureSource:
        """Figures by name."""
        return self._source(TYPED, lambda debugger: figures_of(values, debugger, iteration, taking))

    def pasted(self, text: str, iteration: int, taking: Taking | None = None) -> FigureSource:
        """The figures of a text as people have it: arrays, tables, lines."""
        return self._source(
            PASTED, lambda debugger: pasted_figures(text, debugger, iteration, taking)
        )

    def _source(self, name: str, read: Callable[[Debugger], Taken]) -> FigureSource:
        taken = self._styles.read(read)
        for iteration in {figure.iteration for figure in taken.figures}:
            check_iteration(self._styles.own, iteration)
        return FigureSource(name, tuple(taken.figures), notes=taken.notes)

    def derivation(self, text: str) -> str:
        """A derivation that can be read. Raises HandDerivationError."""
        graph = PathGraph(self._styles.own.program)
        equation, formulas = read_formulas(graph, text)
        for formula in formulas[:1]:
            equation = next(formula.elements(graph.program))
        read_derivation(graph, equation)
        return text

    def by_element(self, text: str) -> dict[str, str]:
        """A derivation as sessions use it: a formula for each element, by what it is for.

        Raises HandDerivationError, also if a formula is longer than a session may have it.
        """
        graph = PathGraph(self._styles.own.program)
        _, formulas = read_formulas(graph, text)
        if not formulas:
            name, _, formula = (part.strip() for part in text.partition("="))
            return {name: formula}
        found = {}
        for equation in formulas[0].elements(graph.program):
            name, formula = to_text(equation.target), to_text(equation.value)
            try:
                parse_expression(formula)
            except NotationError as error:
                raise HandDerivationError(f"too long for a session: {error}") from error
            found[name] = formula
        return found

    # Checking

    def checking(
        self,
        asked: Asked,
        limit: Limit | None = None,
        tell: Callable[[CheckReport], None] = lambda _: None,
        remembered: RememberedChecks | None = None,
    ) -> Generator[Progress, None, CheckReport]:
        """Check what is asked; `tell` hears what is known before causes are looked for.

        It is carried out on states of its own, of the run as it stands at the call, so it may run
        in a thread. Raises FigureError for an iteration that is not there, or for figures that no
        style has together.
        """
        return self._checking(_apart(self._styles.own), asked, limit, tell, remembered)

    def _checking(
        self,
        own: DebuggerState,
        asked: Asked,
        limit: Limit | None,
        tell: Callable[[CheckReport], None],
        remembered: RememberedChecks | None,
    ) -> Generator[Progress, None, CheckReport]:
        debugger, request = self._request(own, asked)
        return (yield from reporting(debugger, request, limit, tell, remembered, self._known))

    def derivations(self, asked: Asked) -> tuple[str, ...]:
        """Those that are checked, in their order."""
        return derivations_of(self._part) if asked.is_open else asked.derivations

    def _request(self, own: DebuggerState, asked: Asked) -> tuple[DebuggerState, CheckRequest]:
        check_iteration(own, asked.iteration)
        if asked.is_open:
            return own, self._of_session(own, asked)
        debugger, sources = own, asked.sources
        fitting = self._styles.fitting(f.name for source in sources for f in source.figures)
        if fitting is not self._styles.own:
            debugger = _apart(fitting)
            sources = tuple(_in_run(source, fitting.program) for source in sources)
        if own.judge is not None:
            # What makes the run into these figures would be the answer.
            sources = tuple(replace(source, explains=False) for source in sources)
        return debugger, CheckRequest(
            asked.iteration, sources, asked.derivations, asked.gradients, asked.causes
        )

    def _of_session(self, own: DebuggerState, asked: Asked) -> CheckRequest:
        """What a session prints and derives; what it uses is checked as well.

        Printed figures belong to the run without edits: those of edited iterations are set aside.
        Where a mistake is planted they are the right ones: there is nothing to explain.
        """
        part, program = self._part, own.program
        printed = printed_figures(program, part.printed)
        edited = [program.locate(edit.operation + 1)[0] for edit in own.here.edits]
        first = min(edited, default=own.iterations + 1)
        valid = tuple(f for f in printed if f.iteration < first)
        sources = (FigureSource("", valid, explains=not part.planted),) if valid else ()
        return CheckRequest(
            asked.iteration,
            sources,
            derivations_of(part),
            causes=asked.causes,
            set_aside=len(printed) - len(valid),
        )


def _apart(debugger: DebuggerState) -> DebuggerState:
    """The same run with states of its own."""
    apart = copy.copy(debugger)
    apart.history = debugger.history.with_edits(debugger.here.edits)
    return apart


def _in_run(source: FigureSource, program: Program) -> FigureSource:
    """The figures in the places that they have in a program."""
    figures = []
    for figure in source.figures:
        slot = program.slot_named(figure.name)
        assert slot is not None
        figures.append(replace(figure, slot=slot))
    return replace(source, figures=tuple(figures))
