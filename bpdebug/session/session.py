"""An open session: a debugger, what is done with it, and the file it comes from."""

from __future__ import annotations

from pathlib import Path

from bpdebug.debugger.actions import perform, record
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.numerics.digest import digest
from bpdebug.session.assemble import make_debugger
from bpdebug.session.format import (
    VERSION,
    BreakpointPart,
    DigestPart,
    PositionPart,
    SessionPart,
)
from bpdebug.session.read import read_session
from bpdebug.session.write import write_session


class Session:
    """A debugger together with the fields of its file and the actions since they were read."""

    def __init__(self, part: SessionPart, path: Path) -> None:
        self.path = path
        self.part = part
        self.debugger = make_debugger(part, str(path))
        self.actions = list(part.actions)
        self._continued = bool(part.actions)
        self._saved = self._changing()

    @property
    def title(self) -> str:
        """The session's title, or the name of its file."""
        return self.part.title or self.path.stem

    def perform(self, action: str) -> None:
        """Do an action and record it. Raises ActionError, recording nothing, if it fails."""
        perform(self.debugger, action)
        self.record(action)

    def record(self, action: str) -> None:
        """Record an action that has been done."""
        if self._continued and "c" in self.actions and not self.part.cursor.arithmetic:
            # Opening stands for going there. Without that, a replay would still stand at its
            # last stop, and a run backward would leave that stop out.
            self.actions = [*self.actions, f"g {self.part.cursor.operation}"]
        self._continued = False
        self.actions = record(self.actions, action)

    def has_changes(self) -> bool:
        """Whether there is something that saving would keep."""
        return self._changing() != self._saved

    def save(self, path: Path) -> None:
        """Write the session as it stands; from now on it belongs to that file.

        Raises SessionError, and leaves an older file as it was, if it cannot be written.
        """
        write_session(self.snapshot(), path)
        self.path, self._saved = path, self._changing()

    def snapshot(self) -> SessionPart:
        """The fields as they would be saved now."""
        position = self.debugger.position
        older = [each for each in self.part.digests if each.operation < position.operation]
        here = DigestPart(operation=position.operation, state=state_digest(self.debugger, position))
        changes = {
            "version": max(self.part.version, VERSION, key=_version_key),
            "digests": [*older, here],
        }
        return self.part.model_copy(update=changes | self._changing())

    def _changing(self) -> dict[str, object]:
        """The fields that change while a session is open, but for the fingerprint, which
        would have every state up to the cursor computed.
        """
        position = self.debugger.position
        breakpoints = [
            BreakpointPart(
                number=each.number,
                on=each.quantity,
                access=each.access,
                condition=each.condition,
                enabled=each.enabled,
                hits=each.hits,
            )
            for each in self.debugger.breakpoints.values()
        ]
        cursor = PositionPart(operation=position.operation, arithmetic=position.arithmetic)
        return {"breakpoints": breakpoints, "cursor": cursor, "actions": list(self.actions)}


def open_session(path: Path) -> Session:
    """Open a session file. Raises SessionError with everything that is wrong with it."""
    return Session(read_session(path), path)


def state_digest(debugger: Debugger, position: Position) -> str:
    """The fingerprint of the whole memory at a position: all values, and which are known."""
    return digest(debugger.view_at(Position(position.operation)).memory())


def _version_key(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)
