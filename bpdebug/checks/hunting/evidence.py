"""The evidence for a verdict: what an element is computed from in the run, and in the right one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice

from bpdebug.checks.diagnosis.planting import LOOKED_AT
from bpdebug.checks.hunting.bugs import Bug, Bugs
from bpdebug.checks.hunting.places import effects, ways
from bpdebug.checks.mistakes.catalogue import NAMED
from bpdebug.debugger.hunts import Suspect
from bpdebug.debugger.state import DebuggerState
from bpdebug.debugger.view import Position, View
from bpdebug.program.formula import evaluate
from bpdebug.program.program import Program

_MOST_PLACES = 1_000
"""Of more elements that are different the first are looked at."""

_NEARLY = 1e-9
"""Two runs that compute the same in another order may differ by so much, relatively."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An element in the first iteration in which a planted mistake is seen at its place.

    `run` stands right behind the operation in the run as it is, `meant` in the run without any
    mistake; None where no operation computes it. `before` and `after` are the right value and that
    of the run, NaN where there is none. `instead` is what the suspected mistake would give there,
    of the operands of the right run; None if that cannot be told.
    """

    element: str
    iteration: int
    run: View | None
    meant: View | None
    before: float
    after: float
    instead: float | None = None

    @property
    def is_off(self) -> bool:
        """Whether the value is not the right one."""
        return not _is_near(self.before, self.after)


def evidence(bugs: Bugs, suspect: Suspect, iterations: int) -> Evidence:
    """What speaks for or against a suspect; a run has this many `iterations`."""
    right, wrong = bugs.all[0].right, bugs.program
    looked_at = min(LOOKED_AT, iterations)
    runs = DebuggerState(right, looked_at), DebuggerState(wrong, looked_at)
    places = [name for bug in bugs.all for name in islice(bug.at, _MOST_PLACES)]
    iteration = next((n for n in range(1, looked_at + 1) if _is_seen(places, runs, n)), 1)
    meant, run = (_behind(each, suspect.element, iteration) for each in runs)
    before, after = (_values(each, [suspect.element], iteration)[0] for each in runs)
    return Evidence(
        suspect.element, iteration, run, meant, before, after, _instead(bugs.all[0], suspect, meant)
    )


def _is_seen(names: list[str], runs: tuple[DebuggerState, DebuggerState], iteration: int) -> bool:
    right, wrong = (_values(each, names, iteration) for each in runs)
    return any(not _is_near(one, other) for one, other in zip(right, wrong, strict=True))


def _is_near(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other or abs(one - other) <= _NEARLY * max(abs(one), abs(other))


def _operation(program: Program, name: str) -> int:
    slot = program.slot_named(name)
    return 0 if slot is None else int(program.written_at[slot])


def _behind(run: DebuggerState, name: str, iteration: int) -> View | None:
    operation = _operation(run.program, name)
    if not operation:
        return None
    return run.view_at(Position((iteration - 1) * run.program.operations + operation))


def _values(run: DebuggerState, names: list[str], iteration: int) -> list[float]:
    """What the operations of some elements give in an iteration, or what is given in it; NaN for
    what is not there.
    """
    memory = run.view_at(Position(iteration * run.program.operations)).memory()
    slots = map(run.program.slot_named, names)
    return [math.nan if slot is None else float(memory[slot]) for slot in slots]


def _instead(bug: Bug, suspect: Suspect, meant: View | None) -> float | None:
    """What the first way of making the suspected mistake at the element would give."""
    mistake = NAMED.get(suspect.mistake)
    if mistake is None or meant is None:
        return None
    for alteration in ways(mistake, bug.right):
        changed = (effects(bug.right, alteration, suspect.element) or {}).get(suspect.element)
        if changed is not None:
            return evaluate(changed.equation.value, meant.operands(changed).__getitem__)
    return None
