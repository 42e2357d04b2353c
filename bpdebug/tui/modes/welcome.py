"""The welcome, which comes once."""

from __future__ import annotations

from bpdebug.tui.desk import Desk
from bpdebug.tui.mode import Mode

_ENOUGH = 5
"""Actions after which somebody needs no welcome any more."""

_GREETING = "-greeting"


class Welcome(Mode):
    """The first sight of bpdebug."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._acted = 0

    def opened(self) -> None:
        if self.desk.invites:
            self.desk.screen.call_after_refresh(self._greet)

    def _greet(self) -> None:
        self.desk.screen.set_class(not self.desk.preferences.toured, _GREETING)

    def end(self) -> None:
        """It is over, for good."""
        if self.desk.screen.has_class(_GREETING):
            self.desk.screen.remove_class(_GREETING)
            self.desk.prefer(toured=True)
            self.desk.show()

    def escape(self) -> bool:
        if not self.desk.screen.has_class(_GREETING):
            return False
        self.end()
        self.desk.tell("")
        return True

    def performed(self, action: str) -> None:
        self._acted += 1
        if self._acted >= _ENOUGH:
            self.end()
