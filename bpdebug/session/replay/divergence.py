"""Divergence: what is known about a recorded fingerprint that is not found here.

The arithmetic profile fixes every bit, so there is nothing to look for in the run: the machine, or
what computes on it, is another. What was recorded with the fingerprint is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.numerics.digest import ulps
from bpdebug.numerics.selftest import self_test
from bpdebug.session.file.environment import environment
from bpdebug.session.replay.replay import DigestCheck, history_on


@dataclass(frozen=True, slots=True)
class ParameterDifference:
    """A parameter and its two values."""

    name: str
    here: float
    recorded: float

    @property
    def distance(self) -> int:
        """How far apart they are, in ulp."""
        return ulps(self.here, self.recorded)


@dataclass(frozen=True, slots=True)
class Divergence:
    """A fingerprint that differs, in an iteration.

    `agreeing` is the last position before it with one that agrees, and `since` its iteration;
    None and 1 if there is none. There are `recorded` parameters; `differing` are those with
    another value here. `failures` are promises of the profile that this machine breaks.
    """

    check: DigestCheck
    iteration: int
    agreeing: int | None
    since: int
    recorded: int
    differing: tuple[ParameterDifference, ...]
    here: str
    failures: tuple[str, ...]


def find_divergence(debugger: Debugger, checks: Sequence[DigestCheck]) -> Divergence | None:
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
    program, view = debugger.program, history_on(debugger, check.branch).view
    memory = view(Position(check.operation)).memory()
    differing = []
    for name, recorded in check.parameters.items():
        slot = program.slot_named(name)
        here = float("nan") if slot is None else float(memory[slot])
        if ulps(here, recorded):
            differing.append(ParameterDifference(name, here, recorded))
    agreeing = max(before, default=None)
    return Divergence(
        check,
        program.locate(check.operation)[0],
        agreeing,
        1 if agreeing is None else program.locate(agreeing)[0],
        len(check.parameters),
        tuple(differing),
        environment(),
        tuple(self_test()),
    )
