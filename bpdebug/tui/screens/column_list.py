"""The list of the parameter table's columns: switch each on and off, order the rows by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.text.table.columns import HISTORY
from bpdebug.text.table.order import TableLook, order_words
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, clipped, line
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.screens.item_list import Item
from bpdebug.tui.screens.list_screen import ListScreen


class ColumnScreen(ListScreen[None]):
    """The columns; what is switched is seen in the table at once.

    Undo and redo are about the columns only.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "leave", "close", show=False),
        Binding("space", "open", "switch", show=False),
        Binding("r", "order", "order", show=False),
        Binding("a", "automatic", "as many as fit", show=False),
    ]
    NAME = "Columns of the parameter table"
    KEYS = (("Space", "switch"), ("r", "sort by it, again reverses"), ("a", "as many as fit"))

    def __init__(self, desk: Desk, pane: ParametersPane, put: Callable[[TableLook], None]) -> None:
        super().__init__(desk)
        self._pane = pane
        self._put = put
        self._undone: list[TableLook] = []
        self._done: list[TableLook] = []

    def heading(self, width: int) -> Line:
        chosen = self._desk.table.columns is not None
        words = "as chosen, as far as they fit" if chosen else "as many as fit"
        return Line(clipped([Span(f"Seen: {words}", "muted")], width))

    def items(self, width: int) -> Sequence[Item]:
        look = self._desk.table
        seen = self._pane.layout_with(look).columns
        found = []
        for column in self._pane.columns:
            is_on = column.id in seen if look.columns is None else column.id in look.columns
            sign = look.sign if look.order == column.id else " "
            room = "" if column.id in seen or not is_on else "  (no room now)"
            spans = [
                Span(f"[{'x' if is_on else ' '}] "),
                Span(f"{sign} {column.id:<9} ", "strong"),
                Span(column.help + room, "muted"),
            ]
            found.append(Item([Line(clipped(spans, width))]))
        return found

    def foot(self, width: int) -> list[Line]:
        words = order_words(self._desk.table, self._pane.states)
        return [line(), Line(clipped([Span(f"Sorted by {words}", "muted")], width))]

    @property
    def _column(self) -> str:
        return self._pane.columns[self.at].id

    def _change(self, look: TableLook) -> None:
        self._done.append(self._desk.table)
        self._undone.clear()
        self._show(look)

    def _show(self, look: TableLook) -> None:
        self._put(look)
        self.say("")

    def action_open(self) -> None:
        """Switch the chosen column on or off."""
        look = self._desk.table
        seen = self._pane.layout_with(look).columns
        now = frozenset(seen) if look.columns is None else look.columns
        self._change(replace(look, columns=now ^ {self._column}))

    def action_automatic(self) -> None:
        """Leave it to the room that there is."""
        self._change(replace(self._desk.table, columns=None))

    def action_order(self) -> None:
        """Order the rows by the chosen column; once more, the other way round."""
        if self._column == HISTORY:
            self.say("bars have no order")
        else:
            self._change(self._desk.table.ordered_by(self._column))

    def action_undo(self) -> None:
        """Undo the last change made in this list."""
        self._step(self._done, self._undone)

    def action_redo(self) -> None:
        """Make it again."""
        self._step(self._undone, self._done)

    def _step(self, from_: list[TableLook], to: list[TableLook]) -> None:
        if from_:
            to.append(self._desk.table)
            self._show(from_.pop())
        else:
            self.say("nothing was changed here")
