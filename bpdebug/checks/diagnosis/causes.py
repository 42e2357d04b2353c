"""What a diagnosis comes to: the mistakes that give the figures, and how much that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.checks.figures.printed import Comparison
from bpdebug.checks.mistakes.alteration import Alteration, Mistake


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
    those that are as likely as the first cause, or likelier, would give the figures by chance:
    with few digits it may be more than one. Without any cause, `slip` is the one wrong figure that
    all others follow from, if there is one. `untried` is how many figures are too late in the run
    to be tried.
    """

    causes: tuple[Cause, ...]
    wrong: int
    tried: int
    pairs: int
    by_chance: float
    slip: Comparison | None = None
    untried: int = 0
