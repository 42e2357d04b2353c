"""The bodies of exp, log, tanh and round, written once for floats and for arrays.

They use only + − × ÷, so Python floats and float64 arrays give the same bits. What differs
between the two forms (table look-ups, special values, scaling by powers of two) is in
`scalar` and `array`. Every array argument is left as it was; a body's own temporaries are
updated with `+=` and its kin, which saves arrays their allocation and means nothing else
for floats.
"""

from __future__ import annotations

from typing import TypeVar

from bpdebug.numerics import FloatArray
from bpdebug.numerics.tables import (
    LN2_HIGH,
    LN2_LOW,
    LN2_STEP_HIGH,
    LN2_STEP_LOW,
    LOG_FIRST,
    STEPS_PER_LN2,
)

Real = TypeVar("Real", float, FloatArray)

ROUNDER = 1.5 * (1 << 52)
"""Adding it rounds a double of magnitude below 2^51 to the nearest integer, ties to even."""

ROUND_SMALL = float(1 << 51)
"""From here on doubles are half a unit apart or more, and are not rounded any further."""

MOST_DECIMALS = 15
"""The most decimals that a number is rounded to."""

TENS = tuple(float(f"1e{decimals}") for decimals in range(MOST_DECIMALS + 1))
"""10^d for d decimals, exactly."""

EXP_LEAST, EXP_GREATEST = -746.0, 710.0
"""Below the one exp is 0, above the other it is infinite."""

LOG_SPACING = 128.0
"""Rows of the table of log between 1 and 2."""

LOG_LEAST = LOG_FIRST / LOG_SPACING
"""log takes a significand in [LOG_LEAST, 2 · LOG_LEAST): 1 is inside, not at an end."""

TANH_SMALL = 1 / 32
"""Below it, tanh is its odd polynomial; from it on, a quotient of exponentials."""

TANH_GREATEST = 20.0
"""Above it tanh is ±1: 1 − tanh(20) is below 2^-56."""

_SPLIT_AT_33 = 1.5 * (1 << 19)
"""Adding and subtracting it rounds a small double to a multiple of 2^-33."""

_SPLIT_AT_26 = 1.5 * (1 << 26)
"""Adding and subtracting it rounds a small double to a multiple of 2^-26."""

_SPLITTER = 1.0 + (1 << 27)
"""Veltkamp's constant, which halves a significand of 53 bits into 26 and 26."""

# Taylor coefficients, the highest first.
_EXP_TAIL = (1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2)
_EXP_TAIL_FIRST = 1 / 5040
_LOG_TAIL = (-1 / 8, 1 / 7, -1 / 6, 1 / 5, -1 / 4, 1 / 3)
_LOG_TAIL_FIRST = 1 / 9
_TANH_TAIL = (-1382 / 155925, 62 / 2835, -17 / 315, 2 / 15, -1 / 3)
_TANH_TAIL_FIRST = 21844 / 6081075


def exp_steps(x: Real) -> Real:
    """ROUNDER + k, where k is the integer nearest to 64 x / ln 2."""
    steps = x * STEPS_PER_LN2
    steps += ROUNDER
    return steps


def exp_pair(x: Real, k: Real, high: Real, low: Real) -> tuple[Real, Real]:
    """exp(x) / 2^m as an unrounded sum s + t, |t| < 2^-15 |s|, where k = 64 m + j.

    `high` and `low` are row j of the table, together 2^(j/64). With x = k ln 2 / 64 + r,
    exp(x) / 2^m = 2^(j/64) (1 + r + r^2/2 + …). P. T. P. Tang, "Table-driven implementation
    of the exponential function in IEEE floating-point arithmetic", 1989; here r is a sum of
    two doubles, too, and the leading product is exact.
    """
    rest = x - k * LN2_STEP_HIGH  # Exact: W. J. Cody and W. Waite, 1980.
    lead = rest + _SPLIT_AT_33
    lead -= _SPLIT_AT_33
    rest -= lead
    rest -= k * LN2_STEP_LOW
    r = lead + rest
    tail = r * _EXP_TAIL_FIRST
    for coefficient in _EXP_TAIL:
        tail += coefficient
        tail *= r
    tail *= r
    rest += tail
    rest *= high + low
    product = high * lead  # Exact: 26 bits by 26 bits.
    lead *= low
    rest += lead
    rest += low
    s = high + product
    product -= s - high  # Now the rounding error of s: T. J. Dekker, 1971.
    product += rest
    return s, product


