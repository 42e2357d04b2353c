"""Doing recorded actions in another session, as far as what they name exists there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bpdebug.debugger.actions import ActionError, perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.verbs import read_action
from bpdebug.debugger.view import Position
from bpdebug.session.file.format import SessionPart
from bpdebug.session.replay.replay import fresh_debugger


@dataclass(frozen=True, slots=True)
class DoneElsewhere:
    """A recorded action and what was done for it in the other session.

    `action` is as it is recorded, `done` as it was done there, where breakpoints and branches may
    have other numbers; empty if it was left out, and `problem` says why.
    """

    number: int
    action: str
    done: str
    position: Position
    problem: str = ""


class _NotHereError(ValueError):
    """Something that was not made in the other session."""


def replaying_elsewhere(part: SessionPart, source: str, there: Debugger) -> Iterator[DoneElsewhere]:
    """Do the actions of a recording in another session, one by one.

    They are done again in their own as well: only so it is known which breakpoint or branch a
    number means, and what an undo undoes. Raises SessionError if the recording is bad.
    """
    own = fresh_debugger(part, source)
    numbers = _Numbers(own, there)
    for number, action in enumerate(part.actions, 1):
        try:
            perform(own, action)
        except ActionError as error:
            problem = f"it cannot be done in its own session: {error}"
            yield DoneElsewhere(number, action, "", there.position, problem)
            return
        done, problem = "", ""
        try:
            done = numbers.translated(action)
            perform(there, done)
        except (_NotHereError, ActionError) as error:
            done, problem = "", str(error)
        numbers.learn(action, bool(done))
        yield DoneElsewhere(number, action, done, there.position, problem)


class _Numbers:
    """Which breakpoint and branch is which, and which changes were made there, too."""

    def __init__(self, own: Debugger, there: Debugger) -> None:
        self._own, self._there = own, there
        self._breakpoints: dict[int, int] = {}
        self._branches = {min(own.document.branches): min(there.document.branches)}
        self._made: list[bool] = []
        self._undone: list[bool] = []
        self._before = own.document, there.document

    def translated(self, action: str) -> str:
        """The action with the numbers that are right there. Raises _NotHereError."""
        found = read_action(action)
        assert found is not None
        verb, rest = found
        match verb.name:
            case "delete" | "enable" | "disable" | "ignore" | "change":
                return f"{verb.name} {_renumbered(rest, self._breakpoints, 'breakpoint')}"
            case "name":
                return f"name {_renumbered(rest, self._branches, 'branch')}"
            case "branch":
                word, _, number = rest.rpartition(" ")
                head = f"branch {word} ".rstrip()
                return f"{head} {_renumbered(number, self._branches, 'branch')}"
            case "undo" if self._made and not self._made[-1]:
                raise _NotHereError("the change that it undoes was not made here")
            case "redo" if self._undone and not self._undone[-1]:
                raise _NotHereError("the change that it redoes was not made here")
        return action

    def learn(self, action: str, done: bool) -> None:
        """Note what an action has made, in the recording and there."""
        match action:
            case "undo" if self._made:
                self._undone.append(self._made.pop())
            case "redo" if self._undone:
                self._made.append(self._undone.pop())
            case _ if self._own.document is not self._before[0]:
                self._made.append(done and self._there.document is not self._before[1])
                self._undone.clear()
        own, there = self._own.document, self._there.document
        if done:
            was_own, was_there = self._before
            _pair(
                self._breakpoints,
                own.breakpoints,
                was_own.breakpoints,
                there.breakpoints,
                was_there.breakpoints,
            )
            _pair(
                self._branches, own.branches, was_own.branches, there.branches, was_there.branches
            )
        self._before = own, there


def _pair(
    known: dict[int, int],
    own: Collection[int],
    was_own: Collection[int],
    there: Collection[int],
    was_there: Collection[int],
) -> None:
    """Note which numbers came together."""
    mine = [number for number in own if number not in was_own]
    theirs = [number for number in there if number not in was_there]
    known.update(zip(mine, theirs, strict=False))


def _renumbered(text: str, known: dict[int, int], what: str) -> str:
    number, space, rest = text.partition(" ")
    if number.isdecimal() and int(number) not in known:
        raise _NotHereError(f"{what} {number} was not made here")
    return f"{known[int(number)]}{space}{rest}" if number.isdecimal() else text
