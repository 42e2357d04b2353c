"""A program: the equations of forward pass, loss, backward pass and update as one list.

It holds what every part of the debugger reads: which quantities there are and where they
lie in memory, which operations an iteration consists of and in which order they come.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np

from bpdebug.models.model import Model
from bpdebug.notation.equation import Equation
from bpdebug.notation.parser import NotationError, parse_symbol
from bpdebug.notation.symbols import Derivative, Index, Reference, Symbol, match_indices
from bpdebug.notation.tree import Expression, replaced, substitute
from bpdebug.numerics import FloatArray, IntArray
from bpdebug.program.quantities import Kind, NameIndex, Quantity
from bpdebug.program.shapes import Ranges

Integers = IntArray


class Phase(StrEnum):
    """The parts of an iteration, in order.

    >>> [str(phase) for phase in api.Phase]
    ['forward', 'loss', 'backward', 'update']
    """

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, eq=False)
class Statement:
    """An equation with the elements it computes.

    It has two right-hand sides, because people read `dzo1/dw7` as a factor with a name of its own
    while no operation computes it: `equation.value` is shown (by `formula`), `value`, with leaves
    replaced by what they stand for, is computed. Both take the same arithmetic. `indices` are the
    letters of the target and `shape` their ranges: element e of the statement (0-based,
    row-major over `indices`) is written to `slots[e]`. `arithmetic` counts the arithmetic
    steps of one element, at least 1: taking over a value counts as one. `fixed` has the position
    of each letter that was written out, because some element has an equation of its own.
    """

    equation: Equation
    value: Expression
    phase: Phase
    layer: int
    target: Quantity
    indices: tuple[str, ...]
    ranges: Ranges
    slots: Integers
    arithmetic: int
    fixed: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many elements, hence operations, it has."""
        return len(self.slots)

    def positions(self, element: int) -> dict[str, Index]:
        """The 1-based position of each of `indices` for a 0-based element."""
        shape = tuple(self.ranges[index] for index in self.indices)
        places = np.unravel_index(element, shape) if shape else ()
        return {index: int(place) + 1 for index, place in zip(self.indices, places, strict=True)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A local derivative that is a constant or another quantity: `symbol` stands for `value`."""

    symbol: Derivative
    value: Expression


@dataclass(frozen=True, slots=True)
class NamedLocal:
    """A local derivative with operations of its own."""

    symbol: Derivative
    quantity: Quantity


class Names:
    """What symbols mean: from references in equations to quantities and leaves."""

    def __init__(
        self,
        loss: str,
        quantities: dict[str, Quantity],
        locals_: list[NamedLocal],
        leaves: list[Leaf],
        whole_numbers: Mapping[str, Integers] | None = None,
    ) -> None:
        self._loss = loss
        self.whole_numbers = whole_numbers or {}
        """The constants in which positions are looked up."""

        self._quantities = quantities
        self._locals: dict[str, list[NamedLocal | Leaf]] = {}
        entries: list[NamedLocal | Leaf] = [*locals_, *leaves]
        for entry in entries:
            self._locals.setdefault(entry.symbol.family, []).append(entry)

    def find(self, symbol: Symbol) -> tuple[Quantity, tuple[Index, ...]] | Expression:
        """The quantity and indices that `symbol` refers to, or what it stands for as a leaf.

        Raises KeyError if it refers to nothing.
        """
        if isinstance(symbol, Reference):
            return self._quantities[symbol.name], symbol.indices
        if symbol.of.name == self._loss:
            return self._quantities[symbol.family], symbol.by.indices
        given = (*symbol.of.indices, *symbol.by.indices)
        for entry in self._locals.get(symbol.family, ()):
            pattern = (*entry.symbol.of.indices, *entry.symbol.by.indices)
            if len(pattern) != len(given):
                continue
            change = match_indices(pattern, given)
            if change is None:
                continue
            if isinstance(entry, Leaf):
                return substitute(entry.value, change)
            letters = (index for index in entry.symbol.indices if isinstance(index, str))
            return entry.quantity, tuple(change[letter] for letter in letters)
        raise KeyError(symbol.family)

    def without_leaves(self, equation: Equation) -> Expression:
        """The right-hand side of an equation with every leaf replaced by what it stands for."""
        leaves: dict[Symbol, Expression] = {}
        for symbol in equation.uses:
            found = self.find(symbol) if isinstance(symbol, Derivative) else ()
            if not isinstance(found, tuple):
                leaves[symbol] = found
        if not leaves:
            return equation.value
        return replaced(
            equation.value, lambda node: leaves.get(node) if isinstance(node, Derivative) else None
        )


@dataclass(frozen=True, eq=False)
class Program:
    """One iteration as a list of operations, and the memory it works on.

    Operations count from 1 within an iteration. `statement_of[k-1]` and `element_of[k-1]`
    say what operation k computes; `written_at[slot]` is the operation that writes a slot, 0
    if none does; `arithmetic_before[k]` counts the arithmetic steps of operations 1 to k.
    `start` is the memory before the first iteration; what is not known yet is NaN there.
    """

    model: Model
    quantities: dict[str, Quantity]
    statements: tuple[Statement, ...]
    names: Names
    start: FloatArray
    statement_of: Integers
    element_of: Integers
    written_at: Integers
    arithmetic_before: Integers

    def load_observations(self, memory: FloatArray, iteration: int) -> None:
        """Put into `memory` what is given in an iteration, if observations are taken in turn."""
        feed = self.model.feed
        if feed is not None:
            for name in feed.data:
                quantity = self.quantities[name]
                values = feed.values(name, iteration).ravel()
                memory[quantity.offset : quantity.offset + quantity.size] = values

    @property
    def operations(self) -> int:
        """How many operations an iteration has."""
        return len(self.statement_of)

    @property
    def steps(self) -> int:
        """How many arithmetic steps an iteration has."""
        return int(self.arithmetic_before[-1])

    def locate(self, operation: int) -> tuple[int, int]:
        """The iteration that operation 0 … of a run lies in, and its number within it.

        Between two iterations it is the earlier one whose last operation is meant.
        """
        iteration = max(1, -(-operation // self.operations))
        return iteration, operation - (iteration - 1) * self.operations

    def statement(self, operation: int) -> Statement:
        """The statement that operation 1 … `operations` belongs to."""
        return self.statements[int(self.statement_of[operation - 1])]

    def slot(self, operation: int) -> int:
        """The slot that an operation writes."""
        statement = self.statement(operation)
        return int(statement.slots[self.element_of[operation - 1]])

    def arithmetic(self, operation: int) -> int:
        """How many arithmetic steps an operation has."""
        return self.statement(operation).arithmetic

    @cached_property
    def _bounds(self) -> tuple[list[Quantity], list[int]]:
        ordered = sorted(self.quantities.values(), key=lambda quantity: quantity.offset)
        return ordered, [quantity.offset for quantity in ordered]

    def quantity_at(self, slot: int) -> Quantity:
        """The quantity that a slot belongs to."""
        ordered, offsets = self._bounds
        return ordered[bisect_right(offsets, slot) - 1]

    def name(self, slot: int) -> str:
        """The name of the element in a slot, such as `w7` or `dE/dw7`."""
        return self.quantity_at(slot).element(slot)

    def slot_named(self, name: str) -> int | None:
        """The slot of the element called `name`, or None if there is none.

        With indices it may be called by those, too: `W1[2,1]`, `dE/dh[1]`.
        """
        found = self._elements.find(name)
        if found is not None:
            return found[0].offset + found[1]
        return self._slot_at(name) if "[" in name else None

    @cached_property
    def _elements(self) -> NameIndex:
        return NameIndex(self.quantities.values())

    def _slot_at(self, name: str) -> int | None:
        """The slot of an element that is named by its indices."""
        try:
            found = self.names.find(parse_symbol(name))
        except (NotationError, KeyError):
            return None
        if not isinstance(found, tuple):
            return None
        quantity, indices = found
        places = tuple(each for each in indices if isinstance(each, int))
        if len(places) != len(indices) or len(places) != len(quantity.shape):
            return None
        within = all(1 <= n <= size for n, size in zip(places, quantity.shape, strict=True))
        return quantity.offset + quantity.place(places) if within else None

    def element_names(self) -> Iterator[str]:
        """The names of all elements, in the order of memory."""
        for quantity in self._bounds[0]:
            yield from map(quantity.labels, range(quantity.size))

    def of_kind(self, *kinds: Kind) -> list[Quantity]:
        """The quantities of the given kinds, in the order of memory."""
        return [quantity for quantity in self._bounds[0] if quantity.kind in kinds]

    def parameter_slots(self) -> Integers:
        """The slots of all parameters, in the order of memory."""
        spans = [
            np.arange(quantity.offset, quantity.offset + quantity.size, dtype=np.int64)
            for quantity in self.of_kind(Kind.PARAMETER)
        ]
        return np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)

    def is_editable(self, slot: int) -> bool:
        """Whether another number may stand in a slot: not where indices are looked up."""
        return self.quantity_at(slot).name not in self.names.whole_numbers

    def gradient_slot(self, slot: int) -> int | None:
        """The slot of the derivative of the loss with respect to the element in `slot`."""
        quantity = self.quantity_at(slot)
        gradient = self.quantities.get(f"d{self.model.loss}/d{quantity.name}")
        return None if gradient is None else gradient.offset + slot - quantity.offset
