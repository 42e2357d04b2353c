"""Counting hits: how often a trigger has fired, from the start of the run up to any place.

The number of a hit depends on nothing but where it is. So it is the same forward and
backward, in a fast run, step by step and in a replay.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Generator

from bpdebug.debugger.history import History
from bpdebug.debugger.triggers import Trigger
from bpdebug.program.program import Program

_STRIDE = 64
"""Iterations between two counts that are kept."""


class HitCounter:
    """The hits of one trigger in one history."""

    def __init__(self, trigger: Trigger, program: Program, history: History) -> None:
        self._trigger = trigger
        self._program = program
        self._history = history
        self._marks = array("q", [0])
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
            # One iteration back: what that one has is taken away again.
            count -= len(self.within(iteration))
            self._latest = (last, count)
            return count
        mark = min(last // _STRIDE, len(self._marks) - 1)
        if not mark * _STRIDE <= reached <= last:
            reached, count = mark * _STRIDE, self._marks[mark]
        while reached < last:
            reached += 1
            count += len(self.within(reached))
            if reached == len(self._marks) * _STRIDE:
                self._marks.append(count)
            self._latest = (reached, count)
            yield reached
        return count

    def upto(self, operation: int) -> Generator[int, None, int]:
        """How many hits there are among the operations 1 … `operation` since the start."""
        iteration, within = self._program.locate(operation)
        count = yield from self.before(iteration)
        return count + bisect_right(self.within(iteration), within)
