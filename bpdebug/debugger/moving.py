"""Moving: steps, runs and jumps, each as something that takes its time and can be abandoned."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.conditions import Watch
from bpdebug.debugger.drive import relayed
from bpdebug.debugger.search import Hit, Searcher
from bpdebug.debugger.state import DebuggerState, Move, PositionError, Progress, finish
from bpdebug.debugger.steps import StepSize, walk
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.triggers import Trigger
from bpdebug.debugger.view import Position, Status, View
from bpdebug.program.formula import formula


class Moving(DebuggerState):
    """The part of a debugger that moves it."""

    def step(self, size: StepSize, count: int = 1, backward: bool = False) -> Stop:
        """Go `count` steps, or to the first stop on the way."""
        return finish(self.stepping(size, count, backward))

    def stepping(self, size: StepSize, count: int = 1, backward: bool = False) -> Move:
        """`step` as a move."""
        reached = walk(size, self.program, self.position, -count if backward else count, self.end)
        if reached is not None:
            return (yield from self.running_to(Stop(Reason.STEP, reached)))
        return (yield from self.running(backward))

    def go_to(self, position: Position) -> Stop:
        """Go to a position. Raises PositionError, and stays, if it does not exist."""
        return finish(self.going(position))

    def going(self, position: Position) -> Move:
        """`go_to` as a move."""
        self.check(position)
        return (yield from self.approach(Stop(Reason.GO_TO, position)))

    def run(self, backward: bool = False, until: Watch | None = None) -> Stop:
        """Continue to the next stop, or back to the previous one."""
        return finish(self.running(backward, until))

    def running(self, backward: bool = False, until: Watch | None = None) -> Move:
        """`run` as a move. With `until` it stops where that condition holds, too."""
        limit = Stop(Reason.START, Position()) if backward else Stop(Reason.END, self.end)
        extra = () if until is None else (Trigger(until.operations, condition=until),)
        return (yield from self.running_to(limit, backward, extra))

    def running_to(
        self, limit: Stop, backward: bool | None = None, extra: tuple[Trigger, ...] = ()
    ) -> Move:
        """Go to a place, or to the first stop on the way: a breakpoint, what is looked for in
        addition, a value that is not finite. What is logged on the way is there even if the
        move is abandoned.
        """
        if backward is None:
            backward = limit.position < self.position
        triggers = [
            self.trigger(each) for each in self.document.breakpoints.values() if each.enabled
        ]
        searcher = Searcher(
            self.program,
            self.history,
            (*triggers, *extra),
            self.counter,
            self.document.stop_at_non_finite,
        )
        try:
            standing = int(self._stands_on_hit())
            hit = yield from self._search(searcher, limit.position, backward, standing)
        finally:
            self.log.extend(searcher.log)
        if hit is None:
            return (yield from self.approach(limit))
        return self._stop_for(hit, backward)

    def _search(
        self, searcher: Searcher, limit: Position, backward: bool, leaving_out: int = 0
    ) -> Generator[Progress, None, Hit | None]:
        """Search from here to a limit; backward, that many operations are left out at the end."""
        start = self.position.operation
        if backward:
            # It would stop right before an operation: not further back than the limit.
            after = limit.operation + (limit.arithmetic > 0)
            search = searcher.backward(start - leaving_out, after)
        else:
            search = searcher.forward(start, limit.operation)
        length = self.program.operations
        total = max(1, abs(limit.operation - start) // length)

        def progress(iteration: int) -> Progress:
            done = abs(iteration - 1 - (start - backward) // length)
            return Progress(iteration, min(total, done), total)

        return relayed(search, progress)

    def _stands_on_hit(self) -> bool:
        """Whether the operation just executed is what the run stopped for."""
        return (
            self.stop.operation == self.position.operation and self.stop.position == self.position
        )

    def _stop_for(self, hit: Hit, backward: bool) -> Stop:
        position = Position(hit.operation - 1 if backward else hit.operation)
        iteration, operation = self.program.locate(hit.operation)
        before = self.view_at(Position(hit.operation - 1))
        after = self.history.executed(iteration)(operation)
        trigger = hit.triggers[0] if hit.triggers else None
        breakpoint_ = trigger.breakpoint if trigger else None
        slot = self.program.slot(operation)
        if trigger is None:
            reason = Reason.NON_FINITE
        elif breakpoint_ is None:
            reason = Reason.CONDITION
        else:
            reason = Reason.BREAKPOINT
            if trigger.slots is not None and breakpoint_.access is Access.READ:
                slot = self._first_read(operation, trigger.slots)
        old, new = _known(before, slot), _known(after, slot)
        stop = Stop(
            reason,
            position,
            breakpoint=None if breakpoint_ is None else breakpoint_.number,
            operation=hit.operation,
            quantity=self.program.name(slot),
            old=new if backward else old,
            new=old if backward else new,
            hit=hit.number or None,
        )
        self.stand(stop)
        self._delete_temporary(hit)
        return stop

    def _first_read(self, operation: int, slots: range) -> int:
        """The first in memory of some slots that an operation reads."""
        if len(slots) == 1:
            return slots.start
        read = formula(self.program, operation).operands.values()
        return min(each for each in read if isinstance(each, int) and each in slots)

    def _delete_temporary(self, hit: Hit) -> None:
        stopped = [trigger.breakpoint for trigger in hit.triggers if trigger.breakpoint]
        gone = {each.number for each in stopped if each.temporary}
        if gone:
            kept = {n: b for n, b in self.document.breakpoints.items() if n not in gone}
            numbers = ", ".join(map(str, sorted(gone)))
            what = f"temporary breakpoint {numbers} deleted"
            self.change(what, replace(self.document, breakpoints=kept))

    def seeking(self, trigger: Trigger, what: str, backward: bool = False) -> Move:
        """Go to right after the next (or the last) operation that triggers something.

        Raises PositionError, and stays, if there is none; `what` says what was looked for.
        """
        searcher = Searcher(self.program, self.history, (trigger,), self.counter, False)
        limit = Position() if backward else self.end
        # Standing right after it, the one before is meant.
        standing = int(self.position.arithmetic == 0)
        hit = yield from self._search(searcher, limit, backward, standing)
        if hit is None:
            side = "before" if backward else "after"
            raise PositionError(f"{what}: nowhere {side} position {self.position.operation}")
        return self.stand(Stop(Reason.GO_TO, Position(hit.operation)))


def _known(view: View, slot: int) -> float | None:
    """The value in a slot, None if it is not computed yet."""
    return None if view.status(slot) is Status.UNKNOWN else view.value(slot)
