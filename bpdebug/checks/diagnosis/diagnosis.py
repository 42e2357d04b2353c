"""Diagnosis: which mistake gives just the numbers that somebody has.

Every entry of the catalogue is made in the program in every way that it can be made, alone and, if
nothing fits, in pairs, and the numbers that follow are compared with the figures. A cause is named
only if it gives all of them; or, if nothing does, all wrong ones, where that can hardly be chance.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.checks.diagnosis.expected import Expected, are_same, is_wrong
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.figures.printed import Comparison, Verdict
from bpdebug.checks.mistakes.alteration import NOTHING, Alteration, Mistake
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray

MOST_ITERATIONS = 20
"""A mistake is made in so many iterations at most before the last figure."""

MOST_PAIRS = 20_000
"""So many pairs are tried at most."""

_FIRSTS = 20
_OFTEN = 64
_PAIR_BY_CHANCE = 0.05
"""A pair is named only if fewer than so many of those tried would fit by chance."""

_PART_BY_CHANCE = 0.02
"""A habit that gives the wrong figures and spoils others is named only if fewer than so many habits
would give them."""


@dataclass(frozen=True, slots=True)
class Made:
    """A mistake as it was made: an entry of the catalogue, and one of its ways."""

    mistake: Mistake
    alteration: Alteration


@dataclass(frozen=True, slots=True)
class Cause:
    """What gives the figures: one mistake or two.

    `also` are others that give the very same numbers, so that nothing can tell them apart. It
    gives all wrong figures; `spoiled` names those that are right and would not be with it.
    """

    made: tuple[Made, ...]
    also: tuple[tuple[Made, ...], ...] = ()
    spoiled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found for some figures, the likeliest cause first.

    `wrong` is how many figures are wrong, `tried` how many ways of making mistakes were tried, of
    which `pairs` were pairs; none where values were edited on the way. `by_chance` is how many of
    them would give the figures by chance: with few digits it may be more than one. Without any
    cause, `slip` is the one wrong figure that all others follow from, if there is one.
    """

    causes: tuple[Cause, ...]
    wrong: int
    tried: int
    pairs: int
    by_chance: float
    slip: Comparison | None = None


def diagnosing(
    debugger: DebuggerState, comparisons: Sequence[Comparison]
) -> Generator[Progress, None, Diagnosis | None]:
    """Look for what gives figures that are wrong; None if none of them is."""
    search = _Search.over(debugger, comparisons)
    if search is None:
        return None
    if not search.is_possible():
        return search.diagnosis()
    yield from search.singles()
    if not search.has_found():
        yield from search.pairs()
    return search.diagnosis()


@dataclass(slots=True)
class _Hit:
    made: tuple[Made, ...]
    numbers: FloatArray


