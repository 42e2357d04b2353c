"""Marks: signs of breakpoints, edits and bookmarks that differ without colour."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from bpdebug.debugger.breakpoints import Breakpoint

STOPS, SOMETIMES, LOGS, DISABLED = "●", "◐", "◇", "○"
EDITED, BOOKMARK = "✎", "⚑"

MEANINGS = {
    STOPS: "a breakpoint that stops",
    SOMETIMES: "a breakpoint that stops only sometimes",
    LOGS: "a breakpoint that writes a message and does not stop",
    DISABLED: "a breakpoint that is disabled",
    EDITED: "an edit",
    BOOKMARK: "a bookmark",
}
"""What each mark says, the most insistent first."""

_ORDER = tuple(MEANINGS)
_Place = TypeVar("_Place", bound=Hashable)


def sign(breakpoint_: Breakpoint) -> str:
    """The mark of a breakpoint."""
    if not breakpoint_.enabled:
        return DISABLED
    if breakpoint_.log is not None:
        return LOGS
    return SOMETIMES if breakpoint_.is_choosy else STOPS


def strongest(marks: Iterable[str]) -> str:
    """The most insistent of some marks, nothing if there are none."""
    return min(marks, key=_ORDER.index, default="")


def gathered(marks: Iterable[tuple[_Place, str]]) -> dict[_Place, str]:
    """The most insistent mark of each place."""
    found: dict[_Place, str] = {}
    for place, mark in marks:
        found[place] = strongest((mark, found.get(place, mark)))
    return found
