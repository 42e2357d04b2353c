"""When Python looks for garbage: not in the middle of a key.

Its collector goes through all objects again and again to find those that only refer to each
other. Textual and a large session are hundreds of thousands of objects that stay; going through
them takes longer than a hundred keys, and even through the youngest as long as a key.
"""

from __future__ import annotations

import gc
from asyncio import TimerHandle, get_running_loop

_YOUNG, _MIDDLE, _OLD = 40_000, 20, 20
"""New objects until the youngest are looked through, and how often that until the older are."""

_WORTH = 10_000
"""New objects from which on they are looked through in a pause: what one key draws is mostly let go
by the next, and a key leaves some thousands.
"""

_IDLE = 0.06
"""Seconds after a drawing: longer than between the repeats of a key that is held down."""


def settle() -> None:
    """What there is now stays until `settle` is called again: no collection looks at it."""
    if gc.get_freeze_count():
        # What another session has left behind.
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def tidy() -> None:
    """Look through the youngest objects if they are many, and as often as Python would through the
    older ones.
    """
    young, middle, old = gc.get_count()
    if young < _WORTH:
        return
    gc.collect(0 if middle < _MIDDLE else 1 if old < _OLD else 2)


class Tidying:
    """Has garbage looked for when nothing has been drawn for a moment."""

    def __init__(self) -> None:
        self._waiting: TimerHandle | None = None

    def later(self) -> None:
        """Something is drawn now: not before a moment from now."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = get_running_loop().call_later(_IDLE, tidy)
