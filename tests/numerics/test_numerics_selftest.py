"""The self-test passes here, and fails where a promise does not hold."""

from __future__ import annotations

import ctypes
import operator
import platform
import sys
from typing import Any

import mpmath
import numpy as np
import pytest

from bpdebug.numerics import FloatArray, array, scalar, selftest


def test_nothing_fails_here() -> None:
    assert selftest.self_test() == []


@pytest.mark.parametrize("form", [scalar, array])
@pytest.mark.parametrize("name", ["exp", "log", "tanh", "sigmoid"])
def test_a_function_one_ulp_off_is_found(
    form: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(form, name)
    monkeypatch.setattr(form, name, lambda u: real(u) * (1.0 + 2.0**-52))
    found = selftest.self_test()
    assert found
    users = (name, "sigmoid") if name == "exp" else (name,)  # sigmoid calls exp.
    assert all(sentence.lower().startswith(users) for sentence in found)


def test_another_order_of_summation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(terms: FloatArray) -> FloatArray:
        return np.asarray(np.add.accumulate(terms[::-1], axis=0)[-1])

    monkeypatch.setattr(selftest, "sum_first_axis", backward)
    assert [s for s in selftest.self_test() if "ordered sum" in s] == selftest.self_test()
    assert len(selftest.self_test()) == 2


def test_flushed_subnormals_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def flushing(a: Any, b: Any) -> Any:
        product = operator.mul(a, b)
        return product * (abs(product) >= sys.float_info.min)

    rows = tuple(
        (name, flushing if function is operator.mul else function, *rest)
        for name, function, *rest in selftest._OPERATIONS
    )
    monkeypatch.setattr(selftest, "_OPERATIONS", rows)
    found = selftest.self_test()
    assert len(found) == 2
    assert found[0].startswith("A subnormal product gives 0.0, not 8.34")


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="names of glibc on x86-64"
)
@pytest.mark.parametrize("mode", [0x400, 0x800, 0xC00], ids=["down", "up", "to zero"])
def test_another_rounding_mode_is_found(mode: int) -> None:
    libm = ctypes.CDLL("libm.so.6")
    assert libm.fesetround(mode) == 0
    try:
        found = len(selftest.self_test())
    finally:
        libm.fesetround(0)
    assert found > 3


def test_golden_values_are_correctly_rounded() -> None:
    for name in ("exp", "log", "tanh"):
        with mpmath.workprec(300):
            for argument, value in selftest._GOLDEN[name]:
                exact = getattr(mpmath, name)(mpmath.mpf(float.fromhex(argument)))
                assert float(exact) == float.fromhex(value)
