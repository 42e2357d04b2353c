"""Trying alterations of a program: what the numbers are if a mistake is made.

Only what an alteration changes is made again, so that thousands of them can be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np

from bpdebug.checks.mistakes.alteration import NOTHING, Alteration
from bpdebug.models.model import Gradients
from bpdebug.notation.equation import Equation
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import statement_step
from bpdebug.program.build import build
from bpdebug.program.program import Program, Statement
from bpdebug.program.quantities import Kind
from bpdebug.program.replacing import computes
from bpdebug.program.statements import Draft, make_statement

Step = Callable[[FloatArray], None]

_MOST_KEPT = 4_000_000
"""How many numbers may be kept of the course of the first iteration."""


class Trial:
    """Some iterations of a program, from a state on, that can be altered.

    `before` is the memory before the iteration `first`, with its observations; `last` is the last
    iteration that is computed.
    """

    def __init__(self, program: Program, before: FloatArray, first: int, last: int) -> None:
        self.program = program
        self.first, self.last = first, last
        self._before = before
        self._shapes = {
            each.name: each.shape
            for each in program.quantities.values()
            if each.kind not in (Kind.LOCAL, Kind.GRADIENT)
        }
        self._steps = [statement_step(program, each) for each in program.statements]

    @cached_property
    def _course(self) -> list[FloatArray]:
        """The memory before each statement of the first iteration; none if that takes much room."""
        found: list[FloatArray] = []
        if len(self._steps) * len(self._before) <= _MOST_KEPT:
            memory = self._before.copy()
            with np.errstate(all="ignore"):
                for step in self._steps:
                    found.append(memory.copy())
                    step(memory)
        return found

    def until(self, last: int) -> Trial:
        """The same up to another last iteration."""
        return Trial(self.program, self._before, self.first, last)

    def altered(self, alteration: Alteration) -> Trial:
        """The same iterations with a mistake made in them. Raises ModelError if that makes none."""
        program = build(alteration.made_in(self.program))
        before = carried(self.program, self._before, program)
        if program.model.feed is not self.program.model.feed:
            program.load_observations(before, self.first)
        _put_values(program, before, alteration)
        return Trial(program, before, self.first, self.last)

    def run(self, alteration: Alteration = NOTHING) -> Iterator[FloatArray]:
        """The memory after each iteration, one after another; not to be kept: it is used again.

        With a change of the model it is the memory of what `altered` gives. Raises ModelError if
        the alteration makes no sense.
        """
        if alteration.change is not None:
            yield from self.altered(alteration).run()
            return
        steps = list(self._steps)
        places = [self._put_in(steps, equation) for equation in alteration.replaced]
        start, memory = 0, self._before
        if places and self._course and not alteration.values:
            start = min(places)
            memory = self._course[start]
        memory = memory.copy()
        _put_values(self.program, memory, alteration)
        for iteration in range(self.first, self.last + 1):
            with np.errstate(all="ignore"):
                for step in steps[start:]:
                    step(memory)
            start = 0
            yield memory
            self.program.load_observations(memory, iteration + 1)

    def _put_in(self, steps: list[Step], equation: Equation) -> int:
        """Put the step of another equation into the place of its own, which is returned."""
        place = self._place(equation)
        statement = self.program.statements[place]
        own = statement.equation
        new = Equation(equation.target, equation.value, own.assigns)
        draft = Draft(new, statement.phase, statement.layer)
        made = make_statement(draft, self._shapes, self.program.names)
        step = statement_step(self.program, made)
        whole = own.target == equation.target
        steps[place] = step if whole else _beside(steps[place], step, made)
        return place

    def _place(self, equation: Equation) -> int:
        for number, each in enumerate(self.program.statements):
            if computes(each.equation, equation.target):
                return number
        raise KeyError(equation.target)


def carried(program: Program, memory: FloatArray, other: Program) -> FloatArray:
    """The memory before an iteration of another program: what lasts is taken over by its name."""
    before = other.start.copy()
    lasting = [Kind.PARAMETER, Kind.STATE, Kind.CONSTANT, Kind.INPUT, Kind.TARGET]
    if program.model.gradients is Gradients.ACCUMULATED:
        lasting.append(Kind.GRADIENT)
    for each in program.of_kind(*lasting):
        mine = other.quantities.get(each.name)
        if mine is not None and mine.shape == each.shape:
            before[mine.span] = memory[each.span]
    return before


def _put_values(program: Program, memory: FloatArray, alteration: Alteration) -> None:
    for name, value in alteration.values.items():
        slot = program.slot_named(name)
        assert slot is not None
        memory[slot] = value


def _beside(general: Step, single: Step, statement: Statement) -> Step:
    """A step that does one element in its own way and all others as before.

    Its own way comes first, because an update reads what the general one replaces.
    """
    (slot,) = statement.slots.tolist()

    def step(memory: FloatArray) -> None:
        single(memory)
        value = memory[slot]
        general(memory)
        memory[slot] = value

    return step
