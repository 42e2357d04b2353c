"""Values of whole arrays: what conditions compute of all elements of quantities.

Element by element this is the arithmetic of single numbers, with the same bits; sums go row by row
from the first element to the last.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Logic,
    Negation,
    Not,
    Number,
    Power,
)
from bpdebug.numerics import scalar
from bpdebug.numerics.sums import sum_first_axis

Array = Any
"""An array of float64 or of truth values, or one such value for all elements."""

_BINARY: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.remainder,
}

_COMPARE: Mapping[str, Callable[[Array, Array], Array]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

_TESTS: Mapping[str, Callable[[Array], Array]] = {"isnan": np.isnan, "isfinite": np.isfinite}


def elementwise(tree: Expression, read: Callable[[Symbol], Array]) -> Array:
    """The value of an expression for every element; `read` gives arrays of one shape, or numbers.

    `tree` may be a comparison or what joins several.
    """
    with np.errstate(all="ignore"):
        return _value(tree, read)


def _value(tree: Expression, read: Callable[[Symbol], Array]) -> Array:
    match tree:
        case Number(value):
            return value
        case Reference() | Derivative():
            return read(tree)
        case Negation(operand):
            return np.negative(_value(operand, read))
        case Binary(sign, left, right):
            return _BINARY[sign](_value(left, read), _value(right, read))
        case Power(base, exponent):
            return reduce(np.multiply, [_value(base, read)] * exponent)
        case Call(function, arguments):
            form = _TESTS.get(function) or FUNCTIONS[function].array
            return form(*(_value(argument, read) for argument in arguments))
        case Comparison(operands, operators):
            values = [_value(operand, read) for operand in operands]
            pairs = zip(operators, pairwise(values), strict=True)
            return reduce(np.logical_and, [_COMPARE[sign](a, b) for sign, (a, b) in pairs])
        case Logic(sign, operands):
            join = np.logical_and if sign == "and" else np.logical_or
            return reduce(join, [_value(operand, read) for operand in operands])
        case Not(operand):
            return np.logical_not(_value(operand, read))
        case _:
            raise TypeError(f"not of elements: {tree}")


def _sum(array: Array) -> float:
    return float(sum_first_axis(np.ravel(array)))


def _norm(array: Array) -> float:
    with np.errstate(all="ignore"):
        return scalar.sqrt(_sum(np.multiply(array, array)))


REDUCE: Mapping[str, Callable[[Array], float]] = {
    "max": lambda array: float(np.max(array)),
    "min": lambda array: float(np.min(array)),
    "sum": _sum,
    "mean": lambda array: _sum(array) / np.size(array),
    "norm": _norm,
    "any": lambda array: float(np.any(array)),
    "all": lambda array: float(np.all(array)),
}
"""What makes one number of all elements; 1 or 0 of truth values. NaN if an element is NaN."""
