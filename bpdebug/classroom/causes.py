"""Why the answers of a class are wrong: the same diagnosis as on the screen, for many at once.

What one step gives away is told at once. The others are grouped by the results that went wrong,
for students of one class make the same mistakes: what was found for one is tried on all others,
which takes a hundredth of the time, and the largest groups come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from bpdebug.checks.answers import GivenAnswer, SlipKind, slips
from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.chance import mistyped
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.diagnosis.habits import read_off
from bpdebug.checks.diagnosis.scene import Scene
from bpdebug.checks.diagnosis.sheet import Sheet as FigureSheet
from bpdebug.checks.figures.printed import FigureComparison, FigureVerdict
from bpdebug.checks.limit import Limit
from bpdebug.checks.quiet import quiet
from bpdebug.classroom.marks import Cause
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Progress, finish
from bpdebug.debugger.view import Position
from bpdebug.models.model import ModelError
from bpdebug.text.findings.diagnosis import cause_text, made_text
from bpdebug.text.run.wrong_answers import slip_words

_MOST_KNOWN = 40
"""This many mistakes that others made are tried on each student."""

_SECONDS_EACH = 3.0
"""A student's answers are searched no longer than this."""

NOT_KNOWN = "no known slip gives these numbers"
NO_TIME = "not searched for: the search was stopped early"


class _Known:
    """Mistakes that were found in this class, and how often."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Made] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, made: Made) -> None:
        """Count a mistake."""
        key = made.mistake.name, made.alteration.where
        self._made.setdefault(key, made)
        self._counts[key] += 1

    def most(self) -> list[Made]:
        """The most frequent ones."""
        return [self._made[key] for key, _ in self._counts.most_common(_MOST_KNOWN)]


@dataclass
class Wrong:
    """Answers of a student that are wrong, with what was found of their cause."""

    debugger: Debugger
    comparisons: tuple[FigureComparison, ...]
    decimals: int
    causes: tuple[Cause, ...] = ()
    no_cause: str = ""
    roots: tuple[FigureComparison, ...] = field(init=False)

    def __post_init__(self) -> None:
        disagreeing = FigureVerdict.DISAGREEMENT
        self.roots = tuple(c for c in self.comparisons if c.verdict is disagreeing)

    @property
    def pattern(self) -> tuple[tuple[str, float], ...]:
        """Which results went wrong by themselves, and about how many times too large they are."""
        return tuple((c.figure.name, _times(c)) for c in self.roots)


def _times(compared: FigureComparison) -> float:
    return round(compared.figure.value / compared.value, 1) if compared.value else 0.0


def finding(wrong: Sequence[Wrong], limit: Limit) -> Generator[Progress, None, None]:
    """Look for the cause of each, until the limit is over, which begins now; it is put there."""
    limit.begin()
    known = _Known()
    left: list[Wrong] = []
    for number, each in enumerate(wrong):
        yield Progress(1, number, len(wrong))
        if len(each.roots) == 1:
            each.causes = _of_step(each)
        if not each.causes:
            left.append(each)
    groups: dict[tuple[tuple[str, float], ...], list[Wrong]] = {}
    for each in left:
        groups.setdefault(each.pattern, []).append(each)
    # One result alone that is wrong tells least, and takes as long.
    ordered = sorted(groups.values(), key=lambda group: (len(group[0].roots) == 1, -len(group)))
    # The first of each group before the second of any.
    rounds = [each for group in ordered for each in group[:1]]
    rounds += [each for group in ordered for each in group[1:]]
    for number, each in enumerate(rounds):
        yield Progress(1, number, len(rounds))
        each.causes = _as_others(each, known)
        if each.causes:
            continue
        if not limit.is_over:
            each.causes = yield from _diagnosed(each, limit, known)
        if not each.causes:
            each.causes = _of_step(each)
        if not each.causes:
            each.no_cause = NO_TIME if limit.is_over else NOT_KNOWN


def _of_step(wrong: Wrong) -> tuple[Cause, ...]:
    """What the first wrong steps tell by themselves, as where a result is predicted."""
    found = []
    for root in wrong.roots:
        figure = root.figure
        view = wrong.debugger.history.view(Position(root.operation))
        given = GivenAnswer(figure.value, figure.half * (1 + 1e-6))
        found_slips = slips(view, given, wrong.decimals)
        said = dict.fromkeys(map(slip_words, found_slips))
        if said:
            words = " or ".join(said)
            # Of simple numbers something else at hand often gives the same.
            is_sure = len(said) == 1 and found_slips[0].kind is not SlipKind.EXCHANGED
            told = f"{figure.name}: {words}"
            found.append(Cause(told, told, is_sure))
            continue
        meant = mistyped(figure.text, root.value)
        if meant:
            told = f"{figure.name}: perhaps mistyped, {figure.text} for {meant}"
            found.append(Cause("a number mistyped", told, False))
    # One that explains nothing of the others is not the cause.
    return tuple(found) if len(found) == len(wrong.roots) else ()


def _diagnosed(
    wrong: Wrong, limit: Limit, known: _Known
) -> Generator[Progress, None, tuple[Cause, ...]]:
    own = Limit(min(_SECONDS_EACH, limit.seconds_left))
    diagnosis = yield from diagnosing(wrong.debugger, wrong.comparisons, own)
    if diagnosis is None or not diagnosis.causes:
        return ()
    first = diagnosis.causes[0]
    if len(first.made) == 1 and not first.rounded and not first.spoiled and not diagnosis.is_weak:
        known.add(first.made[0])
    text = cause_text(first)
    sentence = "; ".join(made.mistake.sentence for made in first.made)
    return (Cause(text, f"{text}: {sentence}", not diagnosis.is_weak),)


@quiet
def _trying(wrong: Wrong, known: Sequence[Made]) -> Generator[Progress, None, Made | None]:
    yield Progress(1, 0, 1)
    scene = Scene.of(wrong.debugger, wrong.comparisons)
    if scene is None or scene.late:
        return None
    sheet = FigureSheet(scene.near)
    programs = dict.fromkeys((scene.deltas, scene.program))
    trials = [scene.trial_of(program) for program in programs]
    for made in known:
        for trial in trials:
            try:
                numbers = read_off(trial, made.alteration, sheet)
            except (ModelError, KeyError):
                continue
            if numbers is not None and sheet.fits(numbers):
                return made
    return None


def _as_others(wrong: Wrong, known: _Known) -> tuple[Cause, ...]:
    """The mistake of another student that gives all answers of this one, too."""
    most = known.most()
    made = finish(_trying(wrong, most)) if most else None
    if made is None:
        return ()
    known.add(made)
    text = made_text(made)
    return (Cause(text, f"{text}: {made.mistake.sentence}"),)
