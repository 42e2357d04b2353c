"""The derivative tree pane: it follows the operation, or shows one tree that is pinned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from bpdebug.debugger.covering import HINTS_FOR_RULE
from bpdebug.debugger.view import Status
from bpdebug.text.formula.known import known_lines
from bpdebug.text.formula.tree import gathered_note, root
from bpdebug.text.formula.tree_rows import Cells, Keys, Row, cells, point_of, rows, shares_note
from bpdebug.text.formula.why_now import since, why_lines
from bpdebug.text.values import NOT_YET
from bpdebug.text.wrapping import shortened, wrap_words
from bpdebug.tui.panes.invitation import key_in
from bpdebug.tui.panes.lines import Line, LinesPane, Span, clipped, line, width_of
from bpdebug.tui.panes.messages import Selected
from bpdebug.tui.panes.picture import Picture

_LOOKS = {Status.UNKNOWN: "unknown", Status.STALE: "stale"}


_MARGIN = " "
_EQUALS = " = "
_LEAST_VALUE = len(f"{_EQUALS}{NOT_YET}")
"""Cells that the value of any row may come to need."""


def _mark(row: Row, picture: Picture) -> str:
    """The mark of the element that a row is about.

    A local derivative that is just another quantity is not that quantity.
    """
    slot = row.node.slot
    name = "" if slot is None else picture.view.program.name(slot)
    return picture.marks.get(name, "") if ("/" in row.node.symbol) == ("/" in name) else ""


class _Columns(NamedTuple):
    """How wide each column is, 0 if there is no room for it; `point` is how many characters
    of a value stand before its decimal point.
    """

    symbol: int
    rule: int
    numbers: int
    point: int
    value: int
    share: int


def _columns(rows: Sequence[Row], found: Sequence[Cells], width: int) -> _Columns:
    """The columns in `width` cells: symbol and value first, then rules, then numbers."""

    def widest(texts: Iterable[str]) -> int:
        return max(map(width_of, texts), default=0)

    point = max((point_of(each.value) for each in found), default=0)
    value = widest(" " * (point - point_of(each.value)) + each.value for each in found)
    share = widest(each.share for each in found)
    opens = 3 * any(row.expandable and not row.expanded for row in rows)
    # Rules do not come and go with what is known.
    symbol = widest(row.guide + each.symbol for row, each in zip(rows, found, strict=True))
    shares = (share + 2) * bool(share)
    behind = max(_LEAST_VALUE, len(_EQUALS) + value + shares + opens)
    if symbol + behind > width:
        # Too many digits: of symbols half the pane is seen, of values what is left.
        behind, share = behind - shares, 0
        symbol = min(symbol, max(width // 2, width - behind))
        value = min(value, max(1, width - symbol - len(_EQUALS) - opens))
    room = width - symbol - behind - len(_EQUALS)
    rule = widest(each.rule for each in found)
    rule = rule if rule <= room else 0
    room -= rule + len(_EQUALS) if rule else 0
    # What is longer than there is room for, it does without.
    numbers = widest(each.numbers for each in found if width_of(each.numbers) <= room)
    return _Columns(symbol, rule, numbers, point, value, share)


class TreePane(LinesPane):
    """The chain rule with its numbers, opened and closed level by level."""

    # The column that other panes leave blank has the mark of the first row.
    DEFAULT_CSS = "TreePane { padding: 0; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "select the row above", show=False),
        Binding("down", "move(1)", "select the row below", show=False),
        Binding("right", "open(True)", "open the row", show=False),
        Binding("left", "open(False)", "close the row", show=False),
        Binding("enter,space", "toggle_row", "open or close the row", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__("Derivative tree", id)
        self._picture: Picture | None = None
        self._rows: list[Row] = []
        self._cells: list[Cells] = []
        self._laid: tuple[object, ...] = ()
        self._lines: list[Line] = []
        self._slot: int | None = None
        self._cursor = 0
        self._expanded: Keys = frozenset()
        self._collapsed: Keys = frozenset()
        self._subtitle = ""
        self._gathered = ""

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
        self._compute(picture)
        self._cursor = min(self._cursor, max(0, len(self._rows) - 1))
        region = self.scrollable_content_region
        columns = _columns(self._rows, self._cells, region.width - len(_MARGIN))
        self._lines = [
            Line(
                clipped(self._spans(row, each, picture, columns), region.width),
                "cursor" if number == self._cursor and self.has_focus else "plain",
            )
            for number, (row, each) in enumerate(zip(self._rows, self._cells, strict=True))
        ]
        self._explain(picture, region.width, region.height)
        self.redraw()

    def _compute(self, picture: Picture) -> None:
        """The rows and what is in them, if anything of it has changed."""
        wanted = (picture.view, self._slot, picture.digits, self._expanded, self._collapsed)
        if wanted == self._laid:
            return
        self._laid = wanted
        self._rows = []
        if self._slot is not None:
            top = root(picture.view, self._slot)
            self._rows = list(rows(picture.view, top, self._expanded, self._collapsed))
        self._gathered = gathered_note(picture.view, self._rows[0].node) if self._rows else ""
        self._cells = [cells(picture.view, row, picture.digits) for row in self._rows]

    def _explain(self, picture: Picture, width: int, height: int) -> None:
        """Say why shares are odd and why the operation comes now: below the tree, or one of them
        in the frame if there is no room.
        """
        subtitle = ""
        if self._slot is not None:
            shares = [row.node.share for row in self._rows if row.node.share is not None]
            note = shares_note(shares)
            found = wrap_words(note, width - len(_MARGIN)) if note else []
            found += wrap_words(self._gathered, width - len(_MARGIN)) if self._gathered else []
            hidden = picture.view.hides(self._slot, HINTS_FOR_RULE)
            if not hidden:
                found += why_lines(picture.view, self._slot, width - len(_MARGIN))
            else:
                # How it is worked out is asked for; with what is not a secret.
                known = [*known_lines(picture.view, height - len(self._lines) - 2, picture.digits)]
                found += ["Known so far:", *known] if known else []
            below = [line(Span(f"{_MARGIN}{text}", "muted")) for text in found]
            room = height - len(self._lines) - len(below)
            if room < 0 and not hidden:
                why = self._gathered or since(picture.view, self._slot)
                subtitle = "opposite signs cancel" if note else why
            elif below:
                self._lines += [line()] * (room > 0) + below
        if subtitle != self._subtitle:
            self._subtitle = subtitle
            self.border_subtitle = Content(subtitle)

    def _spans(self, row: Row, each: Cells, picture: Picture, columns: _Columns) -> list[Span]:
        """A row: where it hangs, its symbol, its rule, numbers and value, its share."""
        node = row.node
        # The last cell before a symbol is blank unless there is a mark.
        guide = Span((_MARGIN + row.guide)[: -len(_MARGIN)], "muted")
        look = _LOOKS.get(node.status, "plain")
        sign = Span(_MARGIN, "mark")
        if row.more is not None:
            look = "muted"
        else:
            sign = Span(_mark(row, picture) or _MARGIN, "mark")
            if picture.selected in self._names(node.symbol, node.slot):
                look = "selected"
        width = len(_MARGIN) + columns.symbol
        symbol = each.symbol
        if " " not in symbol:
            # Not a path, of which the beginning says most.
            symbol = shortened(symbol, width - width_of(guide.text + sign.text))
        spans = list(clipped([guide, sign, Span(symbol, look)], width))
        spans.append(Span(" " * (width - sum(width_of(span.text) for span in spans))))
        for text, room in ((each.rule, columns.rule), (each.numbers, columns.numbers)):
            if room:
                shown = text if width_of(text) <= room else ""
                spans += [Span(_EQUALS if shown else "   ", "muted"), Span(f"{shown:<{room}}")]
        status = node.status if row.more is None else row.more.status
        if each.value:
            value = " " * (columns.point - point_of(each.value)) + each.value
            if width_of(value) > columns.value:
                value = value[: columns.value - 1] + "…"
            spans += [
                Span(_EQUALS, "muted"),
                Span(f"{value:<{columns.value}}", _LOOKS.get(status, "value")),
            ]
        if columns.share:
            spans.append(Span(f"  {each.share:>{columns.share}}", "muted"))
        if row.expandable and not row.expanded:
            spans.append(Span("  ▸", "muted"))
        return spans

    def _names(self, symbol: str, slot: int | None) -> tuple[str, ...]:
        picture = self._picture
        assert picture is not None
        return (symbol,) if slot is None else (symbol, picture.view.program.name(slot))

    def count_lines(self) -> int:
        return max(1, len(self._lines))

    def line_at(self, number: int) -> Line:
        if not self._rows:
            key = key_in(self, "operation_forward")
            return line(Span(f"{_MARGIN}Press {key} for the first operation.", "muted"))
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
