"""Quantities: the named arrays of numbers that a program works on.

All of them lie one after another in one flat array of float64, the memory; an element's
place in it is its slot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import prod

import numpy as np

from bpdebug.notation.tree import Derivative, Reference, Symbol

Labels = Callable[[int], str]
"""Gives the name of the element at a 0-based row-major place."""


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
        """The 0-based place of each element by its name."""
        return {self.labels(place): place for place in range(self.size)}

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

    The names of small quantities, of which a model may have thousands, are in one table; those
    of large ones are made when a name is not among the quantities before.
    """

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        self._table: dict[str, tuple[int, Quantity]] = {}
        self._large: list[tuple[int, Quantity]] = []
        found = [*quantities]
        self._count = len(found)
        for number, quantity in enumerate(found):
            if quantity.size > _SMALL:
                self._large.append((number, quantity))
                continue
            for name in quantity.places:
                self._table.setdefault(name, (number, quantity))

    def find(self, name: str) -> tuple[Quantity, int] | None:
        """The quantity of the element called `name` and its place in it, None if there is none."""
        number, found = self._table.get(name, (self._count, None))
        for before, quantity in self._large:
            if before > number:
                break
            if name in quantity.places:
                found = quantity
                break
        return None if found is None else (found, found.places[name])


_SMALL = 64


def element_labels(name: str, shape: tuple[int, ...], names: tuple[str, ...]) -> Labels:
    """How elements are called: by `names` if given, else `x2`, `x1_2`, or `h1[2]`.

    The last form is for a name that ends in a digit, where `h12` would be ambiguous.
    """
    if names:
        return names.__getitem__
    if not shape:
        return lambda place: name

    def label(place: int) -> str:
        indices = [str(int(i) + 1) for i in np.unravel_index(place, shape)]
        if name[-1].isdigit():
            return f"{name}[{','.join(indices)}]"
        return name + "_".join(indices)

    return label


def derivative_labels(
    of: Quantity,
    by: Quantity,
    of_indices: tuple[str | int, ...],
    by_indices: tuple[str | int, ...],
    letters: tuple[str, ...],
    shape: tuple[int, ...],
) -> Labels:
    """How the elements of a derivative are called: `dzo1/dw7`."""

    def label(place: int) -> str:
        assert place < prod(shape)
        values = dict(zip(letters, np.unravel_index(place, shape) if shape else (), strict=True))

        def positions(indices: tuple[str | int, ...]) -> tuple[int, ...]:
            return tuple(int(values[i]) + 1 if isinstance(i, str) else i for i in indices)

        upper = of.labels(of.place(positions(of_indices)))
        lower = by.labels(by.place(positions(by_indices)))
        return f"d{upper}/d{lower}"

    return label


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
