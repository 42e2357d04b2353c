"""The rows of a pane as they come on the screen: its border, its padding, a line between them.

Textual makes every row that has changed from the styles of the pane and of all around it. Here
only the first row of a pane is made so; in all others of its lines the same things stand around
what is new.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class _Frame(NamedTuple):
    """What stands around each line of a pane of a size, and how a line is made ready for it.

    The lines are the rows `first` to `last` - 1; they are `width` cells wide, on `ground`.
    """

    size: Size
    left: Strip
    right: Strip
    first: int
    last: int
    width: int
    ground: Style
    background: Color
    filters: list[LineFilter]

    def around(self, line: Strip) -> Strip:
        """A whole row."""
        line = line.adjust_cell_length(self.width, self.ground)
        for each in self.filters:
            line = line.apply_filter(each, self.background)
        return Strip([*self.left, *line, *self.right], self.size.width)


class RowCache(StylesCache):
    """Textual's cache of the rows of a widget, for one whose lines need nothing but a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._frame: _Frame | None = None
        self._rows: dict[int, Strip] = {}

    def clear(self) -> None:
        """Forget everything; so Textual does when a style has changed."""
        super().clear()
        self._frame = None
        self._rows.clear()

    def set_dirty(self, *regions: Region) -> None:
        """Forget the rows of regions, without any everything."""
        super().set_dirty(*regions)
        for region in regions:
            for y in region.line_range:
                self._rows.pop(y, None)

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """The rows of a widget in a part of it."""
        size = widget.region.size
        if crop.column_span != (0, size.width):
            return super().render_widget(widget, crop)
        frame = self._frame
        if frame is None or frame.size != size or frame.filters != widget.get_line_filters():
            self._rows.clear()
            strips = super().render_widget(widget, crop)
            self._frame = _frame(widget, crop, strips)
            return strips
        return [self._row(widget, frame, y) for y in crop.line_range]

    def _row(self, widget: Widget, frame: _Frame, y: int) -> Strip:
        row = self._rows.get(y)
        if row is not None:
            return row
        if frame.first <= y < frame.last:
            row = frame.around(widget.render_line(y - frame.first))
            # What Textual has kept of the row is old.
            self._cache.pop(y, None)
            self._dirty_lines.discard(y)
        else:
            (row,) = super().render_widget(widget, Region(0, y, frame.size.width, 1))
        self._rows[y] = row
        return row


def _frame(widget: Widget, crop: Region, rows: list[Strip]) -> _Frame | None:
    """The frame that is seen in the rows of a part, None if there is more to them than one."""
    styles, size = widget.styles, widget.region.size
    top, right, bottom, left = styles.gutter
    first, last = top, min(size.height - bottom, top + widget.content_region.height)
    plain = not styles.tint.a and not styles.has_rule("hatch") and not any(styles.outline.spacing)
    seen = range(max(first, crop.y), min(last, crop.bottom))
    if not seen or not plain or widget.opacity != 1.0 or styles.text_opacity != 1.0:
        return None
    row = rows[seen[0] - crop.y]
    base, background = widget.background_colors
    return _Frame(
        size,
        row.crop(0, left),
        row.crop(size.width - right, size.width),
        first,
        last,
        widget.content_region.width,
        Style.from_color(bgcolor=(base + background).rich_color),
        background,
        list(widget.get_line_filters()),
    )
