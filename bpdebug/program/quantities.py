"""Quantities: the named arrays of numbers that a program works on.

All of them lie one after another in one flat array of float64, the memory; an element's
place in it is its slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain, product
from math import prod
from typing import Protocol

import numpy as np

from bpdebug.notation.symbols import Derivative, Index, Reference, Symbol, match_indices


class Labels(Protocol):
    """The names of the elements of a quantity, made when they are asked for."""

    def __call__(self, place: int) -> str:
        """The name of the element at a 0-based row-major place."""

    def find(self, name: str) -> int | None:
        """The place of the element called `name`, None if there is none."""

    @property
    def head(self) -> str | None:
        """What remains of all names without their indices; None if they are given one by one."""


class Kind(StrEnum):
    """What a quantity is."""

    INPUT = "input"
    TARGET = "target"
    CONSTANT = "constant"
    PARAMETER = "parameter"
    STATE = "state"
    COMPUTED = "computed"
    INTERMEDIATE = "intermediate result of an update"
    LOCAL = "local derivative"
    GRADIENT = "gradient"


LASTING = (Kind.PARAMETER, Kind.STATE, Kind.CONSTANT)
"""What has a value all the time: until its update, that of the previous iteration."""


@dataclass(frozen=True)
class Quantity:
    """A quantity with its shape and where it lies in memory.

    `name` is its name without indices (`w`, `dE/dw`). `offset` is the slot of its first element.
    """

    name: str
    kind: Kind
    shape: tuple[int, ...]
    offset: int
    labels: Labels = field(repr=False)
    layer: int = 0

    @property
    def size(self) -> int:
        """How many elements it has."""
        return prod(self.shape)

    @property
    def span(self) -> slice:
        """The slots of all its elements."""
        return slice(self.offset, self.offset + self.size)

    def element(self, slot: int) -> str:
        """The name of the element in `slot`."""
        return self.labels(slot - self.offset)

    @cached_property
    def places(self) -> dict[str, int]:
        """The 0-based place of each element by its name. Large for a large quantity; to look for
        one name, `find` needs none of it.
        """
        return {self.labels(place): place for place in range(self.size)}

    def find(self, name: str) -> int | None:
        """The 0-based place of the element called `name`, None if there is none."""
        return self.labels.find(name)

    def place(self, indices: tuple[int, ...]) -> int:
        """The 0-based row-major place of the element with the given 1-based indices."""
        place = 0
        for index, size in zip(indices, self.shape, strict=True):
            place = place * size + index - 1
        return place

    def indices(self, place: int) -> tuple[int, ...]:
        """The 1-based indices of the element at a 0-based row-major place."""
        return tuple(int(i) + 1 for i in np.unravel_index(place, self.shape))


class NameIndex:
    """Finds elements by their names, those of the first quantities first.

    The names of small quantities, of which a model may have thousands, are in one table. Large
    ones are found by what a name is without its indices, so that their names are not made.
    """

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        self._table: dict[str, tuple[int, Quantity]] = {}
        self._by_head: dict[str, list[tuple[int, Quantity]]] = {}
        self._sides: set[str] = set()
        self._large: list[tuple[int, Quantity]] = []
        found = [*quantities]
        self._count = len(found)
        for number, quantity in enumerate(found):
            head = quantity.labels.head
            if quantity.size > _SMALL and head is not None:
                self._by_head.setdefault(head, []).append((number, quantity))
                self._sides.update(head.split("/"))
                continue
            if quantity.size > _SMALL_GIVEN:
                self._large.append((number, quantity))
                continue
            for name in map(quantity.labels, range(quantity.size)):
                self._table.setdefault(name, (number, quantity))

    def find(self, name: str) -> tuple[Quantity, int] | None:
        """The quantity of the element called `name` and its place in it, None if there is none."""
        number, found = self._table.get(name, (self._count, None))
        large = [self._large, *(self._by_head.get(head, ()) for head in self._heads(name))]
        for before, quantity in chain.from_iterable(large):
            if before < number and quantity.find(name) is not None:
                number, found = before, quantity
        place = None if found is None else found.find(name)
        return None if found is None or place is None else (found, place)

    def _heads(self, name: str) -> Iterator[str]:
        sides = [self._sides.intersection(_cut(side)) for side in name.split("/", 2)]
        return map("/".join, product(*sides))


_SMALL = 64
_SMALL_GIVEN = 1_000
"""The same for names that are given one by one: whoever gives that many has a large file."""

_NUMBERS = re.compile(r"(?<![0-9])[0-9]+(?:_[0-9]+)*$")


def _cut(side: str) -> Iterator[str]:
    """What a name, or one side of that of a derivative, may be without its indices: `w` or `w1_`
    of `w1_2`, `h1[` of `h1[2]`; or it has none.
    """
    yield side
    if side.endswith("]"):
        yield side[: side.rfind("[") + 1]
    found = _NUMBERS.search(side)
    if found is not None:
        yield side[: found.start()]
        for place in range(*found.span()):
            if side[place] == "_":
                yield side[: place + 1]


def element_labels(name: str, shape: tuple[int, ...], names: tuple[str, ...]) -> Labels:
    """How elements are called: by `names` if given, else `x2`, `x1_2`, or `h1[2]`.

    The last form is for a name that ends in a digit, where `h12` would be ambiguous.
    """
    return _Given(names) if names else Numbered(name, shape)


class _Given:
    """Names that are given one by one."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __call__(self, place: int) -> str:
        return self._names[place]

    def find(self, name: str) -> int | None:
        return self._places.get(name)

    @property
    def head(self) -> None:
        return None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in reversed([*enumerate(self._names)])}


