"""What can be seen at one position: every value, and whether it is known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from bpdebug.debugger.covering import Cover, without_values
from bpdebug.debugger.edits import Edit, Segment, memory_in
from bpdebug.notation.symbols import Symbol
from bpdebug.numerics import FloatArray
from bpdebug.program.formula import Formula, formula
from bpdebug.program.program import Program
from bpdebug.program.quantities import LASTING


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a run has got: operations executed since the start, and arithmetic steps of
    the next operation that are done already (fewer than it has).
    """

    operation: int = 0
    arithmetic: int = 0


class Status(StrEnum):
    """Whether a value is there. Not computed yet is not zero.

    >>> run.status("dE/dw7") is api.Status.UNKNOWN
    True
    """

    GIVEN = "given"
    UNKNOWN = "not yet"
    CURRENT = "current"
    STALE = "stale"


@dataclass(frozen=True, eq=False)
class View:
    """The state at a position; a frozen picture that panes and conditions read.

    `operation` counts within the iteration that the position lies in, 0 … K: that many of its
    operations are executed. `segments` are the parts of that iteration up to the position:
    one, unless there are edits in it. `edits` are those of the run up to the position. The
    memories are never written to. `covers` is what has been taken out of them.
    """

    program: Program
    position: Position
    iteration: int
    operation: int
    segments: tuple[Segment, ...]
    edits: tuple[Edit, ...] = ()
    covers: tuple[Cover, ...] = ()

    @property
    def start(self) -> FloatArray:
        """The memory at the start of the iteration."""
        return self.segments[0].before

    def value(self, slot: int) -> float:
        """The value in a slot; of an unknown quantity NaN."""
        return self._at(slot, self.operation)

    def _at(self, slot: int, operation: int) -> float:
        """The value in a slot after some of the operations, edits made there included."""
        segment = self._segment(operation)
        written = self.program.written_at[slot]
        done = segment.since < written <= operation
        return float((segment.after if done else segment.before)[slot])

    def _all_at(self, slots: list[int] | slice, operation: int) -> list[float]:
        """The same for many slots: one by one takes long."""
        segment = self._segment(operation)
        written = self.program.written_at[slots]
        done = (segment.since < written) & (written <= operation)
        values: list[float] = np.where(done, segment.after[slots], segment.before[slots]).tolist()
        return values

    def _segment(self, operation: int) -> Segment:
        """The part of the iteration that an operation lies in."""
        segment = self.segments[-1]
        if segment.since > operation:
            segment = next(each for each in reversed(self.segments) if each.since <= operation)
        return segment

    def result(self) -> float:
        """What the operation just executed has computed, whatever was made of it since."""
        return self._before_edits(self.program.slot(self.operation), self.operation)

    def _before_edits(self, slot: int, operation: int) -> float:
        """The value in a slot right after an operation, or at the start of the iteration."""
        earlier = [each for each in self.segments if each.since < operation]
        segment = earlier[-1] if earlier else self.segments[0]
        done = segment.since < self.program.written_at[slot] <= operation
        return float((segment.after if done else segment.before)[slot])

    def covered(self, covers: Iterable[Cover]) -> View:
        """The same without the results that are covered, as far as their slots hold those."""
        start, length = self.position.operation - self.operation, self.program.operations
        there: list[Cover] = []
        since: list[int] = []
        for cover in covers:
            written = (cover.operation - 1) % length + 1
            # What is written later in this iteration is still that of the one before.
            is_old = written > self.operation
            if start + written - (length if is_old else 0) == cover.operation:
                there.append(cover)
                since.append(0 if is_old else written)
        if not there:
            return self
        slots, written_after = np.array([each.slot for each in there]), np.array(since)
        segments = tuple(without_values(each, slots, written_after) for each in self.segments)
        return replace(self, segments=segments, covers=tuple(there))

    def hides(self, slot: int, hints: int) -> bool:
        """Whether the value in a slot is covered, and fewer than this many hints were given."""
        return any(each.slot == slot and each.hints < hints for each in self.covers)

    def edited(self, slot: int) -> bool:
        """Whether the value in a slot was given by a person at or before the position."""
        return bool(self.edits) and self._last_edit(slot) is not None

    def _last_edit(self, slot: int) -> Edit | None:
        """The edit that the value in a slot comes from, if it comes from one."""
        mine = [edit for edit in self.edits if edit.slot == slot]
        if not mine:
            return None
        start = self.position.operation - self.operation
        written = int(self.program.written_at[slot])
        feed = self.program.model.feed
        if written:
            length = self.program.operations
            replaced = start + written - (length if written > self.operation else 0)
        elif feed is not None and self.program.quantity_at(slot).name in feed.data:
            replaced = start
        else:
            replaced = 0
        return mine[-1] if mine[-1].operation >= replaced else None

    def status(self, slot: int) -> Status:
        """Whether the value in a slot is there.

        A parameter is always current: until its update it has the value from the previous
        iteration, or the initial one.
        """
        written = int(self.program.written_at[slot])
        if written == 0:
            return Status.GIVEN
        if written <= self.operation or self._lasts(written):
            return Status.CURRENT
        return Status.UNKNOWN if self.iteration == 1 else Status.STALE

    def _lasts(self, written: int) -> bool:
        """Whether an operation gives a new value to what has had one before."""
        return self.program.statement(written).target.kind in LASTING

    def has_previous(self, slot: int) -> bool:
        """Whether there is a value that the current one has replaced, or will replace."""
        written = int(self.program.written_at[slot])
        return (
            self.iteration > 1
            or written == 0
            or self._lasts(written)
            or self._edited_here(slot) is not None
        )

    def previous(self, slot: int) -> float:
        """The value that the current one has replaced, NaN if there was none.

        What nothing has touched in this iteration yet has its value from the previous iteration.
        """
        if len(self.segments) == 1:
            return float(self.segments[0].before[slot])
        edit = self._edited_here(slot)
        if edit is not None:
            start = self.position.operation - self.operation
            return self._before_edits(slot, edit.operation - start)
        written = int(self.program.written_at[slot])
        return self._at(slot, written - 1 if 0 < written <= self.operation else 0)

    def _edited_here(self, slot: int) -> Edit | None:
        """The edit in this iteration that the value in a slot comes from."""
        if len(self.segments) == 1:
            return None
        edit = self._last_edit(slot)
        if edit is None or self.program.locate(edit.operation)[0] != self.iteration:
            return None
        return edit

    def operand(self, slot: int, operation: int) -> float:
        """The value in a slot as operation 1 … K of this iteration finds it, if it is
        executed already, else the value now.
        """
        return self._at(slot, min(operation - 1, self.operation))

    def operands(self, written: Formula) -> dict[Symbol, float]:
        """The values of the symbols on the right-hand side of a formula, as it finds them."""
        slots = [operand for operand in written.operands.values() if isinstance(operand, int)]
        found = iter(self._all_at(slots, self._finds_at(written)))
        return {
            symbol: next(found) if isinstance(operand, int) else operand
            for symbol, operand in written.operands.items()
        }

    def read_all(self, written: Formula, slots: range) -> list[float]:
        """The values in slots at equal distances, as a formula finds them."""
        return self._all_at(slice(slots.start, slots.stop, slots.step), self._finds_at(written))

    def _finds_at(self, written: Formula) -> int:
        """How many operations are executed when a formula is, or now if it is not yet."""
        return min(int(self.program.written_at[written.slot]) - 1, self.operation)

    def reader(self, written: Formula) -> Callable[[Symbol], float]:
        """Gives the same values one by one: of a long sum only a few may be needed."""
        operation = int(self.program.written_at[written.slot])

        def read(symbol: Symbol) -> float:
            operand = written.operands[symbol]
            return self.operand(operand, operation) if isinstance(operand, int) else operand

        return read

    def next_operands(self) -> dict[Symbol, float]:
        """The values of the symbols on the right-hand side of the formula that comes next."""
        ended = self.operation == self.program.operations
        # At the end of an iteration the next one's observations are in place.
        read = self.segments[-1].after.__getitem__ if ended else self.value
        return {
            symbol: float(read(operand)) if isinstance(operand, int) else operand
            for symbol, operand in self.next.operands.items()
        }

    @cached_property
    def done(self) -> Formula | None:
        """The formula of the operation just executed, None at the very start."""
        if self.position.operation == 0:
            return None
        return formula(self.program, self.operation)

    @cached_property
    def next(self) -> Formula:
        """The formula of the operation that comes next."""
        return formula(self.program, self.operation % self.program.operations + 1)

    def memory(self) -> FloatArray:
        """A copy of the whole memory as it stands at this position; unknown is NaN."""
        return memory_in(self.program, self.segments[-1], self.operation)
