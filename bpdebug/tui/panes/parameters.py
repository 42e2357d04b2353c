"""The parameter pane: a line for each parameter, drawn only where it is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from bpdebug.notation.names import with_greek
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe
from bpdebug.text.table.cells import parameter_row
from bpdebug.text.table.columns import CHECK, Column, TableLayout, columns_of, headings, laid_out
from bpdebug.text.table.filter import FilterError
from bpdebug.text.table.order import NAME, Arrangement, TableLook, arranged, title
from bpdebug.text.table.rows import ParameterTable, parameter_table
from bpdebug.tui.panes.invitation import key_in
from bpdebug.tui.panes.lines import Line, LinesPane, Span, clipped, line, width_of
from bpdebug.tui.panes.messages import Selected
from bpdebug.tui.panes.parameter_changes import MOST_STEPS, rows_changed
from bpdebug.tui.panes.parameter_lines import heading_line, row_line
from bpdebug.tui.panes.picture import Picture

_AROUND_TITLE = len("╭─  ─╮")

_NOTHING_SEEN = TableLayout(0, 1, (), 0, False)


class ParametersPane(LinesPane):
    """Every parameter with what belongs to it, in the columns that are chosen or fit.

    Where the order depends on numbers that change, rows keep their places while one goes
    operation by operation; after a leap they are put in order again.
    """

    HEADINGS = 1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "select the parameter above", show=False),
        Binding("down", "move(1)", "select the parameter below", show=False),
        Binding("pageup", "page(-1)", "a page up", show=False),
        Binding("pagedown", "page(1)", "a page down", show=False),
    ]

    @dataclass
    class HeadingClicked(Message):
        """The heading of a column was clicked."""

        column: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__("Parameters", id)
        self._picture: Picture | None = None
        self._table: ParameterTable | None = None
        self._arrangement: Arrangement | None = None
        self._layout_seen = _NOTHING_SEEN
        self._longest_name = 0
        self._selected: int | None = None
        self._is_selected = False
        self._changed: set[int] | None = None
        self._wishes: list[str | None] = []
        self._told: tuple[object, ...] = ()

    # What others ask

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that there can be."""
        if self._table is None or self._picture is None:
            return ()
        return columns_of(self._table, self._picture.has_history)

    def layout_with(self, look: TableLook) -> TableLayout:
        """What there is room for where the table is seen as `look` says."""
        digits = DIGITS if self._picture is None else self._picture.digits
        width = self.scrollable_content_region.width
        return laid_out(self.columns, look.columns, width, self._longest_name, digits)

    @property
    def states(self) -> tuple[str, ...]:
        """The letters of what the optimizer keeps of each parameter."""
        return tuple(self._table.states) if self._table else ()

    @property
    def is_old(self) -> bool:
        """Whether the rows are in the order of numbers that may have changed."""
        picture, arrangement = self._picture, self._arrangement
        return bool(picture and arrangement and arrangement.is_old(picture.view))

    # Drawing

    def show(self, picture: Picture) -> None:
        """Draw from `picture`; the parameter that an operation concerns comes in sight."""
        before, self._picture = self._picture, picture
        table = self._table
        if table is None or table.program is not picture.view.program:
            table = self._table = parameter_table(picture.view.program)
            names = map(with_greek, table.some_names())
            self._longest_name = max(map(width_of, ("name", *names)))
            before = None
        is_new = before is None or before.table != picture.table
        if is_new or self._is_overtaken(before):
            self._arrangement = _arranged(table, picture)
        self._find_selected(table, picture)
        self._changed = None if before is None else rows_changed(table, before, picture)
        if before is not None and before.view.position == picture.view.position:
            self._draw(self._selected, to_top=is_new)
        else:
            active = picture.active_slot
            self._draw(None if active is None else table.row_of(active), to_top=active is None)

    def _is_overtaken(self, before: Picture | None) -> bool:
        """Whether the rows are in an old order, and what was seen last is a leap away."""
        if before is None or self._picture is None or not self.is_old:
            return False
        old, new = before.view, self._picture.view
        distance = abs(new.position.operation - old.position.operation)
        return distance > MOST_STEPS or old.edits != new.edits

    def arrange_anew(self) -> None:
        """Put the rows in order by the numbers of this moment."""
        if self._table is not None and self._picture is not None:
            self._arrangement = _arranged(self._table, self._picture)
            self._draw(self._selected, to_top=True)

    def _draw(self, row: int | None, to_top: bool = False) -> None:
        """Draw again what has changed, and scroll to a row of the table; where there is none,
        with `to_top` to the first line.
        """
        picture, table, arrangement = self._picture, self._table, self._arrangement
        if picture is None or table is None or arrangement is None:
            return
        self._layout_seen = self.layout_with(picture.table)
        room = self.outer_size.width - _AROUND_TITLE
        heading = title(arrangement, len(table.slots), picture.view, room)
        self.border_title = Content(safe(heading))
        self.redraw(self._changed_lines(picture, table, arrangement))
        last = max(0, self.count_lines() - self.scrollable_content_region.height)
        if self.scroll_offset.y > last:
            # Textual would show what is below the last row until the next key.
            self.scroll_to(y=last, animate=False)
        place = -1 if row is None else int(arrangement.places[row])
        if place >= 0 or to_top:
            self.keep_in_sight(self.HEADINGS + max(0, place))

    def _changed_lines(
        self, picture: Picture, table: ParameterTable, arrangement: Arrangement
    ) -> list[int] | None:
        """The lines that may have changed since they were drawn, None for any."""
        changed, self._changed = self._changed, None
        has_bars = self._layout_seen.bars and len(table.slots)
        history = len(picture.history(int(table.slots[0]))) if has_bars else 0
        # Checks may be asked for while one stands still.
        checks = id(picture.checks()) if CHECK in self._layout_seen.numbers else 0
        told = self._told
        self._told = (arrangement, self._layout_seen, self._selected, history, checks)
        if changed is None or told != self._told:
            return None
        return [self.HEADINGS + int(arrangement.places[row]) for row in changed]

    def _find_selected(self, table: ParameterTable, picture: Picture) -> None:
        """The row of what is selected; one that a local derivative is about is not marked."""
        name = picture.selected
        if name in self._wishes[:-1] and name != self._wishes[-1]:
            # Keys may come faster than pictures: what was chosen last is on its way.
            name = self._wishes[-1]
        else:
            self._wishes.clear()
        row = None if name is None else table.row_named(name)
        self._is_selected = row is not None
        if row is None and name is not None and "/d" in name:
            row = table.row_named(name.rpartition("/d")[2])
        self._selected = row

    def count_lines(self) -> int:
        arrangement = self._arrangement
        # Where there is no row, a line says what to do.
        return self.HEADINGS + (max(1, len(arrangement.rows)) if arrangement else 0)

    def line_at(self, number: int) -> Line:
        picture, table, arrangement = self._picture, self._table, self._arrangement
        if picture is None or table is None or arrangement is None:
            return line()
        layout, width = self._layout_seen, self.scrollable_content_region.width
        if number < self.HEADINGS:
            look = arrangement.look
            texts = headings(layout, picture.view.program.model.loss, look.order, look.sign)
            ordered = (NAME, *layout.numbers)
            at = ordered.index(look.order) if look.order in ordered else None
            return heading_line(layout, texts, at, width)
        if not len(arrangement.rows):
            return self._invitation(arrangement, width)
        row = int(arrangement.rows[number - self.HEADINGS])
        slot = int(table.slots[row])
        shown = parameter_row(
            *(picture.view, slot, picture.marks, picture.digits, layout.numbers, layout.number),
            picture.checks,
        )
        selected = self._is_selected and row == self._selected
        history = picture.history(slot) if layout.bars else []
        return row_line(layout, shown, history, selected, width)

    def on_resize(self) -> None:
        self._drawn.clear()
        self._draw(self._selected)

    # Choosing

    def _invitation(self, arrangement: Arrangement, width: int) -> Line:
        key = key_in(self, "filter")
        text = f"None matches. Press {key} to change or to clear the filter."
        if not arrangement.look.filter:
            text = "This model has no parameters."
        return Line(clipped([Span(f"  {text}", "muted")], width))

    def action_move(self, by: int) -> None:
        """Select the parameter `by` lines further down."""
        arrangement, at = self._arrangement, self._selected
        if arrangement is None or not len(arrangement.rows):
            return
        place = -1 if at is None else int(arrangement.places[at])
        self._select(0 if place < 0 else min(max(0, place + by), len(arrangement.rows) - 1))

    def action_page(self, by: int) -> None:
        """Select the parameter a page further down."""
        self.action_move(by * max(1, self.scrollable_content_region.height - self.HEADINGS - 1))

    def _select(self, place: int) -> None:
        picture, table, arrangement = self._picture, self._table, self._arrangement
        if picture is None or table is None or arrangement is None:
            return
        self._selected = int(arrangement.rows[place])
        name = table.program.name(int(table.slots[self._selected]))
        if not self._wishes:
            self._wishes.append(picture.selected)
        self._wishes.append(name)
        self.post_message(Selected(name))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset_capture(self)
        number = self.number_of(at.y)
        if number < self.HEADINGS:
            column = self._layout_seen.column_at(at.x)
            if column is not None:
                self.post_message(self.HeadingClicked(column))
        elif self._arrangement and number - self.HEADINGS < len(self._arrangement.rows):
            self._select(number - self.HEADINGS)


def _arranged(table: ParameterTable, picture: Picture) -> Arrangement:
    """The rows in the order that is wanted, or all of them if a filter makes no sense here."""
    try:
        return arranged(table, picture.view, picture.table, picture.checks)
    except FilterError:
        unfiltered = replace(picture.table, filter="")
        return arranged(table, picture.view, unfiltered, picture.checks)
