"""The scalar and the array form give the same bits, for every function and shape."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerics_cases import ONE_ARGUMENT, SPECIAL, TWO_ARGUMENTS, arguments, same_bits

from bpdebug.numerics import FloatArray, array, scalar

ONE: dict[str, tuple[Callable[[float], float], Callable[[FloatArray], FloatArray]]] = {
    name: (getattr(scalar, name), getattr(array, name)) for name in ONE_ARGUMENT
}
TWO: dict[
    str,
    tuple[Callable[[float, float], float], Callable[[FloatArray, FloatArray], FloatArray]],
] = {name: (getattr(scalar, name), getattr(array, name)) for name in TWO_ARGUMENTS}

doubles = st.one_of(
    st.floats(width=64),
    st.floats(-30, 30),
    st.floats(0.9, 1.1),
    st.floats(-760, 760),
    st.sampled_from(SPECIAL),
)


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_same_bits_on_many_arguments(name: str) -> None:
    one, many = ONE[name]
    x = arguments(1, 4000)
    assert x.size > 16384  # More than two blocks.
    assert same_bits(many(x), np.array([one(value) for value in x.tolist()]))


@pytest.mark.parametrize("name", ["exp", "log", "sigmoid", "tanh"])
@pytest.mark.parametrize(
    ("least", "greatest"), [(-1e-3, 1e-3), (-0.1, 0.1), (0.5, 2.0), (-708.3, 708.9), (1e-310, 1.0)]
)
def test_same_bits_where_no_argument_is_special(name: str, least: float, greatest: float) -> None:
    one, many = ONE[name]
    x = np.random.default_rng(2).uniform(least, greatest, 2000)
    assert same_bits(many(x), np.array([one(value) for value in x.tolist()]))


@given(st.lists(doubles, max_size=60))
@settings(max_examples=150, deadline=None)
def test_same_bits_whatever_the_neighbours(values: list[float]) -> None:
    x = np.array(values, dtype=np.float64)
    for name, (one, many) in ONE.items():
        expected = np.array([one(value) for value in values], dtype=np.float64)
        assert same_bits(many(x), expected), name


@pytest.mark.parametrize("name", TWO_ARGUMENTS)
def test_two_arguments_give_the_same_bits(name: str) -> None:
    one, many = TWO[name]
    rng = np.random.default_rng(3)
    values = arguments(3, 500)
    u, v = rng.permutation(values), rng.permutation(values)
    pairs = np.array(SPECIAL)
    for left, right in ((u, v), (u, u), tuple(np.meshgrid(pairs, pairs))):
        expected = [one(float(a), float(b)) for a, b in zip(left.flat, right.flat, strict=True)]
        assert same_bits(many(left, right), np.array(expected).reshape(left.shape))


@pytest.mark.parametrize("name", TWO_ARGUMENTS)
def test_two_arguments_broadcast(name: str) -> None:
    one, many = TWO[name]
    u, v = np.array([[1.0], [-2.0], [0.0]]), np.array([-2.0, 3.0])
    expected = np.array([[one(a, b) for b in v.tolist()] for a in u[:, 0].tolist()])
    assert same_bits(many(u, v), expected)
    assert many(np.array(1.0), np.array(2.0)).shape == ()
    assert many(np.empty((0, 2)), v).shape == (0, 2)


@pytest.mark.parametrize("name", ONE_ARGUMENT)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0, 2), (2, 3), (5, 7, 3)])
def test_shapes_and_layouts(name: str, shape: tuple[int, ...]) -> None:
    one, many = ONE[name]
    x = np.random.default_rng(4).normal(size=shape) * 3.0
    x = np.asarray(x, dtype=np.float64)
    before = x.copy()
    expected = np.array([one(value) for value in x.ravel().tolist()], dtype=np.float64)
    got = many(x)
    assert isinstance(got, np.ndarray)
    assert same_bits(got, expected.reshape(shape))
    assert not np.shares_memory(got, x)
    assert same_bits(x, before)
    if x.ndim:
        assert same_bits(many(np.asfortranarray(x)), got)
        spread = np.repeat(x, 2, axis=0)[::2]
        assert same_bits(many(spread), got)
        assert same_bits(many(x[::-1]), got[::-1].copy())
    assert same_bits(many(x.astype(">f8")), got)  # type: ignore[arg-type,unused-ignore]


@pytest.mark.parametrize("count", [7, 400])
def test_nothing_is_raised_or_warned_about(count: int) -> None:
    x = np.resize(np.array(SPECIAL), count)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for one, many in ONE.values():
            many(x)
            for value in SPECIAL:
                assert type(one(value)) is float
        for pair, many_pairs in TWO.values():
            many_pairs(x, x[::-1])
            for value in SPECIAL:
                assert type(pair(value, 0.0)) is float
