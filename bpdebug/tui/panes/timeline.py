"""The timeline: one iteration as a bar; a click goes there."""

from __future__ import annotations

from itertools import groupby

from textual import events

from bpdebug.text.timeline import Cell, timeline
from bpdebug.tui.lines import Line, LinesPane, Span, line
from bpdebug.tui.messages import WentTo
from bpdebug.tui.picture import Picture


class TimelinePane(LinesPane, can_focus=False):
    """The operations of an iteration, those done and those to come."""

    DEFAULT_CSS = "TimelinePane { height: 1; border: none; padding: 0 1; scrollbar-size: 0 0; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id)
        self._picture: Picture | None = None
        self._cells: list[Cell] = []

    def show(self, picture: Picture) -> None:
        """Draw from `picture`."""
        self._picture = picture
        width = self.scrollable_content_region.width
        self._cells = timeline(picture.view, width, picture.marked)
        self.redraw()

    def count_lines(self) -> int:
        return 1

    def line_at(self, number: int) -> Line:
        def look(cell: Cell) -> str:
            return "mark" if cell.character == "●" else str(cell.phase)

        groups = groupby(self._cells, look)
        return line(*(Span("".join(c.character for c in cells), key) for key, cells in groups))

    def on_click(self, event: events.Click) -> None:
        column = event.get_content_offset_capture(self).x
        if self._picture is None or not 0 <= column < len(self._cells):
            return
        last = self._cells[column].last
        if last:
            start = self._picture.view.position.operation - self._picture.view.operation
            self.post_message(WentTo(str(start + last)))

    def on_resize(self) -> None:
        if self._picture is not None:
            self.show(self._picture)
        super().on_resize()
