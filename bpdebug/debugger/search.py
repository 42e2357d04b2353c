"""Looking for the next or the last operation at which a run stops.

The search goes iteration by iteration: an iteration is computed as a whole, then the
operations that can trigger something are looked at on its values. So a fast run stops at
exactly the operation where stepping would stop.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.debugger.breakpoints import Trigger
from bpdebug.debugger.history import History
from bpdebug.debugger.view import Position, View
from bpdebug.program.program import Program


@dataclass(frozen=True, slots=True)
class Hit:
    """An operation, counted since the start, at which a run stops, and the trigger that fired.

    `trigger` is None if the operation made the first non-finite value.
    """

    operation: int
    trigger: Trigger | None


Search = Generator[int, None, Hit | None]
"""Yields the iteration reached, now and then; returns the hit, or None if there is none."""


class Searcher:
    """Finds the operations of a run at which it stops."""

    def __init__(
        self,
        program: Program,
        history: History,
        triggers: Sequence[Trigger],
        stop_at_non_finite: bool,
    ) -> None:
        self.program = program
        self.history = history
        self.triggers = triggers
        self.stop_at_non_finite = stop_at_non_finite

    def forward(self, after: int, end: int) -> Search:
        """The first hit among the operations `after` + 1 … `end`."""
        length = self.program.operations
        for iteration in range(after // length + 1, -(-end // length) + 1):
            yield iteration
            start = (iteration - 1) * length
            hits = self._hits(iteration, max(0, after - start), min(length, end - start))
            hit = next(hits, None)
            if hit is not None:
                return hit
        return None

    def backward(self, before: int) -> Search:
        """The last hit among the operations 1 … `before`."""
        length = self.program.operations
        for iteration in range(-(-before // length), 0, -1):
            yield iteration
            hits = self._hits(iteration, 0, min(length, before - (iteration - 1) * length))
            for last in hits:
                hit = last
                break
            else:
                continue
            for last in hits:
                hit = last
            return hit
        return None

    def _hits(self, iteration: int, after: int, upto: int) -> Iterator[Hit]:
        """The hits among operations `after` + 1 … `upto` of an iteration, first to last."""
        view_at = self._views(iteration)
        candidates = [
            (int(operation), number)
            for number, trigger in enumerate(self.triggers)
            for operation in trigger.operations
            if after < operation <= upto
        ]
        non_finite = self._first_non_finite(iteration) if self.stop_at_non_finite else None
        if non_finite is not None and after < non_finite <= upto:
            candidates.append((non_finite, -1))
        start = (iteration - 1) * self.program.operations
        seen = 0
        for operation, number in sorted(candidates):
            if operation == seen:
                continue
            trigger = self.triggers[number] if number >= 0 else None
            if trigger is None or trigger.fires(view_at(operation)):
                seen = operation
                yield Hit(start + operation, trigger)

    def _views(self, iteration: int) -> Callable[[int], View]:
        before, after = self.history.state(iteration - 1), self.history.state(iteration)
        start = (iteration - 1) * self.program.operations

        def view_at(operation: int) -> View:
            position = Position(start + operation)
            return View(self.program, position, iteration, operation, before, after)

        return view_at

    def _first_non_finite(self, iteration: int) -> int | None:
        """The operation that made the run's first non-finite value, if in this iteration."""
        after = self.history.state(iteration)
        if np.isfinite(after).all():
            return None
        written = self.program.written_at
        before = self.history.state(iteration - 1)
        if iteration > 1 and not np.isfinite(before[written > 0]).all():
            return None
        makers = written[~np.isfinite(after) & (written > 0)]
        return int(makers.min()) if len(makers) else None
