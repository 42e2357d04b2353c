"""The tour of the screen, which comes when asked for."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.debugger.view import Position
from bpdebug.keys.names import key_of
from bpdebug.tui.desk import Desk
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.tour_box import TourBox
from bpdebug.tui.panes.tour_stops import TOUR, steps_towards

_WALKS = (("walk_on",), ("walk_back",), ("answer",))
"""Commands whose keys are those of the tour."""


class Tour(Mode):
    """Leads over the screen. `stop` is the number of its stop from 0, None while it is not on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.stop: int | None = None
        self._towards_next = 0
        self._left = Position()
        self._focused_then: Widget | None = None

    def begin(self) -> None:
        """Begin it, or begin it anew, with all panes in sight."""
        screen = self.desk.screen
        self.desk.tell("")
        if self.stop is None:
            self._left = self.desk.debugger.position
            self._focused_then = screen.focused
        # When all panes have their places.
        screen.call_after_refresh(self._go_to_stop, 0, 1)

    def opened(self) -> None:
        self.end()

    def escape(self) -> bool:
        if self.stop is None:
            return False
        if self.desk.runner is not None:
            self.desk.interrupt()
        else:
            self.end()
        return True

    def means(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # The keys by which the tour goes on mean nothing else in it.
        is_command = action in ("do", "count") and parameters not in _WALKS
        return False if self.stop is not None and not is_command else None

    def turn(self, by: int) -> None:
        """Go on, or back."""
        if self.stop is not None:
            self._go_to_stop(self.stop + by, by)

    def resized(self) -> None:
        # The box goes where there is room for it now.
        if self.stop is not None and not self.desk.screen.has_class("-too-small"):
            self.desk.pane(TourBox).show(self.stop)

    def performed(self, action: str) -> None:
        """Go on if somebody has done what the tour asks for."""
        if self.stop is None:
            return
        stop = TOUR[self.stop]
        self._towards_next += steps_towards(stop, action)
        if stop.task and self._towards_next >= stop.times:
            self._go_to_stop(self.stop + 1, 1)

    def _go_to_stop(self, number: int, way: int) -> None:
        """Show a stop, or the next on the way whose widget is in sight."""
        while 0 <= number < len(TOUR) and not self._is_in_sight(TOUR[number].widget):
            number += way
        if number >= len(TOUR):
            self.end()
        elif number >= 0:
            if number != self.stop:
                self._towards_next = 0
            self.stop = number
            box = self.desk.pane(TourBox)
            box.show(number)
            box.focus(scroll_visible=False)

    def _is_in_sight(self, widget: str) -> bool:
        return not widget or bool(self.desk.screen.query_one(widget).region.area)

    def end(self) -> None:
        """Take the box away, and say what has come of the steps made."""
        if self.stop is None:
            return
        self.stop = None
        self.desk.pane(TourBox).hide()
        if self._focused_then is not None:
            self._focused_then.focus(scroll_visible=False)
        left, here = self._left, self.desk.debugger.position
        if here == left:
            self.desk.tell("")
            return
        tail = f"+{left.arithmetic}" if left.arithmetic else ""
        key = key_of(self.desk.home.seat.keymap.commands, "go_to")
        place = f"{key} {left.operation}{tail}".strip()
        self.desk.tell(f"the tour's steps were real ones; {place} leads back")
