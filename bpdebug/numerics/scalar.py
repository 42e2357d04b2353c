"""The functions of the equation language on Python floats.

Every function takes floats and gives a float, raises nothing, and gives the same bits as
its namesake in `array`. The names `abs`, `max`, `min` and `round` are meant to be read with
the module's name before them. NaN in gives NaN out.
"""

from __future__ import annotations

import math

from bpdebug.numerics import core
from bpdebug.numerics.tables import (
    EXP_HIGH,
    EXP_LOW,
    LOG_FIRST,
    LOG_HIGH,
    LOG_INVERSE,
    LOG_LOW,
)

_INFINITY = math.inf
_NAN = math.nan
_POWER_OFFSET = 540
_POWERS = tuple(math.ldexp(1.0, n) for n in range(-_POWER_OFFSET, _POWER_OFFSET + 1))


def exp(u: float) -> float:
    """e^u, infinite above 709.78, 0 below −745.13."""
    if not core.EXP_LEAST <= u <= core.EXP_GREATEST:
        if u != u:
            return _NAN
        return _INFINITY if u > 0.0 else 0.0
    k = core.exp_steps(u) - core.ROUNDER
    step = int(k)
    row = step & 63
    s, t = core.exp_pair(u, k, EXP_HIGH[row], EXP_LOW[row])
    # Two factors, because 2^power may lie outside the doubles where exp(u) does not. The
    # first product is exact, so a subnormal result is rounded to its grid once.
    power = step >> 6
    half = power >> 1
    return ((s + t) * _POWERS[half + _POWER_OFFSET]) * _POWERS[power - half + _POWER_OFFSET]


def log(u: float) -> float:
    """The natural logarithm; log(±0) = −inf, NaN below 0."""
    if not 0.0 < u < _INFINITY:
        if u == 0.0:
            return -_INFINITY
        return u if u > 0.0 else _NAN
    m, exponent = math.frexp(u)
    if m < core.LOG_LEAST:
        m += m
        exponent -= 1
    row = int((m * core.LOG_SPACING + core.ROUNDER) - core.ROUNDER) - LOG_FIRST
    return core.log_sum(float(exponent), m, LOG_INVERSE[row], LOG_HIGH[row], LOG_LOW[row])


def sqrt(u: float) -> float:
    """The square root, correctly rounded; sqrt(−0) = −0, NaN below 0."""
    return math.sqrt(u) if u >= 0.0 else _NAN


def sigmoid(u: float) -> float:
    """1/(1 + exp(−u)), in exactly these operations."""
    return 1.0 / (1.0 + exp(-u))


def tanh(u: float) -> float:
    """The hyperbolic tangent; tanh(−0) = −0."""
    size = -u if u < 0.0 else u
    if size < core.TANH_SMALL:
        return math.copysign(core.tanh_small(size), u)
    if not size <= core.TANH_GREATEST:
        return _NAN if u != u else math.copysign(1.0, u)
    x = -2.0 * size
    k = core.exp_steps(x) - core.ROUNDER
    step = int(k)
    row = step & 63
    s, t = core.exp_pair(x, k, EXP_HIGH[row], EXP_LOW[row])
    power = _POWERS[(step >> 6) + _POWER_OFFSET]
    return math.copysign(core.tanh_quotient(s * power, t * power), u)


def relu(u: float) -> float:
    """u if u > 0, else +0."""
    return 0.0 if u <= 0.0 else u


def abs(u: float) -> float:
    """u without its sign."""
    return math.fabs(u)


def max(u: float, v: float) -> float:
    """The greater of u and v; at a tie u; NaN if either is."""
    return u if u >= v or u != u else v


def min(u: float, v: float) -> float:
    """The lesser of u and v; at a tie u; NaN if either is."""
    return u if u <= v or u != u else v


def step(u: float) -> float:
    """1 if u > 0, else 0."""
    if u > 0.0:
        return 1.0
    return 0.0 if u <= 0.0 else _NAN


def sign(u: float) -> float:
    """1, 0 or −1; sign(±0) = +0."""
    if u > 0.0:
        return 1.0
    if u < 0.0:
        return -1.0
    return 0.0 if u == 0.0 else _NAN


def round(u: float, v: float) -> float:
    """u to the nearest multiple of 10^−d with d = v rounded down; NaN unless 0 ≤ v < 16.

    A tie, seen in the product u · 10^d as it is rounded to a double, goes to the even multiple.
    The result is the double nearest to that multiple; zero is +0, whatever the sign of u. Where
    |u · 10^d| ≥ 2^51 doubles are about half a multiple apart or more: there it is u itself.
    """
    if not 0.0 <= v < core.MOST_DECIMALS + 1:
        return _NAN
    scale = core.TENS[int(v)]
    scaled = u * scale
    return core.nearest(scaled, scale) if math.fabs(scaled) < core.ROUND_SMALL else u


def divide(u: float, v: float) -> float:
    """u/v as IEEE 754 has it: a number over ±0 is ±inf, 0/0 is NaN."""
    if v != 0.0:
        return u / v
    if u == 0.0 or u != u:
        return _NAN
    return math.copysign(_INFINITY, u) * math.copysign(1.0, v)


def remainder(u: float, v: float) -> float:
    """u − v·⌊u/v⌋, exact up to one rounding, with the sign of v; NaN for v = 0 or infinite u."""
    return u % v if v != 0.0 else _NAN
