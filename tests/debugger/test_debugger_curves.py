"""Curves: in however few columns, nothing that happened is left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from generated import FEW
from hypothesis import example, given
from hypothesis import strategies as st

from bpdebug.debugger.curves import Curve, Sampler, Series, sample
from bpdebug.debugger.state import Progress

Values = Sequence[float | None]

VALUES = st.one_of(
    st.none(),
    st.floats(),
    st.floats(-10, 10),
    st.sampled_from([0.0, -0.0, 1.0, math.inf, -math.inf, math.nan]),
)


@st.composite
def sweeps(draw: st.DrawFn) -> tuple[list[Values], int, int, int]:
    """The values of one to three series, a range of iterations, a number of columns."""
    count = draw(st.integers(1, 60))
    lists = draw(st.lists(st.lists(VALUES, min_size=count, max_size=count), min_size=1, max_size=3))
    first = draw(st.integers(1, count))
    last = draw(st.integers(first, count))
    return [*lists], first, last, draw(st.integers(1, 80))


def series(values: Values, name: str = "q") -> Series:
    return Series(name, lambda iteration: values[iteration - 1])


def swept(all_series: Sequence[Series], first: int, last: int, columns: int) -> tuple[Curve, ...]:
    """The curves at the end of the sweep, whose progress is checked on the way."""
    sweep = sample(all_series, first, last, columns)
    total = last - first + 1
    for iteration in range(first, last + 1):
        assert next(sweep) == Progress(iteration, iteration - first + 1, total)
    with pytest.raises(StopIteration) as finished:
        next(sweep)
    curves: tuple[Curve, ...] = finished.value.value
    return curves


def agrees(curve: Curve, values: Values) -> None:
    """Each column of the curve is what the values of its iterations say."""
    for column in range(len(curve.first)):
        first, last = int(curve.first[column]), int(curve.last[column])
        there = [value for value in values[first - 1 : last] if value is not None]
        finite = [value for value in there if math.isfinite(value)]
        assert curve.non_finite[column] == (len(finite) < len(there))
        if finite:
            assert curve.low[column] == min(finite)
            assert curve.high[column] == max(finite)
            assert curve.peak[column] == first + values[first - 1 : last].index(max(finite))
        else:
            assert math.isnan(curve.low[column])
            assert math.isnan(curve.high[column])
            assert curve.peak[column] == 0


@given(sweeps())
@example(([[1.0] * 7], 1, 7, 5))
def test_a_column_has_the_least_and_the_greatest_of_its_values(
    sweep: tuple[list[Values], int, int, int],
) -> None:
    lists, first, last, columns = sweep
    curves = swept([series(values) for values in lists], first, last, columns)
    assert len(curves) == len(lists)
    for curve, values in zip(curves, lists, strict=True):
        agrees(curve, values)


@given(st.integers(1, 10**5), st.integers(0, 2000), st.integers(1, 300))
def test_columns_are_contiguous_and_of_equal_size(first: int, more: int, columns: int) -> None:
    last = first + more
    (curve,) = Sampler([series([])], first, last, columns).curves()
    sizes = curve.last - curve.first + 1
    assert curve.first[0] == first
    assert curve.last[-1] == last
    bounds = zip(curve.first, curve.last, strict=True)
    assert all(end + 1 == start for (_, end), (start, _) in pairwise(bounds))
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == min(columns, last - first + 1)
    for iteration in {first, last, (first + last) // 2}:
        column = curve.column(iteration)
        assert curve.first[column] <= iteration <= curve.last[column]
    assert curve.column(first - 1) == 0
    assert curve.column(last + 1) == len(sizes) - 1


@given(sweeps())
def test_columns_in_pairs_are_those_of_half_as_many(
    sweep: tuple[list[Values], int, int, int],
) -> None:
    lists, first, last, columns = sweep
    half = min(columns, (last - first + 1) // 2)
    if half == 0:
        return
    all_series = [series(values) for values in lists]
    fine = swept(all_series, first, last, 2 * half)
    for curve, coarse in zip(fine, swept(all_series, first, last, half), strict=True):
        paired = curve.paired()
        for name in ("first", "last", "low", "high", "peak", "non_finite"):
            np.testing.assert_array_equal(getattr(paired, name), getattr(coarse, name))


@given(sweeps(), st.integers(0, 60))
def test_a_sweep_that_is_left_shows_what_it_has_seen(
    sweep: tuple[list[Values], int, int, int], steps: int
) -> None:
    lists, first, last, columns = sweep
    sampler = Sampler([series(values) for values in lists], first, last, columns)
    while sampler.done < steps and not sampler.finished:
        sampler.advance()
    for curve, values in zip(sampler.curves(), lists, strict=True):
        seen = [*values[: first - 1 + sampler.done]]
        agrees(curve, seen + [None] * (len(values) - len(seen)))


@given(st.integers(1, 10_000), st.integers(1, 200), st.sampled_from([1e9, -1e9]))
@FEW
def test_a_spike_of_one_iteration_in_10000_is_in_its_column(
    at: int, columns: int, size: float
) -> None:
    spiked = Series("q", lambda iteration: size if iteration == at else 1.0)
    (curve,) = swept_quietly([spiked], 10_000, columns)
    column = curve.column(at)
    assert size in (curve.low[column], curve.high[column])
    others = np.delete(np.arange(len(curve.low)), column)
    assert np.all(curve.low[others] == 1.0)
    assert np.all(curve.high[others] == 1.0)


def swept_quietly(all_series: Sequence[Series], last: int, columns: int) -> tuple[Curve, ...]:
    sampler = Sampler(all_series, 1, last, columns)
    while not sampler.finished:
        sampler.advance()
    return sampler.curves()


def test_each_iteration_is_read_once_and_in_order() -> None:
    read: list[tuple[str, int]] = []

    def reading(name: str) -> Series:
        return Series(name, lambda iteration: read.append((name, iteration)))

    swept([reading("a"), reading("b")], 3, 9, 2)
    assert read == [(name, iteration) for iteration in range(3, 10) for name in "ab"]


def test_curves_keep_the_names_and_cannot_be_written_to() -> None:
    curves = swept([series([1.0, 2.0], "E"), series([3.0, 4.0], "w7")], 1, 2, 10)
    assert [curve.name for curve in curves] == ["E", "w7"]
    for array in (curves[0].low, curves[0].first, curves[0].non_finite):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_what_has_been_given_out_does_not_change_as_the_sweep_goes_on() -> None:
    sampler = Sampler([series([1.0, 5.0])], 1, 2, 1)
    sampler.advance()
    (early,) = sampler.curves()
    sampler.advance()
    assert early.high[0] == 1.0
    assert sampler.curves()[0].high[0] == 5.0


@pytest.mark.parametrize(("first", "last", "columns"), [(0, 5, 3), (4, 3, 3), (1, 5, 0)])
def test_a_sweep_of_nothing_is_refused(first: int, last: int, columns: int) -> None:
    with pytest.raises(ValueError, match=r"no iterations|too few"):
        Sampler([series([1.0])], first, last, columns)
