"""Doing again what a journal has that was not saved."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.debugger.actions import ActionError, of_changes
from bpdebug.debugger.state import Move, Progress
from bpdebug.debugger.view import Position
from bpdebug.session.keeping.journal import Left
from bpdebug.session.keeping.keeping import Keeping
from bpdebug.session.session import Session


@dataclass(frozen=True, slots=True)
class Redone:
    """An action that was done again, and where it led."""

    action: str
    branch: int
    position: Position


class Recovery:
    """Does the actions of a journal again, in a session of its own that was just opened.

    `problem` says why the action after those in `done` cannot be done, if so.
    """

    def __init__(self, session: Session, left: Left) -> None:
        self.session = session
        self.left = left
        self.done: list[Redone] = []
        self.problem = ""
        if not left.changed:
            session.resume(left.standing)

    def move(self) -> Move:
        """Do them one after the other, up to the first that cannot be done."""
        debugger, total = self.session.debugger, len(self.left.actions)
        if self._undoes_what_is_saved():
            for progress in self.session.recalling():
                yield Progress(progress.iteration, 0, total)
        for action in self.left.actions:
            try:
                for progress in self.session.begin(action):
                    yield Progress(progress.iteration, len(self.done), total)
            except ActionError as error:
                self.problem = str(error)
                break
            self.session.record(action)
            self.done.append(Redone(action, debugger.branch, debugger.position))
            yield Progress(debugger.view.iteration, len(self.done), total)
        return debugger.stop

    def _undoes_what_is_saved(self) -> bool:
        """Whether changes may be undone that were made before the session was saved."""
        left = self.left
        was_saved = not left.changed and not left.standing.untouched
        return was_saved and any(map(of_changes, left.actions))

    def adopt(self, keeping: Keeping) -> Session:
        """The session with all that was done again, kept by what kept the journal."""
        keeping.recovered(tuple(each.action for each in self.done))
        self.session.keeping = keeping
        return self.session
