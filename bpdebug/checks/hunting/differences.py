"""Where two programs differ: the elements that one of them computes or begins with in another way.

It is found from the programs themselves, so it does not matter how a mistake is made.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tree import Expression
from bpdebug.program.formula import Formula, evaluate, formula
from bpdebug.program.program import Program, Statement
from bpdebug.program.quantities import Kind

_Same = Callable[[Expression, Expression], bool]

_DRAWS, _SAME = 3, 1e-9
_MOST_COMPARED = 2_000
"""Of a statement with more elements that is another one all are taken to differ."""

_MOST_ORDERED = 20_000
"""In programs with more operations only the updates are looked at for what comes too early."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An element that one of two `programs`, the right one first, computes in another way.

    `given` are the values that it begins with, the right one first, if those differ. `reads_early`
    names what has been written already when it is read.
    """

    element: str
    programs: tuple[Program, Program]
    given: tuple[float, float] | None = None
    reads_early: str = ""

    @property
    def right(self) -> Formula | None:
        """The right formula, None if no operation of the right program computes it."""
        return _formula_of(self.programs[0], self.element)

    @property
    def wrong(self) -> Formula | None:
        """The wrong one, None if no operation computes it."""
        return _formula_of(self.programs[1], self.element)


def differences(right: Program, wrong: Program) -> dict[str, Difference]:
    """What `wrong` does in another way than `right`, by element, in the order of the run."""
    given = list(_given(right, wrong))
    ways: tuple[Callable[[], Iterator[Difference]], ...] = (
        lambda: chain(given, _computed(right, wrong, is_same)),
        lambda: _ordered(right, wrong),
        # Some formulas differ only where no number was tried.
        lambda: _computed(right, wrong, operator.eq),
    )
    for way in ways:
        found: dict[str, Difference] = {}
        for each in way():
            found.setdefault(each.element, each)
        if found:
            return found
    return {}


def is_same(one: Expression, other: Expression) -> bool:
    """Whether two expressions are the same: written alike, or of one value wherever they are tried.

    They are tried with random numbers from 0.2 to 0.9, where the functions of models have values.
    """
    if one == other:
        return True
    chosen = random.Random(1)
    for _ in range(_DRAWS):
        drawn: dict[Symbol, float] = {}

        def read(symbol: Symbol, drawn: dict[Symbol, float] = drawn) -> float:
            return drawn.setdefault(symbol, chosen.uniform(0.2, 0.9))

        first, second = evaluate(one, read), evaluate(other, read)
        if not (math.isfinite(first) and math.isfinite(second)):
            return False
        if abs(first - second) > _SAME * max(abs(first), abs(second)):
            return False
    return True


def _given(right: Program, wrong: Program) -> Iterator[Difference]:
    """What begins with another value."""
    kinds = (Kind.INPUT, Kind.TARGET, Kind.CONSTANT, Kind.PARAMETER, Kind.STATE)
    for quantity in right.of_kind(*kinds):
        other = wrong.quantities.get(quantity.name)
        if other is None or other.shape != quantity.shape:
            continue
        mine, theirs = right.start[quantity.span], wrong.start[other.span]
        for place in np.flatnonzero(mine != theirs).tolist():
            values = float(mine[place]), float(theirs[place])
            yield Difference(right.name(quantity.offset + place), (right, wrong), given=values)


def _computed(right: Program, wrong: Program, same: _Same) -> Iterator[Difference]:
    """What is computed by another formula, or in one of the programs only."""
    known = {_key(each) for each in right.statements}
    theirs = {_key(each) for each in wrong.statements}
    seen = set()
    for statement in wrong.statements:
        if _key(statement) in known:
            continue
        for slot in statement.slots.tolist():
            name = wrong.name(slot)
            seen.add(name)
            if statement.size > _MOST_COMPARED:
                yield Difference(name, (right, wrong))
                continue
            own = formula(wrong, int(wrong.written_at[slot]))
            meant = _formula_of(right, name)
            if meant is None or not _is_same_formula(meant, own, same):
                yield Difference(name, (right, wrong))
    for statement in right.statements:
        if _key(statement) in theirs:
            continue
        for slot in statement.slots.tolist():
            name = right.name(slot)
            if name not in seen and not _written(wrong, name):
                yield Difference(name, (right, wrong))


def _key(statement: Statement) -> object:
    return statement.equation, tuple(statement.ranges.items())


def _formula_of(program: Program, name: str) -> Formula | None:
    slot = program.slot_named(name)
    operation = int(program.written_at[slot]) if slot is not None else 0
    return formula(program, operation) if operation else None


def _is_same_formula(one: Formula, other: Formula, same: _Same) -> bool:
    mine, theirs = one.equation, other.equation
    return mine.assigns == theirs.assigns and same(mine.value, theirs.value)


def _ordered(right: Program, wrong: Program) -> Iterator[Difference]:
    """What reads something that is written before it in only one of the programs."""
    if wrong.operations > _MOST_ORDERED:
        for slot in wrong.parameter_slots().tolist():
            name = wrong.name(slot)
            if _written(wrong, name) != _written(right, name):
                yield Difference(name, (right, wrong))
        return
    for operation in range(1, wrong.operations + 1):
        own = formula(wrong, operation)
        name = wrong.name(own.slot)
        early = [
            wrong.name(read)
            for read in own.operands.values()
            if isinstance(read, int)
            and _is_before(wrong, wrong.name(read), name)
            and not _is_before(right, wrong.name(read), name)
        ]
        if early:
            yield Difference(name, (right, wrong), reads_early=early[0])


def _written(program: Program, name: str) -> int:
    slot = program.slot_named(name)
    return 0 if slot is None else int(program.written_at[slot])


def _is_before(program: Program, name: str, other: str) -> bool:
    return 0 < _written(program, name) < _written(program, other)