def log_sum(exponent: Real, m: Real, inverse: Real, high: Real, low: Real) -> Real:
    """log(2^exponent · m), for m in [LOG_LEAST, 2 · LOG_LEAST).

    `inverse`, `high`, `low` are the table row nearest to m: c and −log(c). With r = m c − 1,
    the result is exponent · ln 2 − log(c) + r − r^2/2 + r^3/3 − …. P. T. P. Tang,
    "Table-driven implementation of the logarithm function in IEEE floating-point
    arithmetic", 1990; here r is a sum of two doubles and the square of its leading half is
    exact. At x near 1 both exponent and log(c) are 0 and the result is relatively accurate.
    """
    a = m + _SPLIT_AT_26
    a -= _SPLIT_AT_26
    b = m - a
    a *= inverse
    a -= 1.0
    b *= inverse  # m c − 1 is a + b, exactly.
    r = a + b
    a -= r
    a += b
    lead = r * _SPLITTER
    lead -= lead - r
    rest = r - lead
    rest += a
    base = exponent * LN2_HIGH
    base += high  # Exact: multiples of 2^-42 below 2^10.
    s = base + lead
    base -= s
    base += lead
    half_square = lead * lead
    half_square *= 0.5  # Exact: lead has 26 bits.
    result = s - half_square
    s -= result
    s -= half_square
    base += s  # The rounding errors of both sums: T. J. Dekker, 1971.
    tail = r * _LOG_TAIL_FIRST
    for coefficient in _LOG_TAIL:
        tail += coefficient
        tail *= r
    tail *= r
    tail *= r
    correction = rest * 0.5  # r^2/2 less half_square, over rest.
    correction += lead
    correction *= rest
    tail -= correction
    small = exponent * LN2_LOW
    small += low
    small += tail
    small += rest
    small += base
    result += small
    return result


def tanh_small(x: Real) -> Real:
    """tanh(x) for 0 ≤ x < TANH_SMALL: its Taylor polynomial of degree 13."""
    square = x * x
    tail = square * _TANH_TAIL_FIRST
    for coefficient in _TANH_TAIL:
        tail += coefficient
        tail *= square
    tail *= x
    tail += x
    return tail


def tanh_quotient(s: Real, t: Real) -> Real:
    """tanh(x) = (1 − y) / (1 + y), where y = exp(−2x) = s + t, for x ≥ TANH_SMALL.

    Numerator and denominator are sums of two doubles; the quotient's remainder is found
    with an exact product and divided again (T. J. Dekker, 1971).
    """
    y = s + t
    y_rest = s - y
    y_rest += t
    above = 1.0 - y
    above_rest = 1.0 - above
    above_rest -= y
    above_rest -= y_rest
    below = 1.0 + y
    below_rest = 1.0 - below
    below_rest += y
    below_rest += y_rest
    quotient = above / below
    product, error = two_product(quotient, below)
    above -= product
    above -= error
    below_rest *= quotient
    above_rest -= below_rest
    above += above_rest
    above /= below
    quotient += above
    return quotient


def two_product(a: Real, b: Real) -> tuple[Real, Real]:
    """a b as product and rounding error (T. J. Dekker, 1971; split by G. W. Veltkamp, 1968).

    Their sum is exactly a b where neither overflows nor loses bits to underflow, that is
    for operands between 2^-480 and 2^480, or 0.
    """
    a_lead = a * _SPLITTER
    a_lead -= a_lead - a
    a_rest = a - a_lead
    b_lead = b * _SPLITTER
    b_lead -= b_lead - b
    b_rest = b - b_lead
    product = a * b
    error = a_lead * b_lead
    error -= product
    a_lead *= b_rest
    error += a_lead
    b_lead *= a_rest
    error += b_lead
    a_rest *= b_rest
    error += a_rest
    return product, error


def nearest(scaled: Real, scale: Real) -> Real:
    """The nearest whole number to `scaled`, |scaled| < ROUND_SMALL, divided by `scale`.

    A tie goes to the even whole number, and 0 is +0.
    """
    return ((scaled + ROUNDER) - ROUNDER) / scale
