"""Counting hits: how often a trigger has fired, from the start of the run up to any place.

The number of a hit depends on nothing but where it is. So it is the same forward and
backward, in a fast run, step by step and in a replay.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Generator
from dataclasses import replace
from functools import cached_property

from bpdebug.debugger.history import History
from bpdebug.debugger.triggers import Trigger
from bpdebug.program.lookout import Lookout, Reached, fits
from bpdebug.program.program import Program
from bpdebug.program.run import Loops

_APART = 64
"""Iterations between two counts that are kept, at least."""


class HitCounter:
    """The hits of one trigger in one history."""

    def __init__(self, trigger: Trigger, program: Program, history: History) -> None:
        self._trigger = trigger
        self._program = program
        self._history = history
        self._marked, self._marks = array("q", [0]), array("q", [0])
        self._latest = (0, 0)
        self._found: tuple[int, list[int]] = (0, [])

    def within(self, iteration: int) -> list[int]:
        """The operations of an iteration that are hits."""
        if self._found[0] != iteration:
            view_at = self._history.executed(iteration)
            hits = self._trigger.fired(iteration, view_at, 0, self._program.operations)
            self._found = (iteration, hits)
        return self._found[1]

    def before(self, iteration: int) -> Generator[int, None, int]:
        """How many hits there are in the iterations before `iteration`.

        Yields each iteration that has to be looked at for that.
        """
        trigger, last = self._trigger, iteration - 1
        if trigger.is_unconditional:
            if trigger.iteration is not None:
                return len(trigger.operations) if trigger.iteration <= last else 0
            return last * len(trigger.operations)
        reached, count = self._latest
        if reached == iteration:
            # One iteration back: what that one has is removed again.
            count -= len(self.within(iteration))
            self._latest = (last, count)
            return count
        mark = bisect_right(self._marked, last) - 1
        if not self._marked[mark] <= reached <= last:
            self._latest = self._marked[mark], self._marks[mark]
        while self._latest[0] < last:
            yield from self._counted_on(last)
        return self._latest[1]

    def _counted_on(self, last: int) -> Generator[int, None, None]:
        """Count on, at most as far as iteration `last`."""
        reached, count = self._latest
        carrying = self._loops
        if carrying is not None and reached > 0 and last - reached > self._history.patience:
            start = Reached(reached, counts=(count,))
            for swept in self._history.sweep(carrying, start, last):
                self.note(swept.iteration, swept.counts[0])
                yield swept.iteration
            reached, count = self._latest
        if reached < last:
            reached += 1
            self.note(reached, count + len(self.within(reached)))
            yield reached

    @cached_property
    def _loops(self) -> Loops | None:
        """What counts in many iterations at once."""
        sought = self._trigger.sought
        if sought is None or not fits((sought,)):
            return None
        counted = replace(sought, is_counted=True, wanted=None)
        return self._history.loops(self._program, Lookout((counted,)))

    def note(self, iteration: int, count: int) -> None:
        """That there are this many hits up to the end of an iteration."""
        self._latest = (iteration, count)
        if iteration % _APART == 0 and iteration > self._marked[-1]:
            self._marked.append(iteration)
            self._marks.append(count)

    def upto(self, operation: int) -> Generator[int, None, int]:
        """How many hits there are among the operations 1 … `operation` since the start."""
        iteration, within = self._program.locate(operation)
        count = yield from self.before(iteration)
        return count + bisect_right(self.within(iteration), within)
