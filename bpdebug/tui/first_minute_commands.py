"""The first minute: the welcome, which comes once, and the tour, which comes when asked for."""

from __future__ import annotations

from textual import events, on
from textual.widget import Widget

from bpdebug.debugger.view import Position
from bpdebug.session.session import Session
from bpdebug.tui.key_names import key_of
from bpdebug.tui.layout_commands import LayoutCommands
from bpdebug.tui.presenting_commands import PresentingCommands
from bpdebug.tui.tour import TOUR, steps_towards
from bpdebug.tui.tour_box import TourBox
from bpdebug.tui.walkthrough_commands import WalkthroughCommands

_ENOUGH = 5
"""Actions after which somebody needs no welcome any more."""

_WALKS = (("walk_on",), ("walk_back",), ("answer",))
"""Commands whose keys are those of the tour."""


class FirstMinuteCommands(WalkthroughCommands, LayoutCommands, PresentingCommands):
    """The commands of the main screen for people who see it for the first time.

    `stop` is the number of the tour's stop from 0, None while there is no tour.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.stop: int | None = None
        self._acted = 0
        self._towards_next = 0
        self._left = Position()
        self._focused_then: Widget | None = None

    # The welcome

    def take_up(self) -> None:
        self._end_tour()
        super().take_up()

    def _offer(self) -> None:
        super()._offer()
        self.set_class(not self.preferences.toured, "-greeting")

    def _greeting_is_over(self) -> None:
        """The first sight of bpdebug is over, for good."""
        if self.has_class("-greeting"):
            self.remove_class("-greeting")
            self.prefer(toured=True)
            self.show()

    def perform(self, action: str) -> str | None:
        problem = super().perform(action)
        if problem is None:
            self._acted += 1
            if self._acted >= _ENOUGH:
                self._greeting_is_over()
            self._hear(action)
        return problem

    def do_interrupt(self) -> None:
        if self.has_class("-greeting") and self.runner is None:
            self._greeting_is_over()
            self.tell("")
        else:
            super().do_interrupt()

    # The tour

    def do_tour(self) -> None:
        """Begin the tour, with all panes in sight."""
        self._greeting_is_over()
        self.prefer(toured=True)
        if self.presenting:
            self.do_present()
        if self.walking:
            self.do_walkthrough()
        if self.query_one("#panes").has_class("-alone"):
            self.do_maximise()
        self.tell("")
        if self.stop is None:
            self._left = self.session.debugger.position
            self._focused_then = self.focused
        # When all panes have their places.
        self.call_after_refresh(self._go_to_stop, 0, 1)

    def do_present(self) -> None:
        self._end_tour()
        super().do_present()

    def do_maximise(self) -> None:
        self._end_tour()
        super().do_maximise()

    def do_walkthrough(self) -> None:
        self._greeting_is_over()
        self._end_tour()
        super().do_walkthrough()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # The keys by which the tour goes on mean nothing else in it.
        is_command = action in ("do", "count") and parameters not in _WALKS
        if self.stop is not None and not is_command:
            return False
        return super().check_action(action, parameters)

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._place_again)

    def _place_again(self) -> None:
        """Put the box where there is room for it now."""
        if self.stop is not None and not self.has_class("-too-small"):
            self.query_one(TourBox).show(self.stop)

    @on(TourBox.Turned)
    def tour_turned(self, message: TourBox.Turned) -> None:
        """Go on in the tour, or back."""
        if self.stop is not None:
            self._go_to_stop(self.stop + message.by, message.by)

    @on(TourBox.Left)
    def tour_left(self) -> None:
        """End the tour; a run that is going is paused first."""
        if self.runner is not None:
            self.runner.interrupt()
        else:
            self._end_tour()

    def _hear(self, action: str) -> None:
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
            self._end_tour()
        elif number >= 0:
            if number != self.stop:
                self._towards_next = 0
            self.stop = number
            box = self.query_one(TourBox)
            box.show(number)
            box.focus(scroll_visible=False)

    def _is_in_sight(self, widget: str) -> bool:
        return not widget or bool(self.query_one(widget).region.area)

    def _end_tour(self) -> None:
        """Take the box away, and say what has come of the steps made."""
        if self.stop is None:
            return
        self.stop = None
        self.query_one(TourBox).hide()
        if self._focused_then is not None:
            self._focused_then.focus(scroll_visible=False)
        left, here = self._left, self.session.debugger.position
        if here == left:
            self.tell("")
            return
        tail = f"+{left.arithmetic}" if left.arithmetic else ""
        key = key_of(self.home.keymap.commands, "go_to")
        place = f"{key} {left.operation}{tail}".strip()
        self.tell(f"the tour's steps were real ones; {place} leads back")
