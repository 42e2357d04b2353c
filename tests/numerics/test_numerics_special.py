"""Special values, kinks and ties."""

from __future__ import annotations

import math

import pytest

from bpdebug.numerics import scalar
from bpdebug.numerics.digest import ulps

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("name", "u", "expected"),
    [
        ("exp", 0.0, 1.0),
        ("exp", -0.0, 1.0),
        ("exp", INF, INF),
        ("exp", -INF, 0.0),
        ("exp", 709.782712893384, 1.7976931348622732e308),
        ("exp", 709.7827128933841, INF),
        ("exp", -745.1332191019411, 5e-324),
        ("exp", -745.1332191019412, 0.0),
        ("exp", 5e-324, 1.0),
        ("log", 1.0, 0.0),
        ("log", 0.0, -INF),
        ("log", -0.0, -INF),
        ("log", -5e-324, NAN),
        ("log", INF, INF),
        ("log", -INF, NAN),
        ("log", 5e-324, -744.4400719213812),
        ("sqrt", -0.0, -0.0),
        ("sqrt", -1.0, NAN),
        ("sqrt", INF, INF),
        ("sqrt", 2.0, 1.4142135623730951),
        ("sigmoid", 0.0, 0.5),
        ("sigmoid", INF, 1.0),
        ("sigmoid", -INF, 0.0),
        ("sigmoid", -800.0, 0.0),
        ("sigmoid", 40.0, 1.0),
        ("tanh", 0.0, 0.0),
        ("tanh", -0.0, -0.0),
        ("tanh", 5e-324, 5e-324),
        ("tanh", INF, 1.0),
        ("tanh", -INF, -1.0),
        ("tanh", -19.5, -1.0),
        ("relu", -0.0, 0.0),
        ("relu", -1.0, 0.0),
        ("relu", 5e-324, 5e-324),
        ("relu", INF, INF),
        ("relu", -INF, 0.0),
        ("abs", -0.0, 0.0),
        ("abs", -INF, INF),
        ("step", 0.0, 0.0),
        ("step", -0.0, 0.0),
        ("step", 5e-324, 1.0),
        ("step", -INF, 0.0),
        ("sign", 0.0, 0.0),
        ("sign", -0.0, 0.0),
        ("sign", -5e-324, -1.0),
        ("sign", INF, 1.0),
    ],
)
def test_special_value(name: str, u: float, expected: float) -> None:
    got: float = getattr(scalar, name)(u)
    assert ulps(got, expected) == 0
    if expected == expected:
        assert math.copysign(1.0, got) == math.copysign(1.0, expected)


@pytest.mark.parametrize(
    "name", ["exp", "log", "sqrt", "sigmoid", "tanh", "relu", "abs", "step", "sign"]
)
def test_nan_gives_nan(name: str) -> None:
    assert math.isnan(getattr(scalar, name)(NAN))


def test_max_and_min_take_the_first_at_a_tie_and_pass_nan_on() -> None:
    for function in (scalar.max, scalar.min):
        assert math.copysign(1.0, function(-0.0, 0.0)) == -1.0
        assert math.copysign(1.0, function(0.0, -0.0)) == 1.0
        assert math.isnan(function(NAN, 1.0))
        assert math.isnan(function(1.0, NAN))
        assert math.isnan(function(NAN, NAN))
    assert scalar.max(1.0, 2.0) == 2.0
    assert scalar.max(INF, -INF) == INF
    assert scalar.min(1.0, 2.0) == 1.0
    assert scalar.min(INF, -INF) == -INF


@pytest.mark.parametrize(
    ("u", "v", "expected"),
    [
        (1.0, 0.0, INF),
        (1.0, -0.0, -INF),
        (-1.0, 0.0, -INF),
        (-INF, -0.0, INF),
        (0.0, 0.0, NAN),
        (NAN, 0.0, NAN),
        (1.0, NAN, NAN),
        (INF, INF, NAN),
        (1e308, 1e-308, INF),
        (1.0, 3.0, 0.3333333333333333),
    ],
)
def test_divide(u: float, v: float, expected: float) -> None:
    assert ulps(scalar.divide(u, v), expected) == 0


def test_sigmoid_is_its_formula() -> None:
    for u in (-30.0, -3.98, -1e-9, 0.3, 5.0, 36.0):
        assert scalar.sigmoid(u) == 1.0 / (1.0 + scalar.exp(-u))
