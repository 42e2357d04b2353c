"""What is checked on the screen besides what the session brings, and what was found last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bpdebug.checks.derivations.paths import Graph
from bpdebug.checks.derivations.reading import HandDerivationError, read_derivation
from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.figures.figure import Figure, FigureError, check_iteration, read_figure
from bpdebug.checks.report import Request
from bpdebug.debugger.edits import Edit
from bpdebug.session.errors import SessionError
from bpdebug.session.figure_files import read_figures
from bpdebug.session.session import Session
from bpdebug.session.to_check import to_check
from bpdebug.text.figure_findings import Against
from bpdebug.text.finding_lines import FindingLine
from bpdebug.text.safe import safe

_MOST_TOLD = 8
"""Lines of what is wrong with a file."""


class Moment(NamedTuple):
    """What findings depend on besides the session: the iteration, the edits of the run, typed
    derivations, and figures by where they are from.
    """

    iteration: int
    edits: tuple[Edit, ...]
    derivations: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of the checks: a summary, and a line for each finding; and whether the cause of
    wrong figures was searched for.
    """

    moment: Moment
    summary: str
    lines: list[FindingLine]
    searched: bool


@dataclass(slots=True)
class Checklist:
    """What is checked besides what the session brings, as long as it is open.

    `typed` are figures that were typed in, `files` those that were loaded, by the file;
    `derivations` are typed equations. `revealed` are planted mistakes that somebody has asked for.
    `last` is what was found last; `known` are comparisons by what they depend on, so that one more
    figure is compared quickly.
    """

    session: Session
    typed: list[Figure] = field(default_factory=list)
    files: dict[Path, list[Figure]] = field(default_factory=dict)
    derivations: list[str] = field(default_factory=list)
    revealed: tuple[Made, ...] = ()
    last: Findings | None = None
    known: dict[object, Against] = field(default_factory=dict)

    def wish(self, iteration: int) -> Request:
        """The session's own figures, with all derivations, the typed ones last."""
        own = to_check(self.session.part, self.session.debugger.program, iteration)
        derivations = (*own.derivations, *self.derivations)
        return Request(iteration, own.figures, derivations, own.explains)

    def _groups(self) -> dict[str, tuple[Figure, ...]]:
        """The other figures by their source: each may have mistakes of its own."""
        typed = {"what was typed in": self.typed} if self.typed else {}
        files = {_short_name(path, self.files): each for path, each in self.files.items()}
        return {name: tuple(figures) for name, figures in (typed | files).items()}

    def moment(self, iteration: int) -> Moment:
        """What the findings in an iteration depend on."""
        edits = self.session.debugger.here.edits
        return Moment(iteration, edits, tuple(self.derivations), tuple(self._groups().items()))

    def remove(self, line: FindingLine, iteration: int) -> str | None:
        """Take out the figure or the derivation of a line; what it was, None if it stays."""
        chosen = None if line.figure is None else line.figure.written
        for figure in self.typed:
            if figure.written == chosen:
                self.typed.remove(figure)
                return f"{figure.name} = {figure.text}"
        for path, figures in self.files.items():
            if any(figure.written == chosen for figure in figures):
                name = _short_name(path, self.files)
                del self.files[path]
                return f"the figures of {name}"
        own = len(self.wish(iteration).derivations) - len(self.derivations)
        if line.derivation is not None and line.derivation >= own:
            return self.derivations.pop(line.derivation - own)
        return None

    # Adding; each says why it cannot be done

    def add_figure(self, text: str, iteration: int) -> str | None:
        """Check a typed figure, of that iteration if it does not say another; it replaces an
        earlier one for the same.
        """
        debugger = self.session.debugger
        try:
            figure = read_figure(debugger.program, text, iteration=iteration)
            check_iteration(debugger, figure.iteration)
        except FigureError as error:
            return safe(str(error))
        place = (figure.slot, figure.iteration)
        others = [each for each in self.typed if (each.slot, each.iteration) != place]
        self.typed = [*others, figure]
        return None

    def add_derivation(self, text: str) -> str | None:
        """Check a typed derivation."""
        try:
            read_derivation(Graph(self.session.debugger.program), text)
        except HandDerivationError as error:
            return safe(str(error))
        if text not in self.derivations:
            self.derivations.append(text)
        return None

    def add_file(self, text: str, iteration: int) -> str | None:
        """Check the figures of a file, of that iteration if it does not say another."""
        if not text:
            return "a file name is needed"
        debugger = self.session.debugger
        try:
            path = Path(text).expanduser()
            found = read_figures(path, debugger.program, iteration)
            for each in {figure.iteration for figure in found}:
                check_iteration(debugger, each)
            self.files[path.resolve()] = found
        except (SessionError, FigureError, RuntimeError, OSError) as error:
            return safe("\n".join(str(error).splitlines()[:_MOST_TOLD]))
        return None


def _short_name(path: Path, others: Collection[Path]) -> str:
    """The name of a file, with as many of its folders as tell it from the others."""
    for count in range(1, len(path.parts)):
        end = path.parts[-count:]
        if all(each == path or each.parts[-count:] != end for each in others):
            return "/".join(end)
    return str(path)
