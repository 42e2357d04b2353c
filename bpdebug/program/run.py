"""Carrying out whole iterations, in whichever form is faster for the program."""

from __future__ import annotations

from collections.abc import Callable

from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import array_iteration
from bpdebug.program.program import Program
from bpdebug.program.scalars import MOST_STEPS, scalar_iteration


def iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    if program.arithmetic_before[-1] <= MOST_STEPS:
        return scalar_iteration(program)
    return array_iteration(program)
