"""Time steps of a recurrent model, found in the form of its equations alone.

A model unrolled over time has the same equations once for each step, where a step reads what the
step before has computed. Names are not looked at, so it does not matter how steps are numbered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Binary, Call, Expression, Number, Over, Power, children, walk
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind

_FLOW = (Kind.INPUT, Kind.COMPUTED, Kind.TARGET, Kind.CONSTANT)
_MOST_STATEMENTS = 3000
"""Longer forward passes are not searched for steps: the time that takes grows with the square."""
_MOST_WORK = 300_000
"""The most references that are compared; a model takes a few thousand."""


@dataclass(frozen=True)
class Steps:
    """The step, from 0, of each computed quantity that belongs to one.

    What has the same `role` in two steps is computed by the same equation. `initial` are what the
    first step reads in the place of what a later one has from the step before it.
    """

    of: Mapping[str, int]
    role: Mapping[str, int]
    initial: frozenset[str]
    count: int


@dataclass(frozen=True)
class _Run:
    """`count` blocks of `period` equations from the equation `start` on."""

    start: int
    period: int
    count: int

    @property
    def stop(self) -> int:
        return self.start + self.period * self.count

    def block(self, statement: int) -> int | None:
        """The block of an equation, None outside of the run."""
        if not self.start <= statement < self.stop:
            return None
        return (statement - self.start) // self.period


def steps(program: Program) -> Steps | None:
    """The time steps of a model, None if it has none."""
    statements = [s for s in program.statements if s.phase in (Phase.FORWARD, Phase.LOSS)]
    if program.model.layers or not 2 <= len(statements) <= _MOST_STATEMENTS:
        return None
    return _Finder(program, statements).steps()


class _Finder:
    def __init__(self, program: Program, statements: Sequence[Statement]) -> None:
        self._statements = statements
        self._work = 0
        self._keys = [_key(program, each) for each in statements]
        numbers = {key: number for number, key in enumerate(dict.fromkeys(self._keys))}
        self._numbers = np.array([numbers[key] for key in self._keys])
        self._parameters = [
            any(program.quantities[each.family].kind is Kind.PARAMETER for each in symbols(value))
            for value in (statement.equation.value for statement in statements)
        ]
        made = {each.target.name: number for number, each in enumerate(statements)}
        self._reads: list[list[tuple[str, int | None]]] = [
            [
                (each.name, made.get(each.name))
                for each in symbols(statement.equation.value)
                if isinstance(each, Reference) and program.quantities[each.name].kind in _FLOW
            ]
            for statement in statements
        ]

    def steps(self) -> Steps | None:
        candidates = sorted(self._repeated(), key=lambda run: (-run[1] - run[2], run[2]))
        for start, length, period in candidates:
            found = self._phased(start, length, period)
            if found is not None:
                return self._described(*found)
            if self._work > _MOST_WORK:
                break
        return None

    def _repeated(self) -> Iterator[tuple[int, int, int]]:
        """Where equations come back after a period: first one, how many do, period."""
        for period in range(1, len(self._numbers) // 2 + 1):
            same = self._numbers[period:] == self._numbers[:-period]
            edges = np.flatnonzero(np.diff(np.concatenate(([0], same.astype(np.int8), [0]))))
            starts, lengths = edges[::2], edges[1::2] - edges[::2]
            if len(lengths) and lengths.max() >= period:
                best = int(lengths.argmax())
                yield int(starts[best]), int(lengths[best]), period

    def _phased(self, start: int, length: int, period: int) -> tuple[_Run, set[int]] | None:
        """The run with its blocks cut where the fewest values cross from one to the next."""
        best: tuple[tuple[int, int, int], _Run, set[int]] | None = None
        for first in range(start, start + min(period, length - period + 1)):
            run = _Run(first, period, (start + length + period - first) // period)
            carried = self._carried(run)
            if carried and self._learns(run) and self._goes_on(run, carried):
                rest = start + length + period - run.stop
                cost = len({self._offset(run, place) for place in carried}), rest, first
                if best is None or cost < best[0]:
                    best = cost, run, carried
            if self._work > _MOST_WORK:
                break
        return None if best is None else best[1:]

    def _offset(self, run: _Run, place: int) -> int | None:
        """Which equation of the block before the read at a place of a block refers to."""
        statement, read = divmod(place, 1 << 16)
        made = self._reads[run.start + run.period + statement][read][1]
        return None if made is None else (made - run.start) % run.period

    def _learns(self, run: _Run) -> bool:
        """Whether a step has parameters: those that all steps share."""
        return any(self._parameters[run.start : run.start + run.period])

    def _goes_on(self, run: _Run, carried: set[int]) -> bool:
        """Whether anything is carried on from step to step, not only to the next one."""
        told: dict[int, set[int]] = {place >> 16: set() for place in carried}
        for place in carried:
            offset = self._offset(run, place)
            if offset is not None:
                told[place >> 16].add(offset)
        first = run.start + run.period
        from_before: list[set[int]] = []
        for inside in range(run.period):
            found = set(told.get(inside, ()))
            for _, made in self._reads[first + inside]:
                if made is not None and first <= made < first + inside:
                    found |= from_before[made - first]
            from_before.append(found)
        alive = set().union(*told.values())
        while True:
            left = {offset for offset in alive if from_before[offset] & alive}
            if left == alive:
                return bool(alive)
            alive = left

    def _carried(self, run: _Run) -> set[int] | None:
        """Which reads of a block refer to the one before; None if the blocks are not alike."""
        carried: set[int] = set()
        for inside in range(run.period):
            lines = [self._reads[run.start + b * run.period + inside] for b in range(run.count)]
            self._work += len(lines) * len(lines[0])
            for read in range(len(lines[0])):
                found = set()
                for block in range(1, run.count):
                    made = lines[block][read][1]
                    at = run.start + block * run.period + inside
                    outside = made is None or run.block(made) is None
                    found.add(None if outside or made is None else at - made)
                if len(found) != 1:
                    return None
                (distance,) = found
                if distance is None:
                    continue
                if not 0 < distance <= inside + run.period:
                    return None
                if distance > inside:
                    carried.add((inside << 16) + read)
        return carried

    def _described(self, run: _Run, carried: set[int]) -> Steps:
        placed = {n: (n - run.start) // run.period for n in range(run.start, run.stop)}
        before, initial = self._started(run, carried)
        placed = {number: block + bool(before) for number, block in placed.items()}
        placed.update(dict.fromkeys(before, 0))
        self._beside(placed)
        names = {self._statements[number].target.name: step for number, step in placed.items()}
        roles = {
            self._statements[number].target.name: (number - run.start) % run.period
            for number in range(run.start, run.stop)
        }
        return Steps(names, roles, frozenset(initial), run.count + bool(before))

    def _started(self, run: _Run, carried: set[int]) -> tuple[set[int], set[str]]:
        """The equations of a first step that is simpler than the others, and initial values."""
        initial: set[str] = set()
        ends: list[int] = []
        for place in carried:
            statement, read = divmod(place, 1 << 16)
            name, made = self._reads[run.start + statement][read]
            if made is None:
                initial.add(name)
            elif run.block(made) is None:
                ends.append(made)
        shared = {
            made
            for number in range(run.start + run.period, run.stop)
            for _, made in self._reads[number]
            if made is not None and made < run.start
        }
        found: set[int] = set()
        while ends:
            number = ends.pop()
            if number not in found and number not in shared:
                found.add(number)
                ends += [made for _, made in self._reads[number] if made is not None]
        for number in range(run.start):
            if number not in shared and any(made in found for _, made in self._reads[number]):
                found.add(number)
        return found, initial

    def _beside(self, placed: dict[int, int]) -> None:
        """Place what is computed once for each step in a loop of its own."""
        rest = [number for number in range(len(self._statements)) if number not in placed]
        readers: dict[int, set[int]] = {}
        for number, reads in enumerate(self._reads):
            for _, made in reads:
                if made is not None:
                    readers.setdefault(made, set()).add(number)
        for order, near in (
            (rest, lambda number: {made for _, made in self._reads[number]}),
            (rest[::-1], lambda number: readers.get(number, set())),
        ):
            alike: dict[str, dict[int, int]] = {}
            for number in order:
                found = {placed[each] for each in near(number) if each in placed}
                others = {each for each in near(number) if each is not None and each not in placed}
                if len(found) == 1 and not others and number not in placed:
                    alike.setdefault(self._keys[number], {})[number] = found.pop()
            for members in alike.values():
                if len(set(members.values())) == len(members) > 1:
                    placed.update(members)


def _key(program: Program, statement: Statement) -> str:
    """An equation without the names of what flows through the network, and without numbers of
    elements: alike for the same equation of two steps.
    """
    letters: dict[str, str] = {}

    def said(indices: Sequence[object]) -> str:
        return ",".join(
            letters.setdefault(each, f"{len(letters)}:{statement.ranges[each]}")
            if isinstance(each, str)
            else "#"
            for each in indices
        )

    parts = [str(statement.target.shape), said(statement.equation.target.indices)]
    for part in walk(statement.equation.value):
        parts.append(_said(program, part))
        if isinstance(part, Reference):
            parts.append(f"[{said(part.indices)}]")
        elif isinstance(part, Over):
            parts.append(said((part.index,)))
    return " ".join(parts)


def _said(program: Program, part: Expression) -> str:
    kind = type(part).__name__
    match part:
        case Reference(name):
            return "*" if program.quantities[name].kind in _FLOW else name
        case Number(value):
            return repr(value)
        case Binary(operator):
            return operator
        case Power(exponent=exponent):
            return f"^{exponent}"
        case Call(function, arguments):
            return f"{function}/{len(arguments)}"
        case _:
            return f"{kind}/{len(children(part))}"
