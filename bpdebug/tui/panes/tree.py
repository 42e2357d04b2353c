"""The derivative tree pane: it follows the operation, or shows one tree that is pinned."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from bpdebug.debugger.view import Status
from bpdebug.text.numbers import number
from bpdebug.text.parameters import NOT_YET, STALE
from bpdebug.text.tree import Row, root, rows
from bpdebug.tui.lines import Line, LinesPane, Span, clipped, line, width_of
from bpdebug.tui.messages import Selected
from bpdebug.tui.picture import Picture

_LOOKS = {Status.UNKNOWN: "unknown", Status.STALE: "stale"}


_MARGIN = " "
_EQUALS = " = "
_LEAST_VALUE = len(f"{_EQUALS}{NOT_YET}")
"""Cells that the value of any row may come to need."""


def _value(row: Row, picture: Picture) -> list[Span]:
    """A row's value, its share of the whole, and whether it can be opened."""
    node = row.node
    if row.more:
        return []
    look = _LOOKS.get(node.status, "value")
    value = picture.format(node.value)
    if node.status is Status.STALE:
        value = STALE + value
    elif node.status is Status.UNKNOWN:
        value = NOT_YET
    spans = [Span(_EQUALS, "muted"), Span(value, look)]
    if node.share is not None and node.share == node.share:
        spans.append(Span(f"  {number(100 * node.share, 0)} %", "muted"))
    if row.expandable and not row.expanded:
        spans.append(Span("  ▸", "muted"))
    return spans


def _rule(row: Row) -> str:
    """A row's rule, unless its children say it."""
    return "" if row.expandable else row.node.rule


def _mark(row: Row, picture: Picture) -> str:
    """The mark of the element that a row is about.

    A local derivative that is just another quantity is not that quantity.
    """
    slot = row.node.slot
    name = "" if slot is None else picture.view.program.name(slot)
    return picture.marks.get(name, "") if ("/" in row.node.symbol) == ("/" in name) else ""


class TreePane(LinesPane):
    """The chain rule with its numbers, opened and closed level by level."""

    # The column that other panes leave blank has the mark of the first row.
    DEFAULT_CSS = "TreePane { padding: 0; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("right", "open(True)", "open", show=False),
        Binding("left", "open(False)", "close", show=False),
        Binding("enter,space", "toggle_row", "open or close", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__("Derivative tree", id)
        self._picture: Picture | None = None
        self._rows: list[Row] = []
        self._lines: list[Line] = []
        self._slot: int | None = None
        self._cursor = 0
        self._expanded: frozenset[tuple[str, ...]] = frozenset()
        self._collapsed: frozenset[tuple[str, ...]] = frozenset()

    def show(self, picture: Picture) -> None:
        """Draw from `picture`."""
        slot = picture.active_slot if picture.pinned is None else picture.pinned
        if slot != self._slot:
            self._slot, self._cursor = slot, 0
            self.keep_in_sight(0)
        self._picture = picture
        title = "Derivative tree" + (" (pinned, Esc follows)" if picture.pinned else "")
        if title != self.border_title:
            self.border_title = title
        self._lay_out()

    def _lay_out(self) -> None:
        picture = self._picture
        if picture is None:
            return
        if self._slot is None:
            self._rows = []
        else:
            top = root(picture.view, self._slot)
            self._rows = list(rows(picture.view, top, self._expanded, self._collapsed))
        self._cursor = min(self._cursor, max(0, len(self._rows) - 1))
        width = self.scrollable_content_region.width
        values = [_value(row, picture) for row in self._rows]
        columns = self._columns(values, width - len(_MARGIN))
        self._lines = [
            Line(
                clipped((*self._head(row, picture, columns), *value), width),
                "cursor" if number == self._cursor and self.has_focus else "plain",
            )
            for number, (row, value) in enumerate(zip(self._rows, values, strict=True))
        ]
        self.redraw()

    def _columns(self, values: list[list[Span]], width: int) -> tuple[int, int]:
        """How wide symbols and rules are; rules are left out where they leave no room."""
        symbols = max((width_of(r.guide + r.node.symbol) for r in self._rows), default=0)
        symbols = min(symbols, max(8, width - _LEAST_VALUE - len(_EQUALS)))
        rules = max((width_of(_rule(r)) for r in self._rows), default=0)
        # Rules do not come and go with what is known.
        widest = max([_LEAST_VALUE, *(sum(width_of(s.text) for s in spans) for spans in values)])
        return symbols, rules if symbols + len(_EQUALS) + rules + widest <= width else 0

    def _head(self, row: Row, picture: Picture, columns: tuple[int, int]) -> list[Span]:
        """A row up to its value: where it hangs, its symbol, its rule."""
        node = row.node
        # The last cell before a symbol is blank unless there is a mark.
        guide = Span((_MARGIN + row.guide)[: -len(_MARGIN)], "muted")
        if row.more:
            return [guide, Span(f"{_MARGIN}… {row.more} more paths", "muted")]
        selected = picture.selected in self._names(node.symbol, node.slot)
        symbols, rules = columns
        look = "selected" if selected else _LOOKS.get(node.status, "plain")
        sign = Span(_mark(row, picture) or _MARGIN, "mark")
        width = len(_MARGIN) + symbols
        spans = list(clipped([guide, sign, Span(node.symbol, look)], width))
        spans.append(Span(" " * (width - sum(width_of(span.text) for span in spans))))
        if rules:
            rule = _rule(row)
            spans += [Span(_EQUALS if rule else "   ", "muted"), Span(f"{rule:<{rules}}")]
        return spans

    def _names(self, symbol: str, slot: int | None) -> tuple[str, ...]:
        picture = self._picture
        assert picture is not None
        return (symbol,) if slot is None else (symbol, picture.view.program.name(slot))

    def count_lines(self) -> int:
        return max(1, len(self._lines))

    def line_at(self, number: int) -> Line:
        if not self._lines:
            return line(Span(f"{_MARGIN}Press s for the first operation.", "muted"))
        return self._lines[number]

    def action_move(self, by: int) -> None:
        """Move the cursor; the quantity it comes to is selected everywhere."""
        if self._rows:
            self._put_cursor(min(max(0, self._cursor + by), len(self._rows) - 1))

    def _put_cursor(self, number: int) -> None:
        self._cursor = number
        self.keep_in_sight(number)
        self._lay_out()
        slot = self._rows[number].node.slot
        if slot is not None and self._picture is not None:
            self.post_message(Selected(self._picture.view.program.name(slot)))

    def action_open(self, wanted: bool) -> None:
        """Open or close the row under the cursor; closing a closed one goes to its parent."""
        if not self._rows:
            return
        row = self._rows[self._cursor]
        if wanted and row.expandable:
            self._expanded |= {row.key}
            self._collapsed -= {row.key}
        elif not wanted and row.expanded:
            self._expanded -= {row.key}
            self._collapsed |= {row.key}
        elif not wanted and len(row.key) > 1:
            keys = [each.key for each in self._rows]
            self._put_cursor(keys.index(row.key[:-1]))
        self._lay_out()

    def action_toggle_row(self) -> None:
        """Open the row under the cursor if it is closed, else close it."""
        if self._rows:
            self.action_open(not self._rows[self._cursor].expanded)

    def on_click(self, event: events.Click) -> None:
        number = self.number_of(event.get_content_offset_capture(self).y)
        if 0 <= number < len(self._rows):
            if number == self._cursor:
                self.action_toggle_row()
            self._put_cursor(number)

    def on_focus(self) -> None:
        self._lay_out()

    def on_blur(self) -> None:
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()
