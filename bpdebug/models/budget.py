"""What opening a session may cost: each stage asks for its work before it does it.

A small file may stand for much work: a repetition, a product of many ranges, a nest whose
derivative is far longer than itself. All limits are here, and a stage that would go over one says
so in words, with what to do.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from bpdebug.models.model import ModelError


class Work(Enum):
    """A kind of work: what is counted, how much of it may be done, and what helps."""

    EQUATIONS = (
        "characters of equations, repetitions written out",
        400_000,
        "repeat fewer steps, or write shorter equations with sums over indices",
    )
    DERIVATIVE = (
        "operations in the derivatives of one equation, written out",
        200_000,
        "name inner parts in equations of their own",
    )
    DERIVATIVES = (
        "operations in the derivatives of all equations, written out",
        2_000_000,
        "repeat fewer steps, or write shorter equations",
    )


class OverBudgetError(ModelError):
    """Work that is not begun, because there would be too much of it."""


class OpeningBudget:
    """What is left of the work that opening a session may take.

    `written` is how many characters of equations stand in its file: one with more than most may
    take more in proportion.
    """

    def __init__(self, written: int = 0) -> None:
        self._written = written
        self._taken: dict[Work, int] = {}

    def take(self, work: Work, amount: int, where: str = "") -> None:
        """Ask for work of one kind before doing it. Raises OverBudgetError if that is too much."""
        self._taken[work] = self._taken.get(work, 0) + amount
        self.check(work, self._taken[work], where)

    def check(self, work: Work, amount: int, where: str = "") -> None:
        """Ask for so much in one place. Raises OverBudgetError if that is too much."""
        what, limit, remedy = work.value
        if work is not Work.DERIVATIVE:
            limit *= 1 + self._written // 400_000
        if amount > limit:
            place = f"{where}: " if where else ""
            raise OverBudgetError(f"{place}more than {limit:,} {what}; {remedy}")


@contextmanager
def without_collecting() -> Iterator[None]:
    """While the trees of a model are made, no search for cycles: nearly everything stays, and what
    does not is freed without it. The searches would take a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
