"""Where a debugger stands: the position, the branch, the document, and what is to be seen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from bpdebug.debugger.breakpoints import Breakpoint, BreakpointError
from bpdebug.debugger.document import Branch, Change, Document
from bpdebug.debugger.drive import drive, relayed
from bpdebug.debugger.history import DEFAULT_BUDGET, History
from bpdebug.debugger.hits import HitCounter
from bpdebug.debugger.hunts import Judge, Looks
from bpdebug.debugger.predictions import Predictions
from bpdebug.debugger.search import MOST_LOGGED, LogEntry
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.triggers import Trigger, make_trigger
from bpdebug.debugger.view import Position, View
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program

_MOST_CHANGES = 1_000


class PositionError(ValueError):
    """A position that does not exist."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a move has got: the iteration reached, and how many there are to do."""

    iteration: int
    done: int
    total: int


Move = Generator[Progress, None, Stop]
"""Something that takes its time: yields its progress, changes the debugger when it is done.

Abandoning it leaves everything as it was.
"""


@dataclass(frozen=True)
class Standing:
    """Where a debugger stands, and all that it knows but the states of the run, which follow."""

    document: Document
    branch: int
    stop: Stop
    left: Mapping[int, Position]
    seen: Mapping[int, int]
    done: tuple[Change, ...]
    undone: tuple[Change, ...]
    log: tuple[LogEntry, ...]
    predictions: Predictions
    looks: Looks


