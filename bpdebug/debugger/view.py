"""What can be seen at one position: every value, and whether it is known yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from bpdebug.notation.tree import Symbol
from bpdebug.numerics import FloatArray
from bpdebug.program.formula import Formula, formula
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a run has got: operations executed since the start, and arithmetic steps of
    the next operation that are done already (fewer than it has).
    """

    operation: int = 0
    arithmetic: int = 0


class Status(StrEnum):
    """Whether a value is there. Not computed yet is not zero."""

    GIVEN = "given"
    UNKNOWN = "not yet"
    CURRENT = "current"
    STALE = "stale"


@dataclass(frozen=True, eq=False)
class View:
    """The state at a position; a frozen picture that panes and conditions read.

    `before` and `after` are the memory at the start and at the end of the iteration that the
    position lies in; they are never written to. `operation` counts within that iteration,
    0 … K: that many of its operations are executed.
    """

    program: Program
    position: Position
    iteration: int
    operation: int
    before: FloatArray
    after: FloatArray

    def value(self, slot: int) -> float:
        """The value in a slot; of an unknown quantity NaN."""
        written = self.program.written_at[slot]
        return float((self.after if 0 < written <= self.operation else self.before)[slot])

    def status(self, slot: int) -> Status:
        """Whether the value in a slot is there.

        A parameter is always current: until its update it has the value of the iteration
        before, or the initial one.
        """
        written = int(self.program.written_at[slot])
        if written == 0:
            return Status.GIVEN
        if written <= self.operation or self._lasts(written):
            return Status.CURRENT
        return Status.UNKNOWN if self.iteration == 1 else Status.STALE

    def _lasts(self, written: int) -> bool:
        """Whether an operation gives a new value to what has had one before."""
        kind = self.program.statement(written).target.kind
        return kind in (Kind.PARAMETER, Kind.STATE, Kind.CONSTANT)

    def has_previous(self, slot: int) -> bool:
        """Whether there is a value that the current one has replaced, or will replace."""
        written = int(self.program.written_at[slot])
        return self.iteration > 1 or written == 0 or self._lasts(written)

    def previous(self, slot: int) -> float:
        """The value that the current one has replaced, NaN if there was none.

        For a value written in this iteration that is the one of the iteration before.
        """
        return float(self.before[slot])

    def operand(self, slot: int, operation: int) -> float:
        """The value in a slot as operation 1 … K of this iteration finds it, if it is
        executed already, else the value now.
        """
        at = operation - 1 if operation <= self.operation else self.operation
        written = self.program.written_at[slot]
        return float((self.after if 0 < written <= at else self.before)[slot])

    def operands(self, written: Formula) -> dict[Symbol, float]:
        """The values of the symbols on the right-hand side of a formula, as it finds them."""
        operation = int(self.program.written_at[written.slot])
        return {
            symbol: self.operand(operand, operation) if isinstance(operand, int) else operand
            for symbol, operand in written.operands.items()
        }

    def next_operands(self) -> dict[Symbol, float]:
        """The values of the symbols on the right-hand side of the formula that comes next."""
        ended = self.operation == self.program.operations
        # At the end of an iteration the next one's observations are in place.
        read = self.after.__getitem__ if ended else self.value
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
        written = self.program.written_at
        return np.where((written > 0) & (written <= self.operation), self.after, self.before)