class _Search:
    def __init__(self, trial: Trial, comparisons: Sequence[Comparison]) -> None:
        self.trial = trial
        self.comparisons = comparisons
        self.found: list[_Hit] = []
        self.partly: list[_Hit] = []
        self.tried = self.tried_pairs = 0
        self._expected = Expected(trial, comparisons)
        self._singles: list[tuple[Made, FloatArray]] = []

    @classmethod
    def over(cls, debugger: DebuggerState, comparisons: Sequence[Comparison]) -> _Search | None:
        wrong = [c for c in comparisons if is_wrong(c)]
        if not wrong:
            return None
        iterations = [c.figure.iteration for c in comparisons]
        last = max(iterations)
        first = 1 if last <= MOST_ITERATIONS else max(1, min(c.figure.iteration for c in wrong))
        last = min(last, first + MOST_ITERATIONS - 1)
        near = [c for c in comparisons if first <= c.figure.iteration <= last]
        program = debugger.program
        before = debugger.history.state(first - 1).copy()
        program.load_observations(before, first)
        return cls(Trial(program, before, first, last), near)

    def is_possible(self) -> bool:
        """Whether the iterations, done again, give the true values: not if they were edited."""
        numbers = self._expected.numbers(self.trial, NOTHING, all_of_them=True)
        true = np.array([c.value for c in self.comparisons])
        return numbers is not None and are_same(numbers, true)

    def singles(self) -> Generator[Progress, None, None]:
        """Try every mistake alone."""
        for number, mistake in enumerate(CATALOGUE):
            for made in _ways(mistake, self.trial):
                if self.tried % _OFTEN == 0:
                    yield Progress(self.trial.first, number, len(CATALOGUE))
                self.tried += 1
                numbers = self._expected.numbers(self.trial, made.alteration)
                if numbers is None:
                    continue
                self._singles.append((made, numbers))
                if self._expected.fits(numbers):
                    self.found.append(_Hit((made,), numbers))
                elif mistake.is_habit and self._expected.gives_wrong(numbers):
                    self.partly.append(_Hit((made,), numbers))

    def has_found(self) -> bool:
        """Whether there is a single mistake that gives the figures, or those that are wrong."""
        return bool(self.found or self._habits())

    def _habits(self) -> list[_Hit]:
        """Those that give the wrong figures and spoil others, unless that may be chance."""
        return self.partly if self._habits_by_chance() <= _PART_BY_CHANCE else []

    def _habits_by_chance(self) -> float:
        habits = [numbers for made, numbers in self._singles if made.mistake.is_habit]
        return len(habits) * self._expected.chance(habits)

    def _by_chance(self) -> float:
        return (self.tried + self.tried_pairs) * self._chance()

    def _chance(self) -> float:
        return self._expected.chance([numbers for _, numbers in self._singles])

    def pairs(self) -> Generator[Progress, None, None]:
        """Try pairs: first what explains the first wrong figure, then whatever goes with it.

        It ends with the first mistake that goes with any other.
        """
        firsts = self._firsts()
        expected = min(MOST_PAIRS, len(firsts) * len(self._singles))
        if expected * self._chance() > _PAIR_BY_CHANCE:
            # With so few digits no pair could be told from chance.
            return
        for number, (first, _) in enumerate(firsts):
            try:
                altered = self.trial.altered(first.alteration)
            except ModelError:
                continue
            for mistake in CATALOGUE:
                for second in _ways(mistake, altered):
                    if self.tried_pairs >= MOST_PAIRS:
                        return
                    if self.tried_pairs % _OFTEN == 0:
                        yield Progress(self.trial.first, number, len(firsts))
                    self.tried_pairs += 1
                    numbers = self._expected.numbers(altered, second.alteration)
                    if numbers is not None and self._expected.fits(numbers):
                        self.found.append(_Hit((first, second), numbers))
            if self.found:
                return

    def _firsts(self) -> list[tuple[Made, FloatArray]]:
        """Mistakes that may be the first of a pair: those that explain something, and habits."""
        ranked: list[tuple[int, int, tuple[Made, FloatArray]]] = []
        for made, numbers in self._singles:
            score = self._expected.explained(numbers)
            if score:
                ranked.append((-score, len(ranked), (made, numbers)))
        kept: list[tuple[Made, FloatArray]] = []
        for _, _, (made, numbers) in sorted(ranked, key=lambda each: each[:2]):
            if not any(are_same(numbers, other) for _, other in kept):
                kept.append((made, numbers))
            if len(kept) == _FIRSTS:
                break
        habits = [each for each in self._singles if each[0].mistake.is_habit]
        return kept + [each for each in habits if each not in kept]

    def diagnosis(self) -> Diagnosis:
        """What was found; a pair only if it can hardly be chance."""
        by_chance = self._by_chance()
        found = [h for h in self.found if len(h.made) == 1 or by_chance <= _PAIR_BY_CHANCE]
        if not found and self.partly:
            found, by_chance = self._habits(), self._habits_by_chance()
        groups: list[list[_Hit]] = []
        for hit in found:
            same = next((g for g in groups if are_same(g[0].numbers, hit.numbers)), None)
            if same is None:
                groups.append([hit])
            else:
                same.append(hit)
        causes = tuple(
            Cause(
                group[0].made,
                tuple(hit.made for hit in group[1:]),
                self._expected.spoiled(group[0].numbers),
            )
            for group in groups
        )
        wrong = [c for c in self.comparisons if is_wrong(c)]
        disagreeing = [c for c in wrong if c.verdict is Verdict.DISAGREEMENT]
        alone = not causes and len(disagreeing) == 1 < len(wrong)
        return Diagnosis(
            causes,
            len(wrong),
            self.tried + self.tried_pairs,
            self.tried_pairs,
            by_chance,
            disagreeing[0] if alone else None,
        )


def _ways(mistake: Mistake, trial: Trial) -> Iterator[Made]:
    seen = set()
    for alteration in mistake.alterations(trial.program):
        if alteration.where not in seen:
            seen.add(alteration.where)
            yield Made(mistake, alteration)
