"""Errors of exp, log, tanh and sigmoid against mpmath, and that they never turn back.

The bounds are several times what docs/explanation/numerics.md reports for much bigger samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from numerics_cases import neighbours

from bpdebug.numerics import FloatArray, array, composed, scalar

COUNT = 20000
LEAST_NORMAL = 2.2250738585072014e-308


def uniform(least: float, greatest: float) -> FloatArray:
    return np.random.default_rng(11).uniform(least, greatest, COUNT)


def powers(least: float, greatest: float) -> FloatArray:
    rng = np.random.default_rng(12)
    return rng.choice([-1.0, 1.0], COUNT) * np.exp2(rng.uniform(least, greatest, COUNT))


def positive() -> FloatArray:
    return np.random.default_rng(13).integers(1, 0x7FF << 52, COUNT).view(np.float64)


def errors(true: Callable[[Any], Any], x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """The greatest error in ulps of the true value, and the share above half an ulp."""
    greatest, misrounded = 0.0, 0
    with mpmath.workprec(150):
        for argument, value in zip(x.tolist(), y.tolist(), strict=True):
            exact = true(mpmath.mpf(argument))
            error = float(abs(exact - value) / math.ulp(float(abs(exact))))
            if error > 0.5 and float(exact) != value:
                misrounded += 1
            greatest = max(greatest, error)
    return greatest, misrounded / x.size


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("exp", uniform(-1.0, 1.0)),
        ("exp", uniform(-708.0, 709.0)),
        ("exp", powers(-30.0, 4.0)),
        ("log", positive()),
        ("log", uniform(0.5, 2.0)),
        ("log", 1.0 + powers(-50.0, -4.0)),
        ("tanh", uniform(-1.0, 1.0)),
        ("tanh", uniform(-1 / 32, 1 / 32)),
        ("tanh", uniform(1 / 32, 1 / 16)),
        ("tanh", powers(-30.0, 4.4)),
    ],
)
def test_almost_correctly_rounded(name: str, x: FloatArray) -> None:
    greatest, misrounded = errors(getattr(mpmath, name), x, getattr(array, name)(x))
    assert greatest < 0.501
    assert misrounded <= 0.001


@pytest.mark.parametrize(
    ("name", "x", "most"),
    [
        ("sin", uniform(-20.0, 20.0), 0.8),
        ("sin", uniform(-3e9, 3e9), 0.8),
        ("cos", np.arange(1.0, COUNT) * (math.pi / 2), 0.8),
        ("cos", powers(-30.0, 31.0), 0.8),
        ("erf", uniform(-7.0, 7.0), 3.5),
        ("erf", powers(-30.0, 1.0), 3.5),
    ],
)
def test_what_is_composed_has_small_errors(name: str, x: FloatArray, most: float) -> None:
    _, many = composed.forms(getattr(composed, name))
    assert errors(getattr(mpmath, name), x[::10], many(x[::10]))[0] < most


def test_sine_and_cosine_are_no_numbers_far_out() -> None:
    far = np.array([3.1e9, -1e300, math.inf, -math.inf, math.nan])
    for body in (composed.sin, composed.cos):
        assert np.isnan(composed.forms(body)[1](far)).all()


def test_subnormal_results_of_exp_are_within_three_quarters_ulp() -> None:
    x = uniform(-745.0, -708.4)
    y = array.exp(x)
    assert y.max() < LEAST_NORMAL
    assert errors(mpmath.exp, x, y)[0] < 0.751


def test_sigmoid_has_the_error_of_its_formula() -> None:
    for x in (uniform(-10.0, 10.0), uniform(-700.0, 40.0)):
        greatest, _ = errors(lambda u: 1 / (1 + mpmath.exp(-u)), x, array.sigmoid(x))
        assert greatest < 2.5


@pytest.mark.parametrize(
    ("name", "centers"),
    [
        ("exp", [(j + 0.5) * math.log(2) / 64 for j in range(-130, 130, 3)]),
        ("log", [(i + 0.5) / 128 for i in range(89, 182)] + [1.0, 0.703125, 1.40625, 2.0]),
        ("tanh", [1 / 32, 20.0] + [(j + 0.5) * math.log(2) / 128 for j in range(6, 300, 7)]),
        ("sigmoid", [-36.7, -1.0, 0.0078125, 1.0, 36.0]),
    ],
)
def test_never_turns_back_where_pieces_meet(name: str, centers: list[float]) -> None:
    function: Callable[[float], float] = getattr(scalar, name)
    for center in centers:
        values = [function(x) for x in neighbours(center, 20)]
        assert all(a <= b for a, b in pairwise(values)), center


@pytest.mark.parametrize("name", ["exp", "log", "sigmoid", "tanh"])
def test_never_turns_back_over_the_range(name: str) -> None:
    x = np.linspace(1e-3 if name == "log" else -30.0, 30.0, 40001)
    assert (np.diff(getattr(array, name)(x)) >= 0.0).all()


def test_tanh_is_odd() -> None:
    x = powers(-30.0, 5.0)
    assert (array.tanh(-x) == -array.tanh(x)).all()
