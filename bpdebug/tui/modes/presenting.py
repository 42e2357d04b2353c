"""Presenting: one pane for a projector instead of four for a desk."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.tui.desk import Desk
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.picture import Picture
from bpdebug.tui.panes.presenting import PresentingPane

_LEAST_FOR_TWO = 76
"""Cells across that the operation and the network need together."""


class Presenting(Mode):
    """The operation large, and the network beside it where there is room for both.

    Esc leaves it on: it ends what goes on in it.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.is_on = False
        self._focused_before: Widget | None = None

    def turn(self) -> None:
        """The operation large, or all panes again."""
        screen, pane = self.desk.screen, self.desk.pane(PresentingPane)
        self.is_on = not self.is_on
        screen.set_class(self.is_on, "-presenting")
        if self.is_on:
            self._focused_before = screen.focused
            pane.forget()
        # Hidden or shown only after the next refresh; until then nothing can have the focus.
        screen.call_after_refresh(self._give_focus, pane)
        self.desk.show()

    def _give_focus(self, pane: PresentingPane) -> None:
        target = pane if self.is_on else self._focused_before
        if target is not None:
            target.focus(scroll_visible=False)
        self.desk.show()

    def resized(self) -> None:
        stage = self.desk.screen.query_one("#stage")
        stage.set_class(stage.size.width < _LEAST_FOR_TWO, "-narrow")

    def draw(self, picture: Picture) -> None:
        if self.is_on:
            self.desk.pane(PresentingPane).show(picture)
