"""The welcome: what to press first, for somebody who opens bpdebug for the first time."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.keys.command import Command
from bpdebug.keys.names import key_of
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line, width_of

_FIRST = (
    ("operation_forward", "one operation"),
    ("operation_back", "one back"),
    ("iteration_forward", "one iteration"),
    ("", "arrows or mouse choose a number"),
    ("help", "all keys"),
    ("tour", "a short tour"),
    ("interrupt", "closes this for good"),
)
"""Commands by their ids, and what they do in a few words."""

_GAP = "   "


def welcome_lines(commands: Sequence[Command], width: int) -> list[Line]:
    """The keys to begin with, in lines of at most `width` cells."""
    rows: list[list[Span]] = [[]]
    room = width
    for id, words in _FIRST:
        key = key_of(commands, id) if id else ""
        if id and not key:
            continue
        spans = [Span(key, "fresh"), Span(f" {words}")] if key else [Span(words)]
        needed = sum(width_of(span.text) for span in spans)
        if rows[-1] and needed + len(_GAP) > room:
            rows.append([])
            room = width
        if rows[-1]:
            spans.insert(0, Span(_GAP))
            needed += len(_GAP)
        rows[-1] += spans
        room -= needed
    return [line(*row) for row in rows]


class WelcomePanel(LinesPane, can_focus=False):
    """The first keys, above the timeline; it takes no key away from anything."""

    DEFAULT_CSS = """
    WelcomePanel {
        display: none;
        height: 5;
        border: round $accent;
        border-title-color: $accent;
        padding: 0 1;
        scrollbar-size: 0 0;
    }
    """

    def __init__(self, commands: Sequence[Command], id: str | None = None) -> None:
        super().__init__("Welcome", id)
        self._commands = commands
        self._lines: list[Line] = []

    def on_resize(self) -> None:
        self._lines = welcome_lines(self._commands, self.scrollable_content_region.width)
        self.styles.height = len(self._lines) + self.gutter.height
        super().on_resize()

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]
