"""What the names in a condition stand for: it gives their values at a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bpdebug.debugger import whole
from bpdebug.debugger.reductions import REDUCE, elementwise
from bpdebug.debugger.view import Status, View
from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tree import Expression
from bpdebug.numerics import FloatArray
from bpdebug.program.lookout import Of, Read
from bpdebug.program.quantities import Quantity

Reader = Callable[[View], Any]
"""Gives a number, or of a quantity with several elements an array. Raises UnknownError."""


class UnknownError(Exception):
    """A quantity that a condition reads is not computed yet."""


@dataclass(frozen=True, slots=True)
class Single:
    """Reads an element, or the number of the iteration."""

    read: Read

    def __call__(self, view: View) -> float:
        if self.read.of is Of.ITERATION:
            return float(view.iteration)
        if self.read.of is Of.PREVIOUS:
            return self._previous(view)
        if view.status(self.read.slot) in (Status.UNKNOWN, Status.STALE):
            raise UnknownError
        now = view.value(self.read.slot)
        return now - self._previous(view) if self.read.of is Of.CHANGE else now

    def _previous(self, view: View) -> float:
        if not view.has_previous(self.read.slot):
            raise UnknownError
        return view.previous(self.read.slot)


@dataclass(frozen=True, slots=True)
class Whole:
    """Reads all elements of a quantity."""

    of: Of
    quantity: Quantity

    def __call__(self, view: View) -> FloatArray:
        if self.of is Of.PREVIOUS:
            return self._previous(view)
        if whole.status(view, self.quantity) in (Status.UNKNOWN, Status.STALE):
            raise UnknownError
        now = whole.values(view, self.quantity)
        return now - self._previous(view) if self.of is Of.CHANGE else now

    def _previous(self, view: View) -> FloatArray:
        found = whole.previous(view, self.quantity)
        if found is None:
            raise UnknownError
        return found


@dataclass(frozen=True, slots=True)
class Reduced:
    """Reads what a function, such as `max`, makes of an expression with `size` elements."""

    function: str
    argument: Expression
    size: int
    readers: Mapping[Symbol, Reader]

    def __call__(self, view: View) -> float:
        value = elementwise(self.argument, lambda symbol: self.readers[symbol](view))
        return REDUCE[self.function](value)
