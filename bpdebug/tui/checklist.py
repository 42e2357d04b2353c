"""What is checked on the screen besides what the session brings, and what was found last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.figures.figure import Figure, FigureError
from bpdebug.checks.report import FigureSource
from bpdebug.debugger.edits import Edit
from bpdebug.session.file.errors import SessionError
from bpdebug.session.model.asking import TYPED, Asked, Asking
from bpdebug.session.session import Session
from bpdebug.text.findings.told import ToldFinding
from bpdebug.text.safe import safe

_MOST_TOLD = 8
"""Lines of what is wrong with a file."""


class Moment(NamedTuple):
    """What findings depend on besides the session: what is asked, and the edits of the run."""

    asked: Asked
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of the checks: a summary, and a line for each finding; and whether they came to
    their end.
    """

    moment: Moment
    summary: str
    lines: list[ToldFinding]
    is_whole: bool


@dataclass(slots=True)
class Checklist:
    """What is asked about the session, as long as it is open.

    `typed` are figures that were typed in, `pasted` those of pasted texts, `files` those that were
    loaded, by the file;
    `derivations` are typed equations. `revealed` are planted mistakes that somebody has asked for.
    `last` is what was found last. What `asking` has compared it knows, so that one more figure is
    compared quickly.
    """

    session: Session
    asking: Asking = field(init=False)
    typed: list[Figure] = field(default_factory=list)
    files: dict[Path, FigureSource] = field(default_factory=dict)
    pasted: list[FigureSource] = field(default_factory=list)
    derivations: list[str] = field(default_factory=list)
    revealed: tuple[Made, ...] = ()
    last: Findings | None = None

    def __post_init__(self) -> None:
        self.asking = Asking(self.session.part, self.session.debugger)

    def asked(self, iteration: int) -> Asked:
        """What is asked in an iteration: typed figures and those of each file by themselves, for
        each may have mistakes of its own. The gradients are always looked at.
        """
        sources = [FigureSource(TYPED, tuple(self.typed))] if self.typed else []
        sources += self.pasted
        for path, source in self.files.items():
            sources.append(replace(source, name=_short_name(path, self.files)))
        return Asked(iteration, tuple(sources), tuple(self.derivations), gradients=True)

    def moment(self, iteration: int) -> Moment:
        """What the findings in an iteration depend on."""
        return Moment(self.asked(iteration), self.session.debugger.here.edits)

    def derivation(self, number: int) -> str:
        """A derivation that was checked, by its number: a typed one, or one of the session's."""
        return self.asking.derivations(self.asked(1))[number]

    def remove(self, line: ToldFinding) -> str | None:
        """Take out the figure or the derivation of a line; what it was, None if it stays."""
        chosen = None if line.figure is None else line.figure.written
        for figure in self.typed:
            if figure.written == chosen:
                self.typed.remove(figure)
                return f"{figure.name} = {figure.text}"
        for source in self.pasted:
            if any(figure.written == chosen for figure in source.figures):
                self.pasted.remove(source)
                return f"the figures of {source.name}"
        for path, source in self.files.items():
            if any(figure.written == chosen for figure in source.figures):
                name = _short_name(path, self.files)
                del self.files[path]
                return f"the figures of {name}"
        if line.derivation is not None and self.derivations:
            return self.derivations.pop(line.derivation)
        return None

    # Adding; each says why it cannot be done

    def add_figure(self, text: str, iteration: int) -> str | None:
        """Check a typed figure, of that iteration if it does not say another; it replaces an
        earlier one for the same.
        """
        try:
            figure = self.asking.figure(text, iteration)
        except FigureError as error:
            return safe(str(error))
        place = (figure.name, figure.iteration)
        others = [each for each in self.typed if (each.name, each.iteration) != place]
        self.typed = [*others, figure]
        return None

    def add_derivation(self, text: str) -> str | None:
        """Check a typed derivation."""
        try:
            self.asking.derivation(text)
        except HandDerivationError as error:
            return safe(str(error))
        if text not in self.derivations:
            self.derivations.append(text)
        return None

    def add_file(self, text: str, iteration: int) -> str | None:
        """Check the figures of a file, of that iteration if it does not say another."""
        if not text:
            return "a file name is needed"
        try:
            path = Path(text).expanduser()
            self.files[path.resolve()] = self.asking.file(path, iteration)
        except (SessionError, FigureError, RuntimeError, OSError) as error:
            return safe("\n".join(str(error).splitlines()[:_MOST_TOLD]))
        return None

    def add_pasted(self, text: str, iteration: int) -> str | None:
        """Check the figures of a pasted text, of that iteration if it does not say another."""
        try:
            source = self.asking.pasted(text, iteration)
        except SessionError as error:
            return safe("\n".join(map(str, error.problems[:_MOST_TOLD])))
        except FigureError as error:
            return safe(str(error))
        # A second text is told from the first, and the same one is not checked twice.
        if all(source.figures != each.figures for each in self.pasted):
            number = len(self.pasted) + 1
            name = source.name if number == 1 else f"{source.name} ({number})"
            self.pasted.append(replace(source, name=name))
        return None


def _short_name(path: Path, others: Collection[Path]) -> str:
    """The name of a file, with as many of its folders as tell it from the others."""
    for count in range(1, len(path.parts)):
        end = path.parts[-count:]
        if all(each == path or each.parts[-count:] != end for each in others):
            return "/".join(end)
    return str(path)
