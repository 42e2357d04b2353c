"""What a traced program has computed: its quantities, each with the term that it is.

Every element of every quantity has an identity, a whole number. An array of the program is either
a term that has no name yet, or an array of such identities: what only moves elements about moves
identities. Negative identities, and 0, are numbers.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpdebug.code.source import Source
from bpdebug.code.tracing.terms import Ref, Term, axes, moved, refs

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

MOST_ELEMENTS = 400_000
"""Elements that all quantities together may have."""

MOST_QUANTITIES = 4_000

LARGE = 1e300
"""What stands for infinity, which the notation does not have."""


class UntraceableError(Exception):
    """Something that cannot become equations; the message says what, and what would do."""


class TooLarge(BaseException):
    """More than is traced. No handler of the program catches it."""


@dataclass(eq=False)
class Quantity:
    """An array with a name. Axes of length 1 are left out of its shape.

    `term` is what it is, with the axes of `shape`; None if it is given. `names` are those that the
    program has for it, each with how deep in calls it has it, and in which line. One without a
    name is called after what is computed from it, with the `hint` behind. It `depends` if a
    parameter goes into it.
    """

    number: int
    first: int
    shape: tuple[int, ...]
    values: Floats
    role: str
    names: list[tuple[int, str, int]] = field(default_factory=list)
    term: Term | None = None
    line: int = 0
    hint: str = ""
    depends: bool = False

    @property
    def size(self) -> int:
        """How many elements it has."""
        return int(self.values.size)


class Recorder:
    """Notes the quantities of a program as they are computed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.quantities: list[Quantity] = []
        self._firsts: list[int] = []
        self._end = 1
        self._numbers: list[float] = [0.0]
        self._number_ids: dict[float, int] = {0.0: 0}
        self._lifted: dict[int, tuple[Any, Floats, int]] = {}
        self._constants: dict[tuple[tuple[int, ...], bytes], int] = {}
        self._bound = 0
        self.choices: dict[int, str] = {}

    # Identities

    def number_id(self, value: float) -> int:
        """The identity of a number."""
        if value != value:
            self._numbers.append(value)
            return 1 - len(self._numbers)
        found = self._number_ids.setdefault(value + 0.0, -len(self._numbers))
        if found == -len(self._numbers):
            self._numbers.append(value + 0.0)
        return found

    def number_ids(self, values: Floats) -> Ids:
        """The identities of numbers."""
        different, where = np.unique(values, return_inverse=True)
        found = np.array([self.number_id(float(each)) for each in different], dtype=np.int64)
        return found[where].reshape(values.shape)

    def number_of(self, identity: int) -> float:
        """The number that an identity of 0 or less stands for."""
        return self._numbers[-identity]

    def ids_of(self, quantity: Quantity) -> Ids:
        """The identities of a quantity's elements, in its shape."""
        first = quantity.first
        return np.arange(first, first + quantity.size, dtype=np.int64).reshape(quantity.shape)

    def owner(self, identity: int) -> Quantity:
        """The quantity that an element belongs to."""
        return self.quantities[bisect_right(self._firsts, identity) - 1]

    # Quantities

    def add(
        self,
        values: Floats,
        role: str,
        name: str = "",
        term: Term | None = None,
        depth: int = 0,
        hint: str = "",
        line: int = 0,
    ) -> Quantity:
        """A new quantity of the shape that `values` have."""
        if self._end + values.size > MOST_ELEMENTS or len(self.quantities) >= MOST_QUANTITIES:
            raise TooLarge(
                f"line {self.line()}: the program computes more than {MOST_ELEMENTS:,} numbers or "
                f"{MOST_QUANTITIES:,} arrays an iteration; with a smaller batch or fewer steps it "
                "can be opened"
            )
        line = line or self.line()
        if term is None:
            values = np.clip(values, -LARGE, LARGE)
        made = Quantity(
            len(self.quantities), self._end, values.shape, values, role, [], term, line, hint
        )
        used = refs(term) if term is not None else ()
        made.depends = role == "parameter" or any(self.quantities[n.quantity].depends for n in used)
        if name:
            made.names.append((depth, name, made.line))
        self.quantities.append(made)
        self._firsts.append(self._end)
        self._end += values.size
        return made

    def computed(
        self, term: Term, values: Floats, name: str, depth: int, hint: str = "", line: int = 0
    ) -> Ids:
        """A term as a quantity of its own; the identities of its elements, in the shape that
        `values` have.
        """
        used = sorted(axes(term))
        change: dict[int, int | str] = {n: k - len(used) for k, n in enumerate(used)}
        kept = tuple(slice(None) if n - values.ndim in change else 0 for n in range(values.ndim))
        found = np.array(values[kept], dtype=float)
        made = self.add(found, "computed", name, moved(term, change), depth, hint, line)
        spread = tuple(
            values.shape[n] if n - values.ndim in change else 1 for n in range(values.ndim)
        )
        return np.array(np.broadcast_to(self.ids_of(made).reshape(spread), values.shape))

    def lifted(self, array: Any) -> Ids:
        """The identities of an array that the program has from elsewhere: a constant."""
        known = self._lifted.get(id(array))
        values = np.array(array, dtype=float)
        if known is not None and np.array_equal(known[1], values, equal_nan=True):
            return self.ids_of(self.quantities[known[2]]).reshape(values.shape)
        if values.size and (values == values.flat[0]).all():
            return self.number_ids(values)
        made = self.add(np.squeeze(values), "constant", self.called(array))
        self._lifted[id(array)] = (array, values, made.number)
        return self.ids_of(made).reshape(values.shape)

    def lifted_bool(self, array: Any) -> Ids:
        """The identities of a mask that does not depend on anything traced: 1 and 0."""
        values = np.array(array, dtype=float)
        if (values == values.flat[0]).all():
            return self.number_ids(values)
        name = self.called(array)
        made = self.constant(np.squeeze(values), "mask")
        if name and not made.names:
            made.names.append((0, name, self.line()))
        return self.ids_of(made).reshape(values.shape)

    def constant(self, values: Floats, hint: str, name: str = "") -> Quantity:
        """A constant with these values; the same one for the same values."""
        key = values.shape, values.tobytes()
        if key not in self._constants:
            self._constants[key] = self.add(values, "selection", name, hint=hint).number
        return self.quantities[self._constants[key]]

    def bound(self) -> str:
        """An index for a sum that nothing else has."""
        self._bound += 1
        return f"s{self._bound}"

    def reference(self, quantity: Quantity) -> Ref:
        """A quantity, as a term of its own axes."""
        count = len(quantity.shape)
        return Ref(quantity.number, tuple(range(-count, 0)))

    # Where the program is

    def frame(self) -> FrameType | None:
        """The innermost frame of the program's own code."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != self.source.path:
            frame = frame.f_back
        return frame

    def line(self) -> int:
        """The line that the program is in, 0 if it is in none."""
        frame = self.frame()
        return 0 if frame is None else frame.f_lineno

    def depth(self) -> int:
        """How many of the program's functions are one inside another."""
        frame, count = self.frame(), 0
        while frame is not None:
            count += frame.f_code.co_filename == self.source.path
            frame = frame.f_back
        return count

    def choice(self, what: str) -> None:
        """Note that the program went on by a value, in the line where it is."""
        self.choices.setdefault(self.line(), what)

    def called(self, array: Any) -> str:
        """What the program calls an array in the function where it is."""
        frame = self.frame()
        while frame is not None and frame.f_code.co_filename == self.source.path:
            for name, value in [*frame.f_locals.items(), *frame.f_globals.items()]:
                if value is array and not name.startswith("_"):
                    return name
            frame = frame.f_back
        return ""


def base_name(text: str) -> str:
    """The name in an expression that things are assigned to: `params['W1']` is W1, `self.y` y."""
    try:
        node: ast.expr = ast.parse(text, mode="eval").body
    except SyntaxError:
        return ""
    while True:
        match node:
            case ast.Subscript(_, ast.Constant(str(key))):
                return key
            case ast.Subscript(value, _):
                node = value
            case ast.Attribute(_, attr):
                return attr
            case ast.Name(name):
                return name
            case _:
                return ""
