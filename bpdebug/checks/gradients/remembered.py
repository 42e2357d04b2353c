"""Gradient checks that were made, by the iteration that they are of, so that none is made twice."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from typing import NamedTuple

from bpdebug.checks.gradients.gradient import GradientCheck, memories_of
from bpdebug.checks.gradients.sampling import GradientChecks, checking_all
from bpdebug.checks.limit import Limit
from bpdebug.debugger.edits import Edit
from bpdebug.debugger.state import Progress
from bpdebug.debugger.view import View
from bpdebug.program.program import Phase, Program

_MOST_KEPT = 64
"""How many iterations are remembered."""

_CHEAP = 1000
"""Parameters times statements of the forward pass that are checked in about 0.05 s."""

_NONE: Mapping[int, GradientCheck] = {}

_Moment = tuple[Program, int, tuple[Edit, ...]]


class _Found(NamedTuple):
    """The checks of an iteration, and the same by the slot of the parameter."""

    checks: GradientChecks
    by_slot: Mapping[int, GradientCheck]


class RememberedChecks:
    """The checks of the last iterations that were looked at; threads may share them."""

    def __init__(self) -> None:
        self._found: dict[_Moment, _Found] = {}
        self._changing = threading.Lock()

    def of(self, view: View) -> GradientChecks | None:
        """The checks of the iteration that a view is in, None if they have not been made."""
        known = self._found.get(_moment(view))
        return None if known is None else known.checks

    def by_slot(self, view: View) -> Mapping[int, GradientCheck]:
        """The same by the slot of the parameter, empty if they have not been made."""
        known = self._found.get(_moment(view))
        return _NONE if known is None else known.by_slot

    def checking(
        self, view: View, limit: Limit | None = None
    ) -> Generator[Progress, None, GradientChecks]:
        """The checks of the iteration that a view is in, made if they have not been: some of them
        if the limit is over before.
        """
        moment = _moment(view)
        known = self._found.get(moment)
        if known is not None:
            return known.checks
        found = yield from checking_all(view.program, *memories_of(view), limit=limit)
        if limit is not None and limit.is_over:
            return found
        by_slot = {each.slot: each for each in found.checks}
        with self._changing:
            self._found[moment] = _Found(found, by_slot)
            while len(self._found) > _MOST_KEPT:
                del self._found[next(iter(self._found))]
        return found


def is_cheap(program: Program) -> bool:
    """Whether a model is so small that an iteration of it can be checked between two keys."""
    forward = [each for each in program.statements if each.phase in (Phase.FORWARD, Phase.LOSS)]
    return len(program.parameter_slots()) * len(forward) <= _CHEAP


def _moment(view: View) -> _Moment:
    return view.program, view.iteration, view.edits
