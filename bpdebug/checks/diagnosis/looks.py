"""A first look: what the wrong figures of an array have to do with the right ones.

Found by dividing, subtracting and comparing, before anything is tried: a constant factor, a sign, a
constant or a known array added, another order, the numbers of another array, one row alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bpdebug.checks.diagnosis.factors import Factors, ratio
from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers, Program
from bpdebug.program.quantities import Quantity

_LEAST = 2
"""At least this many numbers say something about an array."""


class Seen(StrEnum):
    """What an array has to do with what it should be."""

    ZERO = "zero"
    FACTOR = "factor"
    ADDED = "added"
    PROPORTIONAL = "proportional"
    OTHER = "other"
    ORDER = "order"
    SHAPE = "shape"
    PART = "part"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at the figures of `name`, an array or the only element of one that there is a
    figure of; `wrong` of which are wrong, of `count`.

    `factor` is how many times they are what they should be, or how many times `other` was added to
    them; `text` what that number is called. `other` is another array, or an order.
    """

    name: str
    iteration: int
    seen: Seen
    wrong: int
    count: int
    factor: float = 1.0
    text: str = ""
    other: str = ""


def looks(program: Program, sheet: Sheet, memory: FloatArray) -> tuple[Look, ...]:
    """A look at each array with wrong figures in the first iteration that has any, in the order of
    the run. `memory` is what is right at the end of that iteration.
    """
    slots = sheet.slots_in(program)
    if slots is None:
        return ()
    factors = Factors(program)
    here = np.flatnonzero(sheet.iterations == sheet.first)
    arrays: dict[str, list[int]] = {}
    for at in here.tolist():
        arrays.setdefault(program.quantity_at(int(slots[at])).name, []).append(at)
    looking = _Looking(program, sheet, memory, factors)
    return tuple(
        looking.at(program.quantities[name], np.array(which), slots[which])
        for name, which in arrays.items()
        if sheet.wrong[which].any()
    )


class _Looking:
    def __init__(
        self, program: Program, sheet: Sheet, memory: FloatArray, factors: Factors
    ) -> None:
        self.program, self.sheet, self.memory = program, sheet, memory
        self.factors = factors

    def at(self, quantity: Quantity, which: Integers, slots: Integers) -> Look:
        """What is seen at one array."""
        sheet = self.sheet
        wrong = which[sheet.wrong[which]]
        found, true, room = sheet.values[wrong], sheet.truth[wrong], sheet.room[wrong]
        name, iteration = quantity.name, sheet.first
        if len(which) == 1:
            name = sheet.names[int(which[0])]
        count = len(wrong), len(which)

        def look(seen: Seen, factor: float = 1.0, text: str = "", other: str = "") -> Look:
            return Look(name, iteration, seen, *count, factor, text, other)

        if (np.abs(found) <= room).all():
            return look(Seen.ZERO, 0.0)
        factor = self._factor(found, true, room)
        if factor is not None and (len(wrong) >= _LEAST or factor[1]):
            return look(Seen.FACTOR, *factor)
        if len(which) >= _LEAST and len(wrong) == len(which):
            for seen, text in self._orders(quantity, which, slots):
                return look(seen, other=text)
            for seen, number, text, other in self._left_over(quantity, wrong, slots):
                return look(seen, number, text, other)
        part = self._part(quantity, which, slots)
        return look(Seen.PART, other=part) if part else look(Seen.DIFFERENT)

    def _factor(
        self, found: FloatArray, true: FloatArray, room: FloatArray
    ) -> tuple[float, str] | None:
        """The factor between what was found and what is right, and what it is called."""
        factor = ratio(found, true, room)
        if factor is None:
            return None
        inexact = float(room.max()) / float(np.abs(true).max())
        named = self.factors.named(factor, inexact)
        return (factor, "") if named is None else (named[0], named[1])

    def _orders(
        self, quantity: Quantity, which: Integers, slots: Integers
    ) -> Iterator[tuple[Seen, str]]:
        """Another array's numbers, or its own in another order."""
        sheet = self.sheet
        if len(which) < 2 or len(which) != quantity.size:
            return
        values, room = sheet.values[which], sheet.room[which]
        inside = slots - quantity.offset
        shape = quantity.shape
        own = self.memory[quantity.span].reshape(shape)
        for text, turned in _turned(own).items():
            if turned.shape == shape and (np.abs(turned.ravel()[inside] - values) <= room).all():
                yield Seen.ORDER, text
        for other in self.program.quantities.values():
            if other.size == quantity.size and other is not quantity:
                numbers = self.memory[other.span]
                if (np.abs(numbers[inside] - values) <= room).all():
                    yield Seen.OTHER, other.name
        if (np.abs(np.sort(own.ravel()[inside]) - np.sort(values)) <= room).all():
            yield Seen.ORDER, "another order"

    def _left_over(
        self, quantity: Quantity, wrong: Integers, slots: Integers
    ) -> Iterator[tuple[Seen, float, str, str]]:
        """What is too much: one number, or a known array this many times."""
        sheet = self.sheet
        room = sheet.room[wrong]
        excess = sheet.values[wrong] - sheet.truth[wrong]
        if len(wrong) > 1 and (np.abs(excess - excess.mean()) <= room).all():
            number = float(excess.mean())
            named = self.factors.named(number, float(room.min()))
            yield Seen.ADDED, number, "" if named is None else named[1], ""
        for other in self.program.quantities.values():
            if other.shape != quantity.shape or other is quantity or len(wrong) < 2:
                continue
            basis = self.memory[other.offset + slots - quantity.offset]
            factor = ratio(excess, basis, room)
            if factor is not None:
                inexact = float(room.max()) / float(np.abs(basis).max())
                named = self.factors.named(factor, inexact)
                yield Seen.PROPORTIONAL, factor, "" if named is None else named[1], other.name

    def _part(self, quantity: Quantity, which: Integers, slots: Integers) -> str:
        """Which row or column alone is wrong, if the others are right."""
        wrong = self.sheet.wrong[which]
        if wrong.all() or len(quantity.shape) < 2 or wrong.sum() < _LEAST:
            return ""
        places = np.array(np.unravel_index(slots - quantity.offset, quantity.shape)).T
        for axis in range(len(quantity.shape)):
            lines = np.unique(places[wrong, axis])
            if len(lines) == 1 and wrong[places[:, axis] == lines[0]].all():
                words = "row" if axis == 0 else "column"
                return f"{words} {int(lines[0]) + 1}"
        return ""


def _turned(array: FloatArray) -> Mapping[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    if array.ndim == 2 and min(array.shape) > 1:
        found["transposed"] = array.T
        found["read column by column"] = array.T.reshape(array.shape)
    for axis in range(array.ndim):
        if array.shape[axis] > 1:
            found[f"reversed along index {axis + 1}"] = np.flip(array, axis)
            found[f"shifted along index {axis + 1}"] = np.roll(array, 1, axis)
            found[f"shifted back along index {axis + 1}"] = np.roll(array, -1, axis)
    return found
