"""Diagnosis: which mistake gives just the numbers that somebody has.

Every entry of the catalogue is made in the program in every way that it can be made, alone and, if
nothing fits, in pairs, and the numbers that follow are compared with the figures. A cause is named
only if it gives all of them; or, if nothing does, all wrong ones, where that can hardly be chance.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bpdebug.checks.diagnosis.causes import Cause, Diagnosis, Made
from bpdebug.checks.diagnosis.expected import Expected, are_same, is_wrong
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.diagnosis.ways import second_ways, ways
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict, compare
from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.alteration import NOTHING
from bpdebug.checks.mistakes.catalogue import CATALOGUE, ROUNDED
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build

_STEPS = 3_000
"""So many statements, in as many iterations as they take, are tried with every mistake."""

_LEAST_ITERATIONS = 20

MOST_WORK = 2_000_000
"""Up to so many statements figures of later iterations are tried with what fits the others."""

MOST_PAIRS = 20_000
"""So many pairs are tried at most."""

_FIRSTS = 20
_MOST_ROUNDED = 40
"""So many mistakes are tried with rounding on the way."""

_OFTEN = 64
_PAIR_BY_CHANCE = 0.001
"""A pair is named only if fewer than so many of those tried would fit by chance."""

_PART_BY_CHANCE = 0.02
"""A habit that gives the wrong figures and spoils others is named only if fewer than so many habits
would give them."""


def diagnosing(
    debugger: DebuggerState, comparisons: Sequence[FigureComparison], limit: Limit | None = None
) -> Generator[Progress, None, Diagnosis | None]:
    """Look for what gives figures that are wrong; None if none of them is, or if the limit is over
    before it begins. Where it is over later, what was found until then is the diagnosis.
    """
    limit = limit or Limit()
    if limit.is_over:
        return None
    search = _Search.over(debugger, comparisons, limit)
    if search is None:
        return None
    if not (yield from search.is_possible()):
        return search.diagnosis()
    yield from search.singles()
    if not search.found:
        yield from search.rounded()
    if not search.has_found():
        yield from search.pairs()
    yield from search.verify()
    return search.diagnosis()


@dataclass(slots=True)
class _Hit:
    """What gives the figures, the numbers that it gives, and which late figures it spoils."""

    made: tuple[Made, ...]
    numbers: FloatArray
    spoiled: tuple[str, ...] = ()
    rounded: bool = False

    @property
    def shown(self) -> tuple[Made, ...]:
        """What is named: rounding beside another mistake is not half of what went wrong."""
        found = tuple(each for each in self.made if each.mistake.name != ROUNDED)
        return found or self.made


class _Single(NamedTuple):
    """A mistake alone: an excerpt of its numbers, and how many wrong figures it explains."""

    made: Made
    numbers: FloatArray
    explained: int
    is_rough: bool


class _Search:
    """`near` are the figures of the iterations of `trial`, `late` those of the ones after it."""

    def __init__(
        self,
        trial: Trial,
        near: Sequence[FigureComparison],
        late: Sequence[FigureComparison],
        limit: Limit,
    ) -> None:
        self.trial = trial
        self.limit = limit
        self.near = near
        self.late = late
        self.untried = 0
        self.has_digits = True
        self.found: list[_Hit] = []
        self.partly: list[_Hit] = []
        self.tried = self.tried_pairs = 0
        self._tried_until: dict[str, int] = {}
        self._late_chance = 1.0
        self._expected = Expected(trial, near)
        self._singles: list[_Single] = []

    @classmethod
    def over(
        cls, debugger: DebuggerState, comparisons: Sequence[FigureComparison], limit: Limit
    ) -> _Search | None:
        wrong = [c for c in comparisons if is_wrong(c)]
        if not wrong:
            return None
        program = debugger.program
        most = max(_LEAST_ITERATIONS, _STEPS // len(program.statements))
        first = min(c.figure.iteration for c in wrong)
        if first <= most:
            first = 1
        last = min(max(c.figure.iteration for c in comparisons), first + most - 1)
        near = [c for c in comparisons if first <= c.figure.iteration <= last]
        late = [c for c in comparisons if c.figure.iteration > last]
        before = debugger.history.state(first - 1).copy()
        program.load_observations(before, first)
        return cls(Trial(program, before, first, last), near, late, limit)

    def is_possible(self) -> Generator[Progress, None, bool]:
        """Whether the iterations, done again, give the true values: not if they were edited."""
        numbers = yield from self._expected.computing(self.trial, NOTHING)
        true = np.array([c.value for c in self.near])
        return numbers is not None and are_same(numbers, true)

    def singles(self) -> Generator[Progress, None, None]:
        """Try every mistake alone."""
        expected = self._expected
        right = sum(not is_wrong(each) for each in self.near)
        for number, mistake in enumerate(CATALOGUE):
            for made in ways(mistake, self.trial):
                if self.limit.is_over:
                    return
                if self.tried % _OFTEN == 0:
                    yield Progress(self.trial.first, number, len(CATALOGUE))
                self.tried += 1
                numbers = expected.numbers(self.trial, made.alteration)
                if numbers is None:
                    continue
                excerpt, explained = expected.excerpt(numbers), expected.explained(numbers)
                is_rough = expected.is_roughly(numbers)
                self._singles.append(_Single(made, excerpt, explained, is_rough))
                if expected.fits(numbers):
                    self.found.append(_Hit((made,), numbers))
                elif mistake.is_habit and expected.gives_wrong(numbers):
                    spoiled = expected.spoiled(numbers)
                    if 2 * len(spoiled) <= right:
                        self.partly.append(_Hit((made,), numbers, spoiled))
            self._tried_until[mistake.name] = self.tried

    def has_found(self) -> bool:
        """Whether there is a single mistake that gives the figures, or those that are wrong."""
        return bool(self.found or self._habits())

    def _habits(self) -> list[_Hit]:
        """Those that give the wrong figures and spoil others, unless that may be chance."""
        return self.partly if self._habits_by_chance() <= _PART_BY_CHANCE else []

    def _habits_by_chance(self) -> float:
        habits = [each.numbers for each in self._singles if each.made.mistake.is_habit]
        return len(habits) * self._expected.chance(habits)

    def _by_chance(self, hits: Sequence[_Hit]) -> float:
        """How many of the ways up to the first of some hits would fit by chance."""
        tried, near = self.tried + self.tried_pairs, None
        if hits and len(hits[0].shown) == 1:
            tried = self._tried_until.get(hits[0].shown[0].mistake.name, self.tried)
        if hits and hits[0].rounded:
            near = hits[0].numbers
        singles = [each.numbers for each in self._singles]
        return tried * self._expected.chance(singles, near) * self._late_chance

    def _chance(self) -> float:
        return self._expected.chance([each.numbers for each in self._singles])

    def rounded(self) -> Generator[Progress, None, None]:
        """Look for what gives the figures to somebody who rounds every number on the way, from the
        start of the run.
        """
        if self.trial.first > 1:
            return
        candidates = [each.made for each in self._singles if each.is_rough][:_MOST_ROUNDED]
        for number, made in enumerate(candidates):
            if self.limit.is_over:
                return
            yield Progress(self.trial.first, number, len(candidates))
            numbers = yield from self._expected.computing(self.trial, made.alteration)
            try:
                program = build(made.alteration.made_in(self.trial.program))
            except ModelError:
                # An order that the session wishes for may not be possible with it.
                continue
            figures = self._expected.in_program(program)
            if numbers is None or figures is None:
                continue
            compared = yield from compare(DebuggerState(program, self.trial.last), figures)
            if not any(map(is_wrong, compared)):
                self.found.append(_Hit((made,), numbers, rounded=True))

    def pairs(self) -> Generator[Progress, None, None]:
        """Try pairs: first what explains the first wrong figure, then whatever goes with it, what
        is made in whole equations before what is made in one element.

        It ends with the first mistake that goes with any other.
        """
        firsts = self._firsts()
        expected = min(MOST_PAIRS, len(firsts) * len(self._singles))
        if expected * self._chance() > _PAIR_BY_CHANCE:
            # No pair could be told from chance.
            self.has_digits = False
            return
        for whole in (True, False):
            for number, first in enumerate(firsts):
                try:
                    altered = self.trial.altered(first.alteration)
                except ModelError:
                    continue
                for second in second_ways(altered, whole):
                    if self.tried_pairs >= MOST_PAIRS or self.limit.is_over:
                        return
                    if self.tried_pairs % _OFTEN == 0:
                        yield Progress(self.trial.first, number, len(firsts))
                    self.tried_pairs += 1
                    numbers = self._expected.numbers(altered, second.alteration)
                    if numbers is not None and self._expected.fits(numbers):
                        self.found.append(_Hit((first, second), numbers))
                if self.found:
                    return

    def _firsts(self) -> list[Made]:
        """Mistakes that may be the first of a pair: those that explain something, and habits."""
        kept: list[_Single] = []
        for each in sorted(self._singles, key=lambda single: -single.explained):
            if len(kept) == _FIRSTS or not each.explained:
                break
            if not any(are_same(each.numbers, other.numbers) for other in kept):
                kept.append(each)
        promising = [each.made for each in kept]
        habits = [each.made for each in self._singles if each.made.mistake.is_habit]
        return promising + [made for made in habits if made not in promising]

    def verify(self) -> Generator[Progress, None, None]:
        """Try what fits on late figures, too: a cause gives those that are wrong."""
        if not self.late:
            return
        last = max(c.figure.iteration for c in self.late)
        hits = [*self.found, *self.partly]
        steps = (last - self.trial.first + 1) * len(self.trial.program.statements)
        if len(hits) * steps > MOST_WORK or self.limit.is_over:
            self.untried = len(self.late)
            return
        longer = self.trial.until(last)
        expected = Expected(longer, self.late)
        self._late_chance = expected.chance([])
        self.found, self.partly = [], []
        for hit in hits:
            trial = longer
            for made in hit.made[:-1]:
                trial = trial.altered(made.alteration)
            numbers = yield from expected.computing(trial, hit.made[-1].alteration)
            if numbers is None or not expected.gives_wrong(numbers):
                continue
            hit.spoiled += expected.spoiled(numbers)
            if not hit.spoiled:
                self.found.append(hit)
            elif len(hit.made) == 1 and hit.made[0].mistake.is_habit:
                self.partly.append(hit)

    def diagnosis(self) -> Diagnosis:
        """What was found; a pair only if it can hardly be chance."""
        by_chance = self._by_chance(self.found)
        found = [h for h in self.found if len(h.shown) == 1 or by_chance <= _PAIR_BY_CHANCE]
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
                first.shown,
                tuple(hit.shown for hit in others),
                first.spoiled,
                first.rounded or len(first.shown) < len(first.made),
            )
            for first, *others in groups
        )
        wrong = [c for c in (*self.near, *self.late) if is_wrong(c)]
        disagreeing = [c for c in wrong if c.verdict is FigureVerdict.DISAGREEMENT]
        alone = not causes and len(disagreeing) == 1 < len(wrong)
        return Diagnosis(
            causes,
            len(wrong),
            self.tried + self.tried_pairs,
            self.tried_pairs if self.has_digits else None,
            self.trial.first,
            by_chance,
            disagreeing[0] if alone else None,
            self.untried,
            self.limit.is_over,
        )
