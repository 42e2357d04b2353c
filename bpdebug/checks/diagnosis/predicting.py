"""What the mistakes of the catalogue would give: wrong answers before anybody has given them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.mistakes.alteration import NOTHING
from bpdebug.checks.mistakes.catalogue import CATALOGUE, ROUNDED
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program

_MOST_OF_MISTAKE = 8
"""Of a mistake with more ways than this it would be chance which of them somebody takes."""


@dataclass(frozen=True, slots=True)
class MistakenRun:
    """A mistake, and the memory after an iteration in which it was made, of the program that then
    runs.
    """

    made: Made
    program: Program
    memory: FloatArray

    def value(self, name: str) -> float | None:
        """What an element would be; None if it is not there."""
        slot = self.program.slot_named(name)
        return None if slot is None else float(self.memory[slot])


def mistaken_runs(program: Program) -> Iterator[MistakenRun]:
    """The first iteration with each mistake of the catalogue made in it, the more common first."""
    trial = Trial(program, program.start, 1, 1)
    for mistake in CATALOGUE:
        if mistake.name == ROUNDED:
            # What rounding does to one answer is told by its own step.
            continue
        alterations = list(islice(mistake.alterations(program), _MOST_OF_MISTAKE + 1))
        if len(alterations) > _MOST_OF_MISTAKE:
            continue
        for alteration in alterations:
            try:
                run, done = trial, alteration
                if alteration.change is not None:
                    run, done = trial.altered(alteration), NOTHING
                memory = next(run.run(done)).copy()
            except (ModelError, KeyError):
                continue
            yield MistakenRun(Made(mistake, alteration), run.program, memory)
