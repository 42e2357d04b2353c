"""The network pane: closer to its drawing, and further away."""

from __future__ import annotations

from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.network import NetworkPane


def zoom_in(desk: Desk) -> None:
    """Go closer to the drawing."""
    _zoom(desk, 1, "closer would not show more")


def zoom_out(desk: Desk) -> None:
    """Go further away from the drawing."""
    _zoom(desk, -1, _all_there_is(desk))


def say_whole(desk: Desk) -> None:
    """Say that the drawing cannot be moved."""
    desk.tell(_all_there_is(desk), "muted")


def _all_there_is(desk: Desk) -> str:
    if desk.pane(NetworkPane).whole:
        return "the whole drawing is in the pane"
    return f"the pane has no room for more of the drawing; {desk.key_of('zoom_in')} goes closer"


def _zoom(desk: Desk, closer: int, at_the_end: str) -> None:
    pane = desk.pane(NetworkPane)
    if not pane.region:
        desk.tell("the network is not on the screen now", "error")
    elif not pane.zoom(closer):
        desk.tell(at_the_end, "muted")
    else:
        desk.tell("")
