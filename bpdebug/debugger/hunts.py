"""Hunts: what is named and hinted at while somebody looks for planted mistakes, and the score.

What is planted, and whether a suspect is right, the debugger does not know: a `Judge` does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

MOST_CLUES = 4
"""To one mistake: the phase, the layer and the array, the quantity, what it is."""

MOST_SUSPECTS = 1_000
MOST_LOOKED_AT = 10_000
"""The most operations that are counted as looked at."""


class HuntError(ValueError):
    """A suspect or a hint that makes no sense here; nothing has changed."""


class SuspectVerdict(StrEnum):
    """What a suspect is."""

    RIGHT = "right"
    PLACE = "right place"
    MISTAKE = "right mistake"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Suspect:
    """What was named: that at an `element` a `mistake` of the catalogue is made; some mistake, if
    that is empty.

    `bug` is the number of the planted mistake that it is right about, from 0; None if it is not
    right.
    """

    element: str
    mistake: str
    verdict: SuspectVerdict
    bug: int | None = None


@dataclass(frozen=True, slots=True)
class Hunt:
    """What was named and asked for so far.

    `hints` has for each hint that was given the number of the planted mistake that it is about.
    `revealed` says that somebody has asked for the answer.
    """

    suspects: tuple[Suspect, ...] = ()
    hints: tuple[int, ...] = ()
    revealed: bool = False

    @property
    def found(self) -> frozenset[int]:
        """The planted mistakes that were found."""
        return frozenset(each.bug for each in self.suspects if each.bug is not None)

    def is_closed(self, bug: int) -> bool:
        """Whether a planted mistake is found, or has been told."""
        return self.revealed or bug in self.found or self.hints.count(bug) >= MOST_CLUES


@dataclass(frozen=True, slots=True)
class Looks:
    """What it has cost, which undoing does not give back: the operations of an iteration that one
    has come to, each counted once in whatever iteration, and how many suspects and hints.
    """

    operations: frozenset[int] = frozenset()
    suspects: int = 0
    hints: int = 0


class HuntScore(NamedTuple):
    """How many mistakes are planted, how many of them are found and how many were told; and how
    many looks that took: operations come to and suspects named; and hints.
    """

    planted: int
    found: int
    told: int
    looks: int
    operations: int
    suspects: int
    hints: int


class Judge(Protocol):
    """Knows what is planted in a run."""

    @property
    def planted(self) -> int:
        """How many mistakes."""

    def judged(self, element: str, words: str, closed: Collection[int]) -> Suspect:
        """What is said of an element, judged; `words` name a mistake or describe it, or are empty.

        Mistakes that are `closed` are not looked for any more. Raises HuntError if the words mean
        no mistake that could be made there, or several.
        """
