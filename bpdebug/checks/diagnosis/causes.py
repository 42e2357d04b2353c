"""What a diagnosis comes to: the mistakes that give the figures, and how much that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.checks.diagnosis.looks import Look
from bpdebug.checks.figures.printed import FigureComparison
from bpdebug.checks.mistakes.alteration import Alteration, Mistake

WEAK = 0.1
"""From this many causes by chance on, the numbers hardly tell one from another."""


@dataclass(frozen=True, slots=True)
class Made:
    """A mistake as it was made: an entry of the catalogue or a kind of slip, and its place."""

    mistake: Mistake
    alteration: Alteration


@dataclass(frozen=True, slots=True)
class Cause:
    """What gives the figures: one mistake, or several that come together.

    `also` are others that give the very same numbers, so that nothing can tell them apart. It
    gives all wrong figures; `spoiled` names those that are right and would not be with it.
    `rounded` says that it gives them to somebody who rounds every number before going on.
    """

    made: tuple[Made, ...]
    also: tuple[tuple[Made, ...], ...] = ()
    spoiled: tuple[str, ...] = ()
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found for some figures, the likeliest cause first.

    `looks` are what is seen at the figures themselves, before anything is tried. `wrong` is how
    many figures are wrong, `tried` how many slips were tried; none where a run cannot be done
    again. `pairs` of them were tried on top of others, None if there are too few digits for that.
    `since` is the iteration from which on they were made. `by_chance` is how many of those that are
    as likely as the first cause, or likelier, would give the figures by chance: with few digits it
    may be more than one. Without any cause, `slip` is the one wrong figure that all others follow
    from, if there is one, and `mistyped` what it would be but for one digit. `untried` is how many
    figures are too late in the run to be tried; `ended` says that not all slips were tried, for it
    took too long, and `searching` that they are still being tried. `precision` is to what share of
    its quantity's largest a figure has to come out, 0 if its digits say it: as exact as the figures
    that are right if `is_as_right`, else as rounding errors allow.
    """

    causes: tuple[Cause, ...]
    wrong: int
    tried: int
    pairs: int | None
    since: int
    by_chance: float
    slip: FigureComparison | None = None
    untried: int = 0
    ended: bool = False
    looks: tuple[Look, ...] = ()
    mistyped: str = ""
    searching: bool = False
    precision: float = 0.0
    is_as_right: bool = False

    def __repr__(self) -> str:
        return f"<{len(self.causes)} causes of {self.wrong} wrong figures>"

    @property
    def is_weak(self) -> bool:
        """Whether the numbers hardly tell one cause from another."""
        return self.by_chance > WEAK or len(self.causes) > 1
