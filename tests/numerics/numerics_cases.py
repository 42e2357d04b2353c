"""Arguments that the tests of the numerics share, and comparison of bits."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from bpdebug.numerics import FloatArray

ONE_ARGUMENT = ("exp", "log", "sqrt", "sigmoid", "tanh", "relu", "abs", "step", "sign")
TWO_ARGUMENTS = ("max", "min", "round", "divide")

SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    math.inf,
    -math.inf,
    math.nan,
    -math.nan,
    5e-324,
    -5e-324,
    2.225073858507201e-308,
    2.2250738585072014e-308,
    -2.2250738585072014e-308,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    709.782712893384,
    709.7827128933841,
    710.0,
    710.0000000000001,
    -708.0,
    -708.3964185322641,
    -745.1332191019411,
    -745.1332191019412,
    -746.0,
    -746.0000000000001,
    0.03125,
    0.031249999999999997,
    20.0,
    20.000000000000004,
    0.703125,
    0.7031249999999999,
    1.40625,
    1.4062499999999998,
)


def same_bits(left: FloatArray, right: FloatArray) -> bool:
    """Whether both have one shape and the same doubles; every NaN equals every other."""
    if left.shape != right.shape or left.dtype != right.dtype:
        return False
    numbers = np.isnan(left) == np.isnan(right)
    bits = left.view(np.int64) == right.view(np.int64)
    return bool((numbers & (bits | np.isnan(left))).all())


def arguments(seed: int, count: int) -> FloatArray:
    """About 4 `count` doubles of every kind: of any exponent, ordinary, around 1, special."""
    rng = np.random.default_rng(seed)
    any_bits = rng.integers(0, (1 << 64) - 1, count, dtype=np.uint64).view(np.float64)
    subnormal = rng.integers(1, 1 << 52, count // 8).view(np.float64)
    signs = rng.choice([-1.0, 1.0], count)
    return np.concatenate(
        (
            any_bits,
            subnormal,
            rng.normal(size=count) * 5.0,
            rng.uniform(-760.0, 760.0, count),
            signs * np.exp2(rng.uniform(-40.0, 4.0, count)),
            1.0 + signs * np.exp2(rng.uniform(-53.0, -1.0, count)),
            SPECIAL,
        )
    )


def neighbours(center: float, count: int) -> list[float]:
    """The `count` doubles on either side of `center`, and itself, in order."""
    below, above = [center], [center]
    for _ in range(count):
        below.append(math.nextafter(below[-1], -math.inf))
        above.append(math.nextafter(above[-1], math.inf))
    values = [*reversed(below), *above[1:]]
    assert all(a < b for a, b in pairwise(values))
    return values
