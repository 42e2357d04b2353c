"""The debugger: a position in a run, and everything that moves it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from bpdebug.debugger.breakpoints import (
    Access,
    Breakpoint,
    BreakpointError,
    Trigger,
    condition_trigger,
    make_trigger,
)
from bpdebug.debugger.conditions import Condition
from bpdebug.debugger.history import DEFAULT_BUDGET, History
from bpdebug.debugger.search import Hit, Searcher
from bpdebug.debugger.steps import StepSize, walk
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, Status, View
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program


class PositionError(ValueError):
    """A position that does not exist."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has got: the iteration reached, and how many there are to do."""

    iteration: int
    done: int
    total: int


class Debugger:
    """A run of `iterations` iterations of a program, and a position in it."""

    def __init__(self, program: Program, iterations: int, budget: int = DEFAULT_BUDGET) -> None:
        self.program = program
        self.iterations = iterations
        self.history = History(program, budget)
        self.stop_at_non_finite = True
        self.position = Position()
        self.stop = Stop(Reason.START, self.position)
        self.breakpoints: dict[int, Breakpoint] = {}
        self._triggers: dict[int, Trigger] = {}
        self._view: View | None = None

    # Where it stands

    @property
    def end(self) -> Position:
        """The last position there is."""
        return Position(self.iterations * self.program.operations)

    @property
    def view(self) -> View:
        """The state at the position."""
        if self._view is None or self._view.position != self.position:
            self._view = self.view_at(self.position)
        return self._view

    def view_at(self, position: Position) -> View:
        """The state at any position. Raises PositionError if it does not exist."""
        self._check(position)
        length = self.program.operations
        iteration = max(1, -(-position.operation // length))
        operation = position.operation - (iteration - 1) * length
        before = self.history.state(iteration - 1)
        after = self.history.state(iteration) if operation else before
        return View(self.program, position, iteration, operation, before, after)

    def parameters(self) -> FloatArray:
        """The parameters as they stand, in the order of memory."""
        return self.view.memory()[self.program.parameter_slots()]

    def _check(self, position: Position) -> None:
        last = self.end.operation
        if not 0 <= position.operation <= last:
            raise PositionError(
                f"there is no position {position.operation}; positions go from 0 to {last}"
            )
        if position.arithmetic:
            steps = 0
            if position.operation < last:
                steps = self.program.arithmetic(position.operation % self.program.operations + 1)
            if not 0 <= position.arithmetic < steps:
                raise PositionError(
                    f"operation {position.operation + 1} has no arithmetic step "
                    f"{position.arithmetic}"
                )

    # Moving

    def step(self, size: StepSize, count: int = 1, backward: bool = False) -> Stop:
        """Go `count` steps; at the start or end of history it stops there."""
        reached = walk(size, self.program, self.position, -count if backward else count, self.end)
        if reached is not None:
            return self._arrive(Stop(Reason.STEP, reached))
        if backward:
            return self._arrive(Stop(Reason.START, Position()))
        return self._arrive(Stop(Reason.END, self.end))

    def go_to(self, position: Position) -> Stop:
        """Go to a position. Raises PositionError, and stays, if it does not exist."""
        self._check(position)
        return self._arrive(Stop(Reason.GO_TO, position))

    def stand(self, stop: Stop) -> Stop:
        """Take up the place that `stop` describes, one at which it has stood before."""
        return self._arrive(stop)

    def approach(self, stop: Stop) -> Generator[Progress, None, Stop]:
        """Take up such a place when all that is to be seen there is computed.

        Yields its progress, moves only when it is done. Abandoning the generator leaves
        everything as it was.
        """
        wanted = -(-stop.position.operation // self.program.operations)
        first = self.history.nearest(wanted)
        for iteration in range(first + 1, wanted):
            self.history.state(iteration)
            yield Progress(iteration, iteration - first, wanted - first)
        self.history.state(wanted)
        return self._arrive(stop)

    def run(self, backward: bool = False, until: Condition | None = None) -> Stop:
        """Continue to the next stop, or back to the previous one."""
        search = self.search(backward, until)
        while True:
            try:
                next(search)
            except StopIteration as finished:
                return finished.value  # type: ignore[no-any-return]

    def search(
        self, backward: bool = False, until: Condition | None = None
    ) -> Generator[Progress, None, Stop]:
        """`run` in slices: yields its progress, moves only when it is done.

        Abandoning the generator leaves everything as it was. With `until` it stops where
        that condition holds, too.
        """
        triggers = [
            trigger
            for number, trigger in self._triggers.items()
            if self.breakpoints[number].enabled
        ]
        if until is not None:
            triggers.append(condition_trigger(until))
        searcher = Searcher(self.program, self.history, triggers, self.stop_at_non_finite)
        start = self.position.operation
        if backward:
            search = searcher.backward(start - 1 if self._stands_on_hit() else start)
        else:
            search = searcher.forward(start, self.end.operation)
        first: int | None = None
        total = -(-(start if backward else self.end.operation - start) // self.program.operations)
        while True:
            try:
                iteration = next(search)
            except StopIteration as finished:
                return self._finish(finished.value, backward)
            first = iteration if first is None else first
            yield Progress(iteration, abs(iteration - first), max(1, total))

    def _stands_on_hit(self) -> bool:
        """Whether the operation just executed is what the run stopped for."""
        return (
            self.stop.operation == self.position.operation and self.stop.position == self.position
        )

    def _finish(self, hit: Hit | None, backward: bool) -> Stop:
        if hit is None:
            if backward:
                return self._arrive(Stop(Reason.START, Position()))
            return self._arrive(Stop(Reason.END, self.end))
        position = Position(hit.operation - 1 if backward else hit.operation)
        after, before = (
            self.view_at(Position(hit.operation)),
            self.view_at(Position(hit.operation - 1)),
        )
        slot, number, count = self.program.slot(after.operation), None, None
        if hit.trigger is None:
            reason = Reason.NON_FINITE
        elif hit.trigger.number is None:
            reason = Reason.CONDITION
        else:
            reason, number = Reason.BREAKPOINT, hit.trigger.number
            if hit.trigger.access is not Access.GRADIENT:
                slot = hit.trigger.slot
            self.breakpoints[number].hits += 1
            count = self.breakpoints[number].hits
        old, new = _known(before, slot), _known(after, slot)
        return self._arrive(
            Stop(
                reason,
                position,
                breakpoint=number,
                operation=hit.operation,
                quantity=self.program.name(slot),
                old=new if backward else old,
                new=old if backward else new,
                hit=count,
            )
        )

    def _arrive(self, stop: Stop) -> Stop:
        self.position, self.stop = stop.position, stop
        return stop

    # Breakpoints

    def add_breakpoint(
        self, quantity: str, access: Access = Access.WRITE, condition: str | None = None
    ) -> Breakpoint:
        """A new breakpoint. Raises BreakpointError, and sets none, if it makes no sense."""
        number = max(self.breakpoints, default=0) + 1
        return self.restore_breakpoint(Breakpoint(number, quantity, access, condition))

    def restore_breakpoint(self, breakpoint_: Breakpoint) -> Breakpoint:
        """Put in a breakpoint that has its number already. Raises BreakpointError."""
        self._triggers[breakpoint_.number] = make_trigger(breakpoint_, self.program)
        self.breakpoints[breakpoint_.number] = breakpoint_
        return breakpoint_

    def delete_breakpoint(self, number: int) -> Breakpoint:
        """Take a breakpoint away. Raises BreakpointError if there is none of that number."""
        found = self.breakpoint(number)
        del self.breakpoints[number], self._triggers[number]
        return found

    def enable_breakpoint(self, number: int, enabled: bool = True) -> Breakpoint:
        """Switch a breakpoint on or off. Raises BreakpointError if there is none."""
        found = self.breakpoint(number)
        found.enabled = enabled
        return found

    def breakpoint_operations(self) -> frozenset[int]:
        """The operations of an iteration that can trigger an enabled breakpoint."""
        return frozenset(
            int(operation)
            for number, trigger in self._triggers.items()
            if self.breakpoints[number].enabled
            for operation in trigger.operations
        )

    def breakpoint(self, number: int) -> Breakpoint:
        """The breakpoint of that number. Raises BreakpointError if there is none."""
        if number not in self.breakpoints:
            known = ", ".join(map(str, self.breakpoints)) or "none"
            raise BreakpointError(f"there is no breakpoint {number}; there are: {known}")
        return self.breakpoints[number]


def _known(view: View, slot: int) -> float | None:
    """The value in a slot, None if it is not computed yet."""
    return None if view.status(slot) is Status.UNKNOWN else view.value(slot)
