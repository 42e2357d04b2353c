"""The forward pass with the given numbers and with others, to tell functions from coincidences.

Two formulas that are equal with the given numbers may be so by chance, as where x1 = 1. Two that
are equal with several sets of random numbers are the same function, as good as certainly (Schwartz,
"Fast Probabilistic Algorithms for Verification of Polynomial Identities", 1980).
"""

from __future__ import annotations

import random

import numpy as np

from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import PROFILE, array_forward
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

_MOVES = (0.3, 0.6, 1.2)
"""How far numbers are moved at most, as shares of their size."""

_LEAST = 0.25
"""The size that a smaller number is moved like: 0 has to move, too."""

_SEED = 1

HERE = slice(0, 1)
"""The given numbers."""

SAME_DATA = slice(0, 1 + len(_MOVES))
"""The given numbers, and those with the given inputs and targets but other parameters."""

EVERYWHERE = slice(0, 1 + 2 * len(_MOVES))
"""All."""


def samples(program: Program, before: FloatArray) -> FloatArray:
    """Memories after the forward pass, one a row; what the backward pass computes is as it was.

    The first is that of the iteration which finds the memory `before`, observations included.
    Then come some with the same data and other parameters, and some with other data, too.
    """
    draw = random.Random(_SEED)
    forward = array_forward(program, PROFILE)
    memories = np.tile(before, (EVERYWHERE.stop, 1))
    moved = iter(memories[1:])
    for kinds in ((Kind.PARAMETER,), (Kind.PARAMETER, Kind.INPUT, Kind.TARGET)):
        for move in _MOVES:
            memory = next(moved)
            for quantity in program.of_kind(*kinds):
                place = slice(quantity.offset, quantity.offset + quantity.size)
                by = np.array([draw.uniform(-move, move) for _ in range(quantity.size)])
                memory[place] += by * np.maximum(np.abs(memory[place]), _LEAST)
    for memory in memories:
        forward(memory)
    return memories
