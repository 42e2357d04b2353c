"""Evaluating expression trees in any arithmetic: the profile's floats, complex, mpmath.

Nothing of the engine is used but the trees themselves, so what it computes can be held
against this.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import mpmath

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Calculated, Derivative, Index, Reference, Symbol
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
from bpdebug.numerics import scalar

Key = tuple[tuple[str, tuple[int, ...]], ...]
"""An element: its name and its positions; for a derivative two of them, of and by."""

STEP = 1e-200
"""The step of a complex-step derivative: its square is 0 in float64."""


@dataclass(frozen=True)
class Arithmetic:
    """Numbers of some kind: from a double to one, the functions and the division on them."""

    number: Callable[[float], Any]
    functions: Mapping[str, Callable[..., Any]]
    divide: Callable[[Any, Any], Any] = lambda a, b: a / b


PROFILE = Arithmetic(
    float, {name: function.scalar for name, function in FUNCTIONS.items()}, scalar.divide
)


def _analytic(number: Callable[[float], Any], library: Any) -> Arithmetic:
    """Complex numbers, where what has a kink goes by the real part."""
    zero, half, hundredth = number(0.0), number(0.5), number(0.01)
    factor, cubic = number(0.7978845608028654), number(0.044715)
    return Arithmetic(
        number,
        {
            "exp": library.exp,
            "log": library.log,
            "sqrt": library.sqrt,
            "sigmoid": lambda z: 1 / (1 + library.exp(-z)),
            "tanh": library.tanh,
            "sin": library.sin,
            "cos": library.cos,
            "erf": getattr(library, "erf", _erf),
            "relu": lambda z: z if z.real > 0 else zero,
            "abs": lambda z: z if z.real > 0 else -z if z.real < 0 else zero,
            "max": lambda a, b: a if a.real >= b.real else b,
            "min": lambda a, b: a if a.real <= b.real else b,
            "leaky_relu": lambda z: z if z.real > 0 else hundredth * z,
            "elu": lambda z: z if z.real > 0 else library.exp(z) - 1,
            "softplus": lambda z: library.log(1 + library.exp(z)),
            "silu": lambda z: z / (1 + library.exp(-z)),
            "gelu": lambda z: half * z * (1 + library.tanh(factor * (z + cubic * z * z * z))),
            "huber": lambda z: (
                half * z * z if abs(z.real) <= 1 else (z if z.real > 0 else -z) - half
            ),
            "step": lambda z: number(1.0 if z.real > 0 else 0.0),
            "sign": lambda z: number(float((z.real > 0) - (z.real < 0))),
            "round": lambda a, b: number(_rounded(float(a.real), float(b.real))),
        },
    )


def _erf(z: complex) -> complex:
    slope = 2 / math.sqrt(math.pi) * math.exp(-z.real * z.real)
    return complex(math.erf(z.real), slope * z.imag)


def _rounded(u: float, v: float) -> float:
    if not 0 <= v < 16:
        return math.nan
    scaled = u * 10 ** int(v)
    return round(scaled) / 10 ** int(v) if abs(scaled) < 2**51 else u


COMPLEX = _analytic(complex, cmath)
PRECISE = _analytic(mpmath.mpc, mpmath)


def key(symbol: Symbol, at: Mapping[str, int], read: Callable[[Key], Any] | None = None) -> Key:
    """The element that `symbol` means where its index letters are as `at` says; `read` looks up."""
    parts = (symbol,) if isinstance(symbol, Reference) else (symbol.of, symbol.by)
    return tuple(
        (part.name, tuple(position_of(i, at, read) for i in part.indices)) for part in parts
    )


def position_of(
    index: Index, at: Mapping[str, int], read: Callable[[Key], Any] | None = None
) -> int:
    """The position that an index comes to."""
    if not isinstance(index, Calculated):
        return index if isinstance(index, int) else at[index]
    found = index.constant
    for factor, what in index.terms:
        if isinstance(what, str):
            found += factor * at[what]
        else:
            assert read is not None
            found += factor * int(read(key(what, at)).real)
    return found


def value(
    tree: Expression,
    read: Callable[[Key], Any],
    ranges: Mapping[str, int],
    arithmetic: Arithmetic = PROFILE,
    at: Mapping[str, int] | None = None,
) -> Any:
    """The value of `tree`, every operation in the order in which it is written."""
    at = at or {}

    def inner(child: Expression) -> Any:
        return value(child, read, ranges, arithmetic, at)

    match tree:
        case Number(constant):
            return arithmetic.number(constant)
        case Reference() | Derivative():
            return read(key(tree, at, read))
        case Negation(operand):
            return -inner(operand)
        case Binary("+", left, right):
            return inner(left) + inner(right)
        case Binary("-", left, right):
            return inner(left) - inner(right)
        case Binary("*", left, right):
            return inner(left) * inner(right)
        case Binary("/", left, right):
            return arithmetic.divide(inner(left), inner(right))
        case Power(base, exponent):
            return _chained([inner(base)] * exponent, lambda a, b: a * b)
        case Call(function, arguments):
            return arithmetic.functions[function](*map(inner, arguments))
        case Terms(terms):
            return _chained(map(inner, terms), lambda a, b: a + b)
        case Sum(index, body):
            places = range(1, ranges[index] + 1)
            each = [value(body, read, ranges, arithmetic, {**at, index: p}) for p in places]
            return _chained(each, lambda a, b: a + b)
        case SumWhere(indices, position, wanted, body):
            every = product(*(range(1, ranges[index] + 1) for index in indices))
            inside = [{**at, **dict(zip(indices, places, strict=True))} for places in every]
            those = [a for a in inside if position_of(position, a, read) == position_of(wanted, at)]
            each = [value(body, read, ranges, arithmetic, a) for a in those]
            return _chained(each, lambda a, b: a + b) if each else arithmetic.number(0.0)
        case Greatest(index, body):
            places = range(1, ranges[index] + 1)
            each = [value(body, read, ranges, arithmetic, {**at, index: p}) for p in places]
            top = _chained(each, arithmetic.functions["max"])
            if isinstance(top, float):
                return top
            # Of several that are equal all count.
            equal = [number.imag for number in each if number.real == top.real]
            return top.real + 1j * _chained(equal, lambda a, b: a + b)
    raise TypeError(tree)


def _chained(values: Iterable[Any], join: Callable[[Any, Any], Any]) -> Any:
    first, *rest = values
    for each in rest:
        first = join(first, each)
    return first
