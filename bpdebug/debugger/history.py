"""The memory between iterations, at any iteration, within a budget of bytes.

Nothing else of a run is kept: an iteration follows from the memory before it. Some states
are kept as checkpoints, equally far apart; any other is computed again from the nearest
checkpoint before it. When the budget is full, every second checkpoint is dropped.
"""

from __future__ import annotations

from bisect import bisect, insort
from dataclasses import dataclass

from bpdebug.numerics import FloatArray
from bpdebug.numerics.digest import digest
from bpdebug.program.program import Program
from bpdebug.program.run import iteration

DEFAULT_BUDGET = 48 * 2**20
"""Bytes that a history may use for states."""


class CorruptCheckpointError(RuntimeError):
    """A checkpoint does not have the bits that it was stored with."""


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    memory: FloatArray
    digest: str


class History:
    """The states of a run: state r is the memory after r iterations, state 0 its start.

    Where observations are taken in turn, a state holds those of the iteration to come.
    """

    def __init__(self, program: Program, budget: int = DEFAULT_BUDGET) -> None:
        self._program = program
        self._iterate = iteration(program)
        start = program.start.copy()
        start.flags.writeable = False
        # Half for checkpoints, half for the stretch that is being looked at.
        self._most = max(2, budget // 2 // max(1, start.nbytes))
        self._stride = 1
        self._checkpoints = {0: _Checkpoint(start, digest(start))}
        self._stretch: dict[int, FloatArray] = {}
        self._stretch_numbers: list[int] = []

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
        if checkpoint is not None:
            return self._checked(number, checkpoint)
        return self._advance_to(number)

    def nearest(self, number: int) -> int:
        """The last of the states up to `number` that need not be computed."""
        if number in self._stretch or number in self._checkpoints:
            return number
        return self._nearest_before(number)[0]

    def _checked(self, number: int, checkpoint: _Checkpoint) -> FloatArray:
        if digest(checkpoint.memory) != checkpoint.digest:
            raise CorruptCheckpointError(f"the checkpoint after iteration {number} is damaged")
        return checkpoint.memory

    def _advance_to(self, number: int) -> FloatArray:
        """Compute state `number` from the nearest state before it, keeping some on the way."""
        base, memory = self._nearest_before(number)
        step = max(1, -(-(number - base) // self._most))
        if len(self._stretch) + (number - base) // step > self._most:
            self._stretch.clear()
            self._stretch_numbers.clear()
        for reached in range(base + 1, number + 1):
            memory = memory.copy()
            self._iterate(memory)
            self._program.load_observations(memory, reached + 1)
            memory.flags.writeable = False
            if reached % self._stride == 0 and reached not in self._checkpoints:
                self._keep(reached, memory)
            if (number - reached) % step == 0 and reached not in self._stretch:
                self._stretch[reached] = memory
                insort(self._stretch_numbers, reached)
        return memory

    def _nearest_before(self, number: int) -> tuple[int, FloatArray]:
        # Kept in their order, without gaps: none is beyond the last.
        checkpoint = min(number // self._stride * self._stride, next(reversed(self._checkpoints)))
        while checkpoint not in self._checkpoints:
            checkpoint -= self._stride
        place = bisect(self._stretch_numbers, number)
        if place and self._stretch_numbers[place - 1] > checkpoint:
            nearest = self._stretch_numbers[place - 1]
            return nearest, self._stretch[nearest]
        return checkpoint, self._checked(checkpoint, self._checkpoints[checkpoint])

    def _keep(self, number: int, memory: FloatArray) -> None:
        self._checkpoints[number] = _Checkpoint(memory, digest(memory))
        while len(self._checkpoints) > self._most:
            self._stride *= 2
            self._checkpoints = {
                n: kept for n, kept in self._checkpoints.items() if n % self._stride == 0
            }
