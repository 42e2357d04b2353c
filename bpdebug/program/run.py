"""Carrying out whole iterations, in whichever form is faster for the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import array_iteration, array_rest
from bpdebug.program.lookout import Lookout, Loop, fits
from bpdebug.program.program import Program
from bpdebug.program.scalars import MOST_STEPS, ScalarLoop, scalar_iteration
from bpdebug.program.turns import fed_slots

MOST_GIVEN = 1_000_000
"""Numbers that may be given in turn before the same ones come again."""

_LONGEST = 64
_STRETCH_STEPS = 16_000


@lru_cache(maxsize=8)
def iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    if _steps(program) <= MOST_STEPS:
        return scalar_iteration(program)
    return array_iteration(program)


@lru_cache(maxsize=8)
def loop(program: Program, lookout: Lookout) -> Loop | None:
    """What carries out many iterations at once, and looks out for something; None if there is no
    such form of a program, or if what is to be looked for is too large.
    """
    feed = program.model.feed
    given = 0 if feed is None else feed.period * len(fed_slots(program))
    if _steps(program) > MOST_STEPS or given > MOST_GIVEN or not fits(lookout.sought):
        return None
    return ScalarLoop(program, lookout)


def stretch(program: Program) -> int:
    """How many iterations a loop is asked for at a time: a power of two, few enough that nobody has
    to wait for them, and many enough that asking takes no time.
    """
    if _steps(program) > MOST_STEPS:
        return 1
    most = min(_LONGEST, max(1, _STRETCH_STEPS // max(1, _steps(program))))
    return 1 << (most.bit_length() - 1)


@lru_cache(maxsize=8)
def rest(program: Program) -> Callable[[FloatArray, int], None]:
    """A function that carries out what is left of an iteration after so many operations."""
    return array_rest(program)


def _steps(program: Program) -> int:
    """The arithmetic steps of an iteration."""
    return int(program.arithmetic_before[-1])
