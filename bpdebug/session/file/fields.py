"""Checking the values of fields, and gathering what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from bpdebug.models.budget import OpeningBudget
from bpdebug.models.model import Declaration, Role
from bpdebug.notation.errors import NotationError
from bpdebug.notation.names import did_you_mean, is_reserved
from bpdebug.notation.parser import parse_symbol
from bpdebug.notation.symbols import Reference
from bpdebug.numerics import FloatArray
from bpdebug.session.file.arrays import from_base64, from_lists
from bpdebug.session.file.errors import (
    MOST_COMPARED,
    MOST_SUGGESTED,
    MOST_TOLD,
    Problem,
    SessionError,
)
from bpdebug.session.file.format import ArrayPart, SessionPart, Values

_PLAIN = re.compile("[A-Za-z][A-Za-z0-9_]*")


class Fields:
    """The fields of a session while a model is made of them, with the problems found so far.

    `given` are the quantities that are declared by now, by name.
    """

    def __init__(self, part: SessionPart, source: str) -> None:
        self.part = part
        self.source = source
        self.problems: list[Problem] = []
        self.more = 0
        self.budget = OpeningBudget(_equation_text(part))
        self._suggestions = 0
        self.given: dict[str, Declaration] = {}

    def problem(self, path: str, message: str) -> None:
        """Note that something is wrong at a place; what is more than can be told is counted."""
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(path, message))
        else:
            self.more += 1

    def did_you_mean(self, name: str, known: Iterable[str]) -> str:
        """A suggestion for a name that is not there, for the first of them."""
        self._suggestions += 1
        if self._suggestions > MOST_SUGGESTED:
            return ""
        return did_you_mean(name, list(islice(known, MOST_COMPARED)))

    def stop_if_bad(self) -> None:
        """Raise SessionError with all problems if there are any."""
        if self.problems:
            raise SessionError(self.source, self.problems, self.more)

    def declare_all(self, field: str, values: Mapping[str, Values], role: Role) -> None:
        """Declare the quantities of a field."""
        for name, value in values.items():
            path = f"{field}.{name}"
            self.check_name(path, name)
            array = self.array(path, value)
            if array is not None:
                self.declare(path, Declaration(name, role, array, self.names(name, array.size)))

    def declare(self, path: str, each: Declaration) -> None:
        """Declare a quantity; a problem if its name is taken."""
        if each.name in self.given:
            self.problem(path, f"{each.name} is given already, as {self.given[each.name].role}")
        self.given[each.name] = each

    def array(self, path: str, values: Values) -> FloatArray | None:
        """Numbers as an array; None, and a problem, if they fit no shape."""
        try:
            if isinstance(values, ArrayPart):
                return from_base64(values.shape, values.float64)
            return from_lists(values)
        except ValueError as error:
            self.problem(path, str(error))
            return None

    def names(self, name: str, size: int) -> tuple[str, ...]:
        """The names given one by one to the elements of a quantity, if they are."""
        names = tuple(self.part.model.names.get(name, ()))
        if names and len(names) != size:
            self.problem(f"model.names.{name}", f"found {len(names)} names, expected {size}")
            return ()
        for index, each in enumerate(names):
            self.check_name(f"model.names.{name}[{index}]", each)
        return names

    def check_name(self, path: str, name: str) -> bool:
        """Whether `name` can be a quantity's; a problem if not."""
        # Nearly all of them, and there may be a million.
        if _PLAIN.fullmatch(name) and not is_reserved(name):
            return True
        try:
            symbol = parse_symbol(name)
        except NotationError:
            symbol = None
        if symbol != Reference(name):
            self.problem(path, f"{name!r} is not a name: write letters, digits and _ only")
            return False
        return True


def _equation_text(part: SessionPart) -> int:
    """How many characters the equations of a file have, as they stand there."""
    return len("".join(part.model.equations or ()))


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape in words."""
    return "×".join(map(str, shape)) if shape else "a single number"
