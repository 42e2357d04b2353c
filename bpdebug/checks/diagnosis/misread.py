"""Given numbers taken over wrongly: a decimal point, a sign, two digits, the number beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.together import Together
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import Kind, Quantity

_MOST_ELEMENTS, _MOST_BESIDE = 150, 8
"""Of more given numbers than this no single one is tried."""

_GIVEN = (Kind.INPUT, Kind.TARGET, Kind.PARAMETER, Kind.CONSTANT)
_SHIFTS = (10.0, 0.1, 100.0, 0.01)

_WHOLE: tuple[tuple[str, Callable[[FloatArray], FloatArray]], ...] = (
    ("−{0} in place of {0}", np.negative),
    ("{0} divided by 10", lambda array: array / 10),
    ("{0} times 10", lambda array: array * 10),
    ("{0} divided by 100", lambda array: array / 100),
    ("{0} divided by 255", lambda array: array / 255),
    ("{0} divided by its greatest", lambda array: array / np.abs(array).max()),
    ("{0} less its mean", lambda array: array - array.mean(axis=0)),
    ("{0} in reverse", lambda array: array[::-1]),
)


def misread(course: Course) -> Iterator[Together]:
    """Single numbers, then whole arrays."""
    start, is_small = course.base(), _is_small(course)
    for quantity in _given(course):
        values = start[quantity.span]
        for at in range(quantity.size) if is_small else ():
            for cost, number in _misread(values, at):
                # The sign of a constant is in the formula.
                cost += 0.5 * (number == -values[at] and quantity.kind is Kind.CONSTANT)
                words = f"{quantity.labels(at)} = {number:g} in place of {values[at]:g}"
                slip = Slip("value misread", words, cost)
                yield Together({-1: slip}, {quantity.offset + at: number})
        if quantity.kind in (Kind.INPUT, Kind.TARGET):
            yield from _whole(quantity, values)


def single_values(course: Course) -> Iterator[tuple[int, str, float]]:
    """The slot, the name and the value of each given number; none if there are many."""
    for quantity in _given(course) if _is_small(course) else ():
        for at in range(quantity.size):
            slot = quantity.offset + at
            yield slot, quantity.labels(at), float(course.base()[slot])


def _is_small(course: Course) -> bool:
    return sum(each.size for each in _given(course)) <= _MOST_ELEMENTS


def _given(course: Course) -> Iterator[Quantity]:
    """What is given once and read, with the values that it has at the start."""
    feed = course.program.model.feed
    read: frozenset[str] = frozenset().union(*course.reads)
    for quantity in course.program.of_kind(*_GIVEN):
        is_fed = feed is not None and quantity.name in feed.data
        is_late = course.first > 1 and quantity.kind in (Kind.PARAMETER, Kind.CONSTANT)
        if quantity.name in read and not is_fed and not is_late:
            yield quantity


def _misread(values: FloatArray, at: int) -> Iterator[tuple[float, float]]:
    own = float(values[at])
    seen = {own}
    for cost, number in (
        *((1.1, own * by) for by in _SHIFTS),
        (1.2, -own),
        *((1.3, number) for number in _digits_swapped(own)),
        *((1.4, float(number)) for number in values[:_MOST_BESIDE]),
        (1.5, 0.0),
    ):
        if number not in seen and np.isfinite(number):
            seen.add(number)
            # As it would have been written, not 0.30000000000000004.
            yield cost, float(f"{number:.15g}")


def _digits_swapped(value: float) -> Iterator[float]:
    text = repr(value)
    if "e" in text:
        return
    at = [n for n, each in enumerate(text) if each.isdigit()]
    for one, two in pairwise(at):
        if text[one] != text[two]:
            yield float(text[:one] + text[two] + text[one + 1 : two] + text[one] + text[two + 1 :])


def _whole(quantity: Quantity, values: FloatArray) -> Iterator[Together]:
    array = values.reshape(quantity.shape or (1,))
    changes = list(_WHOLE)
    if quantity.kind is Kind.TARGET and ((array >= 0) & (array <= 1)).all():
        changes.insert(0, ("1 − {0} in place of {0}", lambda array: 1 - array))
    for words, change in changes:
        with np.errstate(all="ignore"):
            new = np.ravel(change(array))
        if np.isfinite(new).all() and (new != values).any():
            given = {quantity.offset + at: float(number) for at, number in enumerate(new)}
            slip = Slip("value misread", words.format(quantity.name), 1.3)
            yield Together({-1: slip}, given)
