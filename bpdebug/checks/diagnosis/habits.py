"""What is not done in one statement: another loss, values read wrongly, an update at another time.

Each of these makes another program, so they are tried as whole runs; there are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.kinds import KINDS
from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.alteration import NOTHING, Alteration
from bpdebug.checks.mistakes.catalogue import CATALOGUE, ROUNDED
from bpdebug.debugger.state import Progress
from bpdebug.models.model import Model, ModelError
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.symbols import Derivative
from bpdebug.notation.tree import Binary, Number
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import Kind

_OFTEN = 500
"""Progress is reported after this many iterations."""

MOST_WORK = 60_000_000
"""This many arithmetic steps all runs may take together."""

_BUILD = 300_000
"""What making another program costs, in arithmetic steps, and how much more with each statement."""

_PER_STATEMENT = 6_000
_LARGE = 1_500_000


class Runs:
    """Tries alterations as whole runs, within what that may cost."""

    def __init__(
        self, trial: Trial, sheet: Sheet, limit: Limit, most_work: int = MOST_WORK
    ) -> None:
        self.trial, self._sheet, self._limit = trial, sheet, limit
        self._left = most_work
        program = trial.program
        iterations = trial.last - trial.first + 1
        statements = len(program.statements)
        self._one = iterations * (int(program.arithmetic_before[-1]) + 1_000 * statements)
        self._build = _BUILD + _PER_STATEMENT * statements
        self.counts: Counter[float] = Counter()

    @property
    def tried(self) -> int:
        """How many were tried."""
        return self.counts.total()

    @property
    def is_over(self) -> bool:
        """Whether to come to an end."""
        return self._limit.is_over or self._left <= 0

    @property
    def is_large(self) -> bool:
        """Whether a run costs so much that it is not done for a better name alone."""
        return self._one + self._build > _LARGE

    def numbers(self, alteration: Alteration, cost: float) -> FloatArray | None:
        """What the figures would be; None if that makes no sense, or if one is of nothing there.

        After an iteration in which a wrong figure does not come out they are not computed, and NaN.
        """
        self.counts[round(cost, 2)] += 1
        self._left -= self._one + (self._build if alteration.change is not None else 0)
        try:
            trial = self.trial
            if alteration.change is not None:
                trial, alteration = trial.altered(alteration), NOTHING
            return read_off(trial, alteration, self._sheet)
        except (ModelError, KeyError):
            return None

    def habits(self) -> Iterator[tuple[Made, int]]:
        """The mistakes that are not made in single equations, and their places in the lists."""
        program = self.trial.program
        for number, mistake in enumerate((*CATALOGUE, *KINDS)):
            seen = set()
            for alteration in mistake.alterations(program):
                is_whole = alteration.change is not None or bool(alteration.values)
                if not is_whole and mistake.name != ROUNDED:
                    # All of this entry alter equations, and those are looked for elsewhere.
                    break
                if alteration.where in seen or self._is_too_late(alteration):
                    continue
                seen.add(alteration.where)
                yield Made(mistake, alteration), number

    def _is_too_late(self, alteration: Alteration) -> bool:
        """Whether it gives other initial values to something that does not stay as it is."""
        if self.trial.first == 1:
            return False
        constants = [each.places for each in self.trial.program.of_kind(Kind.CONSTANT)]
        return any(not any(name in each for each in constants) for name in alteration.values)


def read_off(
    trial: Trial, alteration: Alteration, sheet: Sheet, all_of_them: bool = False
) -> FloatArray | None:
    """The figures of a run with an alteration; None if one of them is not there."""
    slots = sheet.slots_in(trial.program)
    if slots is None:
        return None
    numbers = np.full(len(sheet), np.nan)
    for iteration, memory in enumerate(trial.run(alteration), start=trial.first):
        here = sheet.iterations == iteration
        numbers[here] = memory[slots[here]]
        if not all_of_them and not sheet.near(numbers)[here & sheet.wrong].all():
            break
    return numbers


def reading_late(
    trial: Trial, sheet: Sheet, alteration: Alteration = NOTHING
) -> Generator[Progress, None, FloatArray | None]:
    """The figures of a long run, all of them, with progress."""
    slots = sheet.slots_in(trial.program)
    if slots is None:
        return None
    numbers = np.full(len(sheet), np.nan)
    for row, memory in enumerate(trial.run(alteration)):
        if row % _OFTEN == _OFTEN - 1:
            yield Progress(trial.first + row, row, trial.last - trial.first + 1)
        here = sheet.iterations == trial.first + row
        numbers[here] = memory[slots[here]]
    return numbers


def forward_too(made: Made) -> Made | None:
    """A slip in forward equations as one of the model, so that derivatives follow from it; None if
    it is in others.
    """
    equations = made.alteration.replaced
    if not equations or any(isinstance(s, Derivative) for e in equations for s in symbols(e.value)):
        return None

    def change(model: Model) -> Model:
        return replace(
            model, equations=tuple(_changed(each, equations) for each in model.equations)
        )

    where = f"{made.alteration.where}, in the forward pass"
    return Made(made.mistake, Alteration(where, change=change))


def _changed(equation: Equation, others: tuple[Equation, ...]) -> Equation:
    other = next((each for each in others if each.target == equation.target), None)
    if other is None:
        return equation
    value, there = other.value, set(symbols(other.value))
    for symbol in dict.fromkeys(symbols(equation.value)):
        # What is left out still has a gradient, which is 0.
        if symbol not in there and set(symbol.indices) <= set(equation.target.indices):
            value = Binary("+", value, Binary("*", Number(0.0), symbol))
    return replace(other, value=value)
