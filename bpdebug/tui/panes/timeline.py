"""The timeline: one iteration and the whole run as bars; a click or a drag goes there."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar, NamedTuple

from textual import events
from textual.geometry import Size

from bpdebug.text.run.timeline import TimelineCell, cell_under, run_line, timeline
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line
from bpdebug.tui.panes.messages import WentTo
from bpdebug.tui.panes.picture import Picture

_HIGH = 30
"""On a screen with this many rows there is one for the whole run."""


class _Drag(NamedTuple):
    """A row held with the mouse, and what its positions are counted from."""

    row: int
    base: int


class TimelinePane(LinesPane, can_focus=False):
    """The operations of an iteration, those done and those to come; below it the run."""

    ALLOW_SELECT: ClassVar[bool] = False

    DEFAULT_CSS = "TimelinePane { height: auto; border: none; padding: 0 1; scrollbar-size: 0 0; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id)
        self._picture: Picture | None = None
        self._rows: list[list[TimelineCell]] = []
        self._drag: _Drag | None = None
        self._wanted: int | None = None
        self._under_way: int | None = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Two rows where the screen is high enough, else one."""
        # As long as nothing is known of the run there is room for it, so that nothing jumps.
        long = self._picture is None or self._picture.end > 0
        return 2 if long and viewport.height >= _HIGH else 1

    def show(self, picture: Picture) -> None:
        """Draw from `picture`."""
        before, self._picture = self._picture, picture
        if before is not None and (before.end > 0) != (picture.end > 0):
            self.refresh(layout=True)
        self._lay_out()
        self._go_on(picture.view.position.operation)

    def _lay_out(self) -> None:
        picture = self._picture
        if picture is None:
            return
        view, width = picture.view, self.scrollable_content_region.width
        self._rows = [timeline(view, width, picture.operation_marks)]
        if picture.end and self.size.height > 1:
            position, length = view.position.operation, view.program.operations
            self._rows.append(run_line(position, picture.end, length, width, picture.run_marks))
        self.redraw()

    def count_lines(self) -> int:
        return len(self._rows)

    def line_at(self, number: int) -> Line:
        groups = groupby(self._rows[number], _look)
        return line(*(Span("".join(c.character for c in cells), look) for look, cells in groups))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        at = event.get_content_offset_capture(self)
        if self._picture is None or not 0 <= at.y < len(self._rows):
            return
        cells = self._rows[at.y]
        cell = cells[at.x] if 0 <= at.x < len(cells) else None
        if cell is None or cell.goal is None:
            return
        view = self._picture.view
        base = view.position.operation - view.operation if at.y == 0 else 0
        self.capture_mouse()
        self._drag, self._under_way = _Drag(at.y, base), None
        self._go(base + cell.goal)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        drag = self._drag
        if drag is None or drag.row >= len(self._rows):
            return
        cell = cell_under(self._rows[drag.row], event.get_content_offset_capture(self).x)
        if cell is not None and cell.goal is not None and drag.base + cell.goal != self._wanted:
            self._go(drag.base + cell.goal)

    def on_mouse_up(self) -> None:
        self._drag = None
        self.release_mouse()

    def _go(self, position: int) -> None:
        """Ask to go somewhere, one place at a time: the mouse may be faster than the run."""
        self._wanted = position
        if self._under_way is None:
            self._under_way = position
            self.post_message(WentTo(str(position)))

    def _go_on(self, here: int) -> None:
        """After an arrival go where the mouse has got to since; elsewhere forget about it."""
        arrived, self._under_way = self._under_way == here, None
        if arrived and self._wanted is not None and self._wanted != here:
            self._go(self._wanted)

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()


def _look(cell: TimelineCell) -> str:
    if cell.marked:
        return "mark"
    return "plain" if cell.phase is None else str(cell.phase)
