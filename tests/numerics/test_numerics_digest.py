"""Digests and distances of doubles."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.numerics.digest import checksum, digest, ulps


def test_digest_is_pinned() -> None:
    assert digest(np.array([])) == "e3b0c44298fc1c149afbf4c8996fb924"
    assert digest(np.array([0.1, -0.0, math.inf, math.nan])) == "394c76c0885268008449be651e6baf04"


def test_digest_tells_zeros_apart_but_not_nans() -> None:
    assert digest(np.array([0.0])) != digest(np.array([-0.0]))
    other = np.array([struct.unpack("<d", struct.pack("<Q", 0xFFF8000000000123))[0]])
    assert digest(other) == digest(np.array([math.nan]))


def test_digest_goes_by_index_order_and_leaves_its_argument_alone() -> None:
    values = np.arange(6.0).reshape(2, 3)
    values[0, 0] = np.nan
    before = values.tobytes()
    assert digest(values) == digest(np.asfortranarray(values)) == digest(values.ravel())
    assert digest(values) == digest(values.astype(">f8"))  # type: ignore[arg-type,unused-ignore]
    assert digest(values) != digest(values.T)
    assert values.tobytes() == before
    assert digest(np.array(2.0)) == digest(np.array([2.0]))


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_ulps_is_a_distance(a: float, b: float) -> None:
    assert ulps(a, b) == ulps(b, a) >= 0
    assert (ulps(a, b) == 0) == (a == b)
    assert ulps(-a, -b) == ulps(a, b)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_next_double_is_one_away(a: float) -> None:
    assert ulps(a, math.nextafter(a, math.inf)) == 1


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0.0, -0.0, 0),
        (5e-324, -5e-324, 2),
        (1.7976931348623157e308, math.inf, 1),
        (1.0, 2.0, 1 << 52),
        (math.nan, -math.nan, 0),
        (math.nan, 1.0, 1 << 64),
    ],
)
def test_distances(a: float, b: float, expected: int) -> None:
    assert ulps(a, b) == expected


@given(st.sampled_from([1, 511, 1023, 1024, 1700]), st.data())
def test_a_checksum_notices_one_bit(count: int, data: st.DataObject) -> None:
    values = np.random.default_rng(count).uniform(-1, 1, count)
    before = checksum(values)
    assert checksum(values.copy()) == before
    place = data.draw(st.integers(0, values.nbytes - 1))
    values.view("u1")[place] ^= 1 << data.draw(st.integers(0, 7))
    assert checksum(values) != before