class Numbered:
    """Names made of the quantity's name and the 1-based indices."""

    def __init__(self, name: str, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._opening, self._between, self._closing = name, "_", ""
        if shape and name[-1].isdigit():
            self._opening, self._between, self._closing = f"{name}[", ",", "]"

    def __call__(self, place: int) -> str:
        indices = []
        for size in reversed(self._shape):
            place, index = divmod(place, size)
            indices.append(str(index + 1))
        return self._opening + self._between.join(reversed(indices)) + self._closing

    def find(self, name: str) -> int | None:
        if not (name.startswith(self._opening) and name.endswith(self._closing)):
            return None
        written = name[len(self._opening) : len(name) - len(self._closing)]
        if not self._shape:
            return None if written else 0
        indices = written.split(self._between)
        if len(indices) != len(self._shape):
            return None
        place = 0
        for index, size in zip(indices, self._shape, strict=True):
            # As it would be written: no other digits, no zero in front, no more than there are.
            if not (index.isascii() and index.isdecimal()) or index[0] == "0":
                return None
            if len(index) > len(str(size)) or int(index) > size:
                return None
            place = place * size + int(index) - 1
        return place

    @property
    def head(self) -> str:
        return self._opening


class Prefixed:
    """The names of other elements with something before them: `dE/dw7`."""

    def __init__(self, prefix: str, labels: Labels) -> None:
        self._prefix = prefix
        self._labels = labels

    def __call__(self, place: int) -> str:
        return self._prefix + self._labels(place)

    def find(self, name: str) -> int | None:
        found = name.startswith(self._prefix)
        return self._labels.find(name[len(self._prefix) :]) if found else None

    @property
    def head(self) -> str | None:
        head = self._labels.head
        return None if head is None else self._prefix + head


class DerivativeLabels:
    """The names of the elements of a derivative: `dzo1/dw7`.

    `letters` are the indices of the derivative, `shape` their ranges, `of_indices` and
    `by_indices` those of the two quantities, letters or 1-based positions.
    """

    def __init__(
        self,
        of: Quantity,
        by: Quantity,
        of_indices: tuple[Index, ...],
        by_indices: tuple[Index, ...],
        letters: tuple[str, ...],
        shape: tuple[int, ...],
    ) -> None:
        self._sides = ((of, of_indices), (by, by_indices))
        self._letters = letters
        self._shape = shape

    def __call__(self, place: int) -> str:
        values: dict[Index, int] = {}
        for letter, size in zip(reversed(self._letters), reversed(self._shape), strict=True):
            place, values[letter] = divmod(place, size)
        upper, lower = (
            side.labels(side.place(tuple(i if isinstance(i, int) else values[i] + 1 for i in at)))
            for side, at in self._sides
        )
        return f"d{upper}/d{lower}"

    def find(self, name: str) -> int | None:
        upper, between, lower = name.partition("/d")
        if not between or not upper.startswith("d"):
            return None
        values: dict[str, int] = {}
        for (side, at), written in zip(self._sides, (upper[1:], lower), strict=True):
            place = side.find(written)
            change = None if place is None else match_indices(at, side.indices(place))
            if change is None or any(values.get(n, to) != to for n, to in change.items()):
                return None
            values |= {letter: to for letter, to in change.items() if isinstance(to, int)}
        found = 0
        for letter, size in zip(self._letters, self._shape, strict=True):
            found = found * size + values[letter] - 1
        return found

    @property
    def head(self) -> str | None:
        heads = []
        for side, at in self._sides:
            places = tuple(index for index in at if isinstance(index, int))
            is_one = len(places) == len(at)
            heads.append(side.labels(side.place(places)) if is_one else side.labels.head)
        upper, lower = heads
        return None if upper is None or lower is None else f"d{upper}/d{lower}"


def element_symbol(name: str) -> Symbol:
    """The symbol that stands for the element called `name` in a written-out formula."""
    of, slash, by = name.partition("/")
    if slash:
        return Derivative(_reference(of[1:]), _reference(by[1:]))
    return _reference(name)


def _reference(name: str) -> Reference:
    head, bracket, indices = name.partition("[")
    if not bracket:
        return Reference(name)
    return Reference(head, tuple(int(index) for index in indices[:-1].split(",")))
