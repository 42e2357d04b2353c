"""Every constant of exp and log, derived again with mpmath at 300 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mpmath
import pytest

from bpdebug.numerics import core, tables


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with mpmath.workprec(300):
        yield


def on_grid(value: Any, bits: int) -> Any:
    """The multiple of 2^-bits nearest to value."""
    return mpmath.ldexp(mpmath.nint(mpmath.ldexp(value, bits)), -bits)


def test_logarithm_of_two() -> None:
    ln2 = mpmath.log(2)
    assert float(64 / ln2) == tables.STEPS_PER_LN2
    assert on_grid(ln2 / 64, 42) == tables.LN2_STEP_HIGH
    assert float(ln2 / 64 - on_grid(ln2 / 64, 42)) == tables.LN2_STEP_LOW
    assert on_grid(ln2, 42) == tables.LN2_HIGH
    assert float(ln2 - on_grid(ln2, 42)) == tables.LN2_LOW


def test_table_of_exp() -> None:
    assert len(tables.EXP_HIGH) == len(tables.EXP_LOW) == 64
    for j, (high, low) in enumerate(zip(tables.EXP_HIGH, tables.EXP_LOW, strict=True)):
        power = mpmath.mpf(2) ** (mpmath.mpf(j) / 64)
        assert high == on_grid(power, 25)
        assert low == float(power - on_grid(power, 25))


def test_table_of_log() -> None:
    rows = list(zip(tables.LOG_INVERSE, tables.LOG_HIGH, tables.LOG_LOW, strict=True))
    assert len(rows) == tables.LOG_FIRST + 1
    for i, (inverse, high, low) in enumerate(rows, tables.LOG_FIRST):
        assert inverse == on_grid(mpmath.mpf(128) / i, 12)
        exact = -mpmath.log(mpmath.mpf(inverse))
        assert high == on_grid(exact, 42)
        assert low == float(exact - on_grid(exact, 42))
    assert rows[128 - tables.LOG_FIRST] == (1.0, 0.0, 0.0)


def test_taylor_coefficients_are_the_nearest_doubles() -> None:
    exp = [core._EXP_TAIL_FIRST, *core._EXP_TAIL]
    assert exp == [float(1 / mpmath.factorial(n)) for n in range(7, 1, -1)]
    log = [core._LOG_TAIL_FIRST, *core._LOG_TAIL]
    assert log == [float(mpmath.mpf((-1) ** (n + 1)) / n) for n in range(9, 2, -1)]
    tanh = [core._TANH_TAIL_FIRST, *core._TANH_TAIL]
    exact = [
        2 ** (2 * n) * (2 ** (2 * n) - 1) * mpmath.bernoulli(2 * n) / mpmath.factorial(2 * n)
        for n in range(7, 1, -1)
    ]
    assert tanh == [float(value) for value in exact]


@pytest.mark.parametrize(
    ("a", "b"), [(0.1, 0.7), (1.1, 1.9999999999999998), (1e-100, 3e77), (-0.3, 0.0)]
)
def test_two_product_is_exact(a: float, b: float) -> None:
    product, error = core.two_product(a, b)
    assert product == a * b
    assert mpmath.mpf(product) + mpmath.mpf(error) == mpmath.mpf(a) * mpmath.mpf(b)
