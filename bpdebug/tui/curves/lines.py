"""The lines of curves: where they go and have gaps, and the looks and signs they are told by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpdebug.debugger.curves import BoolArray, Curve
from bpdebug.numerics import FloatArray

LOOKS = ("forward", "backward", "update", "loss")
"""Looks of the series, in turn; their signs tell them apart without colour."""

_SIGNS = "123456789abcdefghijklmnopqrstuvwxyz"
_BETWEEN_SIGNS = 30
"""Columns between two signs of a curve."""


def look_of(index: int) -> str:
    """The look of series `index`, from 0."""
    return LOOKS[index % len(LOOKS)]


def sign_of(index: int) -> str:
    """What stands for series `index`, from 0, on its curve and in the legend."""
    return _SIGNS[index % len(_SIGNS)]


def runs(curve: Curve) -> Iterator[list[int]]:
    """The columns that a line goes through without a gap.

    One with a value that is not finite is on its own: its other values are drawn, but no line
    leads there.
    """
    run: list[int] = []
    for column, (low, broken) in enumerate(zip(curve.low, curve.non_finite, strict=True)):
        if broken or np.isnan(low):
            if run:
                yield run
            run = []
            if not np.isnan(low):
                yield [column]
        else:
            run.append(column)
    if run:
        yield run


def path(lows: FloatArray, highs: FloatArray) -> FloatArray:
    """Four values a column: where a line enters it, its ends, and where the line leaves it.

    Between two columns the line is as short as can be, so that it does not look like values.
    """
    common = (np.maximum(lows[:-1], lows[1:]) + np.minimum(highs[:-1], highs[1:])) / 2
    leave = np.clip(common, lows[:-1], highs[:-1])
    enter = np.clip(common, lows[1:], highs[1:])
    path = np.stack([np.append(lows[0], enter), lows, highs, np.append(leave, highs[-1])], 1)
    return path.ravel()


def with_sign(lows: FloatArray, highs: FloatArray, rows: int, index: int | None) -> BoolArray:
    """The columns of curve `index` in which a sign stands; of None, in all where one may."""
    # A sign takes a whole cell: it must not stand where that would hide a spike.
    flat: BoolArray = (highs - lows) * rows < 0.5
    if index is None:
        return flat
    # Curves that run together have their signs in different columns.
    turn = (np.arange(len(flat)) - 10 * index) % _BETWEEN_SIGNS
    chosen: BoolArray = flat & (turn == _BETWEEN_SIGNS // 2)
    return chosen
