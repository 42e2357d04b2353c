"""What the figures of a diagnosis would be with a mistake, and which numbers would do for them."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict
from bpdebug.checks.mistakes.alteration import NOTHING, Alteration
from bpdebug.debugger.state import Progress, finish
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers, Program

_ROUGHLY, _SHARE = 8.0, 0.03
"""Rounding on the way may move a number by so many units of its last place, and by such a share."""

_OFTEN = 500
"""Progress is told after so many iterations."""

_MOST_KEPT = 64
"""Of so many figures the numbers of every way that was tried are kept."""

_SAME = 1e-11
"""Numbers that differ less than this, relatively, are the same numbers."""


class Expected:
    """The figures, and which numbers would do for them."""

    def __init__(self, trial: Trial, comparisons: Sequence[FigureComparison]) -> None:
        figures = self._figures = [c.figure for c in comparisons]
        self._rows = np.array([f.iteration - trial.first for f in figures])
        slots = np.array([f.slot for f in figures], dtype=np.int64)
        self._last: tuple[Trial, Integers | None] = trial, slots
        self._names = [f.name for f in figures]
        self._shown = [f.name if f.iteration == 1 else f"{f.name} @ {f.iteration}" for f in figures]
        self._values = np.array([f.value for f in figures])
        self._halves = np.array([f.half + f.room for f in figures])
        self._room = self._halves * (1 + 1e-9) + 4 * np.spacing(np.abs(self._values))
        self._truth = np.array([c.value for c in comparisons])
        self._wrong = np.array([is_wrong(c) for c in comparisons])
        self._roots = np.array([c.verdict is FigureVerdict.DISAGREEMENT for c in comparisons])
        roots, others = np.flatnonzero(self._roots), np.flatnonzero(~self._roots)
        kept = (*roots[: _MOST_KEPT // 2], *others[: _MOST_KEPT // 2])
        self._kept = np.array(kept, dtype=np.int64)
        # Rounding on the way is not a mistake: there the true value does as well.
        rounded = np.array([c.verdict is FigureVerdict.ROUNDING for c in comparisons])
        self._room = np.where(
            rounded, np.maximum(self._room, np.abs(self._values - self._truth)), self._room
        )

    def numbers(self, trial: Trial, alteration: Alteration) -> FloatArray | None:
        """What the figures would be; None if that makes no sense, or if one is of nothing there.

        After an iteration in which a wrong figure does not fit they are not computed, and NaN.
        """
        return finish(self.computing(trial, alteration, all_of_them=False))

    def computing(
        self, trial: Trial, alteration: Alteration, all_of_them: bool = True
    ) -> Generator[Progress, None, FloatArray | None]:
        """The same, all of them if wanted, with progress where there are many iterations."""
        numbers = np.full(len(self._values), np.nan)
        try:
            if alteration.change is not None:
                trial, alteration = trial.altered(alteration), NOTHING
            slots = self._slots_in(trial)
            if slots is None:
                return None
            for row, memory in enumerate(trial.run(alteration)):
                if row % _OFTEN == _OFTEN - 1:
                    yield Progress(trial.first + row, row, trial.last - trial.first + 1)
                here = self._rows == row
                numbers[here] = memory[slots[here]]
                if not all_of_them and not self._near(numbers)[here & self._wrong].all():
                    break
        except ModelError:
            return None
        return numbers

    def _slots_in(self, trial: Trial) -> Integers | None:
        """The slots of the figures in an altered program, None if one is not there."""
        if trial is not self._last[0]:
            found = list(map(trial.program.slot_named, self._names))
            slots = None if None in found else np.array(found, dtype=np.int64)
            self._last = trial, slots
        return self._last[1]

    def _near(self, numbers: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(np.abs(numbers - self._values) <= self._room)

    def fits(self, numbers: FloatArray) -> bool:
        """Whether numbers are the figures, as they are printed."""
        return bool(self._near(numbers).all())

    def gives_wrong(self, numbers: FloatArray) -> bool:
        """Whether they are the figures that are wrong."""
        return bool(self._near(numbers)[self._wrong].all())

    def spoiled(self, numbers: FloatArray) -> tuple[str, ...]:
        """The figures that they are not."""
        return tuple(self._shown[n] for n in np.flatnonzero(~self._near(numbers)))

    def explained(self, numbers: FloatArray) -> int:
        """How many wrong figures they give; 0 if not the first, or if they spoil an earlier one."""
        near = self._near(numbers)
        first = int(np.argmax(self._wrong))
        return int((near & self._wrong).sum()) if near[: first + 1].all() else 0

    def is_roughly(self, numbers: FloatArray) -> bool:
        """Whether somebody who rounds every number might get the figures from such numbers, as far
        as they are known.
        """
        room = _ROUGHLY * self._room + _SHARE * np.abs(self._values)
        return bool((np.isnan(numbers) | (np.abs(numbers - self._values) <= room)).all())

    def in_program(self, program: Program) -> list[Figure] | None:
        """The figures as those of another program; None if one is not there."""
        found = []
        for figure in self._figures:
            slot = program.slot_named(figure.name)
            if slot is None:
                return None
            found.append(replace(figure, slot=slot))
        return found

    def excerpt(self, numbers: FloatArray) -> FloatArray:
        """Those of some of the figures: of many figures not all numbers of each way are kept."""
        return np.asarray(numbers[self._kept])

    def chance(self, singles: Sequence[FloatArray], numbers: FloatArray | None = None) -> float:
        """How likely it is that the numbers of some mistake are the wrong figures by chance, or
        are as near to them as `numbers`.

        `singles` are excerpts of those of single mistakes. The density of such numbers near a
        figure is that of those no farther from it than half of what it is off. Of the figures
        only those count that do not follow from others, of one iteration, and at most three, for
        they may depend on one another.
        """
        shares = []
        first = self._rows[np.argmax(self._roots)]
        for place, n in enumerate(self._kept):
            if not self._roots[n] or self._rows[n] != first:
                continue
            half = self._halves[n]
            if numbers is not None:
                half = max(half, abs(numbers[n] - self._values[n]))
            window = max(abs(self._values[n] - self._truth[n]) / 2, half)
            near = sum(abs(each[place] - self._values[n]) <= window for each in singles)
            shares.append((near + 1) / (len(singles) + 1) * half / window)
        return float(math.prod(sorted(shares)[:3]))


def is_wrong(comparison: FigureComparison) -> bool:
    """Whether a figure is wrong, by itself or with another."""
    return comparison.verdict in (FigureVerdict.DISAGREEMENT, FigureVerdict.FOLLOWS)


def are_same(one: FloatArray, other: FloatArray) -> bool:
    """Whether two rows of numbers are the same but for the last digits of doubles."""
    return bool(np.allclose(one, other, rtol=_SAME, atol=0.0, equal_nan=True))
