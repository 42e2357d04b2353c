"""The gradient check: backpropagation beside the complex step and central differences.

The complex step says what is right: it has no rounding of differences. Central differences are
what people check by hand with; where they cannot be trusted the reason is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bpdebug.checks.arithmetic import COMPLEX, KinkWatch
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import PROFILE, array_forward
from bpdebug.program.program import Program

_TINY = 1e-30
"""The complex step: so small that nothing of second order is left in 53 bits."""

_TOLERANCE = 1e-9
"""The relative error up to which backpropagation agrees with the complex step."""

_LOOSE = 1e-4
"""The relative error up to which a central difference agrees, where it can be trusted."""

_NOISE = 1e-13
"""Of the greatest gradient of a quantity: smaller differences are rounding."""

_EPSILON = float(np.finfo(np.float64).eps)
_BEST_STEP = _EPSILON ** (1 / 3)
"""The step of central differences, as a share of the parameter: where the error of the formula
and that of rounding are about equal (Press et al., "Numerical Recipes", 5.7).
"""


class Reason(StrEnum):
    """Why a central difference cannot be trusted."""

    NONE = ""
    KINK = "a kink within the step"
    ROUNDING = "lost in rounding: the loss hardly changes"
    NOT_FINITE = "not finite"


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The derivative of the loss by the parameter in `slot`, computed in three ways.

    `error` is the relative difference of backpropagation from the complex step and
    `central_error` that of the central difference with `step` from it.
    """

    name: str
    slot: int
    backprop: float
    complex_step: float
    central: float
    step: float
    error: float
    central_error: float
    ok: bool
    reason: Reason


class GradientChecker:
    """Checks the gradients of one iteration.

    `before` is the memory as the iteration finds it, observations included; `after` the one
    that it leaves, with the gradients in it.
    """

    def __init__(self, program: Program, before: FloatArray, after: FloatArray) -> None:
        self.program = program
        self._before = before
        self._after = after
        self._loss = program.quantities[program.model.loss].offset
        self._complex = array_forward(program, COMPLEX)
        self._real = array_forward(program, PROFILE)
        self._watch = KinkWatch()
        self._watched = array_forward(program, self._watch.arithmetic)

    def slots(self) -> list[int]:
        """The parameters that have a gradient."""
        slots = self.program.parameter_slots().tolist()
        return [slot for slot in slots if self.program.gradient_slot(slot) is not None]

    def check(self, slot: int) -> GradientCheck:
        """Check one gradient."""
        gradient = self.program.gradient_slot(slot)
        assert gradient is not None
        backprop = float(self._after[gradient])
        exact = self.complex_step({slot: 1.0})
        step = self.step(slot)
        central = self.central(slot, step)
        error = relative(backprop, exact)
        quantity = self.program.quantity_at(gradient)
        values = self._after[quantity.offset : quantity.offset + quantity.size]
        scale = float(np.nanmax(np.abs(values), initial=0.0))
        ok = error <= _TOLERANCE or abs(backprop - exact) <= _NOISE * scale
        return GradientCheck(
            self.program.name(slot),
            slot,
            backprop,
            exact,
            central,
            step,
            error,
            relative(central, exact),
            ok,
            self._reason(slot, step, exact, central),
        )

    def complex_step(self, direction: dict[int, float]) -> float:
        """The derivative of the loss along a direction, given by slots."""
        memory = self._before.astype(np.complex128)
        for slot, share in direction.items():
            memory[slot] += 1j * _TINY * share
        self._complex(memory)
        return float(memory[self._loss].imag / _TINY)

    def step(self, slot: int) -> float:
        """The step of the central difference: a power of two, so that w ± h has no rounding."""
        size = max(1.0, abs(float(self._before[slot])))
        return float(2.0 ** round(np.log2(_BEST_STEP * size)))

    def central(self, slot: int, step: float) -> float:
        """(E(w + h) − E(w − h))/2h."""
        return (self._loss_at(slot, step) - self._loss_at(slot, -step)) / (2 * step)

    def _loss_at(self, slot: int, by: float) -> float:
        memory = self._before.copy()
        memory[slot] += by
        self._real(memory)
        return float(memory[self._loss])

    def _reason(self, slot: int, step: float, exact: float, central: float) -> Reason:
        if not np.isfinite([exact, central]).all():
            return Reason.NOT_FINITE
        if self._sides(slot, -step) != self._sides(slot, step):
            return Reason.KINK
        rounding = _EPSILON * abs(self._loss_at(slot, 0.0)) / step
        is_lost = relative(central, exact) > _LOOSE and abs(central - exact) <= 10 * rounding
        return Reason.ROUNDING if is_lost else Reason.NONE

    def _sides(self, slot: int, by: float) -> Sequence[bytes]:
        memory = self._before.copy()
        memory[slot] += by
        self._watch.sides.clear()
        self._watched(memory)
        return list(self._watch.sides)


def relative(a: float, b: float) -> float:
    """|a − b| as a share of the greater of the two; 0 for two zeros."""
    greater = max(abs(a), abs(b))
    if not np.isfinite(greater):
        return 0.0 if a == b else float("inf")
    return abs(a - b) / greater if greater else 0.0
