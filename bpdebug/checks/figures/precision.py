"""What figures are precise to, as far as they tell: by array, for numpy prints one with 8 digits
and a number alone with 17, and by the arithmetic, for a float32 has gaps that its digits show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bpdebug.checks.figures.figure import (
    DOUBLE,
    SINGLE,
    Figure,
    power_of_ten,
    read_number,
    significant_digits,
    tolerance,
)
from bpdebug.program.program import Program

_BY_CHANCE = 0.01
"""Numbers are float32 if fewer than one in this many sets of others would look so."""

_SHORT = 4
"""A number of so few digits may be just that, and not rounded."""


def of_programs(program: Program, figures: Sequence[Figure]) -> list[Figure]:
    """Figures of one file with what belongs to the array that they are of: where most numbers have
    all digits of a double, none was rounded, for 0.5 is just that. An array of such short numbers
    alone is what most of the file is.
    """
    arrays: dict[str, list[Figure]] = {}
    for figure in figures:
        arrays.setdefault(program.quantity_at(figure.slot).name, []).append(figure)
    whole = {
        name: max(abs(figure.value) for figure in array) or 1.0
        for name, array in arrays.items()
        if _are_whole(array) or (_are_whole(figures) and all(map(_is_short, array)))
    }
    found = []
    for figure in figures:
        greatest = whole.get(program.quantity_at(figure.slot).name)
        if greatest is not None:
            half = tolerance(figure.value, greatest, figure.epsilon)
            figure = replace(figure, half=half, rounding=None)
        found.append(figure)
    return found


def _are_whole(figures: Sequence[Figure]) -> bool:
    return 2 * sum(figure.rounding is None for figure in figures) > len(figures)


def _is_short(figure: Figure) -> bool:
    return figure.rounding is None or significant_digits(figure.text) <= _SHORT


def may_be_single(program: Program, figures: Sequence[Figure]) -> tuple[list[Figure], bool]:
    """Figures with the rounding of float32 where their digits show it, and whether all of them may
    have been computed in float32: they have no more digits than that, or show it.
    """
    unknown = [figure for figure in figures if figure.epsilon == DOUBLE]
    arrays: dict[str, list[Figure]] = {}
    for figure in unknown:
        arrays.setdefault(program.quantity_at(figure.slot).name, []).append(figure)
    whole = _chance(unknown)
    single = {
        name: max(abs(figure.value) for figure in array) or 1.0
        for name, array in arrays.items()
        if whole < _BY_CHANCE or _chance(array) < _BY_CHANCE / len(arrays)
    }
    found = []
    for figure in figures:
        greatest = single.get(program.quantity_at(figure.slot).name)
        if greatest is not None and figure.epsilon == DOUBLE:
            half = max(figure.half, tolerance(figure.value, greatest, SINGLE))
            figure = replace(figure, half=half, rounding=None, epsilon=SINGLE)
        found.append(figure)
    return found, whole < math.inf


def _chance(figures: Sequence[Figure]) -> float:
    """How likely it is that figures, computed in float64, look as if they came from float32;
    infinite if they do not.
    """
    chance = 1.0
    for figure in figures:
        with np.errstate(over="ignore", under="ignore"):
            single = np.float32(figure.value)
            gap = float(np.spacing(np.abs(single)))
        if not np.isfinite(single):
            return math.inf
        near, rounding = float(single), figure.rounding
        if rounding is None:
            # In an array of others that are not.
            _, rounding = read_number(figure.text)
        if rounding is None:
            if near != figure.value:
                return math.inf
            unit = _unit(figure.value)
        else:
            if rounding.round(near) != figure.value:
                return math.inf
            unit = rounding.unit(figure.value)
        if figure.value:
            chance *= min(1.0, unit / gap)
    return chance


def _unit(value: float) -> float:
    """The unit of the last place of a double in its shortest form."""
    mantissa, _, exponent = np.format_float_scientific(value, trim="-").partition("e")
    digits = sum(each.isdecimal() for each in mantissa)
    return power_of_ten(int(exponent) - digits + 1)
