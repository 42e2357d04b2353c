"""Going on and back: runs, jumps over the trail, and what ends them."""

from __future__ import annotations

import re
from collections.abc import Callable

from bpdebug.debugger.places import HELP as PLACES
from bpdebug.tui.commands import leading
from bpdebug.tui.desk import Desk
from bpdebug.tui.mode import Mode
from bpdebug.tui.modes.replay import Replay
from bpdebug.tui.modes.tour import Tour
from bpdebug.tui.modes.walkthrough import Walkthrough
from bpdebug.tui.modes.welcome import Welcome
from bpdebug.tui.screens.prompts import Prompt


def on(desk: Desk) -> None:
    """Continue to the next stop."""
    desk.perform("c")


def back(desk: Desk) -> None:
    """Continue to the previous stop."""
    desk.perform("C")


def go_to(desk: Desk) -> None:
    """Ask for a place."""

    def accept(text: str) -> str | None:
        stop = re.fullmatch(r"stop\s+(\d{1,4})", text)
        if stop is None:
            return desk.perform(f"g {text}")
        count = len(desk.mode(Walkthrough).stops)
        if not 1 <= int(stop[1]) <= count:
            there = f"stops 1 to {count}" if count else "this session has no walkthrough"
            return f"there is no stop {stop[1]} ({there})"
        leading.go_to_stop(desk, int(stop[1]) - 1)
        return None

    desk.screen.app.push_screen(Prompt("Go to", PLACES, accept))


def trail_back(desk: Desk) -> None:
    """To the place before the last jump."""
    desk.follow_trail(back=True)


def trail_forth(desk: Desk) -> None:
    """To the place from which `trail_back` came."""
    desk.follow_trail(back=False)


# Esc


def escape(desk: Desk) -> None:
    """End what is uppermost."""
    for end in ESCAPES:
        if end(desk):
            return


def _of(kind: type[Mode]) -> Callable[[Desk], bool]:
    return lambda desk: any(mode.escape() for mode in desk.modes if isinstance(mode, kind))


def _forget_count(desk: Desk) -> bool:
    count, desk.count = desk.count, ""
    if not count or desk.runner is not None:
        return False
    desk.tell("")
    return True


def _pause(desk: Desk) -> bool:
    desk.interrupt()
    return desk.runner is not None


def _clear(desk: Desk) -> bool:
    desk.pinned = None
    desk.tell("")
    desk.show()
    return True


ESCAPES: tuple[Callable[[Desk], bool], ...] = (
    _of(Tour),
    _forget_count,
    # A replay is paused whatever else Esc ends.
    _of(Replay),
    _pause,
    _of(Welcome),
    # A tree that is pinned is unpinned first.
    _of(Walkthrough),
    _clear,
)
"""What Esc ends: the first of these for which there is something to end."""
