"""Curves: quantities over the iterations, in few columns that hide nothing.

A column stands for several iterations by the least and the greatest value in them, so that
what happened in a single one of them is still to be seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from bpdebug.debugger.state import Progress
from bpdebug.numerics import FloatArray

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Series:
    """A quantity; `read(n)` is its value at the end of iteration n ≥ 1, None if it has none."""

    name: str
    read: Callable[[int], float | None]


@dataclass(frozen=True, eq=False)
class Curve:
    """A series in columns; all arrays have one entry a column and are read-only.

    `first` and `last` are the iterations a column stands for. `low` and `high` are the least
    and the greatest of its finite values, NaN where there is none; `peak` is the first
    iteration that has the greatest, 0 where there is none. `non_finite` says whether a value
    was infinite or not a number.
    """

    name: str
    first: IntArray
    last: IntArray
    low: FloatArray
    high: FloatArray
    peak: IntArray
    non_finite: BoolArray

    def column(self, iteration: int) -> int:
        """The column that stands for an iteration, the nearest one for those outside."""
        return min(int(np.searchsorted(self.last, iteration)), len(self.last) - 1)

    def paired(self) -> Curve:
        """The same in half as many columns; only of an even number of them."""
        high = np.fmax(self.high[::2], self.high[1::2])
        return Curve(
            self.name,
            self.first[::2],
            self.last[1::2],
            _fixed(np.fmin(self.low[::2], self.low[1::2])),
            _fixed(high),
            _fixed(np.where(high == self.high[::2], self.peak[::2], self.peak[1::2])),
            _fixed(self.non_finite[::2] | self.non_finite[1::2]),
        )


class Sampler:
    """A sweep over the iterations first … last, in order and once for all series.

    It can be left at any time: it holds what it has seen, and nothing else is changed by it.
    """

    def __init__(self, series: Sequence[Series], first: int, last: int, columns: int) -> None:
        if not 1 <= first <= last:
            raise ValueError(f"there are no iterations from {first} to {last}")
        if columns < 1:
            raise ValueError(f"{columns} columns are too few; at least one is needed")
        total = last - first + 1
        count = min(columns, total)
        # Of Python's integers: the products may be greater than 64 bits hold.
        starts = [first + column * total // count for column in range(count + 1)]
        self.first, self.last = first, last
        self._starts = starts
        self._columns = [_Columns(each, count) for each in series]
        self._next = first
        self._column = 0

    @property
    def finished(self) -> bool:
        """Whether the last iteration has been read."""
        return self._next > self.last

    @property
    def done(self) -> int:
        """How many iterations have been read."""
        return self._next - self.first

    @property
    def total(self) -> int:
        """How many iterations there are to read."""
        return self.last - self.first + 1

    def advance(self) -> Progress:
        """Read the next iteration; only to be called until it is finished."""
        iteration = self._next
        if iteration >= self._starts[self._column + 1]:
            self._column += 1
        for columns in self._columns:
            columns.take(self._column, iteration)
        self._next += 1
        return Progress(iteration, self.done, self.total)

    def curves(self) -> tuple[Curve, ...]:
        """One curve a series, of what has been read so far."""
        first = _fixed(np.array(self._starts[:-1], dtype=np.int64))
        last = _fixed(np.array(self._starts[1:], dtype=np.int64) - 1)
        return tuple(columns.curve(first, last) for columns in self._columns)


def sample(
    series: Sequence[Series], first: int, last: int, columns: int
) -> Generator[Progress, None, tuple[Curve, ...]]:
    """The curves of iterations first … last in at most `columns` columns.

    Where there are no more iterations than columns each has a column of its own. Yields its
    progress after every iteration.
    """
    sampler = Sampler(series, first, last, columns)
    while not sampler.finished:
        yield sampler.advance()
    return sampler.curves()


class _Columns:
    """What has been seen of one series."""

    def __init__(self, series: Series, count: int) -> None:
        self._series = series
        self._low = [math.nan] * count
        self._high = [math.nan] * count
        self._peak = [0] * count
        self._non_finite = [False] * count

    def take(self, column: int, iteration: int) -> None:
        value = self._series.read(iteration)
        if value is None:
            return
        if not math.isfinite(value):
            self._non_finite[column] = True
            return
        # Written so that the NaN of an empty column gives way to any value.
        if not value >= self._low[column]:
            self._low[column] = value
        if not value <= self._high[column]:
            self._high[column] = value
            self._peak[column] = iteration

    def curve(self, first: IntArray, last: IntArray) -> Curve:
        return Curve(
            self._series.name,
            first,
            last,
            _fixed(np.array(self._low, dtype=np.float64)),
            _fixed(np.array(self._high, dtype=np.float64)),
            _fixed(np.array(self._peak, dtype=np.int64)),
            _fixed(np.array(self._non_finite, dtype=np.bool_)),
        )


def _fixed(array: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    array.flags.writeable = False
    return array
