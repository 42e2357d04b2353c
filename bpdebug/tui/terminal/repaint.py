"""What goes to the terminal: only the cells that differ from those that are there.

Textual marks regions for a repaint, but of each row it sends everything from the left edge of
the pane up to the end of the region, changed or not, and whole panes where a frame or a title
changes. A screen whose compositor is the one below knows what it has sent, so a pane may ask for
more than has changed and nothing more is sent.

This is the one place that reaches into Textual's compositor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events, on
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.content import Content, ContentType
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget, _BorderTitle

from bpdebug.tui.terminal.pen import Place, Segments, written

Cell = tuple[str, Style | None]
"""What is in a cell, and how; the second cell of a wide character has an empty text."""

_GAP = 8
"""As many equal cells are cheaper to send again than to pass over: a move and a style cost more."""

NARROW = frozenset(
    chr(code)
    for first, last in (
        *((0x20, 0x7E), (0x391, 0x3C9), (0x2080, 0x2089), (0x2190, 0x2193)),
        *((0x2200, 0x22FF), (0x2500, 0x25FC), (0x2800, 0x28FF)),
    )
    for code in range(first, last + 1)
)
"""Characters of one cell each, no accents: letters, subscripts, mathematics, lines, braille."""

Placed = tuple[Place, Strip]
Shown = dict[Place, Strip]


def differences(before: Strip | None, after: Strip) -> list[tuple[int, Segments]]:
    """The pieces of `after` that have to be sent where `before` is, each with its first cell."""
    if before is None or before.cell_length != after.cell_length:
        return [(0, tuple(after))]
    if before is after:
        return []
    left, right = list(before), list(after)
    same = 0
    for old, new in zip(left, right, strict=False):
        if old != new:
            break
        same += 1
    start = sum(segment.cell_length for segment in right[:same])
    del left[:same], right[:same]
    while left and right and left[-1] == right[-1]:
        left.pop()
        right.pop()
    cells = _cells(right)
    return [
        (start + first, _segments(cells[first:end])) for first, end in _runs(_cells(left), cells)
    ]


def _runs(old: list[Cell], new: list[Cell]) -> list[tuple[int, int]]:
    """Where `new` differs from `old`: the first cell and the one after the last of each run."""
    if len(old) != len(new):
        # Of a width that is not what its characters say.
        return [(0, len(new))]
    runs: list[tuple[int, int]] = []
    for begin in [at for at, (was, is_) in enumerate(zip(old, new, strict=True)) if was != is_]:
        end = begin + 1
        # Half a wide character cannot be sent.
        while begin and not new[begin][0]:
            begin -= 1
        while end < len(new) and not new[end][0]:
            end += 1
        if runs and begin - runs[-1][1] <= _GAP:
            begin = runs.pop()[0]
        runs.append((begin, end))
    return runs


def _cells(segments: Iterable[Segment]) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, _ in segments:
        if NARROW.issuperset(text):
            cells.extend(zip(text, repeat(style)))
            continue
        for character in text:
            width = get_character_cell_size(character)
            if width:
                cells.append((character, style))
                cells.extend([("", style)] * (width - 1))
            elif cells:
                # An accent belongs to the character before it.
                base, look = cells[-1]
                cells[-1] = (base + character, look)
    return cells


def _segments(cells: Iterable[Cell]) -> Segments:
    """Cells as segments, those beside one another in one if they look the same."""
    texts: list[str] = []
    looks: list[Style | None] = []
    for text, style in cells:
        if looks and looks[-1] is style:
            texts[-1] += text
        else:
            texts.append(text)
            looks.append(style)
    return tuple(map(Segment, texts, looks))


class _Changes(LayoutUpdate):
    """The cells of an update that differ from those that are `shown`."""

    def __init__(self, strips: Iterable[Placed], shown: Shown) -> None:
        super().__init__([], Region())
        self._strips = list(strips)
        self._shown = shown
        self.pieces = [
            ((y, x + start), piece)
            for (y, x), strip in self._strips
            for start, piece in differences(shown.get((y, x)), strip)
        ]

    def render_segments(self, console: Console) -> str:
        """What is sent; from now on it is shown."""
        self._shown.update(self._strips)
        return written(self.pieces, console._color_system or ColorSystem.TRUECOLOR)


def _whole(update: LayoutUpdate) -> Iterator[Placed]:
    """The strips of a whole frame."""
    for y, row in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in row:
            yield (y, x), strip
            x += strip.cell_length


def _touched(update: ChopsUpdate) -> Iterator[Placed]:
    """The strips that lie in a span of the update, whole."""
    done: set[Place] = set()
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first and (y, x) not in done:
                done.add((y, x))
                yield (y, x), strip


class SparingCompositor(Compositor):
    """Textual's compositor, with a memory of what the terminal shows."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown = {}
        self._layout: list[list[int]] = []
        self._rows: frozenset[int] | None = None

    def forget(self) -> None:
        """From now on nothing is known: something else may have drawn on the terminal."""
        self._shown.clear()

    def render_update(
        self,
        full: bool = False,
        screen_stack: list[Screen[object]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        """What has to be sent, None if nothing has."""
        # A memory by rows and columns is good as long as the panes begin and end where they did.
        if self.cuts != self._layout:
            self._layout = self.cuts
            self.forget()
        if not full and self.size.region not in self._dirty_regions:
            self._rows = frozenset(y for each in self._dirty_regions for y in each.line_range)
        try:
            update = super().render_update(full, screen_stack, simplify)
        finally:
            self._rows = None
        if full or not isinstance(update, ChopsUpdate | LayoutUpdate):
            # One that is asked for as `full` is an export and does not go to the terminal.
            return update
        strips = _touched(update) if isinstance(update, ChopsUpdate) else _whole(update)
        changes = _Changes(strips, self._shown)
        return changes if changes.pieces else None

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """The strips of each widget; in a partial update only the rows that are asked for.

        Textual goes through all rows of all widgets between the outermost changes.
        """
        rows = self._rows
        if rows is None:
            yield from super()._get_renders(crop)
            return
        free = {y: set(self.cuts[y][:-1]) for y in rows if 0 <= y < self.size.height}
        # From the front to the back: what is hidden behind others is not asked for its rows.
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            wanted = []
            for y in seen.line_range:
                covered = {x for x in free.get(y, ()) if seen.x <= x < seen.right}
                if covered:
                    free[y] -= covered
                    wanted.append(y)
            if wanted:
                first, last = wanted[0], wanted[-1] + 1
                part = Region(seen.x, first, seen.width, last - first)
                yield part, clip, widget.render_lines(part.translate(-region.offset))


class FrameText(_BorderTitle):
    """A title or subtitle of a pane. A change draws its row, where Textual draws the pane."""

    def __init__(self, at_bottom: bool) -> None:
        self._at_bottom = at_bottom

    def __set__(self, pane: Widget, title: Text | ContentType | None) -> None:
        content = Content.from_rich_text(title) if isinstance(title, Text) else title
        shown = None if content is None else pane.render_str(content).expand_tabs(4).split()[0]
        before = getattr(pane, self._internal_name)
        # Textual compares texts without their looks.
        if shown == before and getattr(shown, "spans", None) == getattr(before, "spans", None):
            return
        setattr(pane, self._internal_name, shown)
        width, height = pane.outer_size
        row = Region(0, height - 1 if self._at_bottom else 0, width, 1)
        pane.refresh(row.translate(-pane.content_offset))


class SparingScreen(Screen[None]):
    """A screen that sends what has changed."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor: SparingCompositor = SparingCompositor()

    def on_mount(self) -> None:
        self.app.app_resume_signal.subscribe(self, self._draw_all)

    def when_drawn(self, then: Callable[[], None]) -> None:
        """Do something when what there is to be drawn on this screen has been drawn.

        Textual's `call_after_refresh` waits for the screen on top instead, and never comes if that
        one closes in the meantime.
        """
        self._invoke_later(then, self)

    def _draw_all(self, _: object) -> None:
        """After the shell has had the terminal."""
        self._compositor.forget()
        self.app.screen.refresh()

    @on(events.ScreenSuspend)
    @on(events.Resize)
    def forget_frame(self) -> None:
        """Another screen draws from now on, or the terminal has moved what it showed."""
        self._compositor.forget()
