"""A check, in about a millisecond, that this machine keeps the promises of the profile.

Compilers, libraries loaded into the process and unusual processors can round to extended
precision, fuse a product into a sum, or flush subnormals to zero. Each of them changes
results silently; here each is tried in the scalar and in the array form.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.numerics import FloatArray, array, scalar
from bpdebug.numerics.digest import digest, ulps
from bpdebug.numerics.sums import sum_first_axis

_WIDTH = 9
"""Elements in an array that tries one operation: vector lanes and a remainder."""

_Operation = Callable[[Any, Any], Any]

_HEX = float.fromhex

# What is tried, the operation, its operands, and its result.
_OPERATIONS: tuple[tuple[str, _Operation, str, str, str], ...] = (
    ("rounding a tie to even, down", operator.add, "0x1p0", "0x1p-53", "0x1p0"),
    ("rounding a tie to even, up", operator.add, "0x1p0", "0x1.8p-52", "0x1.0000000000002p0"),
    ("rounding only once", operator.add, "0x1p0", "0x1.001p-53", "0x1.0000000000001p0"),
    ("rounding a difference", operator.sub, "0x1p0", "0x1.8p-54", "0x1.fffffffffffffp-1"),
    ("rounding a product", operator.mul, "0x1.999999999999ap-4", "0x1.8p1", "0x1.3333333333334p-2"),
    ("rounding a quotient", operator.truediv, "0x1p0", "0x1.8p1", "0x1.5555555555555p-2"),
    ("a subnormal product", operator.mul, "0x1p-1022", "0x1.8p-2", "0x0.6p-1022"),
    ("a subnormal difference", operator.sub, "0x1.4p-1022", "0x1p-1022", "0x0.4p-1022"),
    ("a subnormal operand", operator.mul, "0x0.4p-1022", "0x1p3", "0x1p-1021"),
)

_FUSING = ("0x1.00000004p0", "0x1.00000008p0")
"""a and a^2 rounded: a a − a^2 is 0 if the product is rounded, 2^-60 if it is fused."""

# Arguments and values, checked against 300-bit arithmetic by the tests.
_GOLDEN: dict[str, tuple[tuple[str, str], ...]] = {
    "exp": (
        ("0x1.0000000000000p-1", "0x1.a61298e1e069cp+0"),
        ("-0x1.0000000000000p+0", "0x1.78b56362cef38p-2"),
        ("0x1.12e0be826d695p-30", "0x1.000000044b830p+0"),
        ("0x1.62e429e0a41a2p-1", "0x1.fffff9f100846p+0"),
        ("-0x1.25e4f765fd8aep+5", "0x1.0000098ebec5ep-53"),
        ("0x1.5e20000000000p+9", "0x1.2fd8e4cbfa413p+1010"),
        ("-0x1.621999999999ap+9", "0x1.378faeaa24275p-1022"),
        ("-0x1.7400000000000p+9", "0x0.0000000000002p-1022"),
    ),
    "log": (
        ("0x1.0000000000000p-1", "-0x1.62e42fefa39efp-1"),
        ("0x1.8000000000000p+1", "0x1.193ea7aad030bp+0"),
        ("0x1.000010c6f7a0bp+0", "0x1.0c6f713f33a1dp-20"),
        ("0x1.fff2e48e8a71ep-1", "-0x1.a3738d2cf1cc2p-14"),
        ("0x0.012688b70e62bp-1022", "-0x1.64e69394d9508p+9"),
        ("0x1.e42d130773b76p+1023", "0x1.62dd08fdc6f88p+9"),
        ("0x1.a36e2eb1c432dp-14", "-0x1.26bb1bbb55515p+3"),
        ("0x1.6800000000000p+0", "0x1.5d1bdbf5809cap-2"),
    ),
    "tanh": (
        ("0x1.12e0be826d695p-30", "0x1.12e0be826d695p-30"),
        ("0x1.47ae147ae147bp-6", "0x1.47a2e5a063f19p-6"),
        ("0x1.0000000000000p-5", "0x1.ffd559992b1dep-6"),
        ("0x1.999999999999ap-4", "0x1.983d7795f413ap-4"),
        ("0x1.193dd97f62b6bp-1", "0x1.fffecabe9d855p-2"),
        ("-0x1.8000000000000p+0", "-0x1.cf6f9786df577p-1"),
        ("0x1.2000000000000p+3", "0x1.fffffefa59d78p-1"),
        ("0x1.3000000000000p+4", "0x1.fffffffffffffp-1"),
    ),
    "sigmoid": (
        ("0x1.0000000000000p-1", "0x1.3eb2fd4d34391p-1"),
        ("-0x1.0000000000000p-1", "0x1.829a0565978dep-2"),
        ("0x1.fd70a3d70a3d7p+1", "0x1.f69bc2b8ad9d3p-1"),
        ("0x1.4000000000000p+2", "0x1.fc92c130538e2p-1"),
        ("-0x1.2000000000000p+5", "0x1.0b6c3afdde063p-52"),
        ("-0x1.5e00000000000p+9", "0x1.14f2b0fb9307fp-1010"),
        ("0x1.4000000000000p+5", "0x1.0000000000000p+0"),
    ),
}

_GOLDEN_DIGESTS = {
    "exp": "1c11bca1b55aaacf45bd9f4bb679fb7f",
    "log": "c02bf2aa19c048643572e833f2d6d7e6",
    "tanh": "b2d78446e56bcbeebc20ab70eeef2024",
    "sigmoid": "80919f3a031322535e40a44d6159e6c6",
}
"""Digests of each function over `_grid()`."""

_TERMS, _SUM_ONE, _SUM_LAST = 300, "0x1.92172a3e69658p+2", "0x1.0c0f717ef0ee4p+1"
"""How many terms are summed, the sum of one column and that of the last of three."""


def self_test() -> list[str]:
    """One plain sentence for each promise that does not hold here; empty if all do."""
    with np.errstate(all="ignore"):
        return [*_operations(), *_functions(), *_sums()]


def _operations() -> list[str]:
    found = []
    for name, operation, left, right, expected in _OPERATIONS:
        a, b, value = _HEX(left), _HEX(right), _HEX(expected)
        found += _compare(name, operation(a, b), value)
        found += _compare(
            f"{name}, in arrays", operation(np.full(_WIDTH, a), np.full(_WIDTH, b)), value
        )
    a, square = (_HEX(text) for text in _FUSING)
    found += _compare("rounding a product before a difference", a * a - square, 0.0)
    row = np.full(_WIDTH, a)
    found += _compare("rounding a product before a difference, in arrays", row * row - square, 0.0)
    return found


def _functions() -> list[str]:
    found = []
    for name, rows in _GOLDEN.items():
        one: Callable[[float], float] = getattr(scalar, name)
        many: Callable[[FloatArray], FloatArray] = getattr(array, name)
        for argument, expected in rows:
            found += _compare(f"{name}({argument})", one(_HEX(argument)), _HEX(expected))
        grid = _grid()
        if digest(many(grid)) != _GOLDEN_DIGESTS[name]:
            found.append(f"{name} of an array gives other bits than it should.")
        if digest(np.array([one(value) for value in grid.tolist()])) != _GOLDEN_DIGESTS[name]:
            found.append(f"{name} of single numbers gives other bits than it should.")
    return found


def _grid() -> FloatArray:
    """97 arguments from 2^-30 to 700, exact on every machine."""
    index = np.arange(1.0, 49.0)
    return np.concatenate((index * 0.15625 / (1 << 22), index * 14.578125, [1.0]))


def _sums() -> list[str]:
    terms = 1.0 / np.arange(1.0, _TERMS * 3 + 1.0)
    found = _compare("an ordered sum of one column", sum_first_axis(terms[:_TERMS]), _HEX(_SUM_ONE))
    found += _compare(
        "an ordered sum of three columns",
        sum_first_axis(terms.reshape(_TERMS, 3))[2],
        _HEX(_SUM_LAST),
    )
    return found


def _compare(name: str, got: float | FloatArray, expected: float) -> list[str]:
    for value in np.atleast_1d(got).tolist():
        if ulps(value, expected) != 0:
            return [f"{name[0].upper()}{name[1:]} gives {value!r}, not {expected!r}."]
    return []