class DebuggerState:
    """A run of `iterations` iterations of a program, and a position in it.

    `log` has the last log messages. A debugger begins at the start of the first branch. `judge`
    knows what is planted, None where nothing is.
    """

    def __init__(
        self,
        program: Program,
        iterations: int,
        budget: int = DEFAULT_BUDGET,
        document: Document | None = None,
    ) -> None:
        self.program = program
        self.iterations = iterations
        self.document = document or Document()
        self.branch = min(self.document.branches)
        self.history = History(program, budget, self.here.edits)
        self.position = Position()
        self.stop = Stop(Reason.START, self.position)
        self.log: deque[LogEntry] = deque(maxlen=MOST_LOGGED)
        self.left: dict[int, Position] = {}
        self._seen: dict[int, int] = {}
        self._done: deque[Change] = deque(maxlen=_MOST_CHANGES)
        self._undone: list[Change] = []
        self._triggers: dict[Breakpoint, Trigger] = {}
        self._counters: dict[Trigger, HitCounter] = {}
        self._view: View | None = None
        self.predictions = Predictions()
        self.judge: Judge | None = None
        self.looks = Looks()
        self.sessions: Callable[[], Collection[str]] = tuple
        """Names the sessions that a stop of a walkthrough may open."""

    # Where it stands

    @property
    def here(self) -> Branch:
        """The branch on which it stands."""
        return self.document.branches[self.branch]

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
        """The state at any position of the branch. Raises PositionError if it does not exist."""
        self.check(position)
        return self.history.view(position)

    def parameters(self) -> FloatArray:
        """The parameters as they stand, in the order of memory."""
        return self.view.memory()[self.program.parameter_slots()]

    def seen(self, branch: int) -> int:
        """How many operations of a branch have been executed at most. What lies beyond is its
        future, which an edit may change without taking anything away.
        """
        edits = self.document.branches[branch].edits
        return max(self._seen.get(branch, 0), edits[-1].operation if edits else 0)

    def has_seen(self, branch: int, operations: int) -> None:
        """Note that a branch has been followed so far."""
        self._seen[branch] = max(self._seen.get(branch, 0), operations)

    def check(self, position: Position) -> None:
        """Raises PositionError if there is no such position."""
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

    # Changing places

    def stand(self, stop: Stop) -> Stop:
        """Take up the place that `stop` describes, on this branch."""
        self.position, self.stop = stop.position, stop
        self.has_seen(self.branch, stop.position.operation)
        return stop

    def approach(self, stop: Stop, history: History | None = None) -> Move:
        """Take up such a place when all that is to be seen there is computed.

        With a `history` that of another branch is computed, and the place not taken up.
        """
        computed = history or self.history
        wanted = -(-stop.position.operation // self.program.operations)
        first = computed.nearest(wanted)
        for iteration in computed.milestones(wanted):
            computed.state(iteration)
            yield Progress(iteration, iteration - first, wanted - first)
        computed.state(wanted)
        return self.stand(stop) if history is None else stop

    def enter(self, branch: int, history: History, stop: Stop) -> Stop:
        """Stand on a branch, which may be the one on which it stands with other edits."""
        self.left[self.branch] = self.position
        self.branch, self.history = branch, history
        self._counters.clear()
        self._view = None
        return self.stand(stop)

    def begin_on(self, branch: Branch, stop: Stop) -> None:
        """Stand on a branch of a document just put in, as if nothing had been before."""
        self._counters.clear()
        self._view = None
        self.branch, self.history = branch.number, self.history.with_edits(branch.edits)
        self.stand(stop)

    # Keeping what it is, and being that again

    def standing(self) -> Standing:
        """What `stand_as` makes it again."""
        return Standing(
            self.document,
            self.branch,
            self.stop,
            dict(self.left),
            dict(self._seen),
            tuple(self._done),
            tuple(self._undone),
            tuple(self.log),
            self.predictions,
            self.looks,
        )

    def returning(self, kept: Standing) -> Move:
        """`stand_as` as a move that computes what is to be seen there first."""
        yield from self.approach(kept.stop, self._history_for(kept))
        return self.stand_as(kept)

    def stand_as(self, kept: Standing) -> Stop:
        """Be what it was, whatever has been done since."""
        history = self._history_for(kept)
        if history is not self.history:
            self.history = history
            self._counters.clear()
        self.document, self.branch = kept.document, kept.branch
        self.position, self.stop = kept.stop.position, kept.stop
        self.left, self._seen = dict(kept.left), dict(kept.seen)
        self._done = deque(kept.done, maxlen=_MOST_CHANGES)
        self._undone = list(kept.undone)
        self.log = deque(kept.log, maxlen=MOST_LOGGED)
        self._view = None
        self.predictions = kept.predictions
        self.looks = kept.looks
        return self.stop

    def _history_for(self, kept: Standing) -> History:
        edits = kept.document.branches[kept.branch].edits
        return self.history if edits == self.history.edits else self.history.with_edits(edits)

    # Breakpoints

    def trigger(self, breakpoint_: Breakpoint) -> Trigger:
        """What a breakpoint means here. Raises BreakpointError if it means nothing."""
        if breakpoint_ not in self._triggers:
            self._triggers[breakpoint_] = make_trigger(breakpoint_, self.program)
        return self._triggers[breakpoint_]

    def counter(self, trigger: Trigger) -> HitCounter:
        """Counts the hits of a trigger on this branch."""
        if trigger not in self._counters:
            self._counters[trigger] = HitCounter(trigger, self.program, self.history)
        return self._counters[trigger]

    def breakpoint(self, number: int) -> Breakpoint:
        """The breakpoint of that number. Raises BreakpointError if there is none."""
        if number not in self.document.breakpoints:
            known = ", ".join(map(str, self.document.breakpoints)) or "none"
            raise BreakpointError(f"there is no breakpoint {number}; there are: {known}")
        return self.document.breakpoints[number]

    def counting_hits(self, breakpoint_: Breakpoint) -> Generator[Progress, None, int]:
        """How many hits a breakpoint has from the start of the run up to the position."""
        last = self.program.locate(self.position.operation)[0]
        counting = self.counter(self.trigger(breakpoint_)).upto(self.position.operation)
        return relayed(counting, lambda iteration: Progress(iteration, iteration, last))

    def hits_until_now(self, breakpoint_: Breakpoint) -> int:
        """The same at once."""
        return finish(self.counting_hits(breakpoint_))

    # The document

    def change(self, what: str, document: Document, moves: bool = False) -> Change:
        """Put another document in the place of this one, so that it can be undone.

        Raises LimitError, changing nothing, if a session could not hold it.
        """
        document.check_counts()
        made = Change(what, self.document, document, self.branch, self.branch, self.position, moves)
        self._done.append(made)
        self._undone.clear()
        self.document = document
        return made


_Reached = TypeVar("_Reached")
_Result = TypeVar("_Result")


def finish(
    move: Generator[_Reached, None, _Result], see: Callable[[_Reached], object] = lambda _: None
) -> _Result:
    """Carry a move, or anything that yields its progress, out to its end; `see` is told that."""
    return cast(_Result, drive(move, see))
