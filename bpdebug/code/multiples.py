"""Multiples of a loss that a program may descend: a rate takes any factor that all gradients share.

A program that updates element by element often prints a sum of squares and descends half of it, or
a mean and descends the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from bpdebug.code.holders import held
from bpdebug.code.iteration import Floats, Iteration, Loss
from bpdebug.code.truth import Slopes

_RELATIVE = 1e-5
_LEAST_SHARE = 0.15
"""Of all elements, how many must be off by the same factor."""


def shared_factor(
    iteration: Iteration, slopes: Sequence[Slopes], gradients: Mapping[str, Any]
) -> float | None:
    """The factor, without its sign, that most gradients are off by, or else most elements; None if
    one of the gradients is right, or if there is no such factor.
    """
    of = {pair.parameter.text: pair.gradient.text for pair in iteration.pairs}
    elements: list[float] = []
    whole: list[float] = []
    for each in slopes:
        value = gradients.get(of.get(each.parameter.name, ""))
        if value is None or np.size(value) != each.parameter.size:
            continue
        ratios = _ratios(each, np.asarray(value, dtype=float).ravel())
        elements += ratios.tolist()
        if ratios.size and np.ptp(ratios) <= _RELATIVE * np.abs(ratios).max():
            whole.append(float(ratios[0]))
    if any(abs(each - 1) <= _RELATIVE for each in whole):
        return None
    sizes = [abs(each) for each in (whole or elements) if each]
    found, count = max(_counted(sizes), key=lambda each: each[1], default=(1.0, 0))
    if not whole and count < max(2, _LEAST_SHARE * len(elements)):
        return None
    return found


def _ratios(slopes: Slopes, value: Floats) -> Floats:
    """What is computed divided by what should be, where that is not 0."""
    found = slopes.directions @ value
    clear = np.isfinite(slopes.values) & np.isfinite(found)
    clear[clear] = np.abs(slopes.values[clear]) > max(1e3 * slopes.noise, 1e-12)
    ratios: Floats = found[clear] / slopes.values[clear]
    return ratios


def _counted(sizes: Sequence[float]) -> Iterator[tuple[float, int]]:
    several = np.array(sizes)
    for each in sizes:
        yield each, int((np.abs(several - each) <= _RELATIVE * each).sum())


def likely_factor(iteration: Iteration, factor: float) -> float | None:
    """A factor that is a likely one, without what rounding has added: 2 or 1/2, with the length of
    some list or a number that the program has a name for; None if it is 1, or no such factor.
    """
    if abs(factor - 1) <= _RELATIVE:
        return None
    for size, by in product(_sizes(iteration), (1.0, 2.0, 0.5)):
        for likely in (by * size, by / size):
            if abs(factor - likely) <= _RELATIVE * likely:
                return likely
    return None


def times(iteration: Iteration, loss: Loss, factor: float) -> Loss:
    """A loss times a factor."""
    code = compile(f"{factor!r} * ({loss.text})", iteration.source.path, "eval")
    return replace(loss, text=f"{factor:.6g} * ({loss.text})", code=code)


def _sizes(iteration: Iteration) -> list[float]:
    sizes = {1.0}
    iteration.prepare()
    for frame in iteration.world.frames:
        sizes |= {each for each in frame.values() if isinstance(each, float) and each > 0}
    for each in held(iteration.world.frames):
        if isinstance(each.value, list) or (isinstance(each.value, np.ndarray) and each.value.ndim):
            sizes.add(float(len(each.value)))
    return sorted(sizes - {0.0})
