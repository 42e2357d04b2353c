"""The order of the parameter table: its rows sorted and filtered, at a moment of the run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bpdebug.debugger.edits import Edit
from bpdebug.debugger.view import Position, View
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers
from bpdebug.text.table.cells import Checks
from bpdebug.text.table.columns import CHANGE, CHECK, GRADIENT, INITIAL, UPDATE, VALUE
from bpdebug.text.table.filter import read_filter
from bpdebug.text.table.rows import ParameterTable

MODEL, NAME = "model", "name"

ORDERS = (MODEL, NAME, VALUE, GRADIENT, UPDATE, CHANGE)
"""What the rows can be ordered by, one after another; by other columns with their headings."""

UP, DOWN = "▲", "▼"

_BY_SIZE = (GRADIENT, UPDATE, CHANGE)


@dataclass(frozen=True, slots=True)
class TableLook:
    """How people want to see the table.

    `columns` are those that were chosen, None for as many as fit. `order` is what the rows are
    ordered by, `reverse` whether against the usual direction: names and the model from the
    first on, numbers from the greatest. `filter` says which rows are seen, empty for all.
    """

    columns: frozenset[str] | None = None
    order: str = MODEL
    reverse: bool = False
    filter: str = ""

    @property
    def sign(self) -> str:
        """An arrow: do the values rise or fall from row to row."""
        return UP if (self.order in (MODEL, NAME)) != self.reverse else DOWN

    def ordered_by(self, order: str) -> TableLook:
        """The same ordered by another column; by the one that it is already, reversed."""
        return replace(self, order=order, reverse=not self.reverse and order == self.order)

    def next_order(self) -> TableLook:
        """The same in the next one of `ORDERS`."""
        place = ORDERS.index(self.order) + 1 if self.order in ORDERS else 0
        return replace(self, order=ORDERS[place % len(ORDERS)], reverse=False)


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Which rows are seen, and in which order.

    `rows` are the table's rows from the first one seen to the last, `places` says for each row
    of the table where it is seen, -1 if it is not. `at` and `edits` are the moment whose
    numbers it was made with, `at` None if no numbers that change were needed.
    """

    look: TableLook
    rows: Integers
    places: Integers
    at: Position | None
    edits: tuple[Edit, ...]

    def is_old(self, view: View) -> bool:
        """Whether the numbers that it was made with may be others by now."""
        return self.at is not None and (self.at, self.edits) != (view.position, view.edits)


def arranged(
    table: ParameterTable, view: View, look: TableLook, checks: Checks = dict
) -> Arrangement:
    """The rows that `look` wants to see, in its order; `checks` gives the gradient checks of the
    iteration, if they matter.

    What is not known at the moment comes last, whatever the direction; rows that are alike
    keep the order of the model. Raises FilterError if the filter cannot be read.
    """
    if look.order not in (*ORDERS, INITIAL, CHECK, *table.states):
        # What was chosen with another optimizer.
        look = replace(look, order=MODEL, reverse=False)
    numbers = Numbers(table, view, checks)
    if look.order in (MODEL, NAME):
        order = np.arange(len(table.slots)) if look.order == MODEL else table.by_name
        order = order[::-1] if look.reverse else order
    else:
        keys = numbers.column(look.order)
        keys = np.abs(keys) if is_by_size(look.order, table.states) else keys
        # What is not a number comes last, of the negated, too.
        order = np.argsort(keys if look.reverse else -keys, kind="stable")
    wanted = read_filter(look.filter, table.states)
    if wanted.words or wanted.conditions:
        mask = wanted.named(table)
        for condition in wanted.conditions:
            mask &= condition.holds(numbers.column(condition.column))
        order = order[mask[order]]
    places = np.full(len(table.slots), -1, dtype=np.int64)
    places[order] = np.arange(len(order))
    used = {look.order, *(condition.column for condition in wanted.conditions)}
    changes = bool(used - {MODEL, NAME, INITIAL})
    return Arrangement(look, order, places, view.position if changes else None, view.edits)


class Numbers:
    """The numbers of all rows at a moment, a column at a time; NaN is what is not known."""

    def __init__(self, table: ParameterTable, view: View, checks: Checks = dict) -> None:
        self._table = table
        self._view = view
        self._checks = checks

    def column(self, id: str) -> FloatArray:
        """The numbers of a column."""
        slots = self._table.slots
        if id == INITIAL:
            return self._view.program.start[slots]
        if id == VALUE:
            return self._memory[slots]
        if id == GRADIENT:
            return self._in(self._table.gradients)
        if id == UPDATE:
            return self._added
        if id == CHANGE:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                change = 100 * self._added / np.abs(self._before)
            return np.where(self._added == 0, 0.0, change)
        if id == CHECK:
            return self._errors
        return self._in(self._table.states[id])

    @property
    def _errors(self) -> FloatArray:
        """The relative errors of the gradients that are known by now."""
        found = self._checks()
        written = self._view.program.written_at[self._table.gradients]
        known = (self._table.gradients >= 0) & (written <= self._view.operation)
        errors = [
            found[slot].error if slot in found else np.nan for slot in self._table.slots.tolist()
        ]
        return np.where(known, np.array(errors), np.nan)

    @cached_property
    def _memory(self) -> FloatArray:
        return self._view.memory()

    def _in(self, slots: Integers) -> FloatArray:
        return np.where(slots >= 0, self._memory[slots], np.nan)

    @cached_property
    def _before(self) -> FloatArray:
        """The values that the updates have replaced."""
        slots = self._table.slots
        before = self._view.start[slots]
        if len(self._view.segments) > 1:
            for slot in {edit.slot for edit in self._view.edits}:
                before[slots == slot] = self._view.previous(slot)
        return before

    @cached_property
    def _added(self) -> FloatArray:
        written = self._view.program.written_at[self._table.slots]
        done = (written > 0) & (written <= self._view.operation)
        with np.errstate(invalid="ignore", over="ignore"):
            added = self._memory[self._table.slots] - self._before
        return np.where(done, added, np.nan)


def is_by_size(order: str, states: Collection[str]) -> bool:
    """Whether numbers are ordered by their size, whatever their sign."""
    return order in _BY_SIZE or order in states


def order_words(look: TableLook, states: Collection[str] = ()) -> str:
    """The order in words: `size of gradient, from the greatest`."""
    if look.order == MODEL:
        return "the model, reversed" if look.reverse else "the model"
    if look.order == NAME:
        return "name, reversed" if look.reverse else "name"
    size = "size of " if is_by_size(look.order, states) else ""
    return f"{size}{look.order}, from the {'least' if look.reverse else 'greatest'}"


def title(arrangement: Arrangement, total: int, view: View, width: int) -> str:
    """What the table's title says: how many rows are seen, and as of when, if that is old.

    Where there is not enough room for it in `width` cells, it leaves out what the table is.
    """
    parts = []
    look = arrangement.look
    if look.filter:
        found = len(arrangement.rows)
        parts.append(f"{found} of {total} {'matches' if found == 1 else 'match'} {look.filter}")
    if arrangement.is_old(view) and arrangement.at is not None:
        parts.append(f"as of p={arrangement.at.operation}, r refreshes")
    whole = " · ".join(["Parameters", *parts])
    return whole if len(whole) <= width or not parts else " · ".join(parts)
