"""How the loss of an iteration changes where parameters move: slopes computed without the backward
pass, and how far rounding moves what is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpdebug.checks.gradients.arithmetic import COMPLEX, KinkWatch, Shaking, SlopeWatch
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import Arithmetic, array_forward, statement_step
from bpdebug.program.program import Integers, Program

_TINY = 2.0**-664
"""The complex step, about 1e-200: its square is 0 in a double, so that nothing of second order is
left, and it is a power of two, so that dividing by it rounds nothing.
"""

_SHAKES = 4
"""How often rounding is shaken to see what it does."""

_BEST_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
"""The step of central differences, as a share of the parameter: where the error of the formula
and that of rounding are about equal (Press et al., "Numerical Recipes", 5.7).
"""


class Moved(NamedTuple):
    """The loss where a parameter is moved, and on which sides of their kinks functions are."""

    loss: float
    sides: NDArray[Any]


class CentralDifference(NamedTuple):
    """(E(w + h) − E(w − h))/2h with the step h, and the two ends that it is made of."""

    value: float
    step: float
    low: Moved
    high: Moved

    @property
    def has_kink(self) -> bool:
        """Whether a function is on different sides of a kink at the two ends."""
        return not np.array_equal(self.low.sides, self.high.sides)


class Slopes:
    """The derivatives of the loss at a point: the memory `before` an iteration, observations
    included.
    """

    def __init__(self, program: Program, before: FloatArray) -> None:
        self.program = program
        self._before = before
        self._loss = program.quantities[program.model.loss].offset
        self._complex = array_forward(program, COMPLEX)
        self._watch = KinkWatch()
        self._watched = array_forward(program, self._watch.arithmetic)
        # What the forward pass writes it rewrites each time.
        self._memory = before.copy()
        self._complex_memory = before.astype(np.complex128)

    def exact(self, slot: int) -> float:
        """The derivative of the loss by a parameter, by a complex step."""
        return self.along(np.array([slot]), np.ones(1))

    def along(self, slots: Integers, shares: FloatArray) -> float:
        """The derivative of the loss where each parameter moves by its share; NaN where the loss
        or its derivative is not finite.
        """
        return self._complex_step(self._complex, slots, shares)

    def difference(self, slot: int, step: float) -> CentralDifference:
        """The central difference."""
        low, high = self.moved(slot, -step), self.moved(slot, step)
        return CentralDifference((high.loss - low.loss) / (2 * step), step, low, high)

    def moved(self, slot: int, by: float) -> Moved:
        """The loss where a parameter is moved."""
        memory = self._memory
        kept = memory[slot]
        memory[slot] += by
        self._watched(memory)
        memory[slot] = kept
        return Moved(float(memory[self._loss]), self._watch.taken())

    def step(self, slot: int) -> float:
        """A good step of the central difference: a power of two, so that w ± h is not rounded."""
        return power_of_two(_BEST_STEP * self.scale(slot))

    def scale(self, slot: int) -> float:
        """The size of a parameter, at least 1."""
        size = abs(float(self._before[slot]))
        return max(1.0, size) if np.isfinite(size) else 1.0

    def least_passed(self, slot: int) -> float:
        """How much of a change of a parameter passes the function on its way to the loss that
        lets least of it pass: 1 where none keeps anything back.
        """
        watch = SlopeWatch()
        compute = array_forward(self.program, watch.arithmetic)
        self._complex_step(compute, np.array([slot]), np.ones(1))
        return watch.least

    @cached_property
    def noise(self) -> FloatArray:
        """How far rounding moves each value of the iteration, in the order of memory."""
        shaking = Shaking()
        clean = self._iterated(shaking.clean)
        noise = np.zeros_like(clean)
        for seed in range(_SHAKES):
            moved = self._iterated(shaking.shaken(seed))
            with np.errstate(invalid="ignore"):
                noise = np.fmax(noise, np.abs(moved - clean))
        return noise

    @property
    def loss_noise(self) -> float:
        """How far rounding moves the loss."""
        return float(self.noise[self._loss])

    def _complex_step(
        self, compute: Callable[[NDArray[np.complex128]], None], slots: Integers, shares: FloatArray
    ) -> float:
        memory = self._complex_memory
        kept = memory[slots]
        memory[slots] += 1j * _TINY * shares
        compute(memory)
        memory[slots] = kept
        loss = memory[self._loss]
        return float(loss.imag / _TINY) if np.isfinite(loss) else float("nan")

    def _iterated(self, arithmetic: Arithmetic) -> FloatArray:
        """The memory after the iteration in an arithmetic."""
        memory = self._before.copy()
        with np.errstate(all="ignore"):
            for statement in self.program.statements:
                statement_step(self.program, statement, arithmetic)(memory)
        return memory


def power_of_two(near: float) -> float:
    """The power of two nearest to a number above 0."""
    return float(2.0 ** np.rint(np.log2(near)))


def relative(a: float, b: float) -> float:
    """|a − b| as a share of the greater of the two; 0 for two zeros."""
    if not np.isfinite([a, b]).all():
        return 0.0 if a == b else float("inf")
    greater = max(abs(a), abs(b))
    return abs(a - b) / greater if greater else 0.0
