"""Replaying a session: doing its recorded actions again, and checking where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bpdebug.debugger.actions import ActionError, perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.numerics.digest import digest
from bpdebug.session.assemble import make_debugger
from bpdebug.session.format import SessionPart
from bpdebug.session.read import read_session
from bpdebug.session.session import Session, at_start


@dataclass(frozen=True, slots=True)
class Replayed:
    """One action done again; `problem` says why it could not be, if so."""

    number: int
    action: str
    position: Position
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DigestCheck:
    """Whether the memory after `operation` operations has the recorded fingerprint."""

    operation: int
    expected: str
    found: str

    @property
    def ok(self) -> bool:
        """Whether it has."""
        return self.expected == self.found


def replay_actions(part: SessionPart, debugger: Debugger) -> Iterator[Replayed]:
    """Do the recorded actions one by one; an action that fails ends the replay."""
    for number, action in enumerate(part.actions, start=1):
        try:
            perform(debugger, action)
        except ActionError as error:
            yield Replayed(number, action, debugger.position, str(error))
            return
        yield Replayed(number, action, debugger.position)


def check_digests(part: SessionPart, debugger: Debugger) -> list[DigestCheck]:
    """Every recorded fingerprint against the memory as it is computed here, branch by branch."""
    branches = debugger.document.branches
    found = []
    for each in part.digests:
        state = "there is no such branch"
        if each.branch in branches:
            edits, history = branches[each.branch].edits, debugger.history
            history = history if edits == history.edits else history.with_edits(edits)
            state = digest(history.view(Position(each.operation)).memory())
        found.append(DigestCheck(each.operation, each.state, state))
    return found


def open_replay(path: Path) -> tuple[Session, list[str]]:
    """A session at its start, and the actions that were recorded in it.

    Raises SessionError if the file is bad.
    """
    part = read_session(path)
    # The whole file is checked, not only what the start needs.
    make_debugger(part, str(path))
    return Session(at_start(part), path), list(part.actions)


def fresh_debugger(part: SessionPart, source: str) -> Debugger:
    """A debugger at the start of the session. Raises SessionError."""
    return make_debugger(at_start(part), source)
