"""Carrying out whole iterations, in whichever form is faster for the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import array_iteration, array_rest
from bpdebug.program.program import Program
from bpdebug.program.scalars import MOST_STEPS, scalar_iteration


@lru_cache(maxsize=8)
def iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    if program.arithmetic_before[-1] <= MOST_STEPS:
        return scalar_iteration(program)
    return array_iteration(program)


@lru_cache(maxsize=8)
def rest(program: Program) -> Callable[[FloatArray, int], None]:
    """A function that carries out what is left of an iteration after so many operations."""
    return array_rest(program)
