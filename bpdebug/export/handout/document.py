"""The document model of handouts: what is in one, before it is HTML, Markdown or LaTeX.

`compose.composing` makes it of a session, the renderers of `formats.HANDOUT_FORMATS` write it. What
is blank is not in it: its value is a cover (`debugger.covering`), so no renderer can give it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bpdebug.debugger.curves import Curve
from bpdebug.debugger.view import View
from bpdebug.notation.equation import Equation
from bpdebug.program.program import Phase
from bpdebug.text.formula.worked import Worked
from bpdebug.text.numbers import DIGITS


class Results(StrEnum):
    """Which results a handout has: those that are not covered in the session, none, or all."""

    AS_COVERED = "as covered"
    BLANK = "blank"
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True)
class Given:
    """Numbers that the stretch starts from: a heading, and values by the names of elements.

    Of many only the first are there; `left_out` says how many others there are.
    """

    heading: str
    values: tuple[tuple[str, float], ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the stretch: `position` is how many were executed since the start of the run,
    this one included; `name` is the element that it computes, as programs write it (`dE/dw7`).

    `words` say what `worked` does in formulas, and `view` is the state after it. Where `is_blank`,
    none of them holds the result. `is_edited` says that somebody has given it another value.
    """

    position: int
    iteration: int
    phase: Phase
    name: str
    worked: Worked
    words: str
    view: View
    is_blank: bool
    is_edited: bool

    @property
    def slot(self) -> int:
        """Where the result lies in memory."""
        return self.view.program.slot(self.view.operation)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a walkthrough: its title, what is said there with its values, its question.

    `answer` is None where it is to be found. `operation` is the one executed last there, None at
    the start of a run, in the middle of an operation, and where an earlier stop has it.
    """

    title: str
    text: str
    question: str
    answer: str | None
    operation: Operation | None


Part: TypeAlias = Operation | Stop


@dataclass(frozen=True, slots=True)
class Section:
    """Parts under a heading: a phase, or all stops."""

    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Handout:
    """A stretch of a run to be written.

    `label` is a line under the title for whoever hands it out, such as a student's name. `network`
    is the view that the drawing is made from, with what is blank covered; `curve` is the loss over
    all iterations, None where results are blank. `equations` are the first of the model's, and
    `paragraphs` plain text.
    """

    title: str
    label: str
    paragraphs: tuple[str, ...]
    equations: tuple[Equation, ...]
    given: tuple[Given, ...]
    sections: tuple[Section, ...]
    network: View
    curve: Curve | None
    results: Results
    digits: int = DIGITS

    def operations(self) -> Iterator[Operation]:
        """All of them, in the order in which they are written."""
        for section in self.sections:
            for part in section.parts:
                found = part.operation if isinstance(part, Stop) else part
                if found is not None:
                    yield found

    def asked(self) -> Iterator[Operation]:
        """Those whose results are blank."""
        return (each for each in self.operations() if each.is_blank)

    @property
    def is_walk(self) -> bool:
        """Whether it has the stops of a walkthrough."""
        return any(isinstance(part, Stop) for each in self.sections for part in each.parts)
