"""Values as a position knows them: a number, one from the previous iteration, or not yet any."""

from __future__ import annotations

import math

from bpdebug.debugger.view import Status, View
from bpdebug.text.numbers import DIGITS, number, scientific

NOT_YET = "not yet"
STALE = "~"


def column_width(digits: int) -> int:
    """How wide a column of numbers is, with a blank before it."""
    return max(9, digits + 5)


def quantity_text(view: View, slot: int, digits: int = DIGITS) -> str:
    """A value in a column: `not yet` if unknown, `~0.0765` if from the previous iteration."""
    status = view.status(slot)
    if status is Status.UNKNOWN:
        return NOT_YET
    sign = STALE if status is Status.STALE else ""
    return fitted(view.value(slot), digits, column_width(digits) - 1, sign)


def fitted(value: float, digits: int, width: int, before: str = "", after: str = "") -> str:
    """A number of at most `width` cells with its surroundings, in fewer digits if need be."""
    room = width - len(before + after)
    text = number(value, digits, fixed=True)
    while len(text) > room and digits > 1:
        digits -= 1
        text = number(value, digits, fixed=True)
    for decimals in (2, 1, 0) if math.isfinite(value) else ():
        if len(text) <= room:
            break
        text = scientific(value, decimals)
    return before + text + after
