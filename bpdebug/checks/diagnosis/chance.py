"""How likely it is that a slip gives figures by chance."""

from __future__ import annotations

import math

import numpy as np

from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.numerics import FloatArray

_MOST_COUNTED = 3
"""Figures may depend on one another: more of them are no more evidence."""


def chance(sheet: Sheet, numbers: FloatArray | None = None) -> float:
    """How likely it is that the numbers of a slip that has nothing to do with the figures are those
    that are wrong, or as near to them as `numbers`.

    What a slip gives lies anywhere within about half of what a figure is off. Of the figures only
    those count that do not follow from others.
    """
    if not sheet.wrong.any():
        return 1.0
    roots = sheet.roots if sheet.roots.any() else sheet.wrong
    room = sheet.halves[roots]
    if numbers is not None:
        # Numbers may be nearer than the arithmetic has to be.
        room = np.fmax(sheet.printed[roots], np.abs(numbers[roots] - sheet.values[roots]))
    off = np.abs(sheet.values[roots] - sheet.truth[roots]) / 2
    shares = np.sort(np.minimum(1.0, room / np.maximum(off, room)))
    return float(math.prod(shares[:_MOST_COUNTED].tolist()))


def mistyped(text: str, value: float) -> str:
    """What a number would be with one digit another, or two neighbours exchanged, if it is right
    then; empty if that does not make it right.
    """
    mantissa, mark, exponent = text.strip().partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        power = int(exponent or 0)
        right = f"{value / 10.0**power:.{decimals}f}"
    except (ValueError, OverflowError):
        return ""
    if len(right) != len(mantissa) or right == mantissa:
        return ""
    differing = [n for n, (one, two) in enumerate(zip(mantissa, right, strict=True)) if one != two]
    digits = [n for n in range(len(right)) if right[n].isdigit()]
    significant = len(right.lstrip("-+0.").replace(".", ""))
    if significant < 3 or any(n not in digits for n in differing):
        return ""
    swapped = (
        len(differing) == 2
        and mantissa[differing[0]] == right[differing[1]]
        and mantissa[differing[1]] == right[differing[0]]
        and digits.index(differing[1]) - digits.index(differing[0]) == 1
    )
    return f"{right}{mark}{exponent}" if len(differing) == 1 or swapped else ""
