"""The sheet of one student: whose it is, with which numbers, and which results it asks for.

A student's numbers follow from the session, the class and the name alone, so nothing has to be
kept between handing out and marking. The seed on the answer form says which those were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bpdebug.classroom.students import plain_name
from bpdebug.debugger.debugger import Debugger
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.write import FIELDS_OF_A_RUN
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.variant import Variants
from bpdebug.session.session import Session

MOST_ASKED = 1_000
"""At most this many results are asked for on a sheet."""

AFTER_UPDATE = " new"
"""Behind the name of a parameter whose new value is asked for."""

_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
"""Seeds are written in consonants: no word, and nothing that a spreadsheet takes for a number."""

_OTHERS = frozenset(
    {"iterations", "title", "source", "notes", "walkthrough", "printed", "hand_derivations"}
)
"""Fields of which no number on a sheet depends."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What all sheets of a class ask for: operations `first` to `last`, counted from the start of
    the run, with results to this many decimals.
    """

    first: int
    last: int
    decimals: int

    @property
    def count(self) -> int:
        """How many results that are."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A result that is asked for: what the form calls it, the operation that gives it."""

    name: str
    element: str
    iteration: int
    operation: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A student's sheet: the seed that its numbers were drawn with, and the session with them."""

    group: str
    student: str
    seed: str
    asking: Asking
    part: SessionPart

    def session(self) -> Session:
        """The session with these numbers, at its start."""
        return Session(self.part, Path(f"{self.seed}.json"))

    def debugger(self) -> Debugger:
        """The run with these numbers."""
        return make_debugger(self.part, self.student)


class Sheets:
    """The sheets that are made of a session. Raises SessionError if none can be."""

    def __init__(self, part: SessionPart, source: str, asking: Asking) -> None:
        self.asking = asking
        length = make_debugger(part, source).program.operations
        # What comes after is on no sheet.
        needed = {"iterations": min(part.iterations, -(-asking.last // length))}
        self._variants = Variants(part.model_copy(update=needed), source, asking.decimals)
        self._code = _digest(_what_is_run(part), str(asking))[:6]

    def seed(self, group: str, student: str) -> str:
        """What the numbers of a student are drawn with."""
        names = plain_name(group), plain_name(student)
        return f"{self._code}-{_digest(self._code, *names)[:12]}"

    def is_of_session(self, seed: str) -> bool:
        """Whether a seed belongs to this session and what is asked here, whosever it is."""
        return seed.startswith(f"{self._code}-")

    def of(self, group: str, student: str) -> Sheet:
        """The sheet of a student. Raises SessionError if no numbers are found."""
        seed = self.seed(group, student)
        part = self._variants.of(seed)
        return Sheet(plain_name(group), plain_name(student), seed, self.asking, part)


def _what_is_run(part: SessionPart) -> str:
    fields = part.model_dump(mode="json", exclude_unset=True)
    kept = {
        name: value
        for name, value in fields.items()
        if name not in (*FIELDS_OF_A_RUN, *_OTHERS, "version", "planted")
    }
    return json.dumps(kept, sort_keys=True)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest().translate(_LETTERS)


def asked(program: Program, asking: Asking) -> Iterator[Asked]:
    """The results that are asked for, in the order in which they are computed.

    One of a later iteration than the first says so: `dE/dw7 @ 2`.
    """
    for operation in range(asking.first, asking.last + 1):
        iteration, number = program.locate(operation)
        slot = program.slot(number)
        element = program.name(slot)
        name = element
        if program.quantity_at(slot).kind is Kind.PARAMETER:
            name += AFTER_UPDATE
        if iteration > 1:
            name += f" @ {iteration}"
        yield Asked(name, element, iteration, operation)
