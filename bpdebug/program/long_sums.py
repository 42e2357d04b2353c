"""Long sums: their terms differ only in where one index stands, and each is written when it is
looked at.

A unit with 784 inputs adds up 784 products, of which a screen shows ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import eq
from typing import overload

import numpy as np

from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tree import Binary, Expression
from bpdebug.program.program import Integers
from bpdebug.program.quantities import Quantity, element_symbol

Operand = int | float
"""A slot (int) or a constant (float)."""


@dataclass(frozen=True, slots=True)
class Along:
    """Elements of a quantity, one for each term, at equal distances."""

    quantity: Quantity
    places: range

    @property
    def slots(self) -> range:
        """Where their values are."""
        offset, places = self.quantity.offset, self.places
        return range(offset + places.start, offset + places.stop, places.step)

    def symbol(self, number: int) -> Symbol:
        """The element of a term, counted from 0."""
        return element_symbol(self.quantity.labels(self.places[number]))


@dataclass(frozen=True, slots=True)
class Between:
    """Two of what each term is made of, and the sign between them."""

    operator: str
    left: Pattern
    right: Pattern


Pattern = Along | Between
"""What the terms of a sum have in common."""


class LongSum(Sequence[Expression]):
    """The terms of a sum: a number of terms `alike`, and those `behind` them.

    It is equal to a tuple of the same terms. A term is one object, however often it is asked for.
    """

    def __init__(self, pattern: Pattern, alike: int, behind: tuple[Expression, ...] = ()) -> None:
        self.pattern = pattern
        self.alike = alike
        self.behind = behind
        self._made: dict[int, Expression] = {}
        self._slots: dict[Symbol, int] = {}

    def followed_by(self, *terms: Expression) -> LongSum:
        """The sum that goes on with other terms."""
        longer = LongSum(self.pattern, self.alike, (*self.behind, *terms))
        longer._made, longer._slots = self._made, self._slots
        return longer

    def find(self, symbol: Symbol) -> int | None:
        """The slot of a symbol in a term that has been looked at, None for all others."""
        return self._slots.get(symbol)

    def slots(self) -> Iterator[range]:
        """The slots that the terms of the pattern read: for each symbol of a term those of all."""
        return (each.slots for each in _along(self.pattern))

    def operands(self) -> Iterator[tuple[Symbol, int]]:
        """The symbols of all terms of the pattern with their slots, as they are read."""
        along = list(_along(self.pattern))
        for number in range(self.alike):
            for each in along:
                yield each.symbol(number), each.slots[number]

    def __len__(self) -> int:
        return self.alike + len(self.behind)

    @overload
    def __getitem__(self, at: int) -> Expression: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Expression, ...]: ...

    def __getitem__(self, at: int | slice) -> Expression | tuple[Expression, ...]:
        numbers = range(len(self))[at]
        if isinstance(numbers, range):
            return tuple(map(self._term, numbers))
        return self._term(numbers)

    def __iter__(self) -> Iterator[Expression]:
        return map(self._term, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LongSum | tuple):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _term(self, number: int) -> Expression:
        if number >= self.alike:
            return self.behind[number - self.alike]
        found = self._made.get(number)
        # Formulas are shared with what works in the background: the first one made stays.
        return found or self._made.setdefault(number, self._written(self.pattern, number))

    def _written(self, pattern: Pattern, number: int) -> Expression:
        if isinstance(pattern, Between):
            left, right = (self._written(each, number) for each in (pattern.left, pattern.right))
            return Binary(pattern.operator, left, right)
        symbol = pattern.symbol(number)
        self._slots[symbol] = pattern.slots[number]
        return symbol


def _along(pattern: Pattern) -> Iterator[Along]:
    """What is read, from left to right."""
    if isinstance(pattern, Between):
        yield from _along(pattern.left)
        yield from _along(pattern.right)
    else:
        yield pattern


class Operands(Mapping[Symbol, Operand]):
    """The operands of a formula with long sums, in the order in which they are read.

    `single` are the others; each sum stands behind a number of them.
    """

    def __init__(
        self, single: Mapping[Symbol, Operand], sums: Sequence[tuple[int, LongSum]]
    ) -> None:
        self._single = single
        self._sums = sums

    def __getitem__(self, symbol: Symbol) -> Operand:
        found = self._single.get(symbol)
        if found is not None:
            return found
        for _, each in self._sums:
            slot = each.find(symbol)
            if slot is not None:
                return slot
        return self._all[symbol]

    def __iter__(self) -> Iterator[Symbol]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> dict[Symbol, Operand]:
        found: dict[Symbol, Operand] = {}
        singles, done = list(self._single.items()), 0
        for before, each in self._sums:
            found.update(singles[done:before])
            found.update(each.operands())
            done = before
        found.update(singles[done:])
        return found

    def slots(self) -> Integers:
        """The slots that are read, in any order, some perhaps more than once."""
        ranges = (slots for _, each in self._sums for slots in each.slots())
        arrays = (np.arange(each.start, each.stop, each.step) for each in ranges)
        return np.concatenate([slots_of(self._single), *arrays])


def slots_of(operands: Mapping[Symbol, Operand]) -> Integers:
    """The slots among operands, in any order."""
    if isinstance(operands, Operands):
        return operands.slots()
    slots = [each for each in operands.values() if isinstance(each, int)]
    return np.array(slots, dtype=np.int64)
