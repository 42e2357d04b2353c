"""Numbers and names fitted into a given number of cells, never cut to another number."""

from __future__ import annotations

import math
from collections.abc import Callable

from bpdebug.debugger.view import Status, View
from bpdebug.text.numbers import number, scientific

Format = Callable[[float], str]
"""How a value is written."""

_MOST_DIGITS = 8

UNKNOWN = "·"
STALE = "~"
ELLIPSIS = "…"


def figure(value: float, width: int, write: Format) -> str:
    """`value` in at most `width` cells: as `write` has it, else rounded further."""
    text = write(value)
    for digits in range(_MOST_DIGITS, -1, -1):
        if len(text) <= width:
            return text
        text = number(value, digits)
    if len(text) > width:
        text = scientific(value, 0) if math.isfinite(value) else text
    return text if len(text) <= width else ELLIPSIS[:width]


def state(view: View, slot: int, width: int, write: Format) -> str:
    """The value in a slot with its status told in text: `·`, `~0.8896` or `0.8896`."""
    match view.status(slot):
        case Status.UNKNOWN:
            return UNKNOWN
        case Status.STALE:
            return STALE + figure(view.value(slot), width - 1, write)
        case _:
            return figure(view.value(slot), width, write)


def short(name: str, width: int) -> str:
    """`name` in at most `width` cells; what is left out shows as an ellipsis."""
    if len(name) <= width:
        return name
    return name[: max(0, width - 1)] + ELLIPSIS[:width]
