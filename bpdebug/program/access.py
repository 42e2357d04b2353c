"""Where the elements lie that a reference in an equation runs over."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np

from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.symbols import Symbol, index_letters
from bpdebug.program.positions import position
from bpdebug.program.program import Integers, Names, Statement
from bpdebug.program.shapes import Ranges


def gather(
    symbol: Symbol,
    axes: tuple[str, ...],
    ranges: Ranges,
    names: Names,
    bound: Mapping[str, Integers] = {},
    within: Mapping[str, slice] = {},
) -> Integers:
    """The slots of `symbol`, one axis for each letter of `axes`, of a letter in `within` only those
    places.

    An axis whose letter `symbol` does not carry has length 1, so the result broadcasts
    against those of other references over the same axes. `symbol` is not a leaf. `bound` has the
    1-based positions of letters that have no axis of their own, over the last of the axes.
    """
    found = names.find(symbol)
    assert isinstance(found, tuple)
    quantity, indices = found
    slots = np.zeros((1,) * len(axes), dtype=np.int64)
    stride = 1
    at = {
        letter: bound[letter] if letter in bound else along(letter, axes, ranges, within)
        for letter in dict.fromkeys(chain.from_iterable(map(index_letters, indices)))
    }
    for index, size in zip(reversed(indices), reversed(quantity.shape), strict=True):
        slots = slots + (position(index, at, names.whole_numbers) - 1) * stride
        stride *= size
    return slots + quantity.offset


def along(
    letter: str, axes: tuple[str, ...], ranges: Ranges, within: Mapping[str, slice] = {}
) -> Integers:
    """The 1-based positions of a letter on its axis; only some if it is `within` them."""
    behind = len(axes) - 1 - axes.index(letter)
    run = range(1, ranges[letter] + 1)[within.get(letter, slice(None))]
    return np.arange(run.start, run.stop, dtype=np.int64).reshape(-1, *[1] * behind)


def used_slots(symbol: Symbol, statement: Statement, names: Names) -> Integers:
    """The slots of `symbol` in `statement`: an axis for each of the statement's indices (of
    length 1 if `symbol` does not carry it), then one for each index of a sum that it carries.
    """
    summed = sorted(free_indices(symbol).difference(statement.indices))
    return gather(symbol, (*statement.indices, *summed), statement.ranges, names)
