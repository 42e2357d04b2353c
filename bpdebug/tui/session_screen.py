"""What the parts of the main screen share: the session, what is selected, how to speak."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from bpdebug.debugger.actions import RUNS, ActionError, perform
from bpdebug.debugger.stops import Reason
from bpdebug.session.session import Session
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe
from bpdebug.text.status import why
from bpdebug.tui.bars import Bar
from bpdebug.tui.lines import Span
from bpdebug.tui.picture import Picture
from bpdebug.tui.runner import Runner, Search

_HISTORY = 8
"""Iterations that a sparkline looks back."""

_SMALL = 20_000
"""Up to so many slots the last iterations are cheap enough to have at hand."""


class SessionScreen(Screen[None]):
    """A screen on a session. Commands change the session and call `show`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.selected: str | None = None
        self.digits = DIGITS
        self.subscripts = False
        self.pinned: int | None = None
        self.runner: Runner | None = None

    def show(self) -> None:
        """Draw everything as it stands now."""
        raise NotImplementedError

    def tell(self, text: str, look: str = "plain") -> None:
        """Put a sentence in the message line."""
        self.query_one("#message", Bar).put(Span(safe(text).replace("\n", "  "), look))

    def tell_stop(self) -> None:
        """Say why the debugger stands where it stands."""
        stop = self.session.debugger.stop
        look = "fresh" if stop.reason in (Reason.BREAKPOINT, Reason.NON_FINITE) else "muted"
        self.tell(why(stop, self.session.debugger, self.digits), look)

    def carry_out(self, search: Search, action: str = "") -> None:
        """Carry a search on to its end, record `action` if there is one, and show the result."""
        raise NotImplementedError

    def take_up(self) -> None:
        """Go to where the session was left."""
        raise NotImplementedError

    def when_still(self, then: Callable[[], object]) -> None:
        """Do something at once, or after interrupting the run that is going."""
        raise NotImplementedError

    def perform(self, action: str) -> str | None:
        """Do an action of the session and show what comes of it; says why it cannot be done.

        What takes long is done in the background.
        """
        debugger = self.session.debugger
        if action in RUNS:
            self.carry_out(debugger.search(RUNS[action]), action)
            return None
        here = debugger.stop
        try:
            perform(debugger, action)
        except ActionError as error:
            self.tell(str(error), "error")
            return str(error)
        there = debugger.stop
        debugger.stand(here)
        self.carry_out(debugger.approach(there), action)
        return None

    def picture(self) -> Picture:
        """What is to be seen now."""
        debugger = self.session.debugger
        return Picture(
            view=debugger.view,
            selected=self.selected,
            digits=self.digits,
            breakpoints={each.quantity: each for each in debugger.breakpoints.values()},
            marked=debugger.breakpoint_operations(),
            pinned=self.pinned,
            history=self._history,
            at_end=debugger.position == debugger.end,
        )

    def _history(self, slot: int) -> list[float]:
        """The last values of a parameter, one an iteration."""
        debugger = self.session.debugger
        if self.runner is not None or len(debugger.program.start) > _SMALL:
            return []
        view = debugger.view
        first = max(0, view.iteration - _HISTORY)
        states = [float(debugger.history.state(n)[slot]) for n in range(first, view.iteration)]
        if 0 < debugger.program.written_at[slot] <= view.operation:
            states.append(view.value(slot))
        return states
