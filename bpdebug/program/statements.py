"""From an equation to a statement: how far its indices run, and which slots it writes."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import NamedTuple

import numpy as np

from bpdebug.models.model import ModelError
from bpdebug.notation.derivatives import unique_sums
from bpdebug.notation.equation import Equation
from bpdebug.notation.symbols import Index
from bpdebug.notation.tree import bound_letters
from bpdebug.program.arithmetic import arithmetic_steps
from bpdebug.program.positions import terms_of
from bpdebug.program.program import Integers, Names, Phase, Statement
from bpdebug.program.quantities import Quantity
from bpdebug.program.shapes import Ranges, Shapes, index_ranges

MOST_ARITHMETIC = 1_000_000_000
"""How many arithmetic steps an equation may take in an iteration."""


class Draft(NamedTuple):
    """An equation of a program with the phase and the layer that it belongs to, and the positions
    of the letters of its target that were written out.
    """

    equation: Equation
    phase: Phase
    layer: int
    fixed: Mapping[str, int] = {}


def make_statement(draft: Draft, shapes: Shapes, names: Names) -> Statement:
    """The statement of an equation, for all elements of its target.

    Raises ModelError if its indices do not fit together, or if it takes too much arithmetic.
    """
    # So that a letter means one thing wherever it stands in the statement.
    equation = unique_sums(draft.equation)
    ranges = index_ranges(equation, shapes)
    for node in equation.reductions:
        for index in bound_letters(node):
            if index not in ranges:
                raise ModelError(f"nothing in the sum over {index} says how far it runs")
    value = names.without_leaves(equation)
    indices = tuple(index for index in equation.target.indices if isinstance(index, str))
    shape = [ranges[index] for index in indices]
    steps = equation.steps
    if steps is None or value is not equation.value:
        steps = arithmetic_steps(value, ranges, lambda node: terms_of(node, ranges, names).most)
    arithmetic = max(1, steps)
    if arithmetic * prod(shape) > MOST_ARITHMETIC:
        raise ModelError(
            f"the equation for {equation.target.family} takes at most {MOST_ARITHMETIC:,} "
            "arithmetic steps an iteration"
        )
    found = names.find(equation.target)
    assert isinstance(found, tuple)
    target, positions = found
    return Statement(
        equation=equation,
        value=value,
        phase=draft.phase,
        layer=draft.layer,
        target=target,
        indices=indices,
        ranges=ranges,
        slots=_slots(target, positions, indices, ranges),
        arithmetic=arithmetic,
        fixed=draft.fixed,
    )


def _slots(
    target: Quantity, positions: tuple[Index, ...], indices: tuple[str, ...], ranges: Ranges
) -> Integers:
    """The slot of each element of a statement, row-major over `indices`."""
    if not positions:
        return np.array([target.offset], dtype=np.int64)
    slots = np.full([ranges[index] for index in indices], target.offset, dtype=np.int64)
    stride = 1
    for position, size in zip(reversed(positions), reversed(target.shape), strict=True):
        if isinstance(position, int):
            slots += (position - 1) * stride
        else:
            assert isinstance(position, str)  # On the left nothing is calculated.
            behind = len(indices) - 1 - indices.index(position)
            slots += (np.arange(size, dtype=np.int64) * stride).reshape(size, *[1] * behind)
        stride *= size
    return slots.ravel()
