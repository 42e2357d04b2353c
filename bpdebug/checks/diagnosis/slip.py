"""A slip: another value of a statement, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpdebug.checks.diagnosis.products import ONE
from bpdebug.notation.tree import Expression
from bpdebug.numerics import FloatArray

Turn = Callable[[FloatArray], FloatArray]
"""What becomes of the array that a statement gives, with its axes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity read in another way: in another order, or, without a `turn`, as it was before."""

    name: str
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """Another value of a statement: `rest` + c·`tree`, with c = 1 unless it `is_scaled`.

    `turn` is done to the right value instead, if there is one. `words` say it after the name of
    the target; `cost` is the greater the less usual it is. `term` is the term that it is made in,
    as text. With `is_added` the tree is not part of what is right. What `is_scaled` means nothing
    with c = 1. `reads` are quantities that are read in another way.
    """

    kind: str
    words: str
    cost: float
    tree: Expression = ONE
    rest: Expression | None = None
    turn: Turn | None = None
    is_scaled: bool = False
    may_be_scaled: bool = True
    is_added: bool = False
    term: str = ""
    reads: tuple[Reading, ...] = ()
