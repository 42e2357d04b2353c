"""Which mistakes of the catalogue could be made at an element, and what each would make of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice

from bpdebug.checks.hunting.differences import differences
from bpdebug.checks.mistakes.alteration import Alteration, Mistake
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.debugger.state import Progress
from bpdebug.models.model import ModelError
from bpdebug.notation.equation import Equation
from bpdebug.program.build import build
from bpdebug.program.formula import Formula, Writer
from bpdebug.program.program import Program, Statement
from bpdebug.program.quantities import element_symbol
from bpdebug.program.replacing import computes

_MOST_WAYS = 5_000
"""The most ways of making a mistake that are looked at."""

_MOST_BUILT = 5_000
"""In programs with more operations a mistake that makes another model may be anywhere."""

_MOST_ELEMENTS = 4_096


@dataclass(frozen=True, slots=True)
class _Reach:
    """The arrays and the elements that a mistake may be made at; `anywhere` says that it is not
    known.
    """

    arrays: frozenset[str]
    elements: frozenset[str]
    anywhere: bool = False


class Places:
    """The places of mistakes in a program in which none is made yet."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._reaches: dict[str, _Reach] = {}

    def surveying(self, element: str) -> Generator[Progress, None, tuple[Mistake, ...]]:
        """The mistakes that could be made at an element; all of them at one that the right program
        does not have.
        """
        found = []
        for number, mistake in enumerate(CATALOGUE, start=1):
            yield Progress(1, number, len(CATALOGUE))
            if self.can_be(mistake, element):
                found.append(mistake)
        return tuple(found)

    def can_be(self, mistake: Mistake, element: str) -> bool:
        """Whether a mistake could be made at an element."""
        slot = self.program.slot_named(element)
        if slot is None:
            return True
        reach = self._reach(mistake)
        if reach.anywhere or element in reach.elements:
            return True
        return self.program.quantity_at(slot).name in reach.arrays

    def some(self, mistake: Mistake, most: int) -> list[str]:
        """Some arrays or elements at which it could be made."""
        reach = self._reach(mistake)
        return sorted(reach.arrays | reach.elements)[:most]

    def _reach(self, mistake: Mistake) -> _Reach:
        if mistake.name not in self._reaches:
            self._reaches[mistake.name] = self._reach_of(mistake)
        return self._reaches[mistake.name]

    def _reach_of(self, mistake: Mistake) -> _Reach:
        arrays, elements = set(), set()
        for alteration in ways(mistake, self.program):
            elements |= set(alteration.values)
            if alteration.change is not None:
                if self.program.operations > _MOST_BUILT:
                    return _Reach(frozenset(), frozenset(), anywhere=True)
                other = built(alteration, self.program)
                elements |= set(differences(self.program, other)) if other is not None else set()
            for equation in alteration.replaced:
                name, place = _target(self.program, equation)
                if place is None:
                    arrays.add(name)
                else:
                    elements.add(self.program.name(place))
        return _Reach(frozenset(arrays), frozenset(elements))


def ways(mistake: Mistake, program: Program) -> Iterator[Alteration]:
    """The ways of making a mistake, not too many."""
    return islice(mistake.alterations(program), _MOST_WAYS)


def built(alteration: Alteration, program: Program) -> Program | None:
    """The program with an alteration; None if that makes none."""
    try:
        return build(alteration.made_in(program))
    except ModelError:
        return None


def effects(program: Program, alteration: Alteration, only: str = "") -> dict[str, Formula] | None:
    """The formula that each element gets from the equations of an alteration, written out; of
    `only` one element, if it is named.

    None if it is not made by equations, or if there are too many.
    """
    if alteration.change is not None or alteration.values:
        return None
    found: dict[str, Formula] = {}
    for equation in alteration.replaced:
        statement = _statement(program, equation)
        whole = statement.equation.target == equation.target
        if whole and statement.size + len(found) > _MOST_ELEMENTS and not only:
            return None
        for number in range(statement.size if whole else 1):
            positions = statement.positions(number) if whole else {}
            _, place = _target(program, equation)
            slot = int(statement.slots[number]) if place is None else place
            writer = Writer(program, statement.ranges)
            name = program.name(slot)
            if only and name != only:
                continue
            value = writer.write(equation.value, positions)
            written = Equation(element_symbol(name), value, equation.assigns)
            found[name] = Formula(written, writer.operands, slot)
    return found


def _target(program: Program, equation: Equation) -> tuple[str, int | None]:
    """The quantity that an equation is for, and the slot if it is for one element."""
    found = program.names.find(equation.target)
    assert isinstance(found, tuple)
    quantity, indices = found
    numbers = [each for each in indices if isinstance(each, int)]
    if len(numbers) < len(indices):
        return quantity.name, None
    return quantity.name, quantity.offset + quantity.place(tuple(numbers))


def _statement(program: Program, equation: Equation) -> Statement:
    return next(s for s in program.statements if computes(s.equation, equation.target))
