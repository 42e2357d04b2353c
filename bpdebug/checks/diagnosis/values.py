"""Values of expressions on whole arrays, in plain numpy: what a slip would give, no part of a run.

Nothing of this is part of a run, so it may take what is fast and need not keep the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Calculated, Derivative, Index, Reference, Symbol, index_letters
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Negation,
    Number,
    Power,
    Sum,
    SumWhere,
    Terms,
)
from bpdebug.numerics import FloatArray
from bpdebug.program.access import along
from bpdebug.program.positions import position
from bpdebug.program.program import Integers, Program
from bpdebug.program.shapes import Ranges

_FAST: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "max": np.maximum,
    "min": np.minimum,
}
"""What numpy has; the rest is taken from the table of functions."""

_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


@dataclass(frozen=True, slots=True)
class LastWhere(SumWhere):
    """Of the terms of a sum with a place the last alone: what assigning instead of adding leaves.

    It is no part of the notation.
    """


Known = dict[tuple[int, tuple[str, ...]], tuple[Expression, FloatArray]]
"""What is remembered of a memory: values by the object of an expression, which is kept as well."""


class Values:
    """The value of an expression over some letters, read from a memory.

    What was found for a memory that stays as it is is remembered by the object of the expression:
    slips of one statement share nearly all that they are made of.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._slots: dict[tuple[Symbol, tuple[str, ...], tuple[int, ...]], Integers] = {}

    def of(
        self,
        tree: Expression,
        letters: tuple[str, ...],
        ranges: Ranges,
        memory: FloatArray,
        known: Known | None = None,
    ) -> FloatArray:
        """One axis for each letter, of length 1 where the expression does not carry it.

        Raises KeyError for what the program does not have. `known` is what is remembered of a
        memory.
        """
        key = id(tree), letters
        if known is not None and key in known:
            return known[key][1]
        found = self._of(tree, letters, ranges, memory, known)
        if known is not None:
            known[key] = tree, found
        return found

    def _of(
        self,
        tree: Expression,
        letters: tuple[str, ...],
        ranges: Ranges,
        memory: FloatArray,
        known: Known | None,
    ) -> FloatArray:
        def inner(child: Expression) -> FloatArray:
            return self.of(child, letters, ranges, memory, known)

        match tree:
            case Number(value):
                return np.full((1,) * len(letters), value)
            case Reference() | Derivative():
                return self._read(tree, letters, ranges, memory)
            case Negation(operand):
                return np.negative(inner(operand))
            case Binary(operator, left, right):
                return np.asarray(_OPERATORS[operator](inner(left), inner(right)))
            case Power(base, exponent):
                factor = inner(base)
                return np.asarray(factor**exponent)
            case Call(function, arguments):
                given = np.broadcast_arrays(*map(inner, arguments))
                form = _FAST.get(function) or FUNCTIONS[function].array
                return np.asarray(form(*given))
            case Terms(terms):
                total = inner(terms[0])
                for term in terms[1:]:
                    total = total + inner(term)
                return np.asarray(total)
            case Sum(index, body):
                addends = self.of(body, (index, *letters), ranges, memory, known)
                total = addends.sum(axis=0)
                return np.asarray(total * (ranges[index] / len(addends)))
            case Greatest(index, body):
                several = self.of(body, (index, *letters), ranges, memory, known)
                return np.asarray(several.max(axis=0))
            case SumWhere(indices, at, place, body):
                axes = (*indices, *letters)
                addends = self.of(body, axes, ranges, memory, known)
                here = self._position(at, axes, ranges) == self._position(place, axes, ranges)
                if isinstance(tree, LastWhere):
                    return _last(addends, here, len(indices))
                return np.asarray(np.where(here, addends, 0.0).sum(axis=tuple(range(len(indices)))))
        raise KeyError(type(tree).__name__)

    def _read(
        self, symbol: Symbol, letters: tuple[str, ...], ranges: Ranges, memory: FloatArray
    ) -> FloatArray:
        key = symbol, letters, tuple(ranges[letter] for letter in letters)
        slots = self._slots.get(key)
        if slots is None:
            slots = self._slots[key] = self._places(symbol, letters, ranges)
        return memory[slots]

    def _position(self, index: Index, letters: tuple[str, ...], ranges: Ranges) -> Integers:
        at = {each: along(each, letters, ranges) for each in index_letters(index)}
        return np.asarray(position(index, at, self._program.names.whole_numbers))

    def _places(self, symbol: Symbol, letters: tuple[str, ...], ranges: Ranges) -> Integers:
        """The slots of a symbol; of an axis that is longer than its letter runs the first ones."""
        found = self._program.names.find(symbol)
        if not isinstance(found, tuple):
            raise KeyError(symbol.family)
        quantity, indices = found
        slots = np.full((1,) * len(letters), quantity.offset, dtype=np.int64)
        stride = 1
        for index, size in zip(reversed(indices), reversed(quantity.shape), strict=True):
            if isinstance(index, int):
                slots = slots + (index - 1) * stride
            elif isinstance(index, Calculated):
                places = self._position(index, letters, ranges)
                if places.min() < 1 or places.max() > size:
                    raise KeyError(symbol.family)
                slots = slots + (places - 1) * stride
            else:
                if ranges[index] > size:
                    raise KeyError(symbol.family)
                slots = slots + (along(index, letters, ranges) - 1) * stride
            stride *= size
        return slots


def _last(addends: FloatArray, here: NDArray[np.bool_], axes: int) -> FloatArray:
    """The last of the addends that are `here` along the first axes, the last running first."""
    addends, here = np.broadcast_arrays(addends, here)
    shape = (-1, *addends.shape[axes:])
    addends, here = addends.reshape(shape)[::-1], here.reshape(shape)[::-1]
    first = np.argmax(here, axis=0)[np.newaxis]
    found = np.take_along_axis(addends, first, axis=0)[0]
    return np.asarray(np.where(here.any(axis=0), found, 0.0))
