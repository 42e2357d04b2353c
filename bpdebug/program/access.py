"""Where the elements lie that a reference in an equation runs over."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.tree import Symbol
from bpdebug.program.program import Integers, Names, Statement
from bpdebug.program.shapes import Ranges


_WHOLE: Mapping[str, slice] = {}


def gather(
    symbol: Symbol,
    axes: tuple[str, ...],
    ranges: Ranges,
    names: Names,
    within: Mapping[str, slice] = _WHOLE,
) -> Integers:
    """The slots of `symbol`, one axis for each letter of `axes`, of a letter in `within` only those
    places.

    An axis whose letter `symbol` does not carry has length 1, so the result broadcasts
    against those of other references over the same axes. `symbol` is not a leaf.
    """
    found = names.find(symbol)
    assert isinstance(found, tuple)
    quantity, indices = found
    runs = {letter: range(ranges[letter])[within.get(letter, slice(None))] for letter in axes}
    shape = [len(runs[letter]) if letter in indices else 1 for letter in axes]
    slots = np.zeros(shape, dtype=np.int64)
    stride = 1
    for index, size in zip(reversed(indices), reversed(quantity.shape), strict=True):
        if isinstance(index, int):
            slots += (index - 1) * stride
        else:
            axis = axes.index(index)
            run = runs[index]
            along = np.arange(run.start, run.stop, dtype=np.int64).reshape(
                [len(run) if number == axis else 1 for number in range(len(axes))]
            )
            slots += along * stride
        stride *= size
    return slots + quantity.offset


def used_slots(symbol: Symbol, statement: Statement, names: Names) -> Integers:
    """The slots of `symbol` in `statement`: an axis for each of the statement's indices (of
    length 1 if `symbol` does not carry it), then one for each index of a sum that it carries.
    """
    summed = sorted(free_indices(symbol).difference(statement.indices))
    return gather(symbol, (*statement.indices, *summed), statement.ranges, names)
