"""Divergence: which operation a recorded fingerprint differs for, as far as that can be known.

A file holds fingerprints at some positions and no values. But the arithmetic profile fixes
every bit, so the stretch between the last fingerprint that agrees and the first that differs
is computed again in independent ways: one that gives the recorded fingerprint has the recorded
values, and the first operation for which it differs from the fast form is the culprit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.edits import Edit, Segment, memory_in, segments, with_edit
from bpdebug.debugger.history import History
from bpdebug.debugger.state import Progress
from bpdebug.debugger.view import Position
from bpdebug.numerics import FloatArray
from bpdebug.numerics.digest import digest, ulps
from bpdebug.numerics.selftest import self_test
from bpdebug.program.arrays import array_iteration, array_rest
from bpdebug.program.formula import evaluate, formula
from bpdebug.program.program import Program
from bpdebug.program.scalars import MOST_STEPS, scalar_iteration
from bpdebug.session.environment import environment
from bpdebug.session.replay import DigestCheck, history_on

_MOST_COMPILED = 10 * MOST_STEPS
"""Arithmetic steps of an iteration up to which it is made into straight-line code for this."""

_MOST_FORMULAS = 400_000
"""Operations that are evaluated formula by formula: some seconds."""

_MOST_SUSPECTS, _MOST_TRIED = 4_000, 100_000
"""Operations that are suspected one by one, and iterations that this may take."""


class Finding(StrEnum):
    """What the evaluations on this machine say about a fingerprint that differs."""

    REPRODUCED = "another evaluation here gives the recorded fingerprint"
    DISAGREEING = "the evaluations here disagree, and none gives the recorded fingerprint"
    ONE_ULP = "one result that is off by one ulp gives the recorded fingerprint"
    UNKNOWN = "no evaluation here gives the recorded fingerprint"


@dataclass(frozen=True, slots=True)
class Difference:
    """An operation, counted since the start, and what it computes here and otherwise."""

    operation: int
    iteration: int
    within: int
    quantity: str
    here: float
    other: float

    @property
    def distance(self) -> int:
        """How far apart the two values are, in ulp."""
        return ulps(self.here, self.other)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another evaluation of a stretch: where it differs first, and whether it ends as recorded."""

    evaluation: str
    first: Difference | None
    reproduces: bool


@dataclass(frozen=True, slots=True)
class Divergence:
    """What is known about a fingerprint that differs.

    `agreeing` is the last position before it with one that agrees, None if there is none.
    `first` is the first differing operation; `other` of it is the recorded value if the finding
    is REPRODUCED or ONE_ULP. `failures` are promises of the profile that this machine breaks.
    """

    check: DigestCheck
    agreeing: int | None
    finding: Finding
    first: Difference | None
    comparisons: tuple[Comparison, ...]
    here: str
    failures: tuple[str, ...]

    @property
    def recorded_in(self) -> str | None:
        """The environment of the recording, None if the file does not say it."""
        return self.check.environment


def find_divergence(
    debugger: Debugger, checks: Sequence[DigestCheck]
) -> Generator[Progress, None, Divergence | None]:
    """About the first fingerprint that differs where the run is the same; None if none does."""
    wrong = [each for each in checks if not each.ok and not each.of_another_run]
    if not wrong:
        return None
    check = min(wrong, key=lambda each: each.operation)
    before = [
        each.operation
        for each in checks
        if each.ok and each.branch == check.branch and each.operation < check.operation
    ]
    agreeing = max(before, default=None)
    stretch = _Stretch(history_on(debugger, check.branch), debugger.program, agreeing or 0, check)
    comparisons: list[Comparison] = []
    for evaluation in _evaluations(debugger.program, stretch.operations):
        comparisons.append((yield from stretch.compare(evaluation)))
        if comparisons[-1].reproduces:
            break
    finding, first = _conclusion(comparisons)
    if finding is Finding.UNKNOWN:
        first = yield from stretch.suspect()
        finding = Finding.UNKNOWN if first is None else Finding.ONE_ULP
    failures = tuple(self_test())
    return Divergence(check, agreeing, finding, first, tuple(comparisons), environment(), failures)


def _conclusion(comparisons: Sequence[Comparison]) -> tuple[Finding, Difference | None]:
    differing = [each for each in comparisons if each.first is not None]
    for each in differing:
        if each.reproduces:
            return Finding.REPRODUCED, each.first
    if differing:
        return Finding.DISAGREEING, differing[0].first
    return Finding.UNKNOWN, None


class _Evaluation(NamedTuple):
    """A way to compute: whole iterations, and what is left of one after so many operations."""

    name: str
    iterate: Callable[[FloatArray], None]
    carry_out: Callable[[FloatArray, int], None]


def _evaluations(program: Program, operations: int) -> Iterator[_Evaluation]:
    """Those besides the fast form that a stretch of so many operations allows for."""
    steps = int(program.arithmetic_before[-1])
    by_formula = _formula_by_formula(program)
    if steps <= MOST_STEPS:
        yield _Evaluation("with arrays", array_iteration(program), array_rest(program))
    elif steps <= _MOST_COMPILED:
        yield _Evaluation("with single numbers", scalar_iteration(program), by_formula)
    if operations <= _MOST_FORMULAS:
        yield _Evaluation("formula by formula", lambda memory: by_formula(memory, 0), by_formula)


