"""Looking for the next or the last operation at which a run stops.

An iteration is computed as a whole, then the operations that can trigger something are looked at
on its values. So a fast run stops at exactly the operation where stepping would stop. A search that
takes longer goes through the iterations in a loop that says which of them to look at so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpdebug.debugger.history import History
from bpdebug.debugger.hits import HitCounter
from bpdebug.debugger.triggers import Trigger
from bpdebug.program.lookout import Lookout, Reached, fits
from bpdebug.program.program import Program
from bpdebug.program.run import Loops

MOST_LOGGED = 10_000
"""Log messages that are kept, the last ones."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An operation, counted since the start, at which a run stops, and the triggers that fired.

    There are none if the operation made the first non-finite value. `number` is the number of
    the hit of the first of them.
    """

    operation: int
    triggers: tuple[Trigger, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log message: the operation it is about, and its text and values; None is not known."""

    operation: int
    breakpoint: int
    parts: tuple[str | float | bool | None, ...]


Search = Generator[int, None, Hit | None]
"""Yields the iteration reached, now and then; returns the hit, or None if there is none."""


@dataclass(frozen=True, slots=True)
class _Firing:
    """An operation of an iteration, the triggers that it fires, and whether it made the first
    value that is not finite.
    """

    operation: int
    triggers: tuple[Trigger, ...]
    not_finite: bool


