"""Where the panes are: their shares of the screen, or one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.containers import Grid
from textual.message import Message
from textual.widget import Widget

from bpdebug.tui.preferences import GREATEST_SHARE, LEAST_SHARE, Preferences

_LEAST = {"width": 12, "height": 4}
"""Cells that a pane has at least, with its frame."""

_FINE = 10_000
"""Parts that shares are counted in: more than a screen has cells."""


class PaneGrid(Grid):
    """Four panes with borders that can be moved, or one of them alone.

    Shares are those of the left panes in the width and of the upper ones in the height.
    """

    @dataclass
    class Arranged(Message):
        """The borders have been dragged to other places, where they are to stay."""

        shares: Mapping[str, float]

    def __init__(self, *panes: Widget, id: str | None = None) -> None:
        super().__init__(*panes, id=id)
        self.shares = shares_of(Preferences())
        self._dragged: tuple[str, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether one pane is seen alone."""
        return self.has_class("-alone")

    @property
    def is_roomy(self) -> bool:
        """Whether the network has the whole width, and the other three are side by side below."""
        return self.screen.has_class("-roomy") and not self.screen.has_class("-led")

    def place(self) -> None:
        """Give the panes their shares, where more than one is seen."""
        beside = self.screen.has_class("-beside")
        presenting = self.screen.has_class("-presenting")
        one = self.is_alone or presenting
        led = self.screen.has_class("-led", "-wide", "-high")
        for side, name, fixed in (
            ("width", "grid_columns", one or beside or self.is_roomy),
            ("height", "grid_rows", one or beside or led),
        ):
            if fixed:
                self.styles.clear_rule(name)
                continue
            least = min(0.5, (_LEAST[side] + 0.5) / max(1, getattr(self.size, side)))
            share = round(_FINE * min(1 - least, max(least, self.shares[side])))
            setattr(self.styles, name, f"{share}fr {_FINE - share}fr")

    def put_border(self, side: str, share: float) -> None:
        """Move a border, as far as that goes."""
        self.shares[side] = round(min(GREATEST_SHARE, max(LEAST_SHARE, share)), 4)
        self.place()

    def turn_alone(self) -> None:
        """The focused pane alone, or all of them again."""
        focused = self.screen.focused
        alone = not self.is_alone and focused in self.children
        self.set_class(alone, "-alone")
        for pane in self.children:
            pane.set_class(alone and pane is not focused, "-others")
        self.place()

    # The mouse on the borders between panes

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = self._borders_at(event)
        if self._dragged:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if not self._dragged:
            return
        region = self.region
        # To the middle of a cell, so that nothing depends on how shares are rounded.
        across, down = event.screen_x - region.x + 0.5, event.screen_y - region.y + 0.5
        if "width" in self._dragged:
            self.put_border("width", across / max(1, region.width))
        if "height" in self._dragged:
            self.put_border("height", down / max(1, region.height))

    def on_mouse_up(self) -> None:
        if self._dragged:
            self._dragged = ()
            self.release_mouse()
            self.post_message(self.Arranged(dict(self.shares)))

    def _borders_at(self, event: events.MouseDown) -> tuple[str, ...]:
        """The borders between panes that the mouse is on; two where they cross."""
        lower, right = self.query_one("#operation"), self.query_one("#tree")
        inside = self.region.contains(event.screen_x, event.screen_y)
        if not inside or self.is_alone or self.screen.has_class("-led"):
            return ()
        found = []
        if not self.is_roomy and event.screen_x in (right.region.x - 1, right.region.x):
            found.append("width")
        if event.screen_y in (lower.region.y - 1, lower.region.y):
            found.append("height")
        return tuple(found)


def shares_of(preferences: Preferences) -> dict[str, float]:
    """The shares that somebody likes, by the side that they are of."""
    return {"width": preferences.width, "height": preferences.height}
