"""What somebody asks to be checked in a session, and the one way in which it is done: the command
line, Python and the screen ask here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bpdebug.checks.derivations.paths import Graph
from bpdebug.checks.derivations.reading import read_derivation
from bpdebug.checks.figures.figure import Figure, check_iteration, read_figure
from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.checks.limit import Limit
from bpdebug.checks.report import Known, Report, Request, Source, reporting
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.session.deltas import Styles
from bpdebug.session.figure_files import figures_of, read_figures
from bpdebug.session.format import SessionPart
from bpdebug.session.to_check import derivations_of, printed_figures

TYPED = "what was typed in"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks, of an iteration: figures of one or several sources, derivations.

    If neither is asked, it is what the session brings. `gradients` asks for those of the iteration
    as well, and `causes` for what may have gone wrong.
    """

    iteration: int = 1
    sources: tuple[Source, ...] = ()
    derivations: tuple[str, ...] = ()
    gradients: bool = False
    causes: bool = True

    @property
    def is_own(self) -> bool:
        """Whether anything but what the session brings is asked."""
        return bool(self.sources or self.derivations)


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

    def file(self, path: Path, iteration: int) -> tuple[Figure, ...]:
        """The figures of a file."""
        return self._figures(lambda debugger: read_figures(path, debugger.program, iteration))

    def values(self, values: Mapping[str, object], iteration: int) -> tuple[Figure, ...]:
        """Figures by name."""
        return self._figures(lambda debugger: figures_of(values, debugger.program, iteration))

    def _figures(self, read: Callable[[Debugger], Sequence[Figure]]) -> tuple[Figure, ...]:
        found = tuple(self._styles.read(read))
        for iteration in {figure.iteration for figure in found}:
            check_iteration(self._styles.own, iteration)
        return found

    def derivation(self, text: str) -> str:
        """A derivation that can be read. Raises HandDerivationError."""
        read_derivation(Graph(self._styles.own.program), text)
        return text

    # Checking

    def checking(
        self,
        asked: Asked,
        limit: Limit | None = None,
        tell: Callable[[Report], None] = lambda _: None,
        remembered: RememberedChecks | None = None,
    ) -> Generator[Progress, None, Report]:
        """Check what is asked; `tell` hears what is known before causes are looked for.

        It is carried out on states of its own, so it may run in a thread. Raises FigureError, at
        once, for an iteration that is not there, or for figures that no style has together.
        """
        debugger, request = self._request(asked)
        apart: DebuggerState = copy.copy(debugger)
        apart.history = debugger.history.with_edits(debugger.here.edits)
        return reporting(apart, request, limit, tell, remembered, self._known)

    def request(self, asked: Asked) -> Request:
        """What is asked, or what the session brings. Raises FigureError."""
        return self._request(asked)[1]

    def _request(self, asked: Asked) -> tuple[Debugger, Request]:
        check_iteration(self._styles.own, asked.iteration)
        if not asked.is_own:
            return self._styles.own, self._of_session(asked)
        names = [figure.name for source in asked.sources for figure in source.figures]
        debugger = self._styles.fitting(names)
        sources = tuple(_in_run(source, debugger) for source in asked.sources)
        return debugger, Request(
            asked.iteration, sources, asked.derivations, asked.gradients, asked.causes
        )

    def _of_session(self, asked: Asked) -> Request:
        """What a session prints and derives; what it uses is checked as well.

        Printed figures belong to the run without edits: those of edited iterations are set aside.
        Where a mistake is planted they are the right ones: there is nothing to explain.
        """
        debugger, part = self._styles.own, self._part
        printed = printed_figures(debugger.program, part.printed)
        edits = debugger.here.edits
        if edits:
            first = min(debugger.program.locate(edit.operation + 1)[0] for edit in edits)
            valid = [figure for figure in printed if figure.iteration < first]
        else:
            valid = printed
        sources = (Source("", tuple(valid), explains=not part.planted),) if valid else ()
        return Request(
            asked.iteration,
            sources,
            derivations_of(part),
            causes=asked.causes,
            set_aside=len(printed) - len(valid),
        )


def _in_run(source: Source, debugger: Debugger) -> Source:
    """The figures in the places that they have in a run."""
    figures = []
    for figure in source.figures:
        slot = debugger.program.slot_named(figure.name)
        assert slot is not None
        figures.append(replace(figure, slot=slot))
    return replace(source, figures=tuple(figures))