class Searcher:
    """Finds the operations of a run at which it stops; what is logged on the way is in `log`."""

    def __init__(
        self,
        program: Program,
        history: History,
        triggers: Sequence[Trigger],
        counter: Callable[[Trigger], HitCounter],
        stop_at_non_finite: bool,
    ) -> None:
        self.log: deque[LogEntry] = deque(maxlen=MOST_LOGGED)
        self._program = program
        self._history = history
        self._triggers = triggers
        self._counter = counter
        self._stop_at_non_finite = stop_at_non_finite

    def forward(self, after: int, end: int) -> Search:
        """The first hit among the operations `after` + 1 … `end`."""
        length = self._program.operations
        iteration, patience = after // length + 1, self._history.patience
        least, most = self._whole(after, end)
        while iteration <= -(-end // length):
            if patience <= 0 and least <= iteration <= most and self._loops is not None:
                sighted = yield from self._sighted(iteration, most, only_first=True)
                # Nothing is left, or the beginning of an iteration.
                iteration, patience = sighted[0] if sighted else most + 1, 1
                continue
            yield iteration
            hit = yield from self._look_at(iteration, after, end, backward=False)
            if hit is not None:
                return hit
            iteration, patience = iteration + 1, patience - 1
        return None

    def backward(self, before: int, after: int = 0) -> Search:
        """The last hit among the operations `after` + 1 … `before`."""
        length = self._program.operations
        iteration, patience = -(-before // length), self._history.patience
        least, most = self._whole(after, before)
        while iteration > after // length:
            yield iteration
            first, sighted = iteration, [iteration]
            if patience <= 0 and least <= iteration <= most and self._loops is not None:
                stretch = self._history.stretch(self._loops, iteration - least + 1)
                first = max(least, iteration - (iteration - 1) % stretch)
                sighted = yield from self._sighted(first, iteration)
            for each in reversed(sighted):
                hit = yield from self._look_at(each, after, before, backward=True)
                if hit is not None:
                    return hit
            iteration, patience = first - 1, patience - 1
        return None

    def _whole(self, after: int, upto: int) -> tuple[int, int]:
        """The first and the last iteration that a loop may carry out: the very first is none."""
        length = self._program.operations
        return max(2, -(-after // length) + 1), upto // length

    def _look_at(self, iteration: int, after: int, upto: int, backward: bool) -> Search:
        """The first, or the last, hit of an iteration among the operations `after` + 1 … `upto`."""
        length = self._program.operations
        start = (iteration - 1) * length
        firings = yield from self._firings(
            iteration, max(0, after - start), min(length, upto - start)
        )
        for firing in reversed(firings) if backward else firings:
            if self._log_or_stop(iteration, firing):
                return (yield from self._hit(start, firing))
        return None

    @cached_property
    def _loops(self) -> Loops | None:
        """What goes through iterations and finds those to look at; None if it would find all."""
        sought = [trigger.sought for trigger in self._triggers]
        known = tuple(each for each in sought if each is not None)
        if len(known) < len(sought) or not fits(known):
            return None
        if any(trigger.is_constant for trigger in self._triggers):
            return None
        return self._history.loops(self._program, Lookout(known, self._stop_at_non_finite))

    def _sighted(
        self, first: int, last: int, only_first: bool = False
    ) -> Generator[int, None, list[int]]:
        """The iterations from `first` ≥ 2 to `last` that have to be looked at. Yields how far it
        is: where all are looked for, from the last one on, that is `last`.
        """
        carrying = self._loops
        assert carrying is not None
        found: list[int] = []
        while first <= last and not (found and only_first):
            reached = yield from self._before(first)
            for swept in self._history.sweep(carrying, reached, last):
                reached = swept
                for counter, count in zip(self._counters, swept.counts, strict=True):
                    counter.note(swept.iteration, count)
                if swept.found:
                    found.append(swept.iteration)
                    if only_first:
                        return found
                yield swept.iteration if only_first else last
            if reached.iteration < last:
                # There are edits in the next one.
                found.append(reached.iteration + 1)
            first = reached.iteration + 2
        return found

    def _before(self, iteration: int) -> Generator[int, None, Reached]:
        """What is known right before an iteration."""
        counts: tuple[int, ...] = ()
        for counter in self._counters:
            counts += ((yield from counter.before(iteration)),)
        is_finite = not self._stop_at_non_finite or self._history.is_finite(iteration - 1)
        return Reached(iteration - 1, False, is_finite, counts)

    @cached_property
    def _counters(self) -> list[HitCounter]:
        return [self._counter(each) for each in self._triggers if each.is_counting]

    def _firings(
        self, iteration: int, after: int, upto: int
    ) -> Generator[int, None, list[_Firing]]:
        """What fires among operations `after` + 1 … `upto` of an iteration, first to last."""
        found: dict[int, list[Trigger]] = {}
        view_at = self._history.executed(iteration)
        for trigger in self._triggers:
            if trigger.is_counting:
                operations = yield from self._counted(trigger, iteration)
                operations = [each for each in operations if after < each <= upto]
            else:
                operations = trigger.fired(iteration, view_at, after, upto)
            for operation in operations:
                found.setdefault(operation, []).append(trigger)
        makers = self._non_finite(iteration) if self._stop_at_non_finite else []
        for operation in makers:
            if after < operation <= upto:
                found.setdefault(operation, [])
        return [_Firing(each, tuple(found[each]), each in makers) for each in sorted(found)]

    def _counted(self, trigger: Trigger, iteration: int) -> Generator[int, None, list[int]]:
        """The operations of an iteration whose hits have numbers that the breakpoint wants."""
        counter = self._counter(trigger)
        earlier = yield from counter.before(iteration)
        assert trigger.breakpoint is not None
        wants = trigger.breakpoint.wants
        hits = enumerate(counter.within(iteration), start=earlier + 1)
        return [operation for number, operation in hits if wants(number)]

    def _log_or_stop(self, iteration: int, firing: _Firing) -> bool:
        """Note what is to be logged; whether anything stops the run here."""
        stops = firing.not_finite
        for trigger in firing.triggers:
            if trigger.message is None:
                stops = True
                continue
            assert trigger.breakpoint is not None
            view = self._history.executed(iteration)(firing.operation)
            parts = (p if isinstance(p, str) else p.value(view) for p in trigger.message)
            number = trigger.breakpoint.number
            self.log.append(LogEntry(view.position.operation, number, tuple(parts)))
        return stops

    def _hit(self, start: int, firing: _Firing) -> Search:
        operation = start + firing.operation
        if firing.not_finite:
            return Hit(operation, ())
        stopping = tuple(trigger for trigger in firing.triggers if trigger.message is None)
        if stopping[0].breakpoint is None:
            return Hit(operation, stopping)
        number = yield from self._counter(stopping[0]).upto(operation)
        return Hit(operation, stopping, number)

    def _non_finite(self, iteration: int) -> list[int]:
        """The operations of an iteration that make a value that is not finite where all were.

        Whatever follows from it does not count, unless it was edited away in between.
        """
        found = []
        written = self._program.written_at
        parts = self._history.segments(iteration)
        for number, part in enumerate(parts):
            ends = parts[number + 1].since if number + 1 < len(parts) else self._program.operations
            if np.isfinite(part.after).all():
                continue
            known = (written > 0) & (written <= part.since) if iteration == 1 else written > 0
            if not np.isfinite(part.before[known]).all():
                continue
            makers = written[~np.isfinite(part.after) & (written > part.since) & (written <= ends)]
            if len(makers):
                found.append(int(makers.min()))
        return found
