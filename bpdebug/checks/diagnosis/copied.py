"""A given number copied wrongly: which one it must have been is solved for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.misread import single_values
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.together import Together
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers

COST = 1.45
_STEPS = 8
_MORE_DECIMALS = 1
_MOST = 1000


def copied(course: Course, which: Integers) -> Iterator[tuple[Together, int]]:
    """Given numbers with which one of the figures `which` comes out, and how many numbers with as
    few digits could have been written instead. The figures are the first that are wrong.
    """
    for slot, name, value in single_values(course):
        found = _solved(course, which, slot, value)
        if found is None:
            continue
        number, decimals = found
        words = f"{name} = {number:.15g} in place of {value:.15g}"
        others = int(min(_MOST, 10.0**decimals * (1 + abs(value))))
        yield Together({-1: Slip("value misread", words, COST)}, {slot: number}), others


def _solved(course: Course, which: Integers, slot: int, value: float) -> tuple[float, int] | None:
    """The plainest number with which the figures come out, and its decimals."""
    sheet = course.sheet

    def figures(number: float) -> FloatArray:
        return course.run({}, given={slot: number}).numbers[which]

    before, x = course.truth[which], value + 1e-3 * (1 + abs(value))
    now = figures(x)
    moved = np.abs(now - before) / sheet.room[which]
    if not np.isfinite(moved).all() or moved.max() < 1e-6:
        # It does not reach them, or others, which are right, before them.
        return None
    at = int(np.argmax(moved))
    aim, room = float(sheet.values[which][at]), float(sheet.room[which][at])
    old, was, slope = value, float(before[at]), 0.0
    for _ in range(_STEPS):
        is_ = float(figures(x)[at])
        if not np.isfinite(is_) or x == old:
            return None
        slope = (is_ - was) / (x - old)
        if slope == 0:
            return None
        if abs(is_ - aim) <= 0.1 * room:
            break
        old, was, x = x, is_, x + (aim - is_) / slope
    else:
        return None
    width = room / abs(slope)
    for decimals in range(_decimals(value) + _MORE_DECIMALS + 1):
        number = round(x, decimals)
        if abs(number - x) <= width and number != value:
            return number, decimals
    return None


def _decimals(value: float) -> int:
    text = repr(value)
    return 0 if "e" in text else len(text.partition(".")[2].rstrip("0"))
