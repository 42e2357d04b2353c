"""The mouse over a drawing: the wheel and dragging move it, Ctrl and the wheel go closer."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.widget import Widget

_WIDTH, _HEIGHT = 6, 3
"""The cells that a turn of the wheel moves over."""


class MouseMoves(Widget):
    """A widget that shows a part of something larger."""

    # Dragging moves what is shown.
    ALLOW_SELECT = False

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.dragged = False
        """Whether the mouse has moved since its button was pressed: then it selects nothing."""
        self._grip: Offset | None = None

    def pan(self, right: int, down: int) -> bool:
        """Move over what is larger than the widget; returns whether it is."""
        raise NotImplementedError

    def zoom(self, closer: int, at: tuple[int, int] | None = None) -> bool:
        """Go closer, or further away for −1; returns whether there is anything else to see.

        What is nearest to the cell `at` stays where it is.
        """
        raise NotImplementedError

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up; with Shift to the left, with Ctrl go closer."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down; with Shift to the right, with Ctrl go further away."""
        self._wheel(event, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Move to the left."""
        if self.pan(-_WIDTH, 0):
            event.stop()

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Move to the right."""
        if self.pan(_WIDTH, 0):
            event.stop()

    def _wheel(self, event: events.MouseEvent, down: int) -> None:
        if event.ctrl:
            at = event.get_content_offset(self)
            done = self.zoom(-down, None if at is None else (at.x, at.y))
        elif event.shift:
            done = self.pan(down * _WIDTH, 0)
        else:
            done = self.pan(0, down * _HEIGHT)
        if done:
            event.stop()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of what is shown."""
        self.dragged = False
        if event.button == 1:
            self._grip = event.screen_offset
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._grip is None or event.screen_offset == self._grip:
            return
        way = self._grip - event.screen_offset
        # Where there is nothing to drag, a hand that shakes by a cell still clicks.
        if self.pan(way.x, way.y):
            self.dragged = True
            self._grip = event.screen_offset
        elif abs(way.x) > 1 or abs(way.y) > 1:
            self.dragged = True

    def on_mouse_up(self) -> None:
        """Let go of it."""
        if self._grip is not None:
            self._grip = None
            self.release_mouse()
