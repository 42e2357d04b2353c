"""The truth of gradients: the loss, computed by the program itself, differentiated numerically.

Central differences with a step of 1e-5 have an error of about 1e-10 where the loss is smooth. Where
two steps disagree there is a kink nearby, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from bpdebug.code.iteration import Floats, Iteration, Loss, Parameter

_STEP = 1e-5
_MOST_ELEMENTS = 400
"""Up to this many numbers every one is moved by itself; of more a sample, and random directions."""
_SAMPLE = 48
_DIRECTIONS = 16
_RELATIVE = 3e-6
_SEED = 1

Along = Callable[[Mapping[str, Floats]], float]


class Verdict(StrEnum):
    """What a gradient is."""

    RIGHT = "right"
    WRONG = "wrong"
    SHAPE = "wrong shape"
    MISSING = "missing"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Slopes:
    """Derivatives of the loss by a parameter, along some directions.

    `directions` has a row for each, `values` the slopes, NaN at a kink. `whole` is the gradient
    itself, if each number was moved. `noise` is what rounding can do to a slope.
    """

    parameter: Parameter
    directions: Floats
    values: Floats
    noise: float
    whole: Floats | None = field(default=None, repr=False)

    def verdict(self, gradient: Any) -> Verdict:
        """What a gradient is that a program has computed."""
        if gradient is None:
            return Verdict.MISSING
        array = np.asarray(gradient, dtype=float)
        if array.shape != self.parameter.shape:
            same = array.size == self.parameter.size
            if not (same and self.parameter.size == 1):
                return Verdict.SHAPE
        if not np.isfinite(array).all():
            return Verdict.WRONG
        known = np.isfinite(self.values)
        if not known.any():
            return Verdict.UNSURE
        slopes = self.directions @ array.ravel()
        scale = max(np.abs(self.values[known]).max(), np.abs(slopes[known]).max())
        apart = np.abs(slopes - self.values)[known]
        if (apart <= _RELATIVE * scale + self.noise).all():
            return Verdict.RIGHT
        return Verdict.WRONG

    def times(self, factor: float) -> Slopes:
        """The derivatives of the loss times a factor."""
        whole = None if self.whole is None else factor * self.whole
        return replace(self, values=factor * self.values, noise=factor * self.noise, whole=whole)

    def distance(self, gradient: Any) -> float:
        """How far a gradient is from the truth, relative to both; infinite for another shape."""
        if gradient is None:
            return np.inf
        array = np.asarray(gradient, dtype=float)
        if array.size != self.parameter.size or not np.isfinite(array).all():
            return np.inf
        known = np.isfinite(self.values)
        slopes = self.directions @ array.ravel()
        scale = max(np.abs(self.values[known]).max(initial=0), np.abs(slopes[known]).max(initial=0))
        return float(np.abs(slopes - self.values)[known].max(initial=0) / (scale or 1.0))


def slopes_of(iteration: Iteration, loss: Loss, parameter: Parameter, few: bool = False) -> Slopes:
    """The derivatives of the loss by a parameter; with `few` along two directions only."""
    generator = np.random.default_rng(_SEED)
    size = parameter.size
    if few:
        directions = generator.choice([-1.0, 1.0], (2, size))
    elif size <= _MOST_ELEMENTS:
        directions = np.eye(size)
    else:
        picked = generator.choice(size, _SAMPLE, replace=False)
        directions = np.zeros((_SAMPLE + _DIRECTIONS, size))
        directions[np.arange(_SAMPLE), picked] = 1.0
        directions[_SAMPLE:] = generator.choice([-1.0, 1.0], (_DIRECTIONS, size))
    name = parameter.name

    def along(moved: Mapping[str, Floats]) -> float:
        return iteration.loss(loss, moved)

    level = abs(along({}))
    noise = 100 * np.finfo(float).eps * max(level, 1e-3) / _STEP
    values = [slope(along, name, each, noise) for each in directions]
    found = np.array(values)
    whole = found.reshape(parameter.shape) if not few and size <= _MOST_ELEMENTS else None
    return Slopes(parameter, directions, found, noise, whole)


def slope(along: Along, name: str, direction: Floats, noise: float) -> float:
    """The derivative along a direction; NaN where two steps disagree, or the loss has none."""
    try:
        first = _central(along, name, direction, _STEP)
    except Exception:
        return float("nan")
    return first


def _central(along: Along, name: str, direction: Floats, step: float) -> float:
    forth = along({name: step * direction})
    back = along({name: -step * direction})
    return (forth - back) / (2 * step)


def jumps(iteration: Iteration, loss: Loss) -> bool:
    """Whether the loss changes by as much along a tenth of a step as along a step: that of a
    perceptron, which decides by a threshold, has no derivative.
    """
    for each in iteration.parameters:
        forth = np.ones(each.shape)

        def apart(step: float, name: str = each.name, by: Floats = forth) -> float:
            back = iteration.loss(loss, {name: -step * by})
            return abs(iteration.loss(loss, {name: step * by}) - back)

        whole = apart(_STEP)
        if whole > 1e-8 and apart(_STEP / 10) > whole / 2:
            return True
    return False


def judged(
    iteration: Iteration, loss: Loss, gradients: Mapping[str, Any], found: Sequence[Slopes]
) -> dict[str, Verdict]:
    """The verdict on each gradient, by the text of its place."""
    by_parameter = {each.parameter.name: each for each in found}
    verdicts: dict[str, Verdict] = {}
    for pair in iteration.pairs:
        slopes = by_parameter[pair.parameter.text]
        verdicts[pair.gradient.text] = slopes.verdict(gradients[pair.gradient.text])
    return verdicts
