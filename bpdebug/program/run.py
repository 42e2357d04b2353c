"""Carrying out whole iterations, in whichever form is faster for the program."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import ArrayLoop, array_iteration, array_rest
from bpdebug.program.lookout import Lookout, Loop
from bpdebug.program.program import Program
from bpdebug.program.scalars import MOST_STEPS, ScalarLoop, scalar_iteration
from bpdebug.program.turns import fed_slots

if TYPE_CHECKING:
    from bpdebug.program.compiled import Compiling

MOST_GIVEN = 1_000_000
"""Numbers that may be given in turn before the same ones come again."""

_WORTH_COMPILING = 0.1
"""Seconds of a run for which machine code is made."""

_WORTH_SAYING = 2.0
"""Seconds of a run of which it is said that machine code would make it faster."""

_TURN = 0.00005
"""Seconds for which a run leaves the interpreter to the thread that makes machine code."""

_FEW = 8
"""Iterations for which calling machine code does not pay where there is a scalar form."""


@lru_cache(maxsize=8)
def iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    if program.steps <= MOST_STEPS:
        return scalar_iteration(program)
    return array_iteration(program)


@lru_cache(maxsize=8)
def rest(program: Program) -> Callable[[FloatArray, int], None]:
    """A function that carries out what is left of an iteration after its first operations."""
    return array_rest(program)


def _compiling(program: Program, lookout: Lookout) -> Compiling:
    # What it needs takes its time to load, and short runs need nothing of it.
    from bpdebug.program.compiled import Compiling

    return Compiling(program, lookout)


class Loops:
    """What carries out many iterations of a program, and looks out for something."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        self.program = program
        self.lookout = lookout
        self._compiling: Compiling | None = None
        feed = program.model.feed
        given = 0 if feed is None else feed.period * len(fed_slots(program))
        self._turns = given <= MOST_GIVEN

    def ready(self, iterations: int) -> Loop:
        """The fastest loop there is for this many iterations. It may be another one soon: machine
        code is made beside the running.
        """
        seconds = iterations * self.seconds
        if self._turns and seconds >= _WORTH_COMPILING:
            self._compiling = self._compiling or _compiling(self.program, self.lookout)
            if self._compiling.problem and seconds >= _WORTH_SAYING:
                _PROBLEMS.setdefault(self._compiling.problem, False)
            if self._compiling.is_going:
                # Python lets one thread run at a time: this is that other one's turn.
                time.sleep(_TURN)
        compiled = None if self._compiling is None else self._compiling.loop
        if compiled is not None and (iterations >= _FEW or not self._is_small):
            return compiled
        return self._plain

    @cached_property
    def seconds(self) -> float:
        """What an iteration takes about, without machine code. Where memory no longer fits into the
        caches of a processor it takes up to ten times as long.
        """
        steps = self.program.steps
        if self._is_small:
            return steps * 3e-8
        return len(self.program.statements) * 6e-6 + steps * 3e-10

    @property
    def _is_small(self) -> bool:
        return self._turns and self.program.steps <= MOST_STEPS

    @cached_property
    def _plain(self) -> Loop:
        form = ScalarLoop if self._is_small else ArrayLoop
        return form(self.program, self.lookout)


_PROBLEMS: dict[str, bool] = {}
"""Why there was no machine code where it would have been of use, and whether that was said."""


def notice() -> str | None:
    """A line about one of them, each once."""
    for line, said in _PROBLEMS.items():
        if not said:
            _PROBLEMS[line] = True
            return line
    return None


@lru_cache(maxsize=16)
def loops(program: Program, lookout: Lookout) -> Loops:
    """The loops of a program, made once: another run may look out for the same."""
    return Loops(program, lookout)
