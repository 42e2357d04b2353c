"""The ordered sum has the bits of the plain loop, whatever the shape and memory layout."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerics_cases import same_bits

from bpdebug.numerics import FloatArray
from bpdebug.numerics.sums import sum_first_axis


def plain(terms: FloatArray) -> FloatArray:
    """One addition of Python floats after the other."""
    rows = terms.reshape(terms.shape[0], math.prod(terms.shape[1:])).tolist()
    totals = rows[0]
    for row in rows[1:]:
        totals = [total + term for total, term in zip(totals, row, strict=True)]
    return np.array(totals, dtype=np.float64).reshape(terms.shape[1:])


def wild(shape: tuple[int, ...], seed: int = 5) -> FloatArray:
    """Numbers whose sum depends on the order in almost every case."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(size=shape) * np.exp2(rng.uniform(-20.0, 20.0, shape)))


def layouts(terms: FloatArray) -> list[FloatArray]:
    """The same numbers in several memory layouts."""
    spread = np.zeros([2 * size for size in terms.shape])
    every_second = spread[tuple(slice(None, None, 2) for _ in terms.shape)]
    every_second[...] = terms
    backward = np.ascontiguousarray(terms[::-1])[::-1]
    last_first = np.moveaxis(np.ascontiguousarray(np.moveaxis(terms, 0, -1)), -1, 0)
    frozen = terms.copy()
    frozen.flags.writeable = False
    unaligned = np.frombuffer(b"\0" + terms.tobytes(), dtype=np.float64, offset=1)
    return [
        terms,
        np.asfortranarray(terms),
        every_second,
        backward,
        last_first,
        frozen,
        unaligned.reshape(terms.shape),
    ]


@pytest.mark.parametrize(
    "shape",
    [
        *[
            (n, m)
            for n in (1, 2, 3, 7, 8, 9, 16, 127, 129, 300)
            for m in (1, 2, 3, 4, 5, 8, 17, 64)
        ],
        *[(n,) for n in (1, 2, 8, 9, 128, 129, 1000, 10000)],
        *[(1000, 1), (1000, 2), (1000, 3), (20000, 2), (5, 20000), (3, 70000)],
        *[(200, 1, 1), (200, 2, 1), (200, 1, 2), (50, 3, 4), (20, 2, 3, 4), (9, 2, 2, 2, 2)],
        *[(3, 0), (1, 0), (4, 2, 0)],
    ],
    ids=str,
)
def test_same_bits_as_the_loop(shape: tuple[int, ...]) -> None:
    terms = wild(shape)
    expected = plain(terms)
    for layout in layouts(terms):
        before = layout.copy()
        got = sum_first_axis(layout)
        assert isinstance(got, np.ndarray)
        assert same_bits(got, expected)
        assert not np.shares_memory(got, layout)
        assert same_bits(layout.copy(), before)


def test_the_order_matters_in_these_tests() -> None:
    differ = 0
    for seed in range(50):
        terms = wild((1000, 1), seed)
        differ += not same_bits(np.add.reduce(terms, axis=0), plain(terms))
    assert differ > 25


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_views_of_any_strides(data: st.DataObject) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4)))
    base = wild(shape, data.draw(st.integers(0, 1000)))
    axes = data.draw(st.permutations(range(base.ndim)))
    view = base.transpose(axes)
    view = view[
        tuple(
            slice(None, None, data.draw(st.sampled_from([1, 1, 2, -1, -2])))
            for _ in range(view.ndim)
        )
    ]
    if data.draw(st.booleans()):
        view = np.broadcast_to(view, (data.draw(st.integers(1, 20)), *view.shape))
    assert same_bits(sum_first_axis(view), plain(view))


@given(st.lists(st.sampled_from([0.0, -0.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324])))
@settings(max_examples=100, deadline=None)
def test_special_values(values: list[float]) -> None:
    values.append(-0.0)
    column = np.array(values)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for terms in (column, column[:, None], np.stack([column, column[::-1]], axis=1)):
            assert same_bits(sum_first_axis(terms), plain(terms))


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_negative_zeros_stay_negative(columns: int) -> None:
    for count in (1, 2, 5):
        total = sum_first_axis(np.full((count, columns), -0.0))
        assert np.signbit(total).all()


def test_broadcast_terms() -> None:
    row = wild((1, 40))
    terms = np.broadcast_to(row, (300, 40))
    assert same_bits(sum_first_axis(terms), plain(terms))
    one = np.broadcast_to(np.array(0.1), (300,))
    assert same_bits(sum_first_axis(one), plain(one))


@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_no_terms_are_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least one term"):
        sum_first_axis(np.zeros(shape))
