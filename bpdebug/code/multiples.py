"""Multiples of a loss that a program may descend: a rate takes any factor that all gradients share.

A program that updates element by element often prints a sum of squares and descends half of it, or
a mean and descends the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from bpdebug.code.holders import held
from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.truth import Slopes

_RELATIVE = 1e-5


def shared_factor(
    iteration: Iteration, slopes: Sequence[Slopes], gradients: Mapping[str, Any]
) -> float | None:
    """The factor between all gradients and those of the loss; None if there is none."""
    of = {pair.parameter.text: pair.gradient.text for pair in iteration.pairs}
    found, wanted = [], []
    for each in slopes:
        value = gradients.get(of.get(each.parameter.name, ""))
        if value is None or np.size(value) != each.parameter.size:
            return None
        known = np.isfinite(each.values)
        found.append((each.directions @ np.asarray(value, dtype=float).ravel())[known])
        wanted.append(each.values[known])
    mine, theirs = np.concatenate(found), np.concatenate(wanted)
    level = float(theirs @ theirs)
    if not level or not np.isfinite(mine).all():
        return None
    factor = float(mine @ theirs) / level
    apart = np.abs(mine - factor * theirs).max()
    is_one = factor > 0 and apart <= _RELATIVE * np.abs(mine).max()
    return factor if is_one else None


def multiple(iteration: Iteration, loss: Loss, factor: float) -> Loss | None:
    """The loss times a factor, if that is a likely one: 2 or 1/2, with the length of some list or
    a number that the program has a name for; None if the factor is 1.
    """
    if abs(factor - 1) <= _RELATIVE:
        return None
    sizes = {1.0}
    iteration.prepare()
    for frame in iteration.world.frames:
        sizes |= {each for each in frame.values() if isinstance(each, float) and each > 0}
    for each in held(iteration.world.frames):
        if isinstance(each.value, np.ndarray):
            sizes.add(float(len(each.value) if each.value.ndim else 1))
        elif isinstance(each.value, list):
            sizes.add(float(len(each.value)))
    for size, by in product(sorted(sizes - {0.0}), (1.0, 2.0, 0.5)):
        for likely in (by * size, by / size):
            if abs(factor - likely) <= _RELATIVE * likely:
                text = f"{likely:.6g} * ({loss.text})"
                exact = f"{likely!r} * ({loss.text})"
                code = compile(exact, iteration.source.path, "eval")
                return replace(loss, text=text, code=code)
    return None
