"""The true numbers beside which it is seen how somebody's are laid out, and over what."""

from __future__ import annotations

import numpy as np

from bpdebug.checks.figures.figure import check_iteration, true_value
from bpdebug.debugger.state import DebuggerState
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers

MOST_LOOKED_AT = 400
"""Of a larger array this many numbers, evenly spread, say what there is to say."""

_NEAR = 5e-3


def sample(count: int) -> Integers:
    """Which of this many numbers are looked at."""
    if count <= MOST_LOOKED_AT:
        return np.arange(count, dtype=np.int64)
    return np.linspace(0, count - 1, MOST_LOOKED_AT).astype(np.int64)


class Truth:
    """What a run has, in any iteration that it has."""

    def __init__(self, debugger: DebuggerState) -> None:
        self._debugger = debugger

    def values(self, slots: Integers, iteration: int) -> FloatArray:
        """The true values of a few slots. Raises FigureError if there is no such iteration."""
        check_iteration(self._debugger, iteration)
        history, written_at = self._debugger.history, self._debugger.program.written_at
        if not history.edits and written_at[slots].all():
            return history.state(iteration)[slots]
        found = [true_value(self._debugger, int(slot), iteration) for slot in slots]
        return np.array(found, dtype=np.float64)


def agreeing(numbers: FloatArray, halves: FloatArray, true: FloatArray, factor: float = 1) -> int:
    """How many numbers are near the true ones, this many times as large, up to their digits."""
    with np.errstate(over="ignore", invalid="ignore"):
        wanted = true * factor
        near = np.abs(numbers - wanted) <= halves + _NEAR * np.abs(wanted)
    return int(np.count_nonzero(near))


def likeness(numbers: FloatArray, true: FloatArray) -> float:
    """How much numbers go with the true ones, whatever their size and sign: from 0 to 1."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        a, b = numbers / np.max(np.abs(numbers)), true / np.max(np.abs(true))
        across = np.abs(np.add.reduce(a * b))
        size = np.sqrt(np.add.reduce(a * a) * np.add.reduce(b * b))
        found = float(across / size)
    return found if np.isfinite(found) else 0.0
