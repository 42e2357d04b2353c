"""Playing a recording in a session: on, back, and to any of its actions."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from bpdebug.debugger.actions import ActionError, begin
from bpdebug.debugger.drive import relayed
from bpdebug.debugger.state import Move, Progress, Standing
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.session.file.format import BranchPart, DigestPart
from bpdebug.session.replay.replay import (
    DigestCheck,
    ReplayedSession,
    check_digest,
    ends_elsewhere,
    history_on,
    is_settled,
)
from bpdebug.session.session import Session

_MOST_KEPT = 1_000
"""Places in a recording that are kept; from the nearest before, any other is played again."""


class Player:
    """A recording and how far it is played: `played` of the actions in `recorded`.

    The same number of actions leads to the same state, however one gets there. `problem` says
    why the next action cannot be done. `differing` is a recorded fingerprint that was not
    found, after action `differs_after`; playing goes no further until it is settled.
    """

    def __init__(self, session: Session, recorded: Sequence[str]) -> None:
        self.session = session
        self.recorded = tuple(recorded)
        self.played = 0
        self.problem: str | None = None
        self.checks: list[DigestCheck] = []
        self.differing: DigestCheck | None = None
        self.differs_after = 0
        self._here = session.debugger.standing()
        self._kept: dict[int, Standing] = {0: self._here}
        self._stride = 1
        self._unchecked: list[DigestPart] = []
        self._branches: list[BranchPart] = []
        if isinstance(session, ReplayedSession):
            self._unchecked = list(session.file.digests)
            self._branches = session.file.branches

    @property
    def total(self) -> int:
        """How many actions are recorded."""
        return len(self.recorded)

    @property
    def is_over(self) -> bool:
        """Whether all of them are done."""
        return self.played == self.total

    def is_blocked(self, number: int) -> bool:
        """Whether the way to the state after `number` actions leads past what differs."""
        return self.differing is not None and number > self.differs_after

    def moving_to(self, number: int) -> Move:
        """Go to just after this many actions, or as far towards that as can be.

        Abandoned, it stands after the last action that it has done.
        """
        debugger = self.session.debugger
        self.problem = None
        try:
            yield from self._returning(number)
            start, total = self.played, number - self.played
            while self.played < number and not self.is_blocked(self.played + 1):
                move = self._doing(self.played + 1)
                # Of many actions, how many are done is what one wants to know.
                yield from move if total == 1 else _counted(move, self.played - start, total)
                if self.problem is not None:
                    break
                yield from self._checking()
        except GeneratorExit:
            # What an abandoned action has logged on its way was not there before.
            debugger.stand_as(self._here)
            raise
        return debugger.stop

    def _returning(self, number: int) -> Move:
        """Go back to the last place that is kept, if need be."""
        debugger = self.session.debugger
        if number < self.played:
            base = max(each for each in self._kept if each <= number)
            yield from debugger.returning(self._kept[base])
            self._stand_after(base, self._kept[base])
        elif debugger.stop is not self._here.stop:
            # The way to the start was given up.
            yield from debugger.returning(self._here)
        return debugger.stop

    def _doing(self, number: int) -> Move:
        action = self.recorded[number - 1]
        debugger = self.session.debugger
        try:
            yield from begin(debugger, action)
        except ActionError as error:
            self.problem = f"action {number}, {action}: {error}"
            return debugger.stop
        self._stand_after(number, debugger.standing())
        return debugger.stop

    def _stand_after(self, number: int, standing: Standing) -> None:
        # Logs and changes are most often those of the action before: one copy will do.
        before = self._here
        log = before.log if before.log == standing.log else standing.log
        done = before.done if before.done == standing.done else standing.done
        self._here = replace(standing, log=log, done=done)
        self.played = number
        self._keep(number)
        if number:
            # The session notes whether a step to come may be joined to this one.
            self.session.record(self.recorded[number - 1])
        self.session.actions = list(self.recorded[:number])

    def _keep(self, number: int) -> None:
        if number % self._stride == 0:
            self._kept[number] = self._here
        if len(self._kept) > _MOST_KEPT:
            self._stride *= 2
            self._kept = {n: each for n, each in self._kept.items() if n % self._stride == 0}

    def _checking(self) -> Generator[Progress, None, None]:
        """Check the fingerprints that have been reached, at the end all that are left."""
        debugger = self.session.debugger
        for each in tuple(self._unchecked):
            if not (self.is_over or is_settled(each, self._branches, debugger)):
                continue
            if each.branch in debugger.document.branches:
                there = Stop(Reason.GO_TO, Position(each.operation))
                yield from debugger.approach(there, history_on(debugger, each.branch))
            self._unchecked.remove(each)
            check = check_digest(each, self._branches, debugger)
            self.checks.append(check)
            if not check.ok and not check.of_another_run and self.differing is None:
                self.differing, self.differs_after = check, self.played

    def trust_this_machine(self) -> None:
        """Go on with what is computed here, without the fingerprints of the file."""
        self._unchecked.clear()
        self.differing = None

    def trust_file(self) -> None:
        """Stay where the values differ; the fingerprints of the file are kept if it is saved."""
        if isinstance(self.session, ReplayedSession):
            self.session.trusts_file = True

    def leave(self) -> None:
        """Go on in the session without the recording: its fingerprints are of another run."""
        if isinstance(self.session, ReplayedSession):
            self.session.trusts_file = False

    def ends_elsewhere(self) -> str | None:
        """What is wrong if the recording is over somewhere else than the session was left."""
        if not self.is_over or not isinstance(self.session, ReplayedSession):
            return None
        return ends_elsewhere(self.session.file, self.session.debugger)


def _counted(move: Move, done: int, total: int) -> Move:
    """A move that is one of many."""
    yield Progress(1, done, total)
    return (yield from relayed(move, lambda each: Progress(each.iteration, done, total)))
