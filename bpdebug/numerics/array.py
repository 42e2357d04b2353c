"""The functions of the equation language on float64 arrays.

Every function takes arrays of any shape (also 0-d and empty; two arguments broadcast) and
gives a new, C-contiguous float64 array whose elements have the bits that `scalar` gives for
them one by one. Nothing is raised and nothing warned about. NaN in gives NaN out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from bpdebug.numerics import FloatArray, IntArray, core, scalar, tables

_EXP_HIGH = np.array(tables.EXP_HIGH)
_EXP_LOW = np.array(tables.EXP_LOW)
_LOG_INVERSE = np.array(tables.LOG_INVERSE)
_LOG_HIGH = np.array(tables.LOG_HIGH)
_LOG_LOW = np.array(tables.LOG_LOW)
_TENS = np.array(core.TENS)

_FEW = 20
"""Up to this many elements a loop over floats is faster than the calls that arrays take."""

_BLOCK = 8192
"""Elements worked on at once: temporaries of 64 KiB stay in the cache and in the heap."""

_EXPONENT_BIAS = np.int64(1023)
_SIGNIFICAND_BITS = np.int64(52)
_ROUNDER_BITS = np.float64(core.ROUNDER).view(np.int64)
_LOG_LEAST_BITS = np.float64(core.LOG_LEAST).view(np.int64)
_LEAST_NORMAL = sys.float_info.min
_GREATEST = sys.float_info.max
_RAISE_POWER = 54.0
_RAISE = float(1 << 54)


def exp(u: FloatArray) -> FloatArray:
    """e^u, infinite above 709.78, 0 below −745.13."""
    return _by_blocks(_exp_block, scalar.exp, u)


def log(u: FloatArray) -> FloatArray:
    """The natural logarithm; log(±0) = −inf, NaN below 0."""
    return _by_blocks(_log_block, scalar.log, u)


def sigmoid(u: FloatArray) -> FloatArray:
    """1/(1 + exp(−u)), in exactly these operations."""
    return _by_blocks(_sigmoid_block, scalar.sigmoid, u)


def tanh(u: FloatArray) -> FloatArray:
    """The hyperbolic tangent; tanh(−0) = −0."""
    return _by_blocks(_tanh_block, scalar.tanh, u)


def sqrt(u: FloatArray) -> FloatArray:
    """The square root, correctly rounded; sqrt(−0) = −0, NaN below 0."""
    u = np.asarray(u, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.sqrt(u, out=np.empty(u.shape))


def relu(u: FloatArray) -> FloatArray:
    """u if u > 0, else +0."""
    u = np.asarray(u, dtype=np.float64)
    with np.errstate(all="ignore"):
        result = np.maximum(u, 0.0, out=np.empty(u.shape))
        result += 0.0  # Of −0 and 0, maximum may give either.
        return result


def abs(u: FloatArray) -> FloatArray:
    """u without its sign."""
    u = np.asarray(u, dtype=np.float64)
    return np.absolute(u, out=np.empty(u.shape))


def max(u: FloatArray, v: FloatArray) -> FloatArray:
    """The greater of u and v; at a tie u; NaN if either is."""
    u, v = np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.where((u >= v) | (u != u), u, v)


def min(u: FloatArray, v: FloatArray) -> FloatArray:
    """The lesser of u and v; at a tie u; NaN if either is."""
    u, v = np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.where((u <= v) | (u != u), u, v)


def step(u: FloatArray) -> FloatArray:
    """1 if u > 0, else 0."""
    signs = sign(u)
    with np.errstate(all="ignore"):
        return np.maximum(signs, 0.0, out=signs)


def sign(u: FloatArray) -> FloatArray:
    """1, 0 or −1; sign(±0) = +0."""
    u = np.asarray(u, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.sign(u, out=np.empty(u.shape))


def round(u: FloatArray, v: FloatArray) -> FloatArray:
    """u to the nearest multiple of 10^−d with d = v rounded down; NaN unless 0 ≤ v < 16.

    A tie, seen in the product u · 10^d as it is rounded to a double, goes to the even multiple.
    The result is the double nearest to that multiple; zero is +0, whatever the sign of u. Where
    |u · 10^d| ≥ 2^51 doubles are about half a multiple apart or more: there it is u itself.
    """
    u, v = np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)
    with np.errstate(all="ignore"):
        is_valid = (v >= 0.0) & (v < core.MOST_DECIMALS + 1)
        scale = _TENS.take(np.where(is_valid, v, 0.0).astype(np.int64))
        scaled = u * scale
        is_small = np.absolute(scaled) < core.ROUND_SMALL
        return np.where(is_valid, np.where(is_small, core.nearest(scaled, scale), u), np.nan)


def divide(u: FloatArray, v: FloatArray) -> FloatArray:
    """u/v as IEEE 754 has it: a number over ±0 is ±inf, 0/0 is NaN."""
    u, v = np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.asarray(u / v)


def quietly(body: Callable[..., FloatArray], u: FloatArray) -> FloatArray:
    """`body` of this module and of u, without warnings."""
    with np.errstate(all="ignore"):
        return np.asarray(body(sys.modules[__name__], np.asarray(u, dtype=np.float64)))


def _by_blocks(
    kernel: Callable[[FloatArray], FloatArray],
    one: Callable[[float], float],
    u: FloatArray,
) -> FloatArray:
    """`kernel` over contiguous stretches of u, or `one` over its elements if they are few."""
    u = np.asarray(u, dtype=np.float64)
    if u.size <= _FEW:
        few = np.array([one(value) for value in u.ravel().tolist()], dtype=np.float64)
        return few.reshape(u.shape)
    flat = u.reshape(-1)
    with np.errstate(all="ignore"):
        if flat.size <= _BLOCK:
            return kernel(flat).reshape(u.shape)
        result = np.empty(flat.size)
        for start in range(0, flat.size, _BLOCK):
            stop = start + _BLOCK
            result[start:stop] = kernel(flat[start:stop])
    return result.reshape(u.shape)


def _exp_block(x: FloatArray) -> FloatArray:
    least, greatest = x.min(), x.max()
    ordinary = least > -708.0 and greatest < 709.0
    if not ordinary:
        x = np.minimum(np.maximum(x, core.EXP_LEAST), core.EXP_GREATEST)
    s, t, steps = _exp_pair(x)
    y = s + t
    power = steps >> 6
    if ordinary:
        # One factor: both products of the scalar form are exact here.
        return y * _power_of_two(power)
    half = power >> 1
    return (y * _power_of_two(half)) * _power_of_two(power - half)


def _exp_pair(x: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """exp(x) without its power of two, and the steps of ln 2 / 64 that were taken off.

    A NaN in x gives NaN and a meaningless number of steps.
    """
    shifted = core.exp_steps(x)
    steps = shifted.view(np.int64) - _ROUNDER_BITS
    row = steps & 63
    s, t = core.exp_pair(x, shifted - core.ROUNDER, _EXP_HIGH.take(row), _EXP_LOW.take(row))
    return s, t, steps


def _power_of_two(n: IntArray) -> FloatArray:
    """2^n for −1022 ≤ n ≤ 1023, made of its bits."""
    return ((n + _EXPONENT_BIAS) << _SIGNIFICAND_BITS).view(np.float64)


def _log_block(x: FloatArray) -> FloatArray:
    if x.min() >= _LEAST_NORMAL and x.max() <= _GREATEST:
        return _log_positive(x, 0.0)
    special = ~((x > 0.0) & (x <= _GREATEST))
    subnormal = (x < _LEAST_NORMAL) & ~special
    scaled = np.where(subnormal, x * _RAISE, np.where(special, 1.0, x))
    y = _log_positive(scaled, np.where(subnormal, _RAISE_POWER, 0.0))
    y[special] = np.where(x == 0.0, -np.inf, np.where(x > 0.0, x, np.nan))[special]
    return y


def _log_positive(x: FloatArray, power: FloatArray | float) -> FloatArray:
    """log(x / 2^power) for normal x > 0."""
    bits = np.ascontiguousarray(x).view(np.int64)
    exponent = (bits - _LOG_LEAST_BITS) >> _SIGNIFICAND_BITS
    m = (bits - (exponent << _SIGNIFICAND_BITS)).view(np.float64)
    row = (m * core.LOG_SPACING + core.ROUNDER).view(np.int64) - _ROUNDER_BITS
    row -= tables.LOG_FIRST
    return core.log_sum(
        exponent.astype(np.float64) - power,
        m,
        _LOG_INVERSE.take(row),
        _LOG_HIGH.take(row),
        _LOG_LOW.take(row),
    )


def _sigmoid_block(x: FloatArray) -> FloatArray:
    return 1.0 / (1.0 + _exp_block(-x))


def _tanh_block(x: FloatArray) -> FloatArray:
    size = np.absolute(x)
    small = size < core.TANH_SMALL
    if small.all():
        return np.copysign(core.tanh_small(size), x)
    size = np.minimum(size, core.TANH_GREATEST)
    s, t, steps = _exp_pair(-2.0 * size)
    power = _power_of_two(steps >> 6)
    y = core.tanh_quotient(s * power, t * power)
    if small.any():
        y = np.where(small, core.tanh_small(size), y)
    return np.copysign(y, x)
