"""Calculated indices: which positions they come to, and which terms a sum with a place has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import prod
from typing import NamedTuple, TypeVar

import numpy as np

from bpdebug.models.model import ModelError
from bpdebug.notation.symbols import Index, Reference, index_letters, is_plain
from bpdebug.notation.tree import Expression, SumWhere, replaced
from bpdebug.program.program import Integers, Names
from bpdebug.program.shapes import Ranges

MOST_PLACES = 10_000_000
"""How many places the table of a sum with a place may have."""

_Place = TypeVar("_Place", int, Integers)


def position(
    index: Index, at: Mapping[str, _Place], tables: Mapping[str, Integers]
) -> _Place | int:
    """The 1-based position that an index comes to, its letters standing `at` 1-based positions.

    `tables` has the constants in which positions are looked up.
    """
    if isinstance(index, str):
        return at[index]
    if isinstance(index, int):
        return index
    total: _Place | int = index.constant
    for factor, what in index.terms:
        if isinstance(what, str):
            total = total + factor * at[what]
        else:
            places = tuple(position(each, at, tables) - 1 for each in what.indices)
            total = total + factor * tables[what.name][places]
    return total


def settled(tree: Expression, tables: Mapping[str, Integers]) -> Expression:
    """`tree` with the positions for calculated indices that depend on no letter."""

    def plain(node: Expression) -> Expression | None:
        if not isinstance(node, Reference) or is_plain(node):
            return None
        indices = (
            each if index_letters(each) else int(position(each, {}, tables))
            for each in node.indices
        )
        return Reference(node.name, tuple(indices))

    return replaced(tree, plain)


class Terms(NamedTuple):
    """The terms of a sum with a place, for all positions of the `letters` that it depends on.

    `places` has an axis for each of those, then one for the terms in their order, then one for
    the indices of the sum: their 1-based positions. There are as many terms as `counts` says; what
    is behind those means nothing.
    """

    letters: tuple[str, ...]
    places: Integers
    counts: Integers

    @property
    def most(self) -> int:
        """The greatest number of terms."""
        return int(self.places.shape[-2])


def terms_of(node: SumWhere, ranges: Ranges, names: Names) -> Terms:
    """The terms of a sum with a place. Raises ModelError if the table would be too large."""
    letters = dict.fromkeys((*node.indices, *index_letters(node.position)))
    letters |= dict.fromkeys(index_letters(node.place))
    sizes = tuple((letter, ranges[letter]) for letter in letters)
    return _terms(node.indices, node.position, node.place, sizes, names)


@lru_cache(maxsize=16)  # Asked for each element of a statement that is written out.
def _terms(
    indices: tuple[str, ...],
    position_: Index,
    place: Index,
    sizes: tuple[tuple[str, int], ...],
    names: Names,
) -> Terms:
    ranges = dict(sizes)
    outside = [letter for letter in index_letters(position_) if letter not in indices]
    letters = (*outside, *indices)
    shape = tuple(ranges[letter] for letter in letters)
    span = ranges[place] if isinstance(place, str) else 1
    rows = prod(shape[: len(outside)])
    _limit(prod(shape))
    grid = np.indices(shape).reshape(len(letters), rows, prod(shape[len(outside) :])) + 1
    reached = position(position_, dict(zip(letters, grid, strict=True)), names.whole_numbers)
    key = np.broadcast_to(np.asarray(reached), grid.shape[1:]) - 1
    if not isinstance(place, str):
        assert isinstance(place, int)
        key = key - (place - 1)
    row, column = np.nonzero((key >= 0) & (key < span))
    # What is not behind an index that the sum is over stands in the order of its terms.
    group = row * span + key[row, column]
    order = np.argsort(group, kind="stable")
    group, row, column = group[order], row[order], column[order]
    counts = np.bincount(group, minlength=rows * span)
    most = max(1, int(counts.max(initial=0)))
    _limit(rows * span * most * len(indices))
    rank = np.arange(len(group)) - (np.cumsum(counts) - counts)[group]
    places = np.ones((rows * span, most, len(indices)), dtype=np.int64)
    places[group, rank] = grid[len(outside) :, row, column].T
    outer = shape[: len(outside)]
    if isinstance(place, str):
        # The place may be one of the letters in the calculation: then only that one counts.
        outside.append(place)
        outer = (*outer, span)
    return Terms(tuple(outside), places.reshape(*outer, most, len(indices)), counts.reshape(outer))


def _limit(size: int) -> None:
    if size > MOST_PLACES:
        raise ModelError(
            f"a sum over the places of a calculated index has {size:,} of them; "
            f"at most {MOST_PLACES:,} are possible"
        )
