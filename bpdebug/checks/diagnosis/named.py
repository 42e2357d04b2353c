"""The mistakes of the catalogue, where they can be: those that alter equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.course import Course, Give
from bpdebug.checks.diagnosis.values import Values
from bpdebug.checks.mistakes.catalogue import CATALOGUE, ROUNDED
from bpdebug.notation.derivatives import unique_sums
from bpdebug.notation.equation import Equation
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Statement
from bpdebug.program.replacing import computes

MOST_OPERATIONS = 200
"""In programs with more operations no mistake in a single element is looked for."""


def cost_of(place: int) -> float:
    """How unusual the entry of the catalogue at a place is: the more usual ones stand first."""
    return 0.3 + 0.02 * place


@dataclass(frozen=True, slots=True)
class Named:
    """A mistake of the catalogue at a place, and what it makes some statements give."""

    made: Made
    gives: Mapping[int, Give]
    cost: float


def named(
    course: Course,
    values: Values,
    wrong: frozenset[int],
    reach: Callable[[int], frozenset[int]],
) -> Iterator[Named]:
    """Those on which all wrong figures depend, or the first of them."""
    program = course.program
    if program.operations > MOST_OPERATIONS:
        return
    places = _Places(course)
    first = min(wrong)
    for number, mistake in enumerate(CATALOGUE):
        if mistake.name == ROUNDED:
            continue
        seen = set()
        for alteration in mistake.alterations(program):
            if alteration.change is not None or alteration.values or alteration.where in seen:
                continue
            seen.add(alteration.where)
            targets = [places.of(each) for each in alteration.replaced]
            if not any(first in reach(place) for place in targets if place is not None):
                continue
            gives: dict[int, Give] = {}
            for place, equation in zip(targets, alteration.replaced, strict=True):
                if place is None:
                    break
                gives[place] = _give(course, values, place, equation, gives.get(place))
            else:
                yield Named(Made(mistake, alteration), gives, cost_of(number))


class _Places:
    def __init__(self, course: Course) -> None:
        self._course = course
        self._families: dict[str, list[tuple[int, Statement]]] = {}
        for place, each in enumerate(course.statements):
            self._families.setdefault(each.equation.target.family, []).append((place, each))

    def of(self, equation: Equation) -> int | None:
        """The statement that an equation stands for."""
        for place, each in self._families.get(equation.target.family, ()):
            if computes(each.equation, equation.target):
                return place
        return None


def _give(
    course: Course, values: Values, place: int, equation: Equation, before: Give | None
) -> Give:
    """What a statement gives with another equation for all of its elements, or for one."""
    statement = course.statements[place]
    ranges = dict(statement.ranges)
    shape = tuple(ranges[each] for each in statement.indices)
    value = course.program.names.without_leaves(unique_sums(equation))
    if equation.target == statement.equation.target:

        def give(memory: FloatArray, row: int | None) -> FloatArray:
            found = values.of(value, statement.indices, ranges, memory)
            return np.broadcast_to(found, shape).ravel()

        return give
    found = course.program.names.find(equation.target)
    assert isinstance(found, tuple)
    quantity, indices = found
    slot = quantity.offset + quantity.place(tuple(n for n in indices if isinstance(n, int)))
    (element,) = np.flatnonzero(statement.slots == slot)

    def give_one(memory: FloatArray, row: int | None) -> FloatArray:
        own = values.of(value, (), ranges, memory)
        if before is not None:
            all_of_them = np.array(before(memory, row))
        elif row is not None:
            all_of_them = np.array(course.values(place, row))
        else:
            general = values.of(statement.value, statement.indices, ranges, memory)
            all_of_them = np.array(np.broadcast_to(general, shape)).ravel()
        all_of_them[element] = own
        return all_of_them

    return give_one
