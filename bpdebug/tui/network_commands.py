"""The network pane: closer to its drawing, and further away."""

from __future__ import annotations

from bpdebug.tui.network.pane import NetworkPane
from bpdebug.tui.session_screen import SessionScreen


class NetworkCommands(SessionScreen):
    """The commands of the main screen that are about the drawing of the network."""

    def do_zoom_in(self) -> None:
        """Go closer to the drawing."""
        self._zoom(1, "closer would show nothing more")

    def do_zoom_out(self) -> None:
        """Go further away from the drawing."""
        self._zoom(-1, "the whole drawing is in the pane")

    def _zoom(self, closer: int, at_the_end: str) -> None:
        pane = self.query_one(NetworkPane)
        if not pane.region:
            self.tell("the network is not on the screen now", "error")
        elif not pane.zoom(closer):
            self.tell(at_the_end, "muted")
        else:
            self.tell("")
