"""How far rounding can move what a run computes: the absolute part of the tolerance of figures.

Another order of summation, another library or another precision makes other rounding errors; where
numbers cancel, those are all that is left. What they do is seen by doing the iterations again with
every result moved by a rounding error (Parker, "Monte Carlo Arithmetic", 1997), kinks included.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.checks.figures.figure import DOUBLE
from bpdebug.checks.gradients.arithmetic import Shaking
from bpdebug.checks.gradients.gradient import memories
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import array_iteration, statement_step
from bpdebug.program.quantities import Kind, Quantity

MOST_WORK = 100_000_000
"""This many units of work it is at most: an arithmetic step is one."""

_STATEMENT = 2_000
"""Of a statement, however few its elements are."""

_LEAST_SHAKES, _SHAKES = 2, 6
_MARGIN = 10.0
"""Rounding may be this many times more than a few runs show."""

_SEED = 1

_LASTING = (Kind.PARAMETER, Kind.STATE)
_GIVEN = (*_LASTING, Kind.CONSTANT, Kind.INPUT, Kind.TARGET)


@dataclass(slots=True)
class _Run:
    """The clean memory and the shaken ones after the iteration `reached`."""

    reached: int
    clean: FloatArray
    shaken: Sequence[FloatArray]
    has_begun: bool = False
    """Not before the first iteration, whose state has its observations."""


class Noise:
    """How far rounding moves the numbers of a run's iterations, which are asked for in order.

    Its work is bounded: a late iteration is reached from one before it, where the errors of those
    left out are put in at once, and when all is spent, the noise found last has to do.
    """

    def __init__(self, debugger: DebuggerState) -> None:
        self._debugger = debugger
        self._program = program = debugger.program
        steps = int(program.arithmetic_before[-1])
        self._work = steps + _STATEMENT * len(program.statements)
        self._shakes = min(_SHAKES, max(_LEAST_SHAKES, MOST_WORK // (4 * self._work)))
        self._left = MOST_WORK
        self._clean = array_iteration(program)
        self._generator = np.random.default_rng(_SEED)
        self._steps: dict[float, list[Callable[[FloatArray], None]]] = {}
        self._runs: dict[float, _Run] = {}
        self._found: dict[float, tuple[int, FloatArray]] = {}

    def at(self, iteration: int, epsilon: float) -> Generator[Progress, None, FloatArray]:
        """The most by which each number of an iteration is off, in the order of memory, if it is
        computed with the rounding `epsilon`.
        """
        found = self._found.get(epsilon)
        if found is not None and (found[0] == iteration or self._left <= 0):
            return found[1]
        one = self._work * self._shakes
        affordable = max(1, self._left // (2 * one))
        if self._debugger.here.edits:
            # What is edited on the way is in the state that the iteration finds.
            affordable = 1
        run = self._runs.get(epsilon)
        if run is None or iteration - run.reached > affordable or affordable == 1:
            run = self._runs[epsilon] = self._start(max(1, iteration - affordable + 1), epsilon)
        while run.reached < iteration:
            yield Progress(iteration, run.reached, iteration)
            if run.has_begun:
                self._take_observations(run, epsilon)
            self._go_on(run, epsilon)
            self._left -= one
        noise = np.zeros_like(run.clean)
        with np.errstate(all="ignore"):
            for memory in run.shaken:
                noise = np.fmax(noise, np.abs(memory - run.clean))
        least = np.finfo(np.float64 if epsilon <= DOUBLE else np.float32).tiny
        noise = _MARGIN * noise + float(least)
        self._found[epsilon] = iteration, noise
        return noise

    def _start(self, iteration: int, epsilon: float) -> _Run:
        """Before an iteration: what was lost in those before it, and in writing what is given."""
        before, _ = memories(self._debugger.history, iteration)
        shaken = [before.copy() for _ in range(self._shakes)]
        for memory in shaken:
            if epsilon > DOUBLE:
                self._shake(memory, self._program.of_kind(*_GIVEN), epsilon)
            self._shake(memory, self._program.of_kind(*_LASTING), epsilon * (iteration - 1))
        return _Run(iteration - 1, before.copy(), shaken)

    def _go_on(self, run: _Run, epsilon: float) -> None:
        """Do one more iteration."""
        run.reached += 1
        run.has_begun = True
        self._clean(run.clean)
        with np.errstate(all="ignore"):
            for memory in run.shaken:
                for step in self._shaken_steps(epsilon):
                    step(memory)

    def _take_observations(self, run: _Run, epsilon: float) -> None:
        program = self._program
        feed = program.model.feed
        if feed is None:
            return
        for memory in (run.clean, *run.shaken):
            program.load_observations(memory, run.reached + 1)
        if epsilon > DOUBLE:
            for memory in run.shaken:
                self._shake(memory, [program.quantities[name] for name in feed.data], epsilon)

    def _shaken_steps(self, epsilon: float) -> list[Callable[[FloatArray], None]]:
        if epsilon not in self._steps:
            arithmetic = Shaking(epsilon).free(_SEED)
            self._steps[epsilon] = [
                statement_step(self._program, each, arithmetic) for each in self._program.statements
            ]
        return self._steps[epsilon]

    def _shake(self, memory: FloatArray, quantities: Iterable[Quantity], by: float) -> None:
        for each in quantities:
            values = memory[each.offset : each.offset + each.size]
            values *= 1.0 + by * self._generator.choice((-1.0, 1.0), each.size)
