"""The box of the tour: a few sentences beside the pane that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message

from bpdebug.keys.command import Command
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line, width_of
from bpdebug.tui.panes.tour_stops import TOUR, TourStop, box_size, place_box, task_of, with_keys

_SHOWN = "-toured"
"""The class of the widget that a stop is about."""


class TourBox(LinesPane, inherit_bindings=False):
    """What is said at a stop. It lies over the panes and takes the keys of the tour."""

    @dataclass
    class Turned(Message):
        """Somebody wants to go on, or back."""

        by: int

    class Left(Message):
        """Somebody has had enough."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,right", "turn(1)", "on", show=False),
        Binding("backspace,left", "turn(-1)", "back", show=False),
        Binding("escape", "leave", "leave", show=False),
    ]

    DEFAULT_CSS = """
    TourBox, TourBox:focus {
        display: none;
        layer: tour;
        position: absolute;
        border: heavy $accent;
        border-title-color: $accent;
        border-title-style: bold;
        border-subtitle-color: $foreground;
        background: $surface;
        padding: 0 1;
        scrollbar-size: 0 0;
    }
    """

    def __init__(self, commands: Sequence[Command], id: str | None = None) -> None:
        super().__init__("", id)
        self._commands = commands
        self._lines: list[Line] = []

    def show(self, number: int) -> None:
        """Show a stop, beside the widget that it is about."""
        stop = TOUR[number]
        self._mark(stop)
        text, task = box_size(
            with_keys(stop.text, self._commands), task_of(stop, self._commands), self.screen.size
        )
        self._lines = [line(row) for row in text] + [line(Span(row, "fresh")) for row in task]
        self.border_title = Content(f"{number + 1}/{len(TOUR)} · {stop.title}")
        last = number + 1 == len(TOUR)
        self.border_subtitle = Content(
            "Space or Esc ends it" if last else "Space on · Backspace back · Esc ends it"
        )
        self._place(stop)
        self.display = True
        self.redraw()

    def hide(self) -> None:
        """Be gone."""
        self._mark(None)
        self.display = False

    def _mark(self, stop: TourStop | None) -> None:
        for widget in self.screen.query(f".{_SHOWN}"):
            widget.remove_class(_SHOWN)
        if stop is not None and stop.widget:
            self.screen.query_one(stop.widget).add_class(_SHOWN)

    def _place(self, stop: TourStop) -> None:
        subtitle = width_of(str(self.border_subtitle)) + 2
        width = max(subtitle, *(width_of(row.spans[0].text) for row in self._lines)) + 4
        size = Size(width, len(self._lines) + 2)
        shown = self.screen.query_one(stop.widget).region if stop.widget else Region()
        self.styles.width, self.styles.height = size
        self.styles.offset = place_box(shown, size, self.screen.size)

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]

    def on_blur(self) -> None:
        """The keys of the tour are heard as long as it is on."""
        if self.display and self.app.screen is self.screen:
            self.call_after_refresh(self.focus)

    def action_turn(self, by: int) -> None:
        """To another stop."""
        self.post_message(self.Turned(by))

    def action_leave(self) -> None:
        """End the tour."""
        self.post_message(self.Left())
