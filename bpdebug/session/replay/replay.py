"""Replaying a session: doing its recorded actions again, and checking where they lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpdebug.debugger.actions import ActionError, perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import History
from bpdebug.debugger.view import Position
from bpdebug.numerics.digest import digest
from bpdebug.session.file.format import BranchPart, DigestPart, SessionPart
from bpdebug.session.file.read import read_with_digest
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.work import at_start, has_edits_of, other_edits
from bpdebug.session.session import Session


@dataclass(frozen=True, slots=True)
class Replayed:
    """One action done again; `problem` says why it could not be, if so."""

    number: int
    action: str
    position: Position
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DigestCheck:
    """Whether the memory after `operation` operations has the recorded fingerprint.

    `environment` is what the fingerprint was recorded with, and `parameters` are the values of
    the first ones there, if the file says it. If it is of another run than the one computed here,
    which `of_another_run` explains, it says nothing of the arithmetic.
    """

    operation: int
    expected: str
    found: str
    branch: int = 1
    environment: str | None = None
    of_another_run: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it has."""
        return self.expected == self.found

    def __str__(self) -> str:
        if self.of_another_run:
            return f"after operation {self.operation} the run is another: {self.of_another_run}"
        on = f" of branch {self.branch}" if self.branch != 1 else ""
        return f"after operation {self.operation}{on} the values differ"


class ReplayedSession(Session):
    """A session at its start, and in `file` what is recorded in it.

    With `trusts_file` it keeps the recorded fingerprints, whatever is computed here.
    """

    def __init__(self, part: SessionPart, path: Path, on_disk: str | None = None) -> None:
        super().__init__(at_start(part), path, on_disk=on_disk)
        self.file = part
        self.trusts_file = False

    def snapshot(self) -> SessionPart:
        part = super().snapshot()
        if not self.trusts_file:
            return part
        branches = self.debugger.document.branches
        kept = [each for each in self.file.digests if each.branch in branches]
        return part.model_copy(update={"digests": kept})


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
    return [check_digest(each, part.branches, debugger) for each in part.digests]


def check_digest(
    each: DigestPart, branches: Sequence[BranchPart], debugger: Debugger
) -> DigestCheck:
    """A recorded fingerprint against the memory as it is computed here.

    `branches` are those of the file: with other edits, other values are right.
    """
    state, other = "", f"there is no branch {each.branch} here"
    if each.branch in debugger.document.branches:
        view = history_on(debugger, each.branch).view(Position(each.operation))
        state, other = digest(view.memory()), ""
        if state != each.state:
            other = other_edits(debugger, each.branch, branches, each.operation)
    recorded = {name: float(value) for name, value in each.parameters.items()}
    return DigestCheck(
        each.operation, each.state, state, each.branch, each.environment, other, recorded
    )


def history_on(debugger: Debugger, branch: int) -> History:
    """The history of a branch, whether or not the debugger stands on it."""
    edits, history = debugger.document.branches[branch].edits, debugger.history
    return history if edits == history.edits else history.with_edits(edits)


def is_settled(each: DigestPart, branches: Sequence[BranchPart], debugger: Debugger) -> bool:
    """Whether a replay has come so far that a fingerprint of the file can be checked.

    `branches` are those of the file, with all edits that the replay will make in the end.
    """
    if each.branch not in debugger.document.branches:
        return False
    if debugger.seen(each.branch) < each.operation:
        return False
    return has_edits_of(debugger, each.branch, branches, each.operation)


def ends_elsewhere(part: SessionPart, debugger: Debugger) -> str | None:
    """What is wrong if a replay that is over does not stand where the session does."""
    cursor = part.cursor
    here = debugger.position
    if (here.operation, here.arithmetic) != (cursor.operation, cursor.arithmetic):
        return f"the replay ends at position {here.operation}, the session at {cursor.operation}"
    if debugger.branch != part.branch:
        return f"the replay ends on branch {debugger.branch}, the session on {part.branch}"
    for branch in debugger.document.branches:
        other = other_edits(debugger, branch, part.branches, debugger.end.operation)
        if other:
            return f"the replay makes another run than the session has: {other}"
    return None


def open_replay(path: Path) -> tuple[ReplayedSession, list[str]]:
    """A session at its start, and the actions that were recorded in it.

    Raises SessionError if the file is bad.
    """
    part, digest = read_with_digest(path)
    # The whole file is checked, not only what the start needs.
    make_debugger(part, str(path))
    return ReplayedSession(part, path, digest), list(part.actions)


def fresh_debugger(part: SessionPart, source: str) -> Debugger:
    """A debugger at the start of the session. Raises SessionError."""
    return make_debugger(at_start(part), source)
