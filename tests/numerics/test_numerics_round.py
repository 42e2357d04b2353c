"""`round(u, v)` gives the double that the text with this many decimals means."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerics_cases import neighbours, same_bits

from bpdebug.numerics import FloatArray, array, scalar

INF, NAN = math.inf, math.nan
DECIMALS = range(16)
LIMIT = 2.0**51

decimals = st.integers(0, 15)
doubles = st.one_of(st.floats(-100, 100), st.floats(-1e9, 1e9), st.floats(allow_nan=False))


def near_ties(decimals: int) -> FloatArray:
    """Ties of round(u, decimals), and doubles beside them, of both signs and many sizes."""
    halves = np.arange(-40, 40) + 0.5
    sizes = [0, 1000, 10**9, 2**50]
    centers = np.concatenate([halves + size for size in sizes]) / 10.0**decimals
    return np.concatenate([np.nextafter(centers, -INF), centers, np.nextafter(centers, INF)])


@given(doubles, decimals)
@settings(max_examples=200)
def test_it_is_the_double_nearest_to_the_nearest_multiple(u: float, decimals: int) -> None:
    """Python's fractions are exact, and round a tie to even, too."""
    scaled = u * 10.0**decimals
    found = scalar.round(u, float(decimals))
    if abs(scaled) < LIMIT:
        assert found == float(Fraction(round(Fraction(scaled)), 10**decimals))
    else:
        assert found == u


@given(st.integers(-(2**50), 2**50), decimals)
@settings(max_examples=200)
def test_what_is_written_with_so_many_decimals_is_left_alone(digits: int, decimals: int) -> None:
    number = float(f"{digits}e-{decimals}")
    assert scalar.round(number, float(decimals)) == number


@pytest.mark.parametrize("decimals", DECIMALS)
def test_both_forms_give_the_same_bits_at_ties(decimals: int) -> None:
    u = near_ties(decimals)
    v = float(decimals)
    one_by_one = np.array([scalar.round(each, v) for each in u.tolist()])
    assert same_bits(array.round(u, np.array(v)), one_by_one)
    assert same_bits(array.round(-u, np.array(v)) + 0.0, -one_by_one + 0.0)
    assert same_bits(array.round(one_by_one, np.array(v)), one_by_one)


@pytest.mark.parametrize("decimals", DECIMALS)
def test_it_never_turns_back(decimals: int) -> None:
    v = float(decimals)
    for center in (0.5 / 10**decimals, 12.5 / 10**decimals, LIMIT / 10**decimals):
        values = [scalar.round(u, v) for u in neighbours(center, 20)]
        assert all(a <= b for a, b in pairwise(values)), center


def test_decimals_are_rounded_down_and_lie_between_0_and_15() -> None:
    for v in (3.0, 3.5, math.nextafter(4.0, 0.0)):
        assert scalar.round(0.12345, v) == 0.123
    assert scalar.round(1.5, -0.0) == 2.0
    assert scalar.round(0.1234567890123456, math.nextafter(16.0, 0.0)) == 0.123456789012346
    for v in (16.0, -5e-324, -1.0, INF, -INF, NAN):
        assert math.isnan(scalar.round(0.5, v))


@pytest.mark.parametrize(
    ("u", "v", "expected"),
    [
        (0.125, 2.0, 0.12),
        (0.375, 2.0, 0.38),
        (-2.5, 0.0, -2.0),
        # The product is rounded to 267.5, a tie, though 2.675 is a little less.
        (2.675, 2.0, 2.68),
        (-0.0, 4.0, 0.0),
        (-1e-9, 4.0, 0.0),
        (5e-324, 15.0, 0.0),
        (INF, 4.0, INF),
        (-INF, 4.0, -INF),
        (1.7976931348623157e308, 15.0, 1.7976931348623157e308),
        (NAN, 4.0, NAN),
    ],
)
def test_special_value(u: float, v: float, expected: float) -> None:
    assert same_bits(np.array(scalar.round(u, v)), np.array(expected))
