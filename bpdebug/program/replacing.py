"""Equations that a model uses in place of those that follow from its own: mistakes on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod

from bpdebug.models.model import ModelError
from bpdebug.notation.derivatives import unique_sums
from bpdebug.notation.equation import Equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Index, Reference, Symbol, match_indices, with_indices
from bpdebug.notation.tree import substitute
from bpdebug.program.shapes import Shapes, index_ranges
from bpdebug.program.statements import Draft

MOST_WRITTEN_OUT = 5_000
"""Elements that are written out beside one. Each becomes a statement of its own, and that many
are made in about a second.
"""


def with_replaced(
    drafts: Sequence[Draft], replaced: Sequence[Equation], shapes: Shapes
) -> list[Draft]:
    """The drafts with each equation of `replaced` in the place of the one for its target.

    One for a single element, such as `dE/dw[1,2] = …`, stands for that element only: the others
    are written out beside it. Raises ModelError if nothing computes a target, or if more than
    MOST_WRITTEN_OUT elements would have to be written out.
    """
    found = [[draft] for draft in drafts]
    writers = Writers(draft.equation for draft in drafts)
    places: dict[int, dict[Symbol, int]] = {}
    left = MOST_WRITTEN_OUT
    for equation in replaced:
        target = equation.target
        place = writers.first(target)
        if place is not None and place not in places:
            old = found[place][0]
            if old.equation.target != target:
                found[place] = _written_out(old, shapes, left)
                left -= len(found[place])
            elif any(isinstance(index, str) for index in target.indices):
                found[place] = [old._replace(equation=_in_place_of(old.equation, equation))]
                continue
            places[place] = {each.equation.target: n for n, each in enumerate(found[place])}
        if place is None or target not in places[place]:
            raise ModelError(f"no equation computes {to_text(target)}")
        group, which = found[place], places[place][target]
        old = group[which]
        group[which] = old._replace(equation=_in_place_of(old.equation, equation))
    return [draft for group in found for draft in group]


class Writers:
    """Which of some equations compute a quantity, found without going through all of them."""

    def __init__(self, equations: Iterable[Equation]) -> None:
        self._places: dict[Symbol, list[int]] = {}
        self._general: dict[str, list[tuple[int, Equation]]] = {}
        for number, each in enumerate(equations):
            target = each.target
            self._places.setdefault(target, []).append(number)
            if any(isinstance(index, str) for index in target.indices):
                self._general.setdefault(target.family, []).append((number, each))

    def first(self, target: Symbol) -> int | None:
        """The place of the first equation that computes `target`."""
        return min(self._all(target), default=None)

    def last(self, target: Symbol) -> int | None:
        """The place of the last equation that computes `target`."""
        return max(self._all(target), default=None)

    def _all(self, target: Symbol) -> Iterator[int]:
        yield from self._places.get(target, ())
        for number, each in self._general.get(target.family, ()):
            if computes(each, target):
                yield number


def computes(equation: Equation, wanted: Symbol) -> bool:
    """Whether `wanted` is what an equation computes, or an element of it."""
    mine = equation.target
    if mine == wanted:
        return True
    if mine.family != wanted.family or not all(isinstance(index, int) for index in wanted.indices):
        return False
    pattern, given = _indices(mine), _indices(wanted)
    return len(pattern) == len(given) and bool(match_indices(pattern, given))


def _indices(symbol: Symbol) -> tuple[Index, ...]:
    if isinstance(symbol, Reference):
        return symbol.indices
    return (*symbol.of.indices, *symbol.by.indices)


def _in_place_of(old: Equation, new: Equation) -> Equation:
    return Equation(old.target, new.value, old.assigns)


def _written_out(draft: Draft, shapes: Shapes, most: int) -> list[Draft]:
    """A draft for each element of a target, in their order."""
    equation = unique_sums(draft.equation)
    ranges = index_ranges(equation, shapes)
    letters = [index for index in equation.target.indices if isinstance(index, str)]
    count = prod(ranges[letter] for letter in letters)
    if count > most:
        raise ModelError(
            f"{to_text(equation.target)} stands for {count:,} elements, too many for an equation "
            f"of a single one; that is possible for at most {MOST_WRITTEN_OUT:,} in a model"
        )
    found = []
    for positions in product(*(range(1, ranges[letter] + 1) for letter in letters)):
        fixed = dict(zip(letters, positions, strict=True))
        target = with_indices(equation.target, fixed)
        written = Equation(target, substitute(equation.value, fixed), equation.assigns)
        found.append(draft._replace(equation=written, fixed=fixed))
    return found
