"""The trail: places before and behind jumps, to go back and forward between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from bpdebug.debugger.view import Position

_MOST_PLACES = 1_000


class TrailPlace(NamedTuple):
    """A position on a branch."""

    branch: int
    position: Position


class Trail:
    """The places before and behind jumps, as a browser keeps pages."""

    def __init__(self) -> None:
        self._back: deque[TrailPlace] = deque(maxlen=_MOST_PLACES)
        self._forth: deque[TrailPlace] = deque(maxlen=_MOST_PLACES)
        self._dragging = False

    def jumped(self, left: TrailPlace, dragging: bool) -> None:
        """Note a jump; of places dragged over in a row only the first was left by a jump."""
        if not (dragging and self._dragging):
            self._back.append(left)
        self._dragging = dragging
        self._forth.clear()

    def stepped(self) -> None:
        """Note that something else was done than jumping."""
        self._dragging = False

    def next(self, back: bool, leads_on: Callable[[TrailPlace], bool]) -> TrailPlace | None:
        """Where to go one place back, or forward; places that do not lead on are forgotten."""
        places = self._back if back else self._forth
        while places and not leads_on(places[-1]):
            places.pop()
        return places[-1] if places else None

    def walked(self, back: bool, left: TrailPlace) -> None:
        """Note that `next` was followed."""
        source, target = (self._back, self._forth) if back else (self._forth, self._back)
        source.pop()
        target.append(left)
        self._dragging = False
