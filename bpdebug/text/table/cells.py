"""The parameter table, line by line: each parameter with its gradient and its update."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from bpdebug.checks.gradients.gradient import GradientCheck
from bpdebug.debugger.predictions import MOST_HINTS
from bpdebug.debugger.view import Status, View
from bpdebug.notation.names import with_greek
from bpdebug.text.findings.gradients import check_text
from bpdebug.text.marks import EDITED, strongest
from bpdebug.text.numbers import COVER, DIGITS, LEFT_OUT
from bpdebug.text.table.columns import (
    BASIC,
    CHANGE,
    CHECK,
    GRADIENT,
    HISTORY,
    INITIAL,
    UPDATE,
    VALUE,
)
from bpdebug.text.table.rows import letters, state_of
from bpdebug.text.values import NOT_YET, STALE, column_width, fitted

FROM_ZERO = "from 0"
BARS = "▁▂▃▄▅▆▇█"

_PERCENT = "%"


Checks = Callable[[], Mapping[int, GradientCheck]]
"""Gives the gradient checks of an iteration by the slot of the parameter; none if not made."""


class TableCell(NamedTuple):
    """What is in a column; the text tells what is not known yet from what is old.

    `mark` is that of breakpoints on just this quantity, empty without one. `fresh` says that
    the operation just executed has written it.
    """

    text: str = ""
    status: Status = Status.GIVEN
    mark: str = ""
    fresh: bool = False


class ParameterRow(NamedTuple):
    """A line of the table.

    `label` is the name as formulas write it, `mark` that of breakpoints on the parameter and on
    what belongs to it but has no column.
    """

    name: str
    label: str
    mark: str
    cells: Mapping[str, TableCell]

    @property
    def fresh(self) -> bool:
        """Whether the operation just executed has written anything in the line."""
        return any(cell.fresh for cell in self.cells.values())


def parameter_row(
    view: View,
    slot: int,
    marks: Mapping[str, str],
    digits: int = DIGITS,
    columns: Sequence[str] = BASIC,
    width: int = 0,
    checks: Checks = dict,
) -> ParameterRow:
    """The line of the parameter in `slot`; `marks` are those of elements, by name, and `checks`
    gives the gradient checks of the iteration.

    The text of a cell fits into a column `width` cells wide, with a blank before it.
    """
    name = view.program.name(slot)
    writer = _Writer(view, slot, marks, digits, (width or column_width(digits)) - 1, checks)
    cells = {column: writer.cell(column) for column in columns if column != HISTORY}
    mark = writer.strongest_besides(cells) if marks else ""
    return ParameterRow(name, with_greek(name), mark, cells)


class _Writer:
    """Writes the cells of one line."""

    def __init__(
        self,
        view: View,
        slot: int,
        marks: Mapping[str, str],
        digits: int,
        width: int,
        checks: Checks,
    ) -> None:
        self._view = view
        self._slot = slot
        self._marks = marks
        self._digits = digits
        self._width = width
        self._checks = checks
        self._active = view.done.slot if view.done else -1

    def cell(self, column: str) -> TableCell:
        """What is in a column."""
        program = self._view.program
        if column == INITIAL:
            return TableCell(self._fitted(float(program.start[self._slot])))
        if column == VALUE:
            edited = EDITED if self._view.edited(self._slot) else ""
            text = self._fitted(self._view.value(self._slot), edited)
            return TableCell(text, fresh=self._active == self._slot)
        if column in (UPDATE, CHANGE):
            return self._update(column)
        if column == CHECK:
            return self._check()
        slot = self._belonging(column)
        return TableCell() if slot is None else self._other(slot)

    def strongest_besides(self, columns: Collection[str]) -> str:
        """The mark of the parameter and of what belongs to it, except for that in `columns`."""
        others = (GRADIENT, *letters())
        slots = [self._belonging(column) for column in others if column not in columns]
        program = self._view.program
        names = [program.name(slot) for slot in (self._slot, *slots) if slot is not None]
        return strongest(self._marks[name] for name in names if name in self._marks)

    def _belonging(self, column: str) -> int | None:
        """The slot of the gradient, or of what the optimizer has of the parameter."""
        program = self._view.program
        if column == GRADIENT:
            return program.gradient_slot(self._slot)
        quantity = program.quantity_at(self._slot)
        found = state_of(program, quantity, column)
        return None if found is None else found.offset + self._slot - quantity.offset

    def _other(self, slot: int) -> TableCell:
        """A quantity that belongs to the parameter."""
        status = self._view.status(slot)
        text = NOT_YET
        if status is not Status.UNKNOWN:
            old = STALE if status is Status.STALE else ""
            text = self._fitted(self._view.value(slot), old)
        mark = self._marks.get(self._view.program.name(slot), "")
        return TableCell(text, status, mark, self._active == slot)

    def _update(self, column: str) -> TableCell:
        """What the update has added, or what that is in percent."""
        view = self._view
        written = int(view.program.written_at[self._slot])
        if not written:
            return TableCell()
        if written > view.operation:
            return TableCell(NOT_YET, Status.UNKNOWN)
        before = view.previous(self._slot)
        added = view.value(self._slot) - before
        if column == UPDATE:
            text = self._fitted(added, _sign(added))
        else:
            text = self._percent(percent(before, added), before)
        return TableCell(text, Status.CURRENT, fresh=self._active == self._slot)

    def _check(self) -> TableCell:
        """What the gradient check has found, once there is a gradient."""
        gradient = self._view.program.gradient_slot(self._slot)
        if gradient is None:
            return TableCell()
        if self._view.program.written_at[gradient] > self._view.operation:
            return TableCell(NOT_YET, Status.UNKNOWN)
        if self._view.hides(gradient, MOST_HINTS):
            return TableCell(COVER, Status.CURRENT)
        check = self._checks().get(self._slot)
        if check is None:
            return TableCell(LEFT_OUT, Status.UNKNOWN)
        return TableCell(check_text(check, self._width), Status.CURRENT)

    def _percent(self, value: float, before: float) -> str:
        if before == 0 and math.isinf(value):
            return FROM_ZERO
        decimals = max(1, self._digits - 2)
        return fitted(value, decimals, self._width, _sign(value), _PERCENT)

    def _fitted(self, value: float, before: str = "") -> str:
        return fitted(value, self._digits, self._width, before)


def percent(before: float, added: float) -> float:
    """What was added in percent of the size of the value before, infinite if that was 0."""
    if added == 0:
        return 0.0
    return math.copysign(math.inf, added) if before == 0 else 100 * added / abs(before)


def _sign(value: float) -> str:
    """What is before a change besides its own minus."""
    return "" if value < 0 or value != value else "+"


def sparkline(values: list[float]) -> str:
    """Values as little bars from their least to their greatest; nothing if all are the same."""
    finite = [value for value in values if abs(value) < float("inf")]
    if len(finite) < len(values) or len(set(values)) < 2:
        return ""
    low, high = min(values), max(values)
    steps = len(BARS) - 1
    return "".join(BARS[round((value - low) / (high - low) * steps)] for value in values)
