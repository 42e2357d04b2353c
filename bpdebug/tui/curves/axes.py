"""Axes of curves: where a value is drawn, and which round numbers stand beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bpdebug.debugger.curves import Curve
from bpdebug.numerics import FloatArray
from bpdebug.text.numbers import MINUS, scientific, significant

LABEL_WIDTH = 9
"""Cells that the label of a tick may take."""

_GREATEST_PLAIN = 1e6
_LEAST_PLAIN = 1e-3
_SHARES = (1, 2, 5, 10)


class Tick(NamedTuple):
    """A labelled place on an axis; `at` is 0 at its lower end and 1 at the upper."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of values from `low` to `high`; a logarithmic one has `low` > 0."""

    low: float
    high: float
    logarithmic: bool = False

    def place(self, values: FloatArray) -> FloatArray:
        """Where values between `low` and `high` are drawn, from 0 to 1; of NaN it is NaN."""
        ends = np.array([self.low, self.high])
        if self.logarithmic:
            values, ends = np.log10(values), np.log10(ends)
        # Of halves, because the difference of two doubles may be greater than any double.
        low, half = ends[0] / 2, ends[1] / 2 - ends[0] / 2
        if half == 0:
            return np.where(np.isnan(values), np.nan, 0.5)
        placed: FloatArray = np.clip((values / 2 - low) / half, 0, 1)
        return placed

    def ticks(self, most: int) -> tuple[list[Tick], str]:
        """About `most` ticks, and what is to be added to their labels, "" if nothing is.

        Something is where the labels would be too long to tell them apart.
        """
        if self.low == self.high:
            return [Tick(0.5, significant(self.low, 3))], ""
        if self.logarithmic:
            values = self._log_ticks(most)
            if values:
                return self._placed(values, [significant(value, 3) for value in values]), ""
        values, step = _round_values(self.low, self.high, most)
        labels = _labels(values, step)
        if max(map(len, labels), default=0) <= LABEL_WIDTH:
            return self._placed(values, labels), ""
        offsets = _labels([value - values[0] for value in values], step)
        return self._placed(values, [f"+{offset}" for offset in offsets]), labels[0]

    def _log_ticks(self, most: int) -> list[float]:
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = max(1, -(-(last - first + 1) // max(1, most)))
        decades = [float(f"1e{power}") for power in range(first, last + 1, every)]
        if len(decades) > 2:
            return decades
        found = [
            float(f"{share}e{power}") for power in range(first - 1, last + 1) for share in (1, 2, 5)
        ]
        found = [value for value in found if self.low <= value <= self.high]
        return found if len(found) > 1 else []

    def _placed(self, values: Sequence[float], labels: Sequence[str]) -> list[Tick]:
        places = self.place(np.array(values, dtype=np.float64))
        return [Tick(float(at), label) for at, label in zip(places, labels, strict=True)]


def axis_for(curves: Sequence[Curve], logarithmic: bool) -> Axis | None:
    """The axis for all values of the curves, logarithmic if they are all above zero.

    None if there are no values.
    """
    lows = np.concatenate([curve.low for curve in curves])
    highs = np.concatenate([curve.high for curve in curves])
    if np.isnan(lows).all():
        return None
    low, high = float(np.nanmin(lows)), float(np.nanmax(highs))
    return Axis(low, high, logarithmic and low > 0)


def round_iterations(first: int, last: int, most: int) -> list[int]:
    """The first iteration and about `most` round ones after it, up to the last."""
    step = max(1, math.ceil(_round_step((last - first) / max(1, most))))
    multiples = range(-(-first // step) * step, last + 1, step)
    return [first, *(each for each in multiples if each - first > step // 2)]


def _round_step(least: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50, … and of their tenths, hundredths, … from `least` on."""
    if least <= 0:
        return 0.0
    power = math.floor(math.log10(least))
    return next(
        (
            step
            for share in _SHARES
            if (step := float(f"{share}e{power}")) >= least and math.isfinite(step)
        ),
        least,
    )


def _round_values(low: float, high: float, most: int) -> tuple[list[float], float]:
    """Multiples of a round step between two values, and the step."""
    step = _round_step((high / 2 - low / 2) / max(2, most) * 2)
    if step == 0 or not math.isfinite(low / step) or not math.isfinite(high / step):
        return [low, high], high / 2 - low / 2
    multiples = range(math.ceil(low / step), math.floor(high / step) + 1)
    # Of a step such as 0.1, which is rounded, the multiples may be just outside.
    values = [min(max(low, multiple * step), high) for multiple in multiples]
    return (values, step) if len(values) > 1 else ([low, high], high / 2 - low / 2)


def _labels(values: Sequence[float], step: float) -> list[str]:
    """Numbers with as many decimals as tell them apart."""
    smallest = math.floor(math.log10(step)) if 0 < step < math.inf else 0
    size = max(map(abs, values), default=0.0)
    if _LEAST_PLAIN <= size < _GREATEST_PLAIN:
        return [f"{value:z.{max(0, -smallest)}f}".replace("-", MINUS) for value in values]
    return [_power_of_ten(value, smallest) for value in values]


def _power_of_ten(value: float, smallest: int) -> str:
    """`value` to the digit that stands for ten to the power `smallest`."""
    if value == 0:
        return "0"
    decimals = max(0, math.floor(math.log10(abs(value))) - smallest)
    return scientific(value, decimals)


def interval(low: float, high: float) -> str:
    """One value, or the least and the greatest, with digits enough to tell them apart."""
    if low == high:
        return significant(low, 6)
    pairs = ((significant(low, digits), significant(high, digits)) for digits in range(4, 18))
    return " … ".join(next(pair for pair in pairs if pair[0] != pair[1]))
