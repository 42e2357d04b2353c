"""What a diagnosis comes to: the mistakes that give the figures, and how much that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.checks.figures.printed import FigureComparison
from bpdebug.checks.mistakes.alteration import Alteration, Mistake

_WEAK = 0.1
"""From so many causes by chance on, the numbers hardly tell one from another."""


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
    `rounded` says that it gives them to somebody who rounds every number before going on.
    """

    made: tuple[Made, ...]
    also: tuple[tuple[Made, ...], ...] = ()
    spoiled: tuple[str, ...] = ()
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found for some figures, the likeliest cause first.

    `wrong` is how many figures are wrong, `tried` how many ways of making mistakes were tried; none
    where values were edited on the way. `pairs` of them were pairs, None if there are too few
    digits for that. `since` is the iteration from which on they were made. `by_chance` is how many
    of those that are as likely as the first cause, or likelier, would give the figures by chance:
    with few digits it may be more than one. Without any cause, `slip` is the one wrong figure that
    all others follow from, if there is one. `untried` is how many figures are too late in the run
    to be tried; `ended` says that not all ways were tried, for it took too long.
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

    def __repr__(self) -> str:
        return f"<{len(self.causes)} causes of {self.wrong} wrong figures>"

    @property
    def is_weak(self) -> bool:
        """Whether the numbers hardly tell one cause from another."""
        return self.by_chance > _WEAK or len(self.causes) > 1
