"""What became of each answer of a student, and the points for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What an answer is."""

    RIGHT = "right"
    ROUNDING = "rounding"
    """Off by intermediate rounding, or given with too few decimals."""
    FOLLOWS = "follows"
    """Wrong, but right for somebody who goes on from an earlier mistake."""
    WRONG = "wrong"
    MISSING = "missing"
    """There is no answer."""
    UNREAD = "unread"
    """There is one that could not be read: somebody has to look at it."""


POINTS = frozenset({MarkKind.RIGHT, MarkKind.ROUNDING, MarkKind.FOLLOWS})
"""What gives a point. So a mistake costs one, however much follows from it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An answer judged: the name on the form, what it says, what is right to the decimals asked."""

    name: str
    kind: MarkKind
    answer: str
    right: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What gives wrong answers: `label` is the same for all who made the mistake, `told` says it
    of this student. `is_sure` unless it may be chance.
    """

    label: str
    told: str
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Marked:
    """A student's answers judged. `causes` are what was found, `no_cause` says why there is none,
    empty where nothing is wrong.
    """

    file: str
    student: str
    marks: tuple[Mark, ...]
    causes: tuple[Cause, ...] = ()
    no_cause: str = ""

    def count(self, kind: MarkKind) -> int:
        """How many answers are of a kind."""
        return sum(mark.kind is kind for mark in self.marks)

    @property
    def points(self) -> int:
        """The points, of as many as there are marks."""
        return sum(mark.kind in POINTS for mark in self.marks)

    @property
    def first_wrong(self) -> Mark | None:
        """The first step that went wrong."""
        return next((mark for mark in self.marks if mark.kind is MarkKind.WRONG), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How a class did with one result."""

    name: str
    wrong: int
    missing: int
    of: int


def tallies(marked: Sequence[Marked]) -> list[Tally]:
    """The results that were asked for, the hardest first: where most went wrong themselves."""
    names = dict.fromkeys(mark.name for each in marked for mark in each.marks)
    wrong, missing = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for each in marked:
        for mark in each.marks:
            wrong[mark.name] += mark.kind is MarkKind.WRONG
            missing[mark.name] += mark.kind is MarkKind.MISSING
    found = [Tally(name, wrong[name], missing[name], len(marked)) for name in names]
    return sorted(found, key=lambda each: (-each.wrong, -each.missing))


def mistakes(marked: Sequence[Marked]) -> list[tuple[str, list[str]]]:
    """The mistakes of a class and who made each, the most frequent first."""
    found: dict[str, list[str]] = {}
    for each in marked:
        for label in dict.fromkeys(cause.label for cause in each.causes):
            found.setdefault(label, []).append(each.student)
    return sorted(found.items(), key=lambda item: -len(item[1]))
