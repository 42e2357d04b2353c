"""The error of a central difference for every size of its step: the V.

Its error has two parts. Truncation, what the formula (E(w + h) − E(w − h))/2h leaves out, is about
h²·|E‴/6E′| of the derivative; rounding of the loss by δ makes about δ/(h·|E′|) of it. The one falls
with the step, the other rises, and the best step is between (Press et al., "Numerical Recipes",
5.7).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bpdebug.checks.gradients.slopes import Slopes, power_of_two
from bpdebug.checks.quiet import quiet
from bpdebug.debugger.state import Progress
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program

_HALVINGS = 50
"""From 2⁻¹ to 2⁻⁵⁰ of the parameter's size; beyond, w + h is w."""

_QUARTER = (3.5, 4.5)
"""Half the step makes an error of the second order a quarter; about so far is it one."""

_LOST = 0.5
"""With such an error hardly a digit is right, and half the step does not double it."""


@dataclass(frozen=True, slots=True)
class StepPoint:
    """The central difference with a step, and its error as a share of the derivative.

    `error` is NaN where it is not finite, or the derivative is 0. `kink` says that a kink lies
    within the step.
    """

    step: float
    central: float
    error: float
    kink: bool


@dataclass(frozen=True, slots=True)
class StepSizes:
    """Central differences for the parameter in `slot`, from the widest step to the smallest.

    `exact` is the derivative by a complex step. The error is about `truncation`·h² for wide
    steps and about `rounding`/h for small ones, None where it is not seen to be.
    """

    name: str
    slot: int
    exact: float
    points: tuple[StepPoint, ...]
    truncation: float | None
    rounding: float | None

    @property
    def best(self) -> StepPoint | None:
        """The point with the least error, the widest step of several; None if there is none."""
        known = [each for each in self.points if not math.isnan(each.error)]
        return min(known, key=lambda each: each.error, default=None)

    @property
    def predicted(self) -> float | None:
        """Where truncation and rounding together are least: (rounding/2truncation)^⅓."""
        if not self.truncation or not self.rounding:
            return None
        return math.cbrt(self.rounding / (2 * self.truncation))

    @property
    def kink_from(self) -> float | None:
        """The smallest step within which a kink lies."""
        return min((each.step for each in self.points if each.kink), default=None)


@quiet
def step_sizes(
    program: Program, before: FloatArray, slot: int
) -> Generator[Progress, None, StepSizes]:
    """Central differences for a parameter with steps that halve from one to the next.

    `before` is the memory as the iteration finds it. Yields its progress, counted in steps.
    """
    slopes = Slopes(program, before)
    exact = slopes.exact(slot)
    widest = power_of_two(slopes.scale(slot)) / 2
    points = []
    for done in range(1, _HALVINGS + 1):
        points.append(_point(slopes, slot, widest / 2.0 ** (done - 1), exact))
        yield Progress(done, done, _HALVINGS)
    return StepSizes(
        program.name(slot), slot, exact, tuple(points), _truncation(points), _rounding(points)
    )


def _point(slopes: Slopes, slot: int, step: float, exact: float) -> StepPoint:
    found = slopes.difference(slot, step)
    error = abs(found.value - exact) / abs(exact) if exact else math.nan
    return StepPoint(step, found.value, error if np.isfinite(error) else math.nan, found.has_kink)


def _truncation(points: list[StepPoint]) -> float | None:
    """The error divided by h² where halving the step makes it a quarter, None if nowhere."""
    found = []
    for wide, half in pairwise(points):
        if wide.kink or not half.error > 0:
            continue
        if _QUARTER[0] <= wide.error / half.error <= _QUARTER[1]:
            found.append(half.error / (half.step * half.step))
    # One quarter may be chance.
    return statistics.median(found) if len(found) > 2 else None


def _rounding(points: list[StepPoint]) -> float | None:
    """The error times h for steps smaller than the best one, None where nothing is rounded, or
    hardly a digit is left.
    """
    known = [each for each in points if not math.isnan(each.error)]
    best = min(known, key=lambda each: each.error, default=None)
    small = [each for each in known if best is not None and each.step < best.step]
    found = [each.error * each.step for each in small if 0 < each.error < _LOST]
    return statistics.median(found) if len(found) > 2 else None
