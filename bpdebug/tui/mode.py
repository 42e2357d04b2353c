"""What a mode is: something that may be on while a session is stepped through."""

from __future__ import annotations

from bpdebug.debugger.state import Progress
from bpdebug.tui.errand import Errand
from bpdebug.tui.panes.picture import Picture


class Mode:
    """What a mode may have a say in; here nothing. The desk asks all of its modes, in their order.

    A mode is there from the beginning and may be on or not. Each knows the desk; the desk knows no
    more of a mode than this.
    """

    def escape(self) -> bool:
        """End what Esc ends of it; whether there was something and Esc has done its work."""
        return False

    def mounted(self) -> None:
        """The panes are there, and no session has been taken up yet."""

    def resized(self) -> None:
        """The panes have the places that a terminal of another size gives them."""

    def commanded(self, id: str) -> None:
        """The command `id` is about to be done, or would be if nothing were going on."""

    def opened(self) -> None:
        """Another session lies on the desk."""

    def closed(self) -> None:
        """The session is left for another one."""

    def means(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a binding means something now; None if that is not its business."""
        return None

    def refuses(self, action: str) -> str | None:
        """Why an action of the session is not done now."""
        return None

    def performed(self, action: str) -> None:
        """An action of the session was begun, and was possible."""

    def arrived(self, errand: Errand) -> None:
        """A move has come to its end and is told."""

    def interrupted(self, progress: Progress | None, errand: Errand) -> bool:
        """Say what an interrupted move has led to, if it was one of its own."""
        return False

    def draw(self, picture: Picture) -> None:
        """Draw what it shows, if it is on."""

    @property
    def is_anothers_work(self) -> bool:
        """Whether what happens to the session is not the work of who sits here."""
        return False
