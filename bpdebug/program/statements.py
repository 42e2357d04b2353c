"""From an equation to a statement: how far its indices run, and which slots it writes."""

from __future__ import annotations

from math import prod

import numpy as np

from bpdebug.models.model import ModelError
from bpdebug.notation.derivatives import unique_sums
from bpdebug.notation.tree import Sum, walk
from bpdebug.program.arithmetic import arithmetic_steps
from bpdebug.program.program import Names, Statement
from bpdebug.program.replacing import Draft
from bpdebug.program.shapes import Shapes, index_ranges

MOST_ARITHMETIC = 1_000_000_000
"""How many arithmetic steps an equation may take in an iteration."""


def make_statement(draft: Draft, shapes: Shapes, names: Names) -> Statement:
    """The statement of an equation, for all elements of its target.

    Raises ModelError if its indices do not fit together, or if it takes too much arithmetic.
    """
    # So that a letter means one thing wherever it stands in the statement.
    equation = unique_sums(draft.equation)
    ranges = index_ranges(equation, shapes)
    for node in walk(equation.value):
        if isinstance(node, Sum) and node.index not in ranges:
            raise ModelError(f"nothing in the sum over {node.index} says how far it runs")
    value = names.without_leaves(equation.value)
    indices = tuple(index for index in equation.target.indices if isinstance(index, str))
    shape = [ranges[index] for index in indices]
    arithmetic = max(1, arithmetic_steps(value, ranges))
    if arithmetic * prod(shape) > MOST_ARITHMETIC:
        raise ModelError(
            f"the equation for {equation.target.family} takes at most {MOST_ARITHMETIC:,} "
            "arithmetic steps an iteration"
        )
    found = names.find(equation.target)
    assert isinstance(found, tuple)
    target, positions = found
    grid = dict(zip(indices, np.indices(shape), strict=True))
    places = np.zeros(shape, dtype=np.int64)
    for position, size in zip(positions, target.shape, strict=True):
        places = places * size + (grid[position] if isinstance(position, str) else position - 1)
    return Statement(
        equation=equation,
        value=value,
        phase=draft.phase,
        layer=draft.layer,
        target=target,
        indices=indices,
        ranges=ranges,
        slots=(target.offset + places).ravel(),
        arithmetic=arithmetic,
        fixed=draft.fixed,
    )
