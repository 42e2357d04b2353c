"""Which units an equation connects: patterns over indices, unfolded only where asked.

A layer of 784 inputs and 128 units is one link, not 100,352 edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, product, repeat
from math import prod

from bpdebug.notation.symbols import Calculated, Index, Reference, index_letters
from bpdebug.notation.tree import Binary, Expression, Negation, children
from bpdebug.program.positions import position
from bpdebug.program.program import Integers
from bpdebug.program.quantities import Quantity
from bpdebug.program.shapes import Ranges

Places = Mapping[str, int]
"""The 1-based position of each index letter."""


@dataclass(frozen=True, slots=True)
class Use:
    """A reference in an equation, and the parameters that are multiplied with it."""

    reference: Reference
    factors: tuple[Reference, ...]


@dataclass(frozen=True, eq=False)
class Pattern:
    """A reference to a quantity; `tables` has the constants in which positions are looked up."""

    quantity: Quantity
    indices: tuple[Index, ...]
    tables: Mapping[str, Integers] = field(default_factory=dict)

    @cached_property
    def is_plain(self) -> bool:
        """Whether no index is calculated."""
        return not any(isinstance(index, Calculated) for index in self.indices)

    @property
    def letters(self) -> Iterator[str]:
        """The letters that it carries."""
        return chain.from_iterable(map(index_letters, self.indices))

    def slot(self, places: Places) -> int:
        """The slot referred to when the letters stand at `places`."""
        if not self.is_plain:
            found = (int(position(index, places, self.tables)) for index in self.indices)
            return self.quantity.offset + self.quantity.place(tuple(found))
        slot, strides = self._strides
        for letter, stride in strides:
            slot += places[letter] * stride
        return slot

    def slots(self, fixed: Places, letter: str, count: int) -> Sequence[int]:
        """The slots referred to when `letter` runs to `count` and the others stand still."""
        if not self.is_plain:
            return [self.slot({**fixed, letter: place}) for place in range(1, count + 1)]
        first, second = (self.slot({**fixed, letter: place}) for place in (1, 2))
        step = second - first
        return range(first, first + step * count, step) if step else [first] * count

    @cached_property
    def _strides(self) -> tuple[int, tuple[tuple[str, int], ...]]:
        """The slot with all letters at 0, and by how much each letter moves it."""
        slot, strides, stride = self.quantity.offset, [], self.quantity.size
        for index, size in zip(self.indices, self.quantity.shape, strict=True):
            stride //= size
            slot -= stride
            if isinstance(index, int):
                slot += index * stride
            elif isinstance(index, str):
                strides.append((index, stride))
        return slot, tuple(strides)

    def match(self, slot: int) -> dict[str, int] | None:
        """Where the letters stand when this refers to `slot`, None if it never does.

        Without those that stand in calculations only.
        """
        place = slot - self.quantity.offset
        if not 0 <= place < self.quantity.size:
            return None
        places: dict[str, int] = {}
        for index, at in zip(self.indices, self.quantity.indices(place), strict=True):
            if isinstance(index, Calculated):
                continue
            if isinstance(index, int):
                if index != at:
                    return None
            elif places.setdefault(index, at) != at:
                return None
        return places


@dataclass(frozen=True, eq=False)
class Link:
    """All dependences of one quantity on another that one reference stands for."""

    source: Pattern
    target: Pattern
    factors: tuple[Pattern, ...]
    ranges: Ranges

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that tell its edges apart."""
        patterns = (self.target, self.source, *self.factors)
        return tuple(dict.fromkeys(each for pattern in patterns for each in pattern.letters))

    def count(self, fixed: Places) -> int:
        """How many edges it stands for when some letters are fixed."""
        return prod(self.ranges[each] for each in self.letters if each not in fixed)

    def unfold(self, fixed: Places) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Its edges as slots of source, target and factors, for the letters not fixed."""
        free = [each for each in self.letters if each not in fixed]
        if len(free) == 1:
            yield from self._unfold_one(fixed, free[0])
            return
        places = dict(fixed)
        for at in product(*(range(1, self.ranges[each] + 1) for each in free)):
            places.update(zip(free, at, strict=True))
            factors = tuple(each.slot(places) for each in self.factors)
            yield self.source.slot(places), self.target.slot(places), factors

    def _unfold_one(self, fixed: Places, letter: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """The same for one letter: all slots go on in equal steps."""
        count = self.ranges[letter]
        sources, targets, *factors = (
            pattern.slots(fixed, letter, count)
            for pattern in (self.source, self.target, *self.factors)
        )
        weights = zip(*factors, strict=True) if factors else repeat((), count)
        return zip(sources, targets, weights, strict=True)


def uses(tree: Expression, parameters: frozenset[str]) -> Iterator[Use]:
    """The references in `tree` to anything but parameters, each with its factors."""
    yield from _uses(tree, parameters, ())


def _uses(
    tree: Expression, parameters: frozenset[str], factors: tuple[Reference, ...]
) -> Iterator[Use]:
    match tree:
        case Reference(name):
            if name not in parameters:
                yield Use(tree, tuple(dict.fromkeys(factors)))
        case Binary("*", left, right):
            yield from _uses(left, parameters, (*factors, *_factors(right, parameters)))
            yield from _uses(right, parameters, (*factors, *_factors(left, parameters)))
        case _:
            for child in children(tree):
                yield from _uses(child, parameters, factors)


def _factors(tree: Expression, parameters: frozenset[str]) -> Iterator[Reference]:
    """The parameters that `tree`, itself a factor, is a product of."""
    match tree:
        case Reference(name):
            if name in parameters:
                yield tree
        case Negation(operand):
            yield from _factors(operand, parameters)
        case Binary("*", left, right):
            yield from _factors(left, parameters)
            yield from _factors(right, parameters)
        case _:
            return
