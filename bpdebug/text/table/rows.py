"""The rows of the parameter table, all of them at once, as arrays: which slots stand in a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from bpdebug.models.optimizers import OPTIMIZERS, own_quantities, state_name
from bpdebug.program.program import Integers, Program
from bpdebug.program.quantities import Kind, Quantity

_LONGEST_NUMBER = 12
"""Digits of a number in a name that count when names are put in order."""

_MOST_NAMES = 256
"""Of a quantity with more elements only the first and the last names are measured."""


@dataclass(frozen=True, eq=False)
class ParameterTable:
    """A row for each parameter, in the order of memory.

    What the optimizer keeps of a parameter stands in that parameter's row; what it keeps once
    for all has a row of its own below them. Arrays have one entry a row: `slots` is where the
    parameter lies, `gradients` where its gradient does and `states`, by the optimizer's letter,
    what is kept of it, -1 where there is none.
    """

    program: Program
    quantities: tuple[Quantity, ...]
    slots: Integers
    gradients: Integers
    states: Mapping[str, Integers]
    _first_rows: Mapping[str, int]

    def row_of(self, slot: int) -> int | None:
        """The row that a slot belongs to: a parameter's, its gradient's, its optimizer's."""
        quantity = self.program.quantity_at(slot)
        first = self._first_rows.get(quantity.name)
        return None if first is None else first + slot - quantity.offset

    def row_named(self, name: str) -> int | None:
        """The row that the element called `name` belongs to."""
        slot = self.program.slot_named(name)
        return None if slot is None else self.row_of(slot)

    @cached_property
    def names(self) -> str:
        """The names of all rows, a line each; one text, so that it can be searched at once."""
        return "".join("\n".join((*quantity.places, "")) for quantity in self.quantities)

    @cached_property
    def line_starts(self) -> Integers:
        """Where in `names` the name of each row begins."""
        letters = np.frombuffer(self.names.encode("utf-32-le"), dtype=np.uint32)
        return np.concatenate([[0], np.flatnonzero(letters == ord("\n")) + 1])[:-1]

    @cached_property
    def by_name(self) -> Integers:
        """The rows in the order of their names, numbers in them by size: w2 before w10."""
        padded = re.sub(r"\d+", lambda number: number[0].zfill(_LONGEST_NUMBER), self.names)
        return np.argsort(np.array(padded.split("\n")[:-1], dtype=np.str_), kind="stable")

    def some_names(self) -> list[str]:
        """Names among which the longest one is, unless people have chosen odd ones."""
        return [
            quantity.labels(place)
            for quantity in self.quantities
            for place in {*range(min(quantity.size, _MOST_NAMES)), quantity.size - 1}
        ]


def parameter_table(program: Program) -> ParameterTable:
    """The rows of a program."""
    found = program.of_kind(Kind.PARAMETER, Kind.STATE)
    kept = {
        state_name(letter, each.name)
        for each in found
        if each.kind is Kind.PARAMETER
        for letter in letters()
    }
    quantities = (
        *(each for each in found if each.kind is Kind.PARAMETER),
        *(each for each in found if each.kind is Kind.STATE and each.name not in kept),
    )
    slots, gradients, first_rows = [], [], {}
    states: dict[str, list[Integers]] = {letter: [] for letter in letters()}
    row = 0
    for quantity in quantities:
        slots.append(_slots(quantity))
        gradient = program.quantities.get(f"d{program.model.loss}/d{quantity.name}")
        gradients.append(_slots(gradient, quantity.size))
        mine = [quantity, gradient]
        for letter in states:
            state = state_of(program, quantity, letter)
            mine.append(state)
            is_kept = state is not None and state.kind is Kind.STATE
            states[letter].append(_slots(state if is_kept else None, quantity.size))
        first_rows.update({each.name: row for each in mine if each is not None})
        row += quantity.size
    arrays = {letter: _joined(found) for letter, found in states.items()}
    used = {letter: array.max() for letter, array in arrays.items() if (array >= 0).any()}
    return ParameterTable(
        program,
        quantities,
        _joined(slots),
        _joined(gradients),
        {letter: arrays[letter] for letter in sorted(used, key=used.__getitem__)},
        first_rows,
    )


def state_of(program: Program, parameter: Quantity, letter: str) -> Quantity | None:
    """What the optimizer calls by `letter` of a parameter: kept, or computed on the way."""
    found = program.quantities.get(state_name(letter, parameter.name))
    if found is None or parameter.kind is not Kind.PARAMETER or found.shape != parameter.shape:
        return None
    return found if found.kind in (Kind.STATE, Kind.INTERMEDIATE) else None


@cache
def letters() -> tuple[str, ...]:
    """The letters of what optimizers have of each parameter."""
    found = (letter for each in OPTIMIZERS.values() for letter in own_quantities(each))
    return tuple(dict.fromkeys(found))


def _slots(quantity: Quantity | None, size: int = 0) -> Integers:
    if quantity is None:
        return np.full(size, -1, dtype=np.int64)
    return np.arange(quantity.offset, quantity.offset + quantity.size, dtype=np.int64)


def _joined(arrays: list[Integers]) -> Integers:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)
