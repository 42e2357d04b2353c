"""The list of watches: expressions with their values at the position."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.text.run.watches import WatchRow, watch_rows
from bpdebug.text.safe import safe
from bpdebug.tui.panes.lines import Line, Span, clipped, line, width_of
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.list_screen import Action, ListScreen
from bpdebug.tui.screens.prompts import Prompt

_HINT = "an expression or a condition: {name}, {name} - prev({name}), abs({name}) > 1e-3"


class WatchScreen(ListScreen[None]):
    """The watches."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("W", "leave", "close", show=False),
        Binding("e", "open", "edit", show=False),
        Binding("d,delete", "delete", "delete", show=False),
        Binding("n,w", "add", "new", show=False),
    ]
    NAME = "Watches"
    KEYS = (("n", "new"), ("Enter", "edit"), ("d", "delete"))

    def heading(self, width: int) -> Line:
        rows = self._rows()
        return line(Span(f"{'Expression':<{_column(rows, width)}}  Value", "muted"))

    def items(self, width: int) -> list[Item]:
        rows = self._rows()
        column = _column(rows, width)
        items = [Item([_line(row, column, width)]) for row in rows]
        return items or [note("None. Press n to watch an expression.")]

    def _rows(self) -> list[WatchRow]:
        debugger = self._debugger
        return watch_rows(debugger.document.watches, debugger.shown, self._desk.digits)

    def _chosen(self) -> str | None:
        watches = self._debugger.document.watches
        return watches[self.at] if watches else None

    def action_delete(self) -> None:
        """Watch the chosen expression no longer."""
        chosen = self._chosen()
        if chosen is not None:
            self.do(f"unwatch {chosen}", f"{chosen} is no longer watched")

    def action_add(self) -> None:
        """Ask for an expression to watch."""
        self._ask("Watch", "", lambda text: self.perform(f"watch {text}"))

    def action_open(self) -> None:
        """Ask for another expression in the place of the chosen one."""
        old = self._chosen()
        if old is None:
            return

        def accept(text: str) -> str | None:
            # The new one first: if it cannot be read the old one stays.
            if text == old:
                return None
            return self.perform(f"watch {text}") or self.perform(f"unwatch {old}")

        self._ask(f"Watch instead of {safe(old)}", old, accept)

    def _ask(self, title: str, value: str, accept: Action) -> None:
        def answered(text: str | None) -> None:
            watches = self._debugger.document.watches
            if text in watches:
                self.at = watches.index(text)
            self.say("" if text is None else f"{text} is watched")

        program = self._debugger.program
        slots = program.parameter_slots()
        name = program.name(int(slots[0])) if len(slots) else program.model.loss
        self.app.push_screen(Prompt(title, _HINT.format(name=name), accept, value), answered)


def _column(rows: list[WatchRow], width: int) -> int:
    """How wide the expressions are."""
    longest = max((width_of(row.label) for row in rows), default=0)
    return min(max(longest, len("Expression")), width * 2 // 3)


def _line(row: WatchRow, column: int, width: int) -> Line:
    label = clipped([Span(safe(row.label))], column)
    gap = " " * (column + 2 - sum(width_of(span.text) for span in label))
    look = "fresh" if row.fresh else "value" if row.known else "unknown"
    value = Span(row.value + "◂" * row.fresh, look)
    return Line(clipped([*label, Span(gap), value], width))
