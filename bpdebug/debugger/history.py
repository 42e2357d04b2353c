"""The memory between iterations, at any iteration, within a budget of bytes.

Nothing else of a run is kept: an iteration follows from the memory before it. Some states
are kept as checkpoints, equally far apart; any other is computed again from the nearest
checkpoint before it, most of the way in a loop that keeps nothing. When the budget is full,
every second checkpoint is dropped. Edits belong to a history: another set of them makes
another one, which shares what they agree in.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.debugger.edits import Edit, Segment, segments
from bpdebug.debugger.view import Position, View
from bpdebug.numerics import FloatArray
from bpdebug.numerics.digest import checksum
from bpdebug.program.lookout import Lookout, Loop, Reached
from bpdebug.program.program import Program
from bpdebug.program.run import Loops, loops, rest
from bpdebug.program.scalars import scalar_length

DEFAULT_BUDGET = 48 * 2**20
"""Bytes that a history may use for states."""

BESIDES = 320
"""Bytes that a state takes besides its values: the array, its checksum, its places in tables."""


PATIENCE = 16
"""Iterations that are looked at one by one before making a loop pays."""

_NOTHING = Lookout()


class CorruptCheckpointError(RuntimeError):
    """A checkpoint does not have the bits that it was stored with."""


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    memory: FloatArray
    checksum: int


class History:
    """The states of a run: state r is the memory after r iterations, state 0 its start.

    Where observations are taken in turn, a state holds those of the iteration to come.
    """

    def __init__(
        self, program: Program, budget: int = DEFAULT_BUDGET, edits: Sequence[Edit] = ()
    ) -> None:
        self._program = program
        self._budget = budget
        self.edits = tuple(edits)
        self._edited: dict[int, list[Edit]] = {}
        for edit in edits:
            self._edited.setdefault(program.locate(edit.operation)[0], []).append(edit)
        self._edited_numbers = sorted(self._edited)
        start = program.start.copy()
        start.flags.writeable = False
        # Half for checkpoints, half for the stretch that is being looked at.
        self._most = max(2, budget // 2 // (start.nbytes + BESIDES))
        self.patience = PATIENCE
        self.loops: Callable[[Program, Lookout], Loops] = loops
        self._least = scalar_length(program)
        self._stride = self._least
        self._checkpoints = {0: _Checkpoint(start, checksum(start))}
        self._stretch: dict[int, FloatArray] = {}
        self._stretch_numbers: list[int] = []
        self._last_segments: tuple[int, tuple[Segment, ...]] | None = None

    def with_edits(self, edits: Sequence[Edit]) -> History:
        """The history of the same run with other edits; what is the same is shared."""
        # Copied at once: this one may be computing in another thread.
        checkpoints, stretch = self._checkpoints.copy(), self._stretch.copy()
        made = History(self._program, self._budget, edits)
        differing = set(self.edits) ^ set(edits)
        first = min((self._program.locate(edit.operation)[0] for edit in differing), default=None)
        shared = [n for n in checkpoints if first is None or n < first]
        made.patience, made.loops = self.patience, self.loops
        made._stride = self._stride
        made._checkpoints = {n: checkpoints[n] for n in shared}
        made._stretch = {n: m for n, m in stretch.items() if first is None or n < first}
        made._stretch_numbers = sorted(made._stretch)
        return made

    def beside(self) -> History:
        """A history of the same run that computes on its own, for work in another thread. What both
        know is shared; what it finds is kept by `adopt`.
        """
        return self.with_edits(self.edits)

    def adopt(self, other: History) -> None:
        """Keep the states that another history of the same run and edits has computed."""
        found = self._checkpoints | other._checkpoints.copy()
        stride = max(self._stride, other._stride)
        while True:
            kept = {n: found[n] for n in sorted(found) if n % stride == 0}
            if len(kept) <= self._most:
                break
            stride *= 2
        self._checkpoints, self._stride = kept, stride
        self._stretch = other._stretch.copy()
        self._stretch_numbers = sorted(self._stretch)

    @property
    def stored_states(self) -> int:
        """How many states are held in memory."""
        return len(self._checkpoints) + len(self._stretch)

    def state(self, number: int) -> FloatArray:
        """State `number` ≥ 0, read-only.

        Raises CorruptCheckpointError if the checkpoint it is computed from is damaged.
        """
        known = self._stretch.get(number)
        if known is not None:
            return known
        checkpoint = self._checkpoints.get(number)
        if checkpoint is None:
            return self._advance_to(number)
        memory = self._checked(number, checkpoint)
        # At hand from now on, so that it is not checked again at every look.
        if len(self._stretch) >= self._most:
            self._forget_stretch()
        self._stretch[number] = memory
        insort(self._stretch_numbers, number)
        return memory

    def segments(self, number: int) -> tuple[Segment, ...]:
        """The segments of iteration `number` ≥ 1: one, unless there are edits in it."""
        start = self.state(number - 1)
        if number not in self._edited:
            return (Segment(0, start, self.state(number)),)
        return self._edited_segments(number, start)

    def view(self, position: Position) -> View:
        """The state at a position, which exists."""
        iteration, operation = self._program.locate(position.operation)
        if operation == 0 and not self._edited:
            # Nothing has happened yet, so what comes next need not be computed.
            found: tuple[Segment, ...] = (Segment(0, self.state(0), self.state(0)),)
        else:
            found = tuple(s for s in self.segments(iteration) if s.since <= operation)
        edits = tuple(edit for edit in self.edits if edit.operation <= position.operation)
        return View(self._program, position, iteration, operation, found, edits)

    def executed(self, iteration: int) -> Callable[[int], View]:
        """For an iteration, what gives the state right after any of its operations, before any
        edit that comes there.
        """
        found = self.segments(iteration)
        start = (iteration - 1) * self._program.operations

        def view(operation: int) -> View:
            mine = found if len(found) == 1 else tuple(s for s in found if s.since < operation)
            here = start + operation
            edits = tuple(edit for edit in self.edits if edit.operation < here)
            return View(self._program, Position(here), iteration, operation, mine, edits)

        return view

    def _edited_segments(self, number: int, start: FloatArray) -> tuple[Segment, ...]:
        if self._last_segments is None or self._last_segments[0] != number:
            edits = self._edited[number]
            found = segments(self._program, number, start, edits, rest(self._program))
            self._last_segments = (number, found)
        return self._last_segments[1]

    def nearest(self, number: int) -> int:
        """The last of the states up to `number` that need not be computed."""
        if number in self._stretch or number in self._checkpoints:
            return number
        return self._nearest_before(number)[0]

    def _checked(self, number: int, checkpoint: _Checkpoint) -> FloatArray:
        if checksum(checkpoint.memory) != checkpoint.checksum:
            raise CorruptCheckpointError(f"the checkpoint after iteration {number} is damaged")
        return checkpoint.memory

    def _advance_to(self, number: int) -> FloatArray:
        """Compute state `number` from the nearest state before it, keeping some on the way.

        The last ones are kept one by one: people go back from where they are.
        """
        base, memory = self._nearest_before(number)
        singly = self._least if self._least > 1 else self._stride
        reached = max(base, number - number % singly)
        memory = self._carried(memory, base, reached)
        states = number - reached + (reached > base)
        step = max(1, -(-states // self._most))
        if len(self._stretch) + -(-states // step) > self._most:
            self._forget_stretch()
        while True:
            if (number - reached) % step == 0 and reached > base and reached not in self._stretch:
                self._stretch[reached] = memory
                insort(self._stretch_numbers, reached)
            if reached == number:
                return memory
            reached += 1
            memory = self._next(memory, reached)
            self._keep(reached, memory)

    def _carried(self, memory: FloatArray, base: int, number: int) -> FloatArray:
        """State `number` from state `base`, keeping no more than checkpoints."""
        while base < number:
            carrying = self._plain(number - base)
            ahead = self._ahead(base, number, carrying.length)
            if ahead > base:
                memory = memory.copy()
                base = carrying.carry(memory, ahead, Reached(base)).iteration
                memory.flags.writeable = False
            else:
                base += 1
                memory = self._next(memory, base)
            self._keep(base, memory)
        return memory

    def _plain(self, iterations: int) -> Loop:
        """What carries out this many iterations and looks out for nothing."""
        return self.loops(self._program, _NOTHING).ready(iterations)

    def _ahead(self, number: int, last: int, length: int) -> int:
        """How far a loop may go at once from state `number`: as far as it is asked for at a time,
        so that checkpoints are where others would be, and not into an iteration with edits.
        """
        place = bisect(self._edited_numbers, number)
        if place < len(self._edited_numbers):
            last = min(last, self._edited_numbers[place] - 1)
        return min(last, number - number % length + length)

    def sweep(self, carrying: Loops, reached: Reached, last: int) -> Generator[Reached, None, None]:
        """Carry out the iterations after `reached` up to `last`, with what the loops look out for,
        up to the first that has edits in it. Says after each stretch, and after each iteration in
        which something is found, what is reached.
        """
        memory = self.state(reached.iteration).copy()
        # Where these loops become faster, and so checkpoints further apart, going there has to be.
        self._plain(last - reached.iteration)
        while True:
            fastest = carrying.ready(last - reached.iteration)
            ahead = self._ahead(reached.iteration, last, fastest.length)
            if ahead == reached.iteration:
                return
            reached = fastest.carry(memory, ahead, reached)
            self._keep(reached.iteration, memory)
            yield reached

    def is_finite(self, number: int) -> bool:
        """Whether all that has been computed up to state `number` ≥ 1 is finite there."""
        return bool(np.isfinite(self.state(number)[self._program.written_at > 0]).all())

    def milestones(self, number: int) -> Generator[int, None, None]:
        """States on the way to state `number` from the nearest one, one soon after another."""
        reached = self.nearest(number)
        while True:
            length = self._plain(number - reached).length
            reached += length - reached % length
            if reached >= number:
                return
            yield reached

    def stretch(self, carrying: Loops, number: int) -> int:
        """How many of `number` iterations are swept best at a time, a power of two: behind each
        that many there is a checkpoint.
        """
        return max(self._stride, carrying.ready(number).length)

    def _forget_stretch(self) -> None:
        self._stretch.clear()
        self._stretch_numbers.clear()

    def _next(self, memory: FloatArray, number: int) -> FloatArray:
        """The state after iteration `number`, from the one before it."""
        if number in self._edited:
            return self._edited_segments(number, memory)[-1].after
        memory = memory.copy()
        self._plain(1).carry(memory, number, Reached(number - 1))
        memory.flags.writeable = False
        return memory

    def _nearest_before(self, number: int) -> tuple[int, FloatArray]:
        # Kept in their order: none is beyond the last.
        checkpoint = min(number // self._stride * self._stride, next(reversed(self._checkpoints)))
        while checkpoint not in self._checkpoints:
            checkpoint -= self._stride
        place = bisect(self._stretch_numbers, number)
        if place and self._stretch_numbers[place - 1] > checkpoint:
            nearest = self._stretch_numbers[place - 1]
            return nearest, self._stretch[nearest]
        return checkpoint, self._checked(checkpoint, self._checkpoints[checkpoint])

    def _keep(self, number: int, memory: FloatArray) -> None:
        """Keep a state as a checkpoint, if it is to be one."""
        if number % self._stride or number in self._checkpoints:
            return
        if memory.flags.writeable:
            memory = memory.copy()
            memory.flags.writeable = False
        self._checkpoints[number] = _Checkpoint(memory, checksum(memory))
        while len(self._checkpoints) > self._most:
            self._stride *= 2
            self._checkpoints = {
                n: kept for n, kept in self._checkpoints.items() if n % self._stride == 0
            }
