"""The meaning of the profile's id, pinned. A failure here calls for another id."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.numerics import PROFILE, FloatArray, array
from bpdebug.numerics.digest import digest
from bpdebug.numerics.sums import sum_first_axis


def spread() -> FloatArray:
    """20,000 doubles of any sign and of exponents from 2^-40 to 2^10, made by integers only."""
    words = np.arange(1, 20001, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    words ^= words >> np.uint64(29)
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(32)
    sign = words & np.uint64(1 << 63)
    exponent = np.uint64(1023 - 40) + (words >> np.uint64(52)) % np.uint64(51)
    significand = words & np.uint64((1 << 52) - 1)
    bits = sign | (exponent << np.uint64(52)) | significand
    return np.asarray(bits.view(np.float64))


def test_the_arguments_are_pinned() -> None:
    assert digest(spread()) == "2671f8ea0e07f0090e04e0a7201b64ab"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exp", "6e2d5a81c72dfad6373b9e84cb017518"),
        ("log", "738061f8aa4445b1bc3cd3ab8c335894"),
        ("tanh", "d466d6cbacdeff5e2b7a33146a9321a5"),
        ("sigmoid", "a93a565aeba704d97c864a3c99cc853c"),
        ("sqrt", "d48ffb07bf6f92078c39ec698b839670"),
    ],
)
def test_functions_are_pinned(name: str, expected: str) -> None:
    assert PROFILE == "ieee-seq-1"
    assert digest(getattr(array, name)(spread())) == expected


def test_round_is_pinned() -> None:
    decimals = np.resize(np.arange(16.0), 20000)
    assert digest(array.round(spread(), decimals)) == "507ca1b2b137372c11654733e4a1f5cf"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (1, "89d24f1d2301a56e858b30cb975020f0"),
        (2, "ab9fcc8c5d7be3188031a526e14cd62d"),
        (5, "3a559ab73463e9948164881b03cffe02"),
    ],
)
def test_sums_are_pinned(columns: int, expected: str) -> None:
    assert digest(sum_first_axis(spread().reshape(-1, columns))) == expected
