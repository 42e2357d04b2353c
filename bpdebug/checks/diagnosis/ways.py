"""The ways of making the mistakes of the catalogue in a program, as they are tried."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.mistakes.alteration import Alteration, Mistake
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.program.quantities import Kind


def ways(mistake: Mistake, trial: Trial) -> Iterator[Made]:
    """The ways of making a mistake, those that mean something where a trial begins."""
    seen = set()
    for alteration in mistake.alterations(trial.program):
        if alteration.where in seen or (trial.first > 1 and _is_of_the_start(trial, alteration)):
            continue
        seen.add(alteration.where)
        yield Made(mistake, alteration)


def second_ways(trial: Trial, whole: bool) -> Iterator[Made]:
    """Mistakes that may come on top of another: those in whole equations, or those in elements."""
    for mistake in CATALOGUE:
        for made in ways(mistake, trial):
            targets = [each.target.indices for each in made.alteration.replaced]
            in_elements = any(isinstance(n, int) for indices in targets for n in indices)
            if in_elements is not whole:
                yield made


def _is_of_the_start(trial: Trial, alteration: Alteration) -> bool:
    """Whether it gives other initial values to something that does not stay as it is."""
    constants = [each.places for each in trial.program.of_kind(Kind.CONSTANT)]
    return any(not any(name in each for each in constants) for name in alteration.values)
