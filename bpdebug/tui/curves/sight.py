"""The iterations in sight: which they are, where among them the cursor is, their values."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

from bpdebug.debugger.curves import Curve, Sampler, Series
from bpdebug.debugger.state import Progress

LEAST = 10
"""Iterations that are in sight at least, if there are this many."""


class Sight:
    """The iterations first … last of `iterations`, and the cursor at one of them.

    `exact` says that the cursor is at that very iteration, not just somewhere in its column.
    What moves the sight returns whether other iterations are to be seen now.
    """

    def __init__(self, iterations: int, here: int) -> None:
        self.iterations = iterations
        self.first, self.last = 1, iterations
        self.cursor = min(max(1, here), iterations)
        self.exact = True

    @property
    def total(self) -> int:
        """How many iterations are in sight."""
        return self.last - self.first + 1

    def put(self, iteration: int, exact: bool) -> bool:
        """Put the cursor at an iteration, in the middle if it was not in sight."""
        self.cursor = min(max(1, iteration), self.iterations)
        self.exact = exact
        if self.first <= self.cursor <= self.last:
            return False
        return self._look_at(self.cursor - self.total // 2, self.total)

    def zoom(self, nearer: bool, iteration: int) -> bool:
        """Half or twice as many, with the cursor at `iteration` about where it was."""
        total = max(self.total // 2, LEAST) if nearer else 2 * self.total
        total = min(total, self.iterations)
        if total == self.total:
            return False
        self.cursor, self.exact = iteration, True
        return self._look_at(iteration - (iteration - self.first) * total // self.total, total)

    def all(self) -> None:
        """All iterations, however many are in sight now."""
        self.first, self.last = 1, self.iterations

    def choice(self, curve: Curve, hits: Curve) -> int:
        """The iteration in the cursor's column that is meant by it.

        The one it is at exactly; else the first with a hit; else the one with the greatest
        value of `curve`. The values of `hits` are the iterations that have one.
        """
        if self.exact:
            return self.cursor
        column = curve.column(self.cursor)
        if not math.isnan(hits.low[column]):
            return int(hits.low[column])
        return int(curve.peak[column]) or int(curve.first[column])

    def _look_at(self, first: int, total: int) -> bool:
        before = (self.first, self.last)
        self.first = min(max(1, first), self.iterations - total + 1)
        self.last = self.first + total - 1
        return (self.first, self.last) != before


class Sweep:
    """Samples series over a sight, for a plot that is `cells` cells wide.

    The last series is the hits.
    """

    def __init__(self, series: Sequence[Series], sight: Sight, cells: int) -> None:
        # Two dots lie side by side in a cell; the cursor and the marks go by cells.
        self._paired = sight.total >= 2 * cells
        columns = 2 * cells if self._paired else cells
        self._sampler = Sampler(series, sight.first, sight.last, columns)

    @property
    def reached(self) -> int:
        """The last iteration that is sampled."""
        return self._sampler.first + self._sampler.done - 1

    @property
    def percent(self) -> int:
        """How much is done."""
        return 100 * self._sampler.done // self._sampler.total

    def sampling(self) -> Generator[Progress, None, Sweep]:
        """Sample to the end; what there is so far can be drawn at any time."""
        sampler = self._sampler
        while not sampler.finished:
            sampler.advance()
            yield Progress(self.reached, sampler.done, sampler.total)
        return self

    def dots(self) -> list[Curve]:
        """The series as they are drawn, in columns that are at least a dot wide."""
        return [*self._sampler.curves()[:-1]]

    def cells(self) -> tuple[list[Curve], Curve]:
        """The series and the hits in columns that are at least a cell wide."""
        *curves, hits = (c.paired() if self._paired else c for c in self._sampler.curves())
        return curves, hits
