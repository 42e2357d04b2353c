"""The parameter table, line by line: each parameter with its gradient and its update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpdebug.debugger.view import Status, View
from bpdebug.notation.names import with_greek
from bpdebug.text.marks import EDITED
from bpdebug.text.numbers import DIGITS, number

NOT_YET = "not yet"
STALE = "~"
BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A line of the table; the texts tell what is not known yet from what is old.

    `label` is the name as formulas write it. `mark` and `gradient_mark` are those of
    breakpoints on the parameter and on its gradient, empty without one. `fresh` says which
    of the columns the operation just executed has written.
    """

    name: str
    label: str
    mark: str
    value: str
    gradient_mark: str
    gradient: str
    gradient_status: Status
    update: str
    update_status: Status
    fresh: str = ""


def parameter_row(
    view: View, slot: int, marks: Mapping[str, str], digits: int = DIGITS
) -> ParameterRow:
    """The line of the parameter in `slot`; `marks` are those of elements, by name."""
    program = view.program
    name = program.name(slot)
    edited = EDITED if view.edited(slot) else ""
    gradient_slot = program.gradient_slot(slot)
    gradient, gradient_mark, gradient_status = "", "", Status.GIVEN
    if gradient_slot is not None:
        gradient_mark = marks.get(program.name(gradient_slot), "")
        gradient_status = view.status(gradient_slot)
        gradient = quantity_text(view, gradient_slot, digits)
    update, update_status = "", Status.GIVEN
    written = int(program.written_at[slot])
    if written:
        done = written <= view.operation
        update_status = Status.CURRENT if done else Status.UNKNOWN
        change = view.value(slot) - view.previous(slot)
        update = _signed(change, digits) if done else NOT_YET
    current = view.done.slot if view.done else -1
    fresh = "value" if current == slot else "gradient" if current == gradient_slot else ""
    return ParameterRow(
        name,
        with_greek(name),
        marks.get(name, ""),
        edited + _fitted(view.value(slot), digits, column_width(digits) - 1 - len(edited)),
        gradient_mark,
        gradient,
        gradient_status,
        update,
        update_status,
        fresh,
    )


def column_width(digits: int) -> int:
    """How wide a column of numbers is, with a blank before it."""
    return max(9, digits + 5)


def quantity_text(view: View, slot: int, digits: int = DIGITS) -> str:
    """A value in a column: `not yet` if unknown, `~0.0765` if of the iteration before."""
    status = view.status(slot)
    if status is Status.UNKNOWN:
        return NOT_YET
    sign = STALE if status is Status.STALE else ""
    return sign + _fitted(view.value(slot), digits, column_width(digits) - 1 - len(sign))


def _signed(value: float, digits: int) -> str:
    """A change with its sign."""
    sign = "" if value < 0 or value != value else "+"
    return sign + _fitted(value, digits, column_width(digits) - 1 - len(sign))


def _fitted(value: float, digits: int, width: int) -> str:
    """A number for a column, with fewer digits where it would run into the next one."""
    text = number(value, digits, fixed=True)
    while len(text) > width and digits > 1:
        digits -= 1
        text = number(value, digits, fixed=True)
    return text


def sparkline(values: list[float]) -> str:
    """Values as little bars from their least to their greatest; nothing if all are the same."""
    finite = [value for value in values if abs(value) < float("inf")]
    if len(finite) < len(values) or len(set(values)) < 2:
        return ""
    low, high = min(values), max(values)
    steps = len(BARS) - 1
    return "".join(BARS[round((value - low) / (high - low) * steps)] for value in values)
