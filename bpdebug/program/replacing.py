"""Equations that a model uses in place of those that follow from its own: mistakes on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from bpdebug.models.model import ModelError
from bpdebug.notation.derivatives import unique_sums
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import (
    Equation,
    Index,
    Reference,
    Symbol,
    match_indices,
    substitute,
    with_indices,
)
from bpdebug.program.program import Phase
from bpdebug.program.shapes import Shapes, index_ranges

MOST_WRITTEN_OUT = 5_000
"""Elements that are written out beside one. Each becomes a statement of its own, and that many
are made in about a second.
"""


class Draft(NamedTuple):
    """An equation of a program with the phase and the layer that it belongs to, and the positions
    of the letters of its target that were written out.
    """

    equation: Equation
    phase: Phase
    layer: int
    fixed: Mapping[str, int] = {}


def with_replaced(
    drafts: Sequence[Draft], replaced: Sequence[Equation], shapes: Shapes
) -> list[Draft]:
    """The drafts with each equation of `replaced` in the place of the one for its target.

    One for a single element, such as `dE/dw[1,2] = …`, stands for that element only: the others
    are written out beside it. Raises ModelError if nothing computes a target, or if more than
    MOST_WRITTEN_OUT elements would have to be written out.
    """
    found = list(drafts)
    for equation in replaced:
        place = next((n for n, each in enumerate(found) if computes(each.equation, equation)), None)
        if place is None:
            raise ModelError(f"no equation computes {to_text(equation.target)}")
        old = found[place]
        if old.equation.target == equation.target:
            found[place] = old._replace(equation=_in_place_of(old.equation, equation))
            continue
        found[place : place + 1] = [
            each._replace(equation=_in_place_of(each.equation, equation))
            if each.equation.target == equation.target
            else each
            for each in _written_out(old, shapes)
        ]
    return found


def computes(equation: Equation, wanted: Equation) -> bool:
    """Whether the target of `wanted` is what an equation computes, or an element of it."""
    mine, given = equation.target, wanted.target
    if mine == given:
        return True
    if mine.family != given.family or not all(isinstance(index, int) for index in given.indices):
        return False
    pattern, wanted_indices = _indices(mine), _indices(given)
    if len(pattern) != len(wanted_indices):
        return False
    return bool(match_indices(pattern, wanted_indices))


def _indices(symbol: Symbol) -> tuple[Index, ...]:
    if isinstance(symbol, Reference):
        return symbol.indices
    return (*symbol.of.indices, *symbol.by.indices)


def _in_place_of(old: Equation, new: Equation) -> Equation:
    return Equation(old.target, new.value, old.assigns)


def _written_out(draft: Draft, shapes: Shapes) -> Iterator[Draft]:
    """A draft for each element of a target, in their order."""
    equation = unique_sums(draft.equation)
    ranges = index_ranges(equation, shapes)
    letters = [index for index in equation.target.indices if isinstance(index, str)]
    count = prod(ranges[letter] for letter in letters)
    if count > MOST_WRITTEN_OUT:
        raise ModelError(
            f"{to_text(equation.target)} stands for {count:,} elements, too many for an equation "
            f"of a single one; that is possible for at most {MOST_WRITTEN_OUT:,}"
        )
    for positions in product(*(range(1, ranges[letter] + 1) for letter in letters)):
        fixed = dict(zip(letters, positions, strict=True))
        target = with_indices(equation.target, fixed)
        written = Equation(target, substitute(equation.value, fixed), equation.assigns)
        yield draft._replace(equation=written, fixed=fixed)
