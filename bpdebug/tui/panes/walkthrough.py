"""The walkthrough pane: the words of a stop, beside the panes that show what they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from textual.content import Content

from bpdebug.text.safe import safe
from bpdebug.text.words.rich_words import RichLine, rich_lines
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line, width_of

_LOOKS = {"plain": "plain", "bold": "strong", "code": "code"}


@dataclass(frozen=True, slots=True)
class Page:
    """What is said at a stop, with its values put in.

    `number` counts stops from 1. `answer` is None until it is to be seen. `comes` is what Space
    does when all is read. `here` says that one stands at the stop.
    """

    number: int
    total: int
    title: str
    text: str
    ask: str = ""
    answer: str | None = None
    comes: str = ""
    here: bool = True


class WalkthroughPane(LinesPane):
    """The title of a stop, its text, and its question; not there while no walkthrough is on."""

    DEFAULT_CSS = """
    WalkthroughPane {
        border: round $accent;
        border-title-color: $accent;
        border-title-style: bold;
        border-subtitle-color: $quiet;
        &:focus {
            border: round $primary;
            border-title-color: $accent;
            border-title-style: bold reverse;
        }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id)
        self._page: Page | None = None
        self._lines: list[Line] = []

    def show(self, page: Page) -> None:
        """Show a stop, from its beginning if it is another one."""
        before, self._page = self._page, page
        if before is None or before.number != page.number:
            self.scroll_to(y=0, animate=False)
        self.border_title = Content(f"{page.number}/{page.total} · {safe(page.title)}")
        self._lay_out()
        if before is not None and before.number == page.number and before.answer != page.answer:
            self.keep_in_sight(len(self._lines) - 1)

    def say_what_comes(self, comes: str) -> None:
        """Say in the frame what Space does when all is read."""
        if self._page is not None:
            self._page = replace(self._page, comes=comes)
            self._say_what_comes()

    def read_on(self) -> bool:
        """Scroll to what is not yet seen; whether there was anything."""
        if not self.has_more:
            return False
        height = self.scrollable_content_region.height
        self.scroll_to(y=self.scroll_offset.y + height, animate=False)
        return True

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._say_what_comes()

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]

    def _lay_out(self) -> None:
        if self._page is not None:
            self._lines = list(_laid_out(self._page, self.scrollable_content_region.width))
            self._say_what_comes()
            self.redraw()

    @property
    def has_more(self) -> bool:
        """Whether there is something below what is seen."""
        height = self.scrollable_content_region.height
        return self.scroll_offset.y + height < len(self._lines)

    def _say_what_comes(self) -> None:
        if self._page is not None:
            reads = self._page.here and self.has_more
            self.border_subtitle = Content("Space: read on ▾" if reads else self._page.comes)


def _laid_out(page: Page, width: int) -> Iterator[Line]:
    rows = [_line(row) for row in rich_lines(page.text, width, width_of)]
    for text, look in ((page.ask, "fresh"), (page.answer or "", "plain")):
        if text:
            rows += [line()] if rows else []
            rows += [_line(row, look) for row in rich_lines(text, width, width_of)]
    yield from rows


def _line(row: RichLine, look: str = "plain") -> Line:
    looks = _LOOKS | {"plain": look}
    return Line(tuple(Span(words.text, looks[words.style]) for words in row))
