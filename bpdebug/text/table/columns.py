"""The columns of the parameter table: which there are, and which of them are seen."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.text.numbers import DIGITS
from bpdebug.text.table.rows import ParameterTable
from bpdebug.text.values import column_width

INITIAL, VALUE, GRADIENT, UPDATE, CHANGE, CHECK, HISTORY = (
    *("initial", "value", "gradient", "update", "change", "check", "history"),
)

BASIC = (VALUE, GRADIENT, UPDATE)
"""The columns that are wanted if nobody has chosen any; others are seen where there is room."""

ON_REQUEST = (CHECK,)
"""Columns that are seen only where people have chosen them."""

_HELP = {
    INITIAL: "the value at the start of the run",
    VALUE: "the value now",
    GRADIENT: "the derivative of the loss by the parameter",
    UPDATE: "what this iteration's update has added",
    CHANGE: "the update in percent of the size of the value before",
    CHECK: "relative error of the gradient, ✓ right ✗ wrong ? undecided",
    HISTORY: "the values of the last iterations, as bars",
}

_AROUND = len("●▸") + len("◂")
"""Cells of a row besides its columns."""

BARS_MOST = 8
_BARS_LEAST = 2
_LEAST_NUMBER = 6

_NAME_WIDTH = 12
"""A name may have more where columns leave room."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; state columns are called by the optimizer's letter."""

    id: str
    help: str


@dataclass(frozen=True, slots=True)
class TableLayout:
    """What is seen of the table: widths in cells.

    `numbers` are the columns of numbers from left to right, each `number` wide with a blank
    before it. `bars` is how many iterations the history has room for, 0 without one.
    `left_out` says that something that is wanted is not seen.
    """

    name: int
    number: int
    numbers: tuple[str, ...]
    bars: int
    left_out: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are seen, without the name."""
        return (*self.numbers, HISTORY) if self.bars else self.numbers

    def column_at(self, cell: int) -> str | None:
        """The column that a cell of the heading belongs to, `name` for the name's."""
        if cell < len("●▸") + self.name:
            return "name"
        place = (cell - len("●▸") - self.name) // self.number
        return self.numbers[place] if place < len(self.numbers) else None


def columns_of(table: ParameterTable, has_history: bool = True) -> tuple[Column, ...]:
    """The columns that a table can have, from left to right."""
    states = (
        Column(letter, f"what the optimizer keeps for it as {letter}") for letter in table.states
    )
    ids = (INITIAL, VALUE, GRADIENT, CHECK, UPDATE, CHANGE)
    history = (Column(HISTORY, _HELP[HISTORY]),) if has_history else ()
    return (*(Column(id, _HELP[id]) for id in ids), *states, *history)


def by_importance(columns: tuple[Column, ...]) -> list[str]:
    """The columns in the order in which they get their room."""
    first = (*BASIC, HISTORY, CHANGE, INITIAL)
    last = len(first)
    ids = [column.id for column in columns]
    return sorted(ids, key=lambda id: first.index(id) if id in first else last + (id in ON_REQUEST))


def laid_out(
    columns: tuple[Column, ...],
    chosen: frozenset[str] | None,
    width: int,
    longest_name: int,
    digits: int = DIGITS,
) -> TableLayout:
    """The columns that fit into `width` cells: the most important of those `chosen`, or of all but
    those on request.

    The first one that does not fit and all that are less important are left out; only the
    last number of all may get a narrower column, and then shows fewer digits.
    """
    name = min(_NAME_WIDTH, longest_name + 1)
    number = column_width(digits)
    wanted = [
        id
        for id in by_importance(columns)
        if (id not in ON_REQUEST if chosen is None else id in chosen)
    ]
    room = width - _AROUND - name
    seen: list[str] = []
    bars = 0
    for id in wanted:
        if id == HISTORY:
            bars = min(BARS_MOST, room - len(" "))
            if bars < _BARS_LEAST:
                bars = 0
                break
            room -= bars + len(" ")
        elif room >= number:
            room -= number
        elif not seen and not bars and room > _LEAST_NUMBER:
            number, room = room, 0
        else:
            break
        seen.append(id)
    missing = wanted[len(seen) :]
    return TableLayout(
        min(longest_name + 1, name + max(0, room)),
        number,
        tuple(column.id for column in columns if column.id in seen and column.id != HISTORY),
        bars,
        bool(set(missing) & set(BASIC if chosen is None else chosen)),
    )


def headings(layout: TableLayout, loss: str, order: str, sign: str) -> list[str]:
    """What is above the name and above each column of numbers, `sign` at the one that the
    rows are in the order of.
    """
    found = []
    for id in ("name", *layout.numbers):
        mark = sign if id == order else ""
        text = {GRADIENT: f"d{loss}/d·", CHANGE: "change"}.get(id, id)
        if len(mark + text) >= layout.number:
            text = "grad" if id == GRADIENT else text
        found.append(mark + text)
    return found
