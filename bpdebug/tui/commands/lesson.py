"""The class: who follows the teacher's screen, and whom others follow."""

from __future__ import annotations

from bpdebug.tui.desk import Desk
from bpdebug.tui.modes.following import Following
from bpdebug.tui.modes.teaching import Teaching


def follow(desk: Desk) -> None:
    """Follow the teacher's screen, or let go of it; as the teacher see who follows."""
    if desk.mode(Teaching).is_on:
        desk.mode(Teaching).say()
    elif desk.mode(Following).is_possible:
        desk.mode(Following).turn()
    else:
        desk.tell("there is no teacher to follow here: `bpdebug serve SESSION --follow` begins it")
