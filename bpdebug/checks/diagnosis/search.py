"""The search: slips tried where they can be, the usual ones first.

Where they can be follows from the figures: all that are wrong depend on that place. What a slip
gives is compared with the first figures that depend on it; most are out of the question then. If it
is those but for a constant factor, that is solved for, and has to be one that somebody may have in
mind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.copied import COST, copied
from bpdebug.checks.diagnosis.course import Course, Give, Outcome
from bpdebug.checks.diagnosis.everywhere import everywhere
from bpdebug.checks.diagnosis.factors import Factors, ratio
from bpdebug.checks.diagnosis.named import Named, named
from bpdebug.checks.diagnosis.pool import Pool
from bpdebug.checks.diagnosis.sheet import are_same
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.slips import STAGES, Slips
from bpdebug.checks.diagnosis.stems import group, relative
from bpdebug.checks.diagnosis.together import Together
from bpdebug.checks.diagnosis.values import Known, Values
from bpdebug.checks.limit import Limit
from bpdebug.debugger.state import Progress
from bpdebug.notation.names import with_greek
from bpdebug.notation.tree import Expression
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers, Phase

_OFTEN = 64
_REPEATED = 0.2
_FACTOR = 0.7
"""What a factor adds to the cost of a slip, about."""

_ON_THE_WAY = 4.0
_ELSEWHERE = 0.3
"""What speaks against a setting of the optimizer as a factor in the backward pass."""


_MOST_NEAR = 80
"""This many slips are kept with which somebody who rounds on the way may come to the figures."""

UNUSUAL = tuple(range(1, len(STAGES)))
"""The stages of slips after the usual one."""

Site = tuple[int, ...]
"""Statements in which one slip may have been made, all of them at once."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A slip that gives figures: in some statements, with a factor, or one of the catalogue.

    `numbers` are the figures that follow, `explained` how many wrong ones are among them. The less
    usual it is the greater is `cost`.
    """

    together: Together
    factor: float
    factor_text: str
    cost: float
    numbers: FloatArray
    explained: int
    gives: Mapping[int, Give]
    made: Made | None = None


class Search:
    """Tries slips on a course. `most_work` is what it may cost."""

    def __init__(self, course: Course, limit: Limit, most_work: int) -> None:
        self.course, self.sheet = course, course.sheet
        self.program = course.program
        self.counts: Counter[float] = Counter()
        self.found: list[Hit] = []
        self.partly: list[Hit] = []
        self.near: list[Hit] = []
        self._limit, self._most_work, self._share = limit, most_work, 1.0
        self._values = Values(self.program)
        self._known: dict[tuple[int, int], Known] = {}
        self._pool = Pool(self.program)
        self._slips = Slips(self.program, self._pool)
        self._factors = Factors(self.program)
        self._settings = self._names_of_settings()
        self.observations = self._pool.observations()
        self._origins: dict[object, tuple[Together, Outcome]] = {}
        self._made: dict[tuple[int, int], list[Slip]] = {}
        self._row = self.sheet.first - course.first
        figures = course.figures_at[self._row]
        self._wrong = frozenset(p for p, which in figures.items() if self.sheet.wrong[which].any())
        self._right = frozenset(figures) - self._wrong

    @property
    def tried(self) -> int:
        """How many slips were tried."""
        return self.counts.total()

    @property
    def is_over(self) -> bool:
        """Whether to come to an end."""
        return self._limit.is_over or self.course.work > self._share * self._most_work

    def _names_of_settings(self) -> frozenset[str]:
        """What the constants are called that updates alone use, and one over them."""
        used: dict[bool, set[str]] = {True: set(), False: set()}
        for statement, reads in zip(self.course.statements, self.course.reads, strict=True):
            used[statement.phase is Phase.UPDATE] |= reads
        names = [with_greek(name) for name in used[True] - used[False]]
        return frozenset((*names, *(f"1/{name}" for name in names)))

    # Where

    def _reach(self, place: int) -> frozenset[int]:
        """What a statement changes in the iteration of the first wrong figure."""
        reached = self.course.reach(place)
        if self._row and self.course.lasts(reached):
            return self.course.everything
        return reached

    def sites(self) -> list[Site]:
        """Places and groups of places on which all wrong figures depend, the best first."""
        reaching = {
            place: reached
            for place in range(len(self.course.statements))
            if (reached := self._reach(place)) & self._wrong
        }
        found: dict[Site, float] = {}
        groups: dict[tuple[str, Phase], list[int]] = {}
        for place, reached in reaching.items():
            alike = group(self.program, self.course.statements[place])
            groups.setdefault(alike, []).append(place)
            if self._wrong <= reached:
                found[(place,)] = self._penalty(reached, place)
        for several in groups.values():
            reached = frozenset().union(*(reaching[place] for place in several))
            if len(several) > 1 and self._wrong <= reached:
                found[tuple(several)] = self._penalty(reached, several[0]) + 0.1
        return sorted(found, key=lambda site: found[site])

    def partial_sites(self) -> list[Site]:
        """Places on which the first wrong figures depend, and not all."""
        first = min(self._wrong)
        found: dict[Site, float] = {
            (place,): self._penalty(reached, place)
            for place in range(len(self.course.statements))
            if first in (reached := self._reach(place)) and not self._wrong <= reached
        }
        return sorted(found, key=lambda site: found[site])

    def _penalty(self, reached: frozenset[int], place: int) -> float:
        """What speaks against a place: right figures that depend on it, and how far it is away."""
        return len(reached & self._right) + 0.01 * abs(min(self._wrong) - place)

    # What

    def usual(self) -> Generator[Progress, None, None]:
        """Look for one slip that gives all figures, and is usual or has a name."""
        for share, look in (
            (0.4, self._look_by_name()),
            (0.7, self._look(self.sites(), 0)),
            (0.8, self._look_everywhere()),
            (0.9, self._look_at_copies()),
        ):
            self._share = share
            yield from look
        self._share = 1.0

    def by_name(self) -> Generator[Progress, None, None]:
        """Look for the mistakes of the catalogue alone."""
        yield from self._look_by_name()

    def unusual(self, stages: Sequence[int] = UNUSUAL) -> Generator[Progress, None, None]:
        """Look for one that is not, until one is found."""
        sites = self.sites()
        for stage in stages:
            if not self.found:
                yield from self._look(sites, stage)

    def firsts(self, stages: int | None = None) -> Generator[Progress, None, None]:
        """Look for what gives the first wrong figures and leaves the right ones as they are."""
        sites = self.partial_sites()
        for stage in range(len(STAGES))[:stages]:
            yield from self._look(sites, stage)
            if self.partly:
                return

    def best_firsts(self) -> list[Hit]:
        """What gives the first wrong figures, those first that give most."""
        found: list[Hit] = []
        for hit in sorted(self.partly, key=lambda hit: (-hit.explained, hit.cost)):
            if hit.explained and not any(are_same(hit.numbers, o.numbers) for o in found):
                found.append(hit)
        return found

    def usual_in(self, places: Sequence[int]) -> list[Hit]:
        """The usual slips in some statements, each alone and together with those alike, untried."""
        groups: dict[tuple[str, Phase], list[int]] = {}
        for place in places:
            alike = group(self.program, self.course.statements[place])
            groups.setdefault(alike, []).append(place)
        sites = [*((p,) for p in places), *(tuple(g) for g in groups.values() if len(g) > 1)]
        found = []
        for site in sites:
            for stage in (0, 2):
                for slips in self._at(site, stage):
                    some = next(iter(slips.values()))
                    if stage == 2 and some.kind != "another activation":
                        continue
                    if not some.is_scaled and some.turn is None:
                        empty = self.course.truth
                        together = Together(slips)
                        # A line that is repeated is one line.
                        cost = some.cost - _REPEATED * (len(site) > 1)
                        found.append(Hit(together, 1.0, "1", cost, empty, 0, {}))
        return found

    def _look(self, sites: Sequence[Site], stage: int) -> Generator[Progress, None, None]:
        for number, site in enumerate(sites):
            for slips in self._at(site, stage):
                if self.is_over:
                    return
                if self.tried % _OFTEN == 0:
                    yield Progress(self.course.first, number, len(sites))
                self._try(Together(slips))

    def _look_everywhere(self) -> Generator[Progress, None, None]:
        for number, together in enumerate(everywhere(self.course)):
            if self.is_over:
                return
            if number % _OFTEN == 0:
                yield Progress(self.course.first, 0, 1)
            places = [place for place in together.slips if place >= 0]
            reached = frozenset().union(*map(self._reach, places))
            if together.given or self._wrong <= reached:
                self._try(together)

    def _look_at_copies(self) -> Generator[Progress, None, None]:
        if self.found or self._row:
            return
        which = self.course.figures_at[0][min(self._wrong)]
        for number, (together, others) in enumerate(copied(self.course, which)):
            if self.is_over:
                return
            if number % _OFTEN == 0:
                yield Progress(self.course.first, number, number + 1)
            self._try(together)
            self.counts[COST] += others

    def _look_by_name(self) -> Generator[Progress, None, None]:
        for number, each in enumerate(named(self.course, self._values, self._wrong, self._reach)):
            if self.is_over:
                return
            if number % _OFTEN == 0:
                yield Progress(self.course.first, 0, 1)
            self._try_named(each)

    def _try_named(self, each: Named) -> None:
        self.counts[round(each.cost, 2)] += 1
        try:
            outcome = self.course.run(each.gives)
        except (KeyError, ValueError):
            return
        hit = Hit(Together(), 1.0, "1", each.cost, outcome.numbers, 0, each.gives, each.made)
        self._keep(hit, outcome)

    def _at(self, site: Site, stage: int) -> Iterator[Mapping[int, Slip]]:
        """The slips of a stage at a place; at several, the same slip made at each of them."""
        if len(site) == 1:
            yield from ({site[0]: slip} for slip in self._slips_of(site[0], stage))
            return
        alike: dict[str, dict[int, Slip]] = {}
        for place in site:
            statement = self.course.statements[place]
            for slip in self._slips_of(place, stage):
                text = f"{slip.kind}|{slip.words}|{slip.term}|{slip.is_scaled}"
                key = relative(self.program, text, statement)
                alike.setdefault(key, {}).setdefault(place, slip)
        yield from (several for several in alike.values() if len(several) > 1)

    def _slips_of(self, place: int, stage: int) -> list[Slip]:
        found = self._made.get((place, stage))
        if found is None:
            found = list(self._slips.of(self.course.statements[place], stage))
            self._made[place, stage] = found
        return found

    def _try(self, together: Together) -> None:
        some = next(iter(together.slips.values()))
        self.counts[round(some.cost, 2)] += 1
        outcome = None
        try:
            if not some.is_scaled:
                outcome = self._run(together, 1.0)
                if self._note(together, 1.0, "1", 0.0, outcome):
                    return
            if some.is_scaled or some.may_be_scaled:
                self._try_scaled(together, outcome)
        except (KeyError, ValueError, IndexError):
            # What does not fit together, such as another quantity of another shape.
            return

    def _run(self, together: Together, factor: float, to_the_end: bool = False) -> Outcome:
        return self.course.run(self._gives(together, factor), to_the_end, together.given)

    def _gives(self, together: Together, factor: float) -> dict[int, Give]:
        return {
            place: self._give(place, slip, factor)
            for place, slip in together.slips.items()
            if place >= 0
        }

    def _give(self, place: int, slip: Slip, factor: float) -> Give:
        statement = self.course.statements[place]
        letters, ranges = statement.indices, statement.ranges
        shape = tuple(ranges[each] for each in letters)

        def of(tree: Expression, memory: FloatArray, row: int | None) -> FloatArray:
            # What lasts has another value before its update, so each place has a memory of its own.
            known = None if row is None else self._known.setdefault((row, place), {})
            return self._values.of(tree, letters, ranges, memory, known)

        def give(memory: FloatArray, row: int | None) -> FloatArray:
            if slip.reads:
                memory, row = self._as_read(slip, memory), None
            if slip.turn is not None:
                right = np.broadcast_to(of(statement.value, memory, row), shape)
                found = factor * slip.turn(right)
            elif factor == 0:
                found = np.zeros((1,) * len(letters))
            else:
                found = of(slip.tree, memory, row)
                found = found if factor == 1 else factor * found
            if slip.rest is not None:
                found = of(slip.rest, memory, row) + found
            return np.broadcast_to(found, shape).ravel()

        return give

    def _as_read(self, slip: Slip, memory: FloatArray) -> FloatArray:
        """The memory with some quantities as a slip reads them."""
        memory = memory.copy()
        for each in slip.reads:
            quantity = self.program.quantities[each.name]
            old = self.course.previous(each.name) if each.turn is None else memory[quantity.span]
            if old is not None:
                turned = old if each.turn is None else each.turn(old.reshape(quantity.shape))
                memory[quantity.span] = np.ravel(turned)
        return memory

    def _rest(self, together: Together) -> Outcome:
        """The figures with nothing but what is beside the slip."""
        key = tuple((place, id(slip.rest)) for place, slip in together.slips.items())
        found = self._origins.get(key)
        if found is None:
            # With the slips, so that no other object has such an identity.
            found = self._origins[key] = together, self._run(together, 0.0, to_the_end=True)
        return found[1]

    def _try_scaled(self, together: Together, outcome: Outcome | None) -> None:
        """Solve for the factor with which a slip gives the first figures that depend on it."""
        some = next(iter(together.slips.values()))
        if some.is_scaled and not some.is_added:
            reached = frozenset().union(*map(self._reach, together.slips))
            place = min(reached & self._wrong, default=None)
            image, row = self.course.truth, self._row
        else:
            outcome = outcome or self._run(together, 1.0)
            image, row, place = outcome.numbers, outcome.row, outcome.stopped_at
        which = None if place is None else self.course.figures_at[row].get(place)
        if which is None:
            return
        origin = self._rest(together).numbers[which]
        solved = self._solved(image[which] - origin, which, origin)
        if solved is None:
            return
        factor, text, cost = solved
        if factor == 0 and not some.is_scaled:
            return
        if len(which) == 1:
            # One number alone is met by each slip with some factor.
            self.counts[round(some.cost + _FACTOR, 2)] += len(self._factors) // 4
        self._note(together, factor, text, cost, self._run(together, factor))

    def _solved(
        self, step: FloatArray, which: Integers, origin: FloatArray
    ) -> tuple[float, str, float] | None:
        """The factor of a step that leads from an origin to the figures, its text and cost."""
        missing = self.sheet.values[which] - origin
        room = self.sheet.room[which]
        factor = ratio(missing, step, room)
        if factor is None:
            return None
        inexact = float(room.max()) / float(np.abs(step).max())
        if abs(factor) <= inexact:
            return 0.0, "0", 0.3
        found = self._factors.named(factor, inexact)
        if found is None and self.sheet.is_rounded:
            # What was rounded on the way may be off further.
            found = self._factors.named(factor, _ON_THE_WAY * inexact)
        return None if found is None or found[0] == 1.0 else found

    def _note(
        self, together: Together, factor: float, text: str, cost: float, outcome: Outcome
    ) -> bool:
        """Keep a slip that gives the figures, or the first wrong ones; whether all."""
        some = next(iter(together.slips.values()))
        gives = self._gives(together, factor)
        cost += some.cost + _ELSEWHERE * self._is_of_the_optimizer(together, text)
        hit = Hit(together, factor, text, cost, outcome.numbers, 0, gives)
        return self._keep(hit, outcome)

    def _is_of_the_optimizer(self, together: Together, text: str) -> bool:
        """Whether a factor is a constant of the update, in statements before it."""
        if text.lstrip("−") not in self._settings:
            return False
        places = [place for place in together.slips if place >= 0]
        return all(self.course.statements[at].phase is not Phase.UPDATE for at in places)

    def _keep(self, hit: Hit, outcome: Outcome) -> bool:
        first = min(self._wrong)
        which = self.course.figures_at[self._row][first]
        off = np.abs(outcome.numbers[which] - self.sheet.values[which])
        is_near = outcome.fits or bool((off <= self.sheet.room[which]).all())
        may_be = self.sheet.is_rounded and len(self.near) < _MOST_NEAR
        if not is_near and not (may_be and self.sheet.are_roughly(which, outcome.numbers)):
            return False
        end = self.course.run(hit.gives, True, hit.together.given)
        near = self.sheet.near(end.numbers)
        explained = int((near & self.sheet.wrong).sum())
        whole = Hit(
            hit.together,
            hit.factor,
            hit.factor_text,
            hit.cost,
            end.numbers,
            explained,
            hit.gives,
            hit.made,
        )
        if near.all():
            self.found.append(whole)
            return True
        if near[~self.sheet.wrong].all() and near[which].all():
            self.partly.append(whole)
        if may_be:
            self.near.append(whole)
        return False