def _formula_by_formula(program: Program) -> Callable[[FloatArray, int], None]:
    """What computes the operations after the first so many from their formulas as shown."""
    formulas = [formula(program, each + 1) for each in range(program.operations)]

    def carry_out(memory: FloatArray, done: int) -> None:
        for each in formulas[done:]:
            values = {
                symbol: float(memory[operand]) if isinstance(operand, int) else operand
                for symbol, operand in each.operands.items()
            }
            memory[each.slot] = evaluate(each.equation.value, values.__getitem__)

    return carry_out


class _Stretch:
    """The operations of a branch between two positions, as the fast form computes them."""

    def __init__(self, history: History, program: Program, first: int, check: DigestCheck) -> None:
        self._history = history
        self._program = program
        self._first = first
        self._last = check.operation
        self._expected = check.expected
        self._begins = first // program.operations
        self._ends, self._within = program.locate(check.operation)

    @property
    def operations(self) -> int:
        """How many there are, from the beginning of the first iteration on."""
        return self._last - self._begins * self._program.operations

    def compare(self, evaluation: _Evaluation) -> Generator[Progress, None, Comparison]:
        """Compute the stretch in another way, side by side with the fast form."""
        memory = self._history.state(self._begins)
        first: Difference | None = None
        found: tuple[Segment, ...] = (Segment(0, memory, memory),)
        total = self._ends - self._begins
        for number in range(self._begins + 1, self._ends + 1):
            yield Progress(number, number - self._begins - 1, max(1, total))
            found = self._iteration(evaluation, number, memory)
            if first is None:
                first = self._difference(number, self._history.segments(number), found)
            memory = found[-1].after
        end = [each for each in found if each.since <= self._within][-1]
        reached = memory_in(self._program, end, self._within)
        return Comparison(evaluation.name, first, digest(reached) == self._expected)

    def _iteration(
        self, evaluation: _Evaluation, number: int, start: FloatArray
    ) -> tuple[Segment, ...]:
        program = self._program
        edits = [e for e in self._history.edits if program.locate(e.operation)[0] == number]
        if edits:
            return segments(program, number, start, edits, evaluation.carry_out)
        after = start.copy()
        evaluation.iterate(after)
        program.load_observations(after, number + 1)
        return (Segment(0, start, after),)

    def _difference(
        self, number: int, mine: Sequence[Segment], others: Sequence[Segment]
    ) -> Difference | None:
        """The first operation of an iteration whose result differs, up to the end of all."""
        written = self._program.written_at
        for index, (here, other) in enumerate(zip(mine, others, strict=True)):
            ends = mine[index + 1].since if index + 1 < len(mine) else self._program.operations
            if number == self._ends:
                ends = min(ends, self._within)
            computed = (written > here.since) & (written <= ends)
            differing = written[computed & _differ(here.after, other.after)]
            if len(differing):
                within = int(differing.min())
                slot = self._program.slot(within)
                values = float(here.after[slot]), float(other.after[slot])
                return self._at(number, within, *values)
        return None

    def _at(self, iteration: int, within: int, here: float, other: float) -> Difference:
        operation = (iteration - 1) * self._program.operations + within
        name = self._program.name(self._program.slot(within))
        return Difference(operation, iteration, within, name, here, other)

    def suspect(self) -> Generator[Progress, None, Difference | None]:
        """The one operation whose result, an ulp further up or down, explains what was recorded.

        Tried where the stretch is short enough; a value given right after an operation does to
        the run what a wrong result of that operation would do.
        """
        count = self._last - self._first
        length = self._program.operations
        if count > _MOST_SUSPECTS or count * (count // length + 1) > _MOST_TRIED:
            return None
        for operation in range(self._first + 1, self._last + 1):
            iteration, within = self._program.locate(operation)
            if within == 1 or operation == self._first + 1:
                yield Progress(iteration, operation - self._first - 1, count)
            value = self._history.executed(iteration)(within).result()
            for other in (math.nextafter(value, math.inf), math.nextafter(value, -math.inf)):
                if math.isfinite(other) and self._explains(operation, within, other):
                    return self._at(iteration, within, value, other)
        return None

    def _explains(self, operation: int, within: int, value: float) -> bool:
        edit = Edit(operation, self._program.slot(within), value)
        mine = self._history.edits
        if any((e.operation, e.slot) == (edit.operation, edit.slot) for e in mine):
            return False
        tried = self._history.with_edits(with_edit(mine, edit))
        return digest(tried.view(Position(self._last)).memory()) == self._expected


def _differ(first: FloatArray, second: FloatArray) -> npt.NDArray[np.bool_]:
    """Where the bits differ; every NaN counts as the same one."""
    bits: npt.NDArray[np.bool_] = first.view(np.int64) != second.view(np.int64)
    return bits & ~(np.isnan(first) & np.isnan(second))
