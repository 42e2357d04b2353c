"""Diagnosis: which slip gives just the numbers that somebody has.

First the figures are looked at. Then slips are tried where they can be, alone, and if none of them
gives all figures, one after the other. A cause is named only if it gives all of them; or, if
nothing does, all wrong ones, where that can hardly be chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from bpdebug.checks.diagnosis.causes import WEAK, Diagnosis, Made
from bpdebug.checks.diagnosis.chance import chance, mistyped
from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.found import Found, cause_of, grouped
from bpdebug.checks.diagnosis.habits import Runs, forward_too
from bpdebug.checks.diagnosis.late import late_numbers
from bpdebug.checks.diagnosis.looks import Look, looks
from bpdebug.checks.diagnosis.named import cost_of
from bpdebug.checks.diagnosis.on_the_way import RoundedOnTheWay
from bpdebug.checks.diagnosis.scene import Scene, is_as_it_was
from bpdebug.checks.diagnosis.search import UNUSUAL, Hit, Search
from bpdebug.checks.diagnosis.sheet import Sheet, is_wrong
from bpdebug.checks.diagnosis.told import joined, told
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict
from bpdebug.checks.limit import Limit
from bpdebug.checks.quiet import quiet
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.program.program import Phase

MOST_CAUSES = 5

_WORK = 250_000_000
"""What the search for one slip may cost, in arithmetic steps: about three seconds."""

_WORK_AFTER_A_FIRST, _WORK_OF_SEVERAL = 40_000_000, 100_000_000
_OWN_WORK = 60_000_000
_FORWARD_WORK = 80_000_000
_EVERYWHERE = 0.8
_MOST_FIRSTS = 4
_ALIKE = 0.6
"""Slips of one kind are one, and so much more usual than two."""

_MOST_TOGETHER = 4
"""At most this many slips come together."""

MOST_LATE_WORK = 2_000_000
"""Up to this many statements figures of later iterations are tried with what fits the others."""

_UNUSUAL = ((1.1, math.inf), (1.6, 0.3))
_VERY_UNUSUAL = 0.01
"""Slips of a cost are named only if fewer than this many would fit by chance."""

_AS_USUAL = 0.3
_MISTYPED_BY_CHANCE = 0.001
_SEVERAL_BY_CHANCE = 0.001
"""Slips that come together are named only if fewer than this many would fit by chance."""

_PART_BY_CHANCE = 0.02
"""A habit that gives the wrong figures and spoils others is named only if fewer than this many
habits would give them."""


@quiet
def diagnosing(
    debugger: DebuggerState,
    comparisons: Sequence[FigureComparison],
    limit: Limit | None = None,
    tell: Callable[[Diagnosis], None] = lambda _: None,
) -> Generator[Progress, None, Diagnosis | None]:
    """Look for what gives figures that are wrong; None if none of them is, or if the limit is over
    before it begins. Where it is over later, what was found by then is the diagnosis.

    `tell` hears what is known so far: what is seen at the figures, then what was found first.
    """
    limit = limit or Limit()
    if limit.is_over:
        return None
    scene = Scene.of(debugger, comparisons)
    if scene is None:
        return None
    diagnosing = _Diagnosing(scene, limit)
    if not diagnosing.is_possible:
        return diagnosing.diagnosis()
    tell(replace(diagnosing.diagnosis(), searching=True))
    yield from diagnosing.usual()
    if diagnosing.found:
        tell(replace(diagnosing.diagnosis(), searching=True))
    yield from diagnosing.habits()
    if not diagnosing.found and diagnosing.is_everywhere:
        yield from diagnosing.forward()
    if not diagnosing.found:
        yield from diagnosing.unusual(UNUSUAL[:1])
    if not diagnosing.found:
        yield from diagnosing.roughly()
    if not diagnosing.found and diagnosing.begins_forward:
        yield from diagnosing.forward()
    if not diagnosing.found:
        yield from diagnosing.several(is_quick=True)
    if not diagnosing.found:
        yield from diagnosing.unusual(UNUSUAL[1:])
    if not diagnosing.found:
        yield from diagnosing.forward()
    if not diagnosing.found:
        yield from diagnosing.rounded()
    if not diagnosing.found:
        later = yield from _beginning_later(debugger, comparisons, scene, limit)
        if later is not None:
            return later
    if not diagnosing.has_found():
        yield from diagnosing.several()
    yield from diagnosing.verify()
    return diagnosing.diagnosis()


def _beginning_later(
    debugger: DebuggerState,
    comparisons: Sequence[FigureComparison],
    scene: Scene,
    limit: Limit,
) -> Generator[Progress, None, Diagnosis | None]:
    """Look for a slip that was made from the iteration of the first wrong figure on, or in that
    alone; None if there is none.
    """
    later = Scene.of(debugger, comparisons, from_first_wrong=True)
    if later is None or later.first == scene.first or scene.edits or limit.is_over:
        return None
    for is_once in (False, True):
        if is_once and later.last == later.first:
            break
        diagnosing = _Diagnosing(later, limit, is_once)
        yield from diagnosing.usual()
        if not diagnosing.found and not is_once:
            yield from diagnosing.habits()
        if not diagnosing.found:
            yield from diagnosing.unusual()
        if diagnosing.found and not later.late:
            found = diagnosing.diagnosis()
            if found.causes:
                return found
    return None


class _Diagnosing:
    def __init__(self, scene: Scene, limit: Limit, is_once: bool = False) -> None:
        self.scene, self.limit = scene, limit
        self.sheet = Sheet(scene.near)
        self.found: list[Found] = []
        self.partly: list[Found] = []
        self.near: list[Found] = []
        self.untried = 0
        self.pairs: int | None = 0
        self._late_chance = 1.0
        self._left = _WORK_OF_SEVERAL
        self._course = scene.course(self.sheet)
        self._course.is_once = is_once
        self.is_possible = is_as_it_was(self._course)
        self._runs = Runs(scene.trial(), self.sheet, limit)
        self._search = Search(self._course, limit, _WORK)
        self._on_the_way = RoundedOnTheWay(scene, self._course.program, self.sheet, limit)
        self._counts: Counter[float] = Counter()
        self._habits_tried: Counter[float] = Counter()
        self._forward_tried: set[str] = set()
        self.looks: tuple[Look, ...] = ()
        if self.is_possible:
            row = self.sheet.first - self._course.first
            self.looks = looks(self._course.program, self.sheet, self._course.after(row))

    @property
    def tried(self) -> int:
        """How many slips were tried."""
        return self._search.tried + self._runs.tried + self._counts.total()

    def _by_chance(self, found: Found) -> float:
        """How many of the slips that are as usual as one, or more so, would fit by chance."""
        counts = self._search.counts + self._runs.counts + self._counts
        tried = sum(count for cost, count in counts.items() if cost <= found.cost + 0.005)
        return tried * chance(self.sheet, found.numbers) * self._late_chance

    def _is_likely(self, found: Found) -> bool:
        """Whether it can hardly be chance, the less so the less usual it is."""
        if len(found.shown) > 1:
            return self._by_chance(found) <= _SEVERAL_BY_CHANCE
        most = next((most for cost, most in _UNUSUAL if found.cost <= cost), _VERY_UNUSUAL)
        return self._by_chance(found) <= most

    def usual(self) -> Generator[Progress, None, None]:
        """Look for one usual slip in a statement, or the same in several."""
        yield from self._search.usual()
        self.found += [self._alone(hit) for hit in self._search.found]
        yield from self._own_style()

    def _own_style(self) -> Generator[Progress, None, None]:
        """Look for the mistakes of the catalogue in the equations as the session writes them."""
        scene = self.scene
        if self._course.program is scene.program or self.limit.is_over:
            return
        course = Course(scene.program, self.sheet, scene.before, scene.first, scene.last)
        search = Search(course, self.limit, _OWN_WORK)
        yield from search.by_name()
        self._counts += search.counts
        self.found += [Found((told(search, hit),), hit.numbers, hit.cost) for hit in search.found]
        self.near += [Found((told(search, hit),), hit.numbers, hit.cost) for hit in search.near]

    def unusual(self, stages: Sequence[int] = UNUSUAL) -> Generator[Progress, None, None]:
        """Look for one that is less usual, if the figures have digits enough for it."""
        if chance(self.sheet) * self.tried <= _UNUSUAL[1][1]:
            yield from self._search.unusual(stages)
            self.found += [self._alone(hit) for hit in self._search.found]

    def _alone(self, hit: Hit) -> Found:
        made = told(self._search, hit)
        if self._course.is_once:
            where = f"{made.alteration.where}, in iteration {self.scene.first} alone"
            made = replace(made, alteration=replace(made.alteration, where=where))
        return Found((made,), hit.numbers, hit.cost)

    @property
    def is_everywhere(self) -> bool:
        """Whether hardly anything is right, as where the forward pass is another."""
        return bool(self.sheet.wrong.mean() > _EVERYWHERE)

    def habits(self) -> Generator[Progress, None, None]:
        """Look for another loss, values read wrongly, an update at another time."""
        if self.scene.edits or (self.found and self._runs.is_large):
            return
        right = int((~self.sheet.wrong).sum())
        for number, (made, place) in enumerate(self._runs.habits()):
            if self._runs.is_over:
                return
            if number % 8 == 0:
                yield Progress(self.scene.first, number, number + 1)
            cost = cost_of(place)
            self._habits_tried[cost] += made.mistake.is_habit
            numbers = self._runs.numbers(made.alteration, cost)
            if numbers is None:
                continue
            found = Found((made,), numbers, cost)
            if self.sheet.fits(numbers):
                self.found.append(found)
            elif made.mistake.is_habit and self.sheet.gives_wrong(numbers):
                found.spoiled = self.sheet.spoiled(numbers)
                if 2 * len(found.spoiled) <= right:
                    self.partly.append(found)
            elif self.sheet.is_rounded and self.sheet.are_roughly(self.sheet.first_roots, numbers):
                self.near.append(found)

    def forward(self) -> Generator[Progress, None, None]:
        """Try slips in the forward pass again, with the derivatives that follow from them."""
        if self.scene.edits:
            return
        course = self._course
        program = course.program
        whole = Runs(self.scene.trial_of(program), self.sheet, self.limit, _FORWARD_WORK)
        for number, (made, cost) in enumerate(self._in_forward()):
            if whole.is_over:
                break
            if number % 8 == 0:
                yield Progress(self.scene.first, number, number + 1)
            other = forward_too(made)
            if other is None or made.alteration.where in self._forward_tried:
                continue
            self._forward_tried.add(made.alteration.where)
            numbers = whole.numbers(other.alteration, cost)
            if numbers is None:
                continue
            if self.sheet.fits(numbers):
                self.found.append(Found((other,), numbers, cost))
            elif self.sheet.is_rounded and self.sheet.is_roughly(numbers):
                self.near.append(Found((other,), numbers, cost))
        self._counts += whole.counts

    @property
    def begins_forward(self) -> bool:
        """Whether slips in forward equations give the first wrong figures."""
        return bool(self._forward_hits())

    def _forward_hits(self) -> list[Hit]:
        forward = (Phase.FORWARD, Phase.LOSS)
        statements = self._course.statements
        return [
            hit
            for hit in (*self._search.partly, *self._search.near)
            if hit.made is None
            and hit.together.slips
            and all(at >= 0 and statements[at].phase in forward for at in hit.together.slips)
        ]

    def _in_forward(self) -> list[tuple[Made, float]]:
        """Slips in forward equations that give the first wrong figures, if those are forward; else
        the usual ones.
        """
        hits = self._forward_hits()
        if not hits:
            forward = (Phase.FORWARD, Phase.LOSS)
            course = self._course
            hits = self._search.usual_in(
                [at for at, each in enumerate(course.statements) if each.phase in forward]
            )
        ordered = sorted(hits, key=lambda hit: hit.cost)
        return [(told(self._search, hit), hit.cost) for hit in ordered]

    def has_found(self) -> bool:
        """Whether there is something that gives the figures, or those that are wrong."""
        return bool(self.found or self._likely_habits())

    def _likely_habits(self) -> list[Found]:
        """Those that give the wrong figures and spoil others, unless that may be chance."""
        return self.partly if self._habits_by_chance() <= _PART_BY_CHANCE else []

    def _habits_by_chance(self) -> float:
        """How many habits as usual as the first of those would give the wrong figures."""
        most = min((each.cost for each in self.partly), default=math.inf)
        tried = sum(n for cost, n in self._habits_tried.items() if cost <= most)
        return tried * chance(self.sheet)

    def _near(self) -> list[list[Found]]:
        """What comes near to the figures, the likeliest first."""
        near = [*self.near, *map(self._alone, self._search.near)]
        return grouped(sorted(near, key=lambda each: each.cost))

    def roughly(self) -> Generator[Progress, None, None]:
        """Of what comes near look for that which gives the figures within what rounding every
        number can do, if some that are right show that this was done.
        """
        if self._on_the_way.is_possible and self.sheet.shows_rounding:
            self.found += yield from self._on_the_way.within(self._near())

    def rounded(self) -> Generator[Progress, None, None]:
        """Look for what gives the figures to somebody who rounds every number on the way, from the
        start of the run.
        """
        if not self._on_the_way.is_possible:
            return
        self.found += yield from self._on_the_way.within(self._near())
        if not self.found:
            self.found += yield from self._on_the_way.throughout(self._near())

    def several(self, is_quick: bool = False) -> Generator[Progress, None, None]:
        """Look for slips that come together: one that gives the first wrong figures, then one for
        what is left, and so on; two usual ones alone if that `is_quick`.
        """
        expected = chance(self.sheet) * max(self.tried, 1)
        if expected > _SEVERAL_BY_CHANCE:
            # They could not be told from chance.
            self.pairs = None if not is_quick else self.pairs
            return
        yield from self._after(self._search, (), 0.0, is_quick)

    def _after(
        self, search: Search, before: tuple[Made, ...], cost: float, is_quick: bool
    ) -> Generator[Progress, None, None]:
        yield from search.firsts(1 if is_quick else None)
        for hit in search.best_firsts()[:_MOST_FIRSTS]:
            if self.limit.is_over or (self.found and len(before) > 0):
                return
            first = told(search, hit)
            if hit.together.given or any(each.reads for each in hit.together.slips.values()):
                continue
            course = search.course.with_changes(hit.gives, hit.numbers)
            if self._left <= 0:
                return
            following = Search(course, self.limit, min(self._left, _WORK_AFTER_A_FIRST))
            yield from following.usual()
            if not is_quick:
                yield from following.unusual()
            self._counts += following.counts
            self._left -= course.work
            self.pairs = (self.pairs or 0) + following.tried
            for second in following.found:
                made = (*before, first, told(following, second))
                total = cost + hit.cost + second.cost - _ALIKE * (len(joined(made)) < len(made))
                self.found.append(Found(joined(made), second.numbers, total))
            if not self.found and not is_quick and len(before) + 2 < _MOST_TOGETHER:
                yield from self._after(following, (*before, first), cost + hit.cost, is_quick)
            if self.found:
                return

    def verify(self) -> Generator[Progress, None, None]:
        """Try what fits on late figures, too: a cause gives those that are wrong."""
        if not self.scene.late:
            return
        last = max(c.figure.iteration for c in self.scene.late)
        found = [*self.found, *self.partly]
        steps = (last - self.scene.first + 1) * len(self.scene.program.statements)
        if len(found) * steps > MOST_LATE_WORK or self.limit.is_over:
            self.untried = len(self.scene.late)
            return
        sheet = Sheet(self.scene.late)
        self._late_chance = chance(sheet)
        self.found, self.partly = [], []
        for each in found:
            numbers = yield from late_numbers(self.scene, self._course.program, each, sheet)
            if numbers is None or not sheet.gives_wrong(numbers):
                continue
            each.spoiled += sheet.spoiled(numbers)
            if not each.spoiled:
                self.found.append(each)
            elif len(each.made) == 1 and each.made[0].mistake.is_habit:
                self.partly.append(each)

    def diagnosis(self) -> Diagnosis:
        """What was found; several together only if they can hardly be chance."""
        found = sorted(filter(self._is_likely, self.found), key=lambda each: each.cost)
        # What comes out to the last digit is not one of many that rounding errors would allow.
        found = [each for each in found if self.sheet.fits_closely(each.numbers)] or found
        by_chance = self.tried * chance(self.sheet) * self._late_chance
        if found:
            by_chance = self._by_chance(found[0])
        if by_chance > WEAK:
            # Where so few digits tell little, only what is as usual as the first is worth telling.
            found = [each for each in found if each.cost <= found[0].cost + _AS_USUAL]
        typed = self._mistyped()
        if typed and by_chance > _MISTYPED_BY_CHANCE:
            found = []
        if not found and self.partly and not typed:
            found, by_chance = self._likely_habits(), self._habits_by_chance()
        causes = tuple(map(cause_of, grouped(found)))[:MOST_CAUSES]
        every = [c for c in (*self.scene.near, *self.scene.late) if is_wrong(c)]
        disagreeing = [c for c in every if c.verdict is FigureVerdict.DISAGREEMENT]
        alone = not causes and len(disagreeing) == 1 < len(every)
        return Diagnosis(
            causes,
            len(every),
            self.tried,
            self.pairs,
            self.scene.first,
            by_chance,
            disagreeing[0] if alone else None,
            self.untried,
            self.limit.is_over,
            self.looks,
            "" if causes else typed or (_typed(disagreeing[0]) if alone else ""),
            precision=self.sheet.precision,
            is_as_right=self.sheet.is_as_right,
        )

    def _mistyped(self) -> str:
        """What the only figure that is wrong would be with one digit another."""
        wrong = [c for c in self.scene.near if is_wrong(c)]
        if len(wrong) != 1 or len(self.scene.near) < 3 or self.scene.late:
            return ""
        return _typed(wrong[0])


def _typed(comparison: FigureComparison) -> str:
    return mistyped(comparison.figure.text, comparison.value)
