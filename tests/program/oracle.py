"""A run of a program by brute force: a dictionary of numbers, one operation after another.

It finds out by itself how far indices run, what names mean and what leaves stand for, and
it keeps every state there ever was. From the engine it takes the equations and which
element comes when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from bpdebug.models.model import Declaration, Model
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.symbols import Derivative, Index, Reference, Symbol, index_letters
from bpdebug.notation.tree import Expression, look_ups
from bpdebug.numerics import FloatArray
from bpdebug.program.backward import derive
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.shapes import forward_shapes

from .interpreter import PROFILE, Key, key, position_of, value

Shapes = Mapping[str, tuple[int, ...]]


def shapes_of(model: Model) -> dict[str, tuple[int, ...]]:
    """The shape of every plain quantity, found out from the declarations on."""
    shapes = {each.name: each.values.shape for each in model.declarations}
    for equation in model.equations:
        ranges = ranges_of(symbols(equation.value), shapes)
        assert isinstance(equation.target, Reference)
        shapes[equation.target.name] = tuple(ranges[str(i)] for i in equation.target.indices)
    return shapes


def ranges_of(found: Iterable[Symbol], shapes: Shapes) -> dict[str, int]:
    """How far each index letter runs, as the quantities that carry it say."""
    ranges: dict[str, int] = {}
    found = [*found]
    for symbol in found:
        for part in (symbol,) if isinstance(symbol, Reference) else (symbol.of, symbol.by):
            for index, size in zip(part.indices, shapes[part.name], strict=True):
                if isinstance(index, str):
                    assert ranges.setdefault(index, size) == size
    for each in found:
        for constant in look_ups(each):
            ranges |= ranges_of([constant], shapes)
    fits: dict[str, int] = {}
    for each in found:
        for part in (each,) if isinstance(each, Reference) else ():
            for index, size in zip(part.indices, shapes[part.name], strict=True):
                unknown = [letter for letter in index_letters(index) if letter not in ranges]
                if len(unknown) == 1:
                    count = _fitting(index, size, ranges)
                    fits[unknown[0]] = min(count, fits.get(unknown[0], count))
    return ranges | fits


def _fitting(index: Index, size: int, ranges: Mapping[str, int]) -> int:
    """How far a letter that stands in calculations only runs so that all positions are there."""
    letters, count = index_letters(index), 0
    while True:
        runs = [range(1, ranges.get(each, count + 1) + 1) for each in letters]
        every = [dict(zip(letters, at, strict=True)) for at in product(*runs)]
        if not all(1 <= position_of(index, at) <= size for at in every):
            return count
        count += 1


def elements_of(declaration: Declaration) -> dict[Key, float]:
    """The elements of what is given, with their values."""
    places = product(*(range(1, size + 1) for size in declaration.values.shape))
    flat = declaration.values.ravel().tolist()
    return {((declaration.name, at),): float(v) for at, v in zip(places, flat, strict=True)}


@dataclass(frozen=True)
class Operation:
    """What one operation did: where it wrote, what it computed, which slots it read."""

    target: Key
    slot: int
    result: float
    reads: frozenset[int]


Edits = Mapping[int, Mapping[int, float]]
"""Values given by a person: for a number of operations executed, the values by slot."""


class Trace:
    """Every state of the first iterations of a program, with `edits` made on the way.

    `states[p]` is the memory after p operations and the edits made there, `reached[p]` the
    one right before those edits, `operations[p - 1]` the p-th operation. `starts[r - 1]` is
    the memory as iteration r finds it. Where observations are taken in turn, an iteration
    puts in its own at its start, but for what was edited at the end of the one before.
    """

    def __init__(self, program: Program, iterations: int, edits: Edits | None = None) -> None:
        self.program = program
        self.edits = edits or {}
        self.operations: list[Operation] = []
        self.reached: list[FloatArray] = [program.start.copy()]
        self.states: list[FloatArray] = []
        self.starts: list[FloatArray] = []
        self._memory = program.start.copy()
        self._shapes = shapes_of(program.model)
        self._values: dict[Key, float] = {}
        self._slots: dict[Key, int] = {}
        for each in program.model.declarations:
            offset = program.quantities[each.name].offset
            for place, (name, number) in enumerate(elements_of(each).items()):
                self._values[name], self._slots[name] = number, offset + place
        self._leaves = _leaves(program.model)
        updated = {s.target.name for s in program.statements if s.phase is Phase.UPDATE}
        self._edit()
        for iteration in range(1, iterations + 1):
            if iteration > 1:
                self._load(iteration)
                for slot, number_ in self.edits.get(len(self.operations), {}).items():
                    self._give(slot, number_)
            self.starts.append(self._memory.copy())
            # What is computed is gone at the start of an iteration; nobody may read it.
            given = {k: v for k, v in self._values.items() if k[0][0] in updated or len(k) == 1}
            computed = {equation.target.family for equation in program.model.equations}
            self._values = {k: v for k, v in given.items() if k[0][0] not in computed}
            for number in range(program.operations):
                statement = program.statements[int(program.statement_of[number])]
                self._execute(statement, int(program.element_of[number]), number + 1)

    def _execute(self, statement: Statement, element: int, operation: int) -> None:
        equation = statement.equation
        ranges = ranges_of([equation.target, *symbols(equation.value)], self._shapes)
        letters = [i for i in equation.target.indices if isinstance(i, str)]
        places = list(product(*(range(1, ranges[letter] + 1) for letter in letters)))
        at = dict(zip(letters, places[element], strict=True))
        reads: set[int] = set()

        def read(wanted: Key) -> float:
            found = self._meaning(wanted)
            if isinstance(found, float):
                return found
            reads.add(self._slots[found])
            return self._values[found]

        target = key(equation.target, at)
        result = value(equation.value, read, ranges, PROFILE, at)
        slot = self.program.slot(operation)
        self._values[target], self._slots[target] = result, slot
        self.operations.append(Operation(target, slot, result, frozenset(reads)))
        self._memory[slot] = result
        self.reached.append(self._memory.copy())
        self._edit()

    def _edit(self) -> None:
        """Give the values that are given at this place, and take down the state."""
        for slot, given in self.edits.get(len(self.operations), {}).items():
            self._give(slot, given)
        self.states.append(self._memory.copy())

    def _load(self, iteration: int) -> None:
        """Put in the observations of an iteration, if they are taken in turn."""
        feed = self.program.model.feed
        for name in feed.data if feed is not None else ():
            assert feed is not None
            for place, given in enumerate(feed.values(name, iteration).ravel().tolist()):
                self._give(self.program.quantities[name].offset + place, given)

    def _give(self, slot: int, given: float) -> None:
        (name,) = [each for each in self._values if self._slots[each] == slot]
        self._values[name] = self._memory[slot] = given

    def _meaning(self, wanted: Key) -> Key | float:
        """The element that is meant, or the constant if `wanted` is a leaf that is one."""
        if wanted in self._values:
            return wanted
        for pattern, stands_for in self._leaves:
            at = _fits(pattern, wanted)
            if at is not None:
                if isinstance(stands_for, Reference):
                    return key(stands_for, at, self._values.__getitem__)
                return float(value(stands_for, lambda _: None, {}, PROFILE))
        raise AssertionError(f"{wanted} is read before it is computed")


def _leaves(model: Model) -> list[tuple[Derivative, Expression]]:
    shapes = forward_shapes(model.equations, {d.name: d.values.shape for d in model.declarations})
    trained = [each.name for each in model.declarations if each.trained]
    leaves: tuple[Equation, ...] = derive(
        model.equations, model.loss, trained, shapes, model.style
    ).leaves
    return [(leaf.target, leaf.value) for leaf in leaves if isinstance(leaf.target, Derivative)]


def _fits(pattern: Derivative, wanted: Key) -> dict[str, int] | None:
    """The position of each letter of `pattern` that makes it `wanted`."""
    if tuple(name for name, _ in wanted) != (pattern.of.name, pattern.by.name):
        return None
    at: dict[str, int] = {}
    given = [position for _, positions in wanted for position in positions]
    for index, position in zip((*pattern.of.indices, *pattern.by.indices), given, strict=True):
        expected = at.setdefault(index, position) if isinstance(index, str) else index
        if expected != position:
            return None
    return at


def same_bits(a: FloatArray, b: FloatArray) -> bool:
    """Whether two arrays have the same bits; any NaN is as good as any other."""
    plain = [np.where(np.isnan(each), np.nan, each) for each in (a, b)]
    return plain[0].tobytes() == plain[1].tobytes()


def first_difference(program: Program, a: FloatArray, b: FloatArray) -> str:
    """The first slot in which two memories differ, in words."""
    for slot in range(len(a)):
        if not same_bits(a[slot : slot + 1], b[slot : slot + 1]):
            return f"{program.name(slot)}: {float(a[slot]).hex()} against {float(b[slot]).hex()}"
    return "the same"
