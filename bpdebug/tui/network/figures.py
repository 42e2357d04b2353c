"""Numbers and names fitted into a given number of cells, never cut to another number."""

from __future__ import annotations

from collections.abc import Callable

from bpdebug.debugger.view import Status, View

Format = Callable[[float], str]
"""How a value is written."""

UNKNOWN = "·"
STALE = "~"
ELLIPSIS = "…"


def four_decimals(value: float) -> str:
    """`value` with at most four decimals: 0.9866, 4.3, 5. What is not zero never reads 0."""
    if 0 < abs(value) < 0.00005:
        return f"{value:.0e}"
    text = f"{value:.4f}"
    trimmed = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if trimmed == "-0" else trimmed


def figure(value: float, width: int, write: Format) -> str:
    """`value` in at most `width` cells: as `write` has it, else rounded further."""
    text = write(value)
    if len(text) <= width:
        return text
    for digits in range(6, 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= width:
            return text
    return ELLIPSIS[:width]


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
