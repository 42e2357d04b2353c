"""The gradient check: backpropagation beside the complex step and central differences.

The complex step says what is right: it has no rounding of differences. Central differences are
what people check by hand with; where they cannot be trusted the reason is given.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bpdebug.checks.gradients.slopes import CentralDifference, Slopes, relative
from bpdebug.debugger.edits import Segment
from bpdebug.debugger.history import History
from bpdebug.debugger.state import Progress
from bpdebug.debugger.view import View
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.tree import Call, walk
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import array_iteration
from bpdebug.program.program import Integers, Phase, Program
from bpdebug.program.quantities import Kind

_TOLERANCE = 1e-10
"""The relative error up to which backpropagation agrees with the complex step."""

_LOOSE = 1e-4
"""The relative error up to which a central difference agrees, where it can be trusted."""

_MARGIN = 10.0
"""Rounding may be this many times more than shaking it a few times shows."""

_LEAST = 1e-100
"""Smaller differences are lost: the complex step cannot tell them from 0."""

_FLAT = 1e-4
"""Where a function passes on a smaller share of a change it is saturated."""


class GradientReason(StrEnum):
    """Why a check cannot be trusted."""

    NONE = ""
    KINK = "a kink within the step"
    KINK_HERE = "a kink at this point: the slope is a choice"
    SATURATED = "saturation: hardly anything of a change reaches the loss"
    ROUNDING = "cancellation: lost in rounding"
    TRUNCATION = "truncation: the step is too wide here"
    NOT_FINITE = "not finite"
    STAIRCASE = "rounded numbers make the loss a staircase, which has no slope to compare with"


class GradientVerdict(StrEnum):
    """What a check has found."""

    AGREES = "agrees"
    UNSURE = "undecided"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The derivative of the loss by the parameter in `slot`, computed in three ways.

    `error` is the relative difference of backpropagation from the complex step and
    `central_error` that of the central difference with `step` from it. `ok` says that nothing is
    wrong: they agree, or differ by no more than rounding or a choice at a kink makes them differ.
    `reason` is why the central difference cannot be trusted, or the whole check.
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
    reason: GradientReason

    @property
    def verdict(self) -> GradientVerdict:
        """What it has found."""
        if not self.ok:
            return GradientVerdict.WRONG
        return GradientVerdict.AGREES if self.error <= _TOLERANCE else GradientVerdict.UNSURE


class GradientChecker:
    """Checks the gradients of one iteration.

    `before` is the memory as the iteration finds it, observations included; `after` the one
    that it leaves, with the gradients in it. What is right is the derivative of the loss of this
    iteration by the parameters as it finds them.
    """

    def __init__(self, program: Program, before: FloatArray, after: FloatArray) -> None:
        self.program = program
        self.slopes = Slopes(program, before)
        self._after = after
        self._rounds = any(
            isinstance(node, Call) and FUNCTIONS[node.function].steps is not None
            for each in program.statements
            if each.phase in (Phase.FORWARD, Phase.LOSS)
            for node in walk(each.value)
        )
        self._gradient_of = np.full(len(before), -1, dtype=np.int64)
        for quantity in program.of_kind(Kind.PARAMETER):
            gradient = program.gradient_slot(quantity.offset)
            if gradient is not None:
                places = np.arange(quantity.size)
                self._gradient_of[quantity.offset + places] = gradient + places

    def slots(self) -> Integers:
        """The parameters that have a gradient, in the order of memory."""
        slots = self.program.parameter_slots()
        return slots[self._gradient_of[slots] >= 0]

    def gradients(self, slots: Integers) -> FloatArray:
        """What backpropagation has computed for parameters."""
        return self._after[self._gradient_of[slots]]

    def noise(self, slots: Integers) -> FloatArray:
        """How far rounding moves what backpropagation computes for parameters."""
        return self.slopes.noise[self._gradient_of[slots]]

    def check(self, slot: int) -> GradientCheck:
        """Check one gradient. Raises ValueError for what has none."""
        if self._gradient_of[slot] < 0:
            name, loss = self.program.name(slot), self.program.model.loss
            raise ValueError(
                f"{name} is not a parameter with a derivative d{loss}/d{name} to check"
            )
        backprop = float(self.gradients(np.array([slot]))[0])
        exact = self.slopes.exact(slot)
        difference = self.slopes.difference(slot, self.slopes.step(slot))
        central = difference.value
        ok, reason = self._judged(slot, backprop, exact, difference)
        return GradientCheck(
            self.program.name(slot),
            slot,
            backprop,
            exact,
            central,
            difference.step,
            relative(backprop, exact),
            relative(central, exact),
            ok,
            reason,
        )

    def _judged(
        self, slot: int, backprop: float, exact: float, difference: CentralDifference
    ) -> tuple[bool, GradientReason]:
        central = difference.value
        if not np.isfinite([backprop, exact, central]).all():
            # Where the complex step has no value, the central difference may have one.
            truth, tolerance = (exact, _TOLERANCE) if np.isfinite(exact) else (central, _LOOSE)
            return relative(backprop, truth) <= tolerance, GradientReason.NOT_FINITE
        if self._rounds and exact == central == 0 != backprop:
            return True, GradientReason.STAIRCASE
        is_off = relative(central, exact) > _LOOSE
        is_same = relative(backprop, exact) <= _TOLERANCE
        if is_same and not is_off:
            return True, GradientReason.NONE
        ok = is_same or agree(backprop, exact, float(self.noise(np.array([slot]))[0]))
        if difference.has_kink and self._is_at_kink(slot, difference):
            return True, GradientReason.KINK_HERE
        if difference.has_kink and is_off:
            return ok, GradientReason.KINK
        rounding = _MARGIN * self.slopes.loss_noise / difference.step
        if (is_off and abs(central - exact) <= rounding) or (ok and not is_same):
            is_flat = self.slopes.least_passed(slot) < _FLAT
            return ok, GradientReason.SATURATED if is_flat else GradientReason.ROUNDING
        return ok, GradientReason.TRUNCATION if is_off else GradientReason.NONE

    def _is_at_kink(self, slot: int, difference: CentralDifference) -> bool:
        """Whether a kink that a parameter moves across lies exactly where it is."""
        here = self.slopes.moved(slot, 0.0).sides
        return bool(((here == 0) & (difference.low.sides != difference.high.sides)).any())


def agree(backprop: float, exact: float, noise: float) -> bool:
    """Whether two values of a derivative are the same but for rounding, which moves the first by
    about `noise`.
    """
    if not np.isfinite([backprop, exact]).all():
        return False
    rounding = max(_LEAST, _MARGIN * noise)
    return relative(backprop, exact) <= _TOLERANCE or abs(backprop - exact) <= rounding


def checking(
    program: Program,
    before: FloatArray,
    after: FloatArray,
    slots: Sequence[int] | None = None,
) -> Generator[Progress, None, tuple[GradientCheck, ...]]:
    """Check the gradients of the parameters in `slots`, of all that have one if not given.

    The memories are those that `memories` gives. Yields its progress, counted in parameters.
    Raises ValueError for a slot without a gradient.
    """
    checker = GradientChecker(program, before, after)
    wanted = checker.slots().tolist() if slots is None else list(slots)
    found = []
    for done, slot in enumerate(wanted, start=1):
        found.append(checker.check(slot))
        yield Progress(done, done, len(wanted))
    return tuple(found)


def memories(history: History, iteration: int) -> tuple[FloatArray, FloatArray]:
    """The memory as an iteration finds it, with what is edited before its first operation, and
    the memory that it leaves.
    """
    return _ends(history.segments(iteration))


def memories_of(view: View) -> tuple[FloatArray, FloatArray]:
    """The same of the iteration that a view is in, without edits that come after the view."""
    before, after = _ends(view.segments)
    if view.operation == 0:
        # At the start of the run nothing is computed yet.
        after = before.copy()
        array_iteration(view.program)(after)
    return before, after


def _ends(segments: Sequence[Segment]) -> tuple[FloatArray, FloatArray]:
    return [each for each in segments if each.since == 0][-1].before, segments[-1].after
