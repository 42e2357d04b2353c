"""Lines: the base of every pane that shows text. It draws only the lines that are seen,
and again only those that have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple, Self

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from bpdebug.text.subscripts import subscripted
from bpdebug.tui.panes.looks import LOOKS, style_of
from bpdebug.tui.terminal.repaint import FrameText
from bpdebug.tui.terminal.row_cache import RowCache


class Span(NamedTuple):
    """A piece of a line and its look, one of `looks.LOOKS`. The text is data, never markup."""

    text: str
    look: str = "plain"


class Line(NamedTuple):
    """A line; `look` is what its whole width is drawn on."""

    spans: tuple[Span, ...]
    look: str = "plain"


class _Drawing(NamedTuple):
    """All that the look of a line depends on, apart from styles."""

    line: Line
    width: int
    subscripts: bool


_KEPT = 512
"""Lines that a pane keeps, made and drawn: more than any screen has rows."""


def sets_names(pane: Widget) -> bool:
    """Whether the screen that a pane is on sets names with their digits below the line."""
    return bool(getattr(pane.screen, "subscripts", False))


def line(*spans: Span | str, look: str = "plain") -> Line:
    """A line of spans; plain text where only a string is given."""
    return Line(tuple(Span(s) if isinstance(s, str) else s for s in spans), look)


def width_of(text: str) -> int:
    """How many cells a text takes."""
    return cell_len(text)


class LinesPane(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling pane of lines; subclasses say what is in each.

    The first `HEADINGS` lines stay in their place while the others scroll below them.
    """

    HEADINGS: ClassVar[int] = 0

    border_title = FrameText(at_bottom=False)
    border_subtitle = FrameText(at_bottom=True)

    # Not Home and End, which are commands of the main screen wherever the focus is.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "scroll up", show=False),
        Binding("down", "scroll_down", "scroll down", show=False),
        Binding("pageup", "page_up", "a page up", show=False),
        Binding("pagedown", "page_down", "a page down", show=False),
    ]

    DEFAULT_CSS = """
    LinesPane {
        border: round $frame;
        border-title-color: $quiet;
        padding: 0 0 0 1;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        background: $background;
        &:focus {
            border: round $primary;
            border-title-color: $primary;
            border-title-style: reverse;
        }
    }
    """

    def __init__(self, title: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles_cache = RowCache()
        self.border_title = title
        self._drawn: dict[int, Line] = {}
        self._made: dict[int, Line] = {}
        self._strips: dict[_Drawing, Strip] = {}
        self._styles: dict[str, Style] = {}

    def line_at(self, number: int) -> Line:
        """What is in line `number`, from 0. Only called for lines that are seen."""
        raise NotImplementedError

    def count_lines(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def redraw(self, changed: Iterable[int] | None = None) -> None:
        """Draw again the lines in sight that have changed: among `changed`, if that is known."""
        region = self.scrollable_content_region
        # At least as high as the pane: what fits anyway is no reason for a new layout.
        size = Size(region.width, max(self.count_lines(), region.height))
        if size != self.virtual_size:
            self.virtual_size = size
        # After a resize Textual leaves the bar as it was.
        overflows = self.count_lines() > region.height > 0
        if self.show_vertical_scrollbar != overflows:
            self.show_vertical_scrollbar = overflows
        if changed is None:
            self._made.clear()
        for number in changed or ():
            self._made.pop(number, None)
        width, top, headings = self.size.width, self.scroll_offset.y, self.HEADINGS
        regions = [
            Region(0, row, width, 1)
            for row in range(region.height)
            if self._drawn.get(row) != self._line(row if row < headings else top + row)
        ]
        if regions:
            self.refresh(*regions)

    def plain_lines(self, most: int) -> list[str]:
        """The text of the lines, those out of sight too, but not more than `most`."""
        lines = (self.line_at(number) for number in range(min(self.count_lines(), most)))
        return ["".join(span.text for span in line.spans).rstrip() for line in lines]

    def number_of(self, row: int) -> int:
        """The number of the line that is seen in `row` of the pane."""
        return row if row < self.HEADINGS else self.scroll_offset.y + row

    def _line(self, number: int) -> Line:
        found = self._made.get(number)
        if found is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            found = self.line_at(number) if 0 <= number < self.count_lines() else Line(())
            self._made[number] = found
        return found

    def render_line(self, y: int) -> Strip:
        content = self._line(self.number_of(y))
        self._drawn[y] = content
        width = self.scrollable_content_region.width
        drawing = _Drawing(content, width, sets_names(self))
        strip = self._strips.get(drawing)
        if strip is None:
            if len(self._strips) >= _KEPT:
                self._strips.clear()
            strip = self._strips[drawing] = self._strip(drawing)
        return strip

    def _strip(self, drawing: _Drawing) -> Strip:
        base = self._style(drawing.line.look)
        segments = [
            Segment(
                subscripted(span.text) if drawing.subscripts else span.text,
                base + self._look(span.look),
            )
            for span in drawing.line.spans
        ]
        return Strip(segments).adjust_cell_length(drawing.width, base)

    def _style(self, look: str) -> Style:
        """What a line of this look is drawn on."""
        # To find it Textual goes through all that is around the pane.
        found = self._styles.get("")
        if found is None:
            found = self._styles[""] = self.rich_style
        return found if look == "plain" else found + self._look(look)

    def _look(self, look: str) -> Style:
        found = self._styles.get(look)
        if found is None:
            found = self._styles[look] = style_of(LOOKS[look], self.app)
        return found

    def notify_style_update(self) -> None:
        """Forget what another theme, or the focus, makes look different."""
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def refresh(self, *regions: Region, **what: bool) -> Self:
        """Draw again: without regions everything, from what there is now."""
        if not regions:
            self._made.clear()
        return super().refresh(*regions, **what)

    def on_resize(self) -> None:
        self._drawn.clear()
        self.redraw()

    def keep_in_sight(self, number: int) -> None:
        """Scroll as little as it takes to see line `number`."""
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if number < top + self.HEADINGS:
            self.scroll_to(y=max(0, number - self.HEADINGS), animate=False)
        elif height and number >= top + height:
            self.scroll_to(y=number - height + 1, animate=False)


def clipped(spans: Sequence[Span], width: int) -> tuple[Span, ...]:
    """The spans in at most `width` cells; `…` says that something is left out."""
    kept: list[Span] = []
    room = width
    for span in spans:
        length = cell_len(span.text)
        if length <= room:
            kept.append(span)
            room -= length
            continue
        text = span.text
        while text and cell_len(text) > room - 1:
            text = text[:-1]
        if room > 0:
            kept.append(Span(text + "…", span.look))
        break
    return tuple(kept)
