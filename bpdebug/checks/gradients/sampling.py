"""The gradient check of any model: of every parameter, or of a sample and of random directions.

A random direction moves all parameters at once. The derivative of the loss along it is one complex
step, and it must be the gradient's dot product with it: a wrong gradient anywhere shows.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from bpdebug.checks.gradients.gradient import GradientCheck, GradientChecker, agree
from bpdebug.checks.gradients.slopes import relative
from bpdebug.checks.limit import Limit
from bpdebug.checks.quiet import quiet
from bpdebug.debugger.state import Progress
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers, Program
from bpdebug.program.quantities import Kind

MOST = 500
"""Up to this many parameters each is checked."""

_SAMPLE = 100
_LEAST_OF_EACH = 4
"""A sample has about this many parameters, and this many of each quantity at least."""

_DIRECTIONS = 8
_SEED = 1


@dataclass(frozen=True, slots=True)
class DirectionCheck:
    """The derivative of the loss along a random direction, in which every parameter moves by 1 or
    by −1: the dot product with the gradient beside the complex step.
    """

    number: int
    backprop: float
    complex_step: float
    error: float
    ok: bool


@dataclass(frozen=True, slots=True)
class GradientChecks:
    """The gradient check of an iteration.

    `checks` are of the parameters that were checked one by one, in the order of memory, out of
    `total` that have a gradient; `directions` are there where those are not all.
    """

    checks: tuple[GradientCheck, ...]
    directions: tuple[DirectionCheck, ...]
    total: int

    def __repr__(self) -> str:
        return f"<wrong: {len(self.wrong)} of {len(self.checks)} gradients checked>"

    @property
    def wrong(self) -> tuple[GradientCheck, ...]:
        """The gradients that are wrong."""
        return tuple(each for each in self.checks if not each.ok)

    @property
    def is_sample(self) -> bool:
        """Whether not every parameter was checked by itself."""
        return len(self.checks) < self.total

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong and all(each.ok for each in self.directions)


@quiet
def checking_all(
    program: Program,
    before: FloatArray,
    after: FloatArray,
    most: int = MOST,
    limit: Limit | None = None,
) -> Generator[Progress, None, GradientChecks]:
    """Check the gradients of an iteration: of all parameters up to `most` of them, else of a
    sample, which is the same each time, and along random directions.

    The memories are those that `gradients.memories` gives. Yields its progress; when the limit is
    over, what was checked until then is the sample.
    """
    checker = GradientChecker(program, before, after)
    slots = checker.slots()
    is_small = len(slots) <= most
    wanted = slots if is_small else sample(program, slots)
    count = 0 if len(wanted) == len(slots) else _DIRECTIONS
    total = len(wanted) + count
    checks, directions = [], []
    generator = np.random.default_rng(_SEED)
    for done in range(1, total + 1):
        if limit is not None and limit.is_over:
            break
        if done <= len(wanted):
            checks.append(checker.check(int(wanted[done - 1])))
        else:
            shares = generator.choice([-1.0, 1.0], len(slots))
            directions.append(_along(checker, slots, shares, done - len(wanted)))
        yield Progress(done, done, total)
    return GradientChecks(tuple(checks), tuple(directions), len(slots))


def sample(program: Program, slots: Integers) -> Integers:
    """Some of the parameters in `slots`, of every quantity, in the order of memory."""
    chosen = random.Random(_SEED)
    quantities = program.of_kind(Kind.PARAMETER)
    each = max(_LEAST_OF_EACH, _SAMPLE // len(quantities))
    found: list[int] = []
    for quantity in quantities:
        is_mine = (slots >= quantity.offset) & (slots < quantity.offset + quantity.size)
        mine = slots[is_mine].tolist()
        found += sorted(chosen.sample(mine, min(each, len(mine))))
    return np.array(found, dtype=np.int64)


def _along(
    checker: GradientChecker, slots: Integers, shares: FloatArray, number: int
) -> DirectionCheck:
    backprop = math.fsum(checker.gradients(slots) * shares)
    exact = checker.slopes.along(slots, shares)
    noise = math.fsum(checker.noise(slots))
    ok = agree(backprop, exact, noise)
    return DirectionCheck(number, backprop, exact, relative(backprop, exact), ok)
