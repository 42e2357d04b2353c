"""The figures of a diagnosis as arrays, and which numbers would do for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bpdebug.checks.figures.figure import DOUBLE, Figure
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers, Program

_ROUGHLY, _SHARE = 8.0, 0.03
"""Rounding before the end may move a number by this many units of its last place, or this share."""

_SAME = 1e-11
"""Numbers that differ less than this, relatively, are the same numbers."""

_FEW = 3

_CACHED, _COARSEST = 2.0, 1e-3
"""Figures may be off this many times as far as those that are right, but not by more than this
share of their quantity's largest."""

_CLOSELY = 1.01

_WIDER = 1.5
"""This many times half of the last digit is a precision of its own."""


class Sheet:
    """Figures beside their true values, in the order of the run.

    `values` are the figures, `truth` what is right, `room` how far a number may be from a figure,
    `printed` what their digits leave open, and `halves` that with what the arithmetic may do.
    `wrong` says which are wrong, `roots` which of those do not follow from others. `precision` is
    to what share of their quantity's largest wrong figures have to come out, where that is more
    than half of their last digit; 0 where it is not. `is_as_right` says that the figures that are
    right have shown it, and not the arithmetic. `shows_rounding` says that some of them come out
    only if numbers are rounded on the way.
    """

    def __init__(self, comparisons: Sequence[FigureComparison]) -> None:
        self.comparisons = tuple(comparisons)
        figures = [c.figure for c in comparisons]
        self.names = [f.name for f in figures]
        self.iterations = np.array([f.iteration for f in figures], dtype=np.int64)
        self.values = np.array([f.value for f in figures])
        self.truth = np.array([c.value for c in comparisons])
        self.wrong = np.array([is_wrong(c) for c in comparisons], dtype=bool)
        self.roots = np.array([c.verdict is FigureVerdict.DISAGREEMENT for c in comparisons])
        self.is_rounded = any(f.rounding is not None for f in figures)
        self.printed = np.array([f.half for f in figures])
        self.halves = np.array([f.half + f.room for f in figures])
        room = self.halves * (1 + 1e-9) + 4 * np.spacing(np.abs(self.values))
        # Intermediate rounding is not a mistake: there the true value does as well.
        off = np.abs(self.values - self.truth)
        rounded = np.array([c.verdict is FigureVerdict.ROUNDING for c in comparisons], dtype=bool)
        room = np.where(rounded, np.maximum(room, off), room)
        self.shows_rounding = self.is_rounded and bool(rounded.any())
        # What the right ones were computed from had so few digits; so had that of the wrong ones.
        # As a share of its quantity's largest, for what cancels keeps the error of what it is of.
        right = ~self.wrong & (self.truth != 0)
        families = [c.figure.name.partition("[")[0] for c in comparisons]
        scale = dict.fromkeys(families, 0.0)
        for family, value in zip(families, np.abs(self.values), strict=True):
            scale[family] = max(scale[family], float(value))
        scales = np.maximum(np.array([scale[family] for family in families]), np.abs(self.values))
        shares = (np.maximum(off - self.halves, 0) / np.maximum(scales, 1e-300))[right]
        self.share = float(shares.max()) * _CACHED if shares.size >= 3 else 0.0
        self.room = np.maximum(room, np.minimum(self.share, _COARSEST) * scales)
        self.is_as_right = bool((self.room > room)[self.wrong].any())
        # The digits of a float32 do not say how exact it is.
        printed = np.array([f.half if f.epsilon == DOUBLE else 0.0 for f in figures])
        wider = self.wrong & (self.room > _WIDER * printed) & (scales > 0) & np.isfinite(self.room)
        precisions = (self.room / np.maximum(scales, 1e-300))[wider]
        self.precision = float(precisions.max()) if precisions.size else 0.0

    def beside(self, numbers: FloatArray) -> Sheet:
        """The same figures where other numbers are the true ones."""
        found = copy(self)
        found.truth = numbers
        found.wrong = ~self.near(numbers)
        found.roots = found.wrong
        return found

    def __len__(self) -> int:
        return len(self.names)

    @property
    def first(self) -> int:
        """The iteration of the first wrong figure."""
        return int(self.iterations[self.wrong].min())

    def near(self, numbers: FloatArray) -> NDArray[np.bool_]:
        """Which of the figures some numbers are."""
        return np.asarray(np.abs(numbers - self.values) <= self.room)

    def fits(self, numbers: FloatArray) -> bool:
        """Whether numbers are the figures, as they are printed."""
        return bool(self.near(numbers).all())

    def fits_closely(self, numbers: FloatArray) -> bool:
        """Whether the wrong figures come out to their last digit."""
        off = np.abs(numbers - self.values)
        return bool(
            (off <= _CLOSELY * self.printed + 4 * np.spacing(np.abs(self.values)))[self.wrong].all()
        )

    def gives_wrong(self, numbers: FloatArray) -> bool:
        """Whether they are the figures that are wrong."""
        return bool(self.near(numbers)[self.wrong].all())

    def spoiled(self, numbers: FloatArray) -> tuple[str, ...]:
        """The figures that they are not."""
        return tuple(
            name if n == 1 else f"{name} @ {n}"
            for name, n, near in zip(self.names, self.iterations, self.near(numbers), strict=True)
            if not near
        )

    def is_roughly(self, numbers: FloatArray) -> bool:
        """Whether somebody who rounds every number might get the figures from such numbers, as far
        as they are known.
        """
        room = _ROUGHLY * self.room + _SHARE * np.abs(self.values)
        return bool((np.isnan(numbers) | (np.abs(numbers - self.values) <= room)).all())

    def distance(self, numbers: FloatArray) -> float:
        """How far numbers are from the figures, as a share of what intermediate rounding may do."""
        room = _ROUGHLY * self.room + _SHARE * np.abs(self.values)
        off = np.abs(numbers - self.values) / room
        return float(np.nanmax(off)) if np.isfinite(off).any() else math.inf

    @property
    def first_roots(self) -> Integers:
        """The first wrong figures that do not follow from others."""
        return np.flatnonzero(self.wrong & (self.iterations == self.first))[:_FEW]

    def are_roughly(self, which: Integers, numbers: FloatArray) -> bool:
        """The same of some of the figures; wrong ones must not be as near to what is right."""
        room = _ROUGHLY * self.room[which] + _SHARE * np.abs(self.values[which])
        off = np.abs(self.values[which] - self.truth[which]) / 2
        room = np.where(self.wrong[which], np.minimum(room, off), room)
        return bool((np.abs(numbers[which] - self.values[which]) <= room).all())

    def slots_in(self, program: Program) -> Integers | None:
        """Where a program has them; None if one is not there."""
        found = list(map(program.slot_named, self.names))
        return None if None in found else np.array(found, dtype=np.int64)

    def figures_in(self, program: Program) -> list[Figure] | None:
        """The figures as those of another program; None if one is not there."""
        slots = self.slots_in(program)
        if slots is None:
            return None
        pairs = zip(self.comparisons, slots.tolist(), strict=True)
        return [replace(c.figure, slot=slot) for c, slot in pairs]


def is_wrong(comparison: FigureComparison) -> bool:
    """Whether a figure is wrong, by itself or with another."""
    return comparison.verdict in (FigureVerdict.DISAGREEMENT, FigureVerdict.FOLLOWS)


def are_same(one: FloatArray, other: FloatArray) -> bool:
    """Whether two rows of numbers are the same but for the last digits of doubles."""
    return bool(np.allclose(one, other, rtol=_SAME, atol=0.0, equal_nan=True))
