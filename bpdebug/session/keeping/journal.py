"""The journal: what is done in an open session, written down at once, in case it is not saved.

A journal is a file of lines, each a JSON object: first a header that says to which bytes of the
session file it belongs, then a line for each action. Lines are only added, each in one go. A
line has its number and a checksum; what comes after the first bad one does not count.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from bpdebug.debugger.limits import MOST_ACTION
from bpdebug.session.file.lock import PLAIN
from bpdebug.session.file.saving import replace_file

_FORMAT, _VERSION = "bpdebug-journal", 1
_MOST_BYTES = 12 * MOST_ACTION + 1_000
"""Of a line, in which a character may take twelve; one that is longer is none of ours."""

_MOST_LINES = 1_000_000


class Unsaid(NamedTuple):
    """What an open session knows of itself that its file does not say, and that has a bearing on
    what is done next: whether nothing was recorded since it was opened, whether a step would join
    the one before, and the operation for which its last run stopped.
    """

    untouched: bool = True
    joins: bool = False
    stopped_for: int | None = None


class Base(NamedTuple):
    """What the actions of a journal follow: a file with that digest, and how the session stood."""

    digest: str
    standing: Unsaid = Unsaid()


@dataclass(frozen=True, slots=True)
class Left:
    """What a journal has that was left behind; `changed` if the file is not what it follows."""

    actions: tuple[str, ...]
    standing: Unsaid
    changed: bool
    started: str


class Journal:
    """The journal of an open session, in the first of several places where it can be written.
    The folder of the last one is made if it is missing.

    There is no file before there is something to record. `problem` says why it cannot be
    written; what could not be is written with the next action, if that is possible then.
    """

    def __init__(self, places: Sequence[Path], base: Base, actions: Sequence[str] = ()) -> None:
        self.problem = ""
        self._places = tuple(places)
        self._base = base
        self._actions = list(actions)
        self._lines = 0
        self._handle: int | None = None
        self._unsynced = False
        if self._actions:
            self._write_all()

    def append(self, action: str) -> None:
        """Record an action that has been done."""
        self._actions.append(action)
        if self._handle is None:
            self._write_all()
        else:
            self._add({"action": action})

    def saving(self, base: Base) -> None:
        """Record that the session is about to be saved, so that whoever finds the new file knows
        that it has all actions until now.
        """
        if self._handle is not None:
            self._add({"saved": base.digest, "standing": base.standing})
            self._sync()

    def take_sync(self) -> Callable[[], None] | None:
        """What makes durable all that is written until now, None if it is already.

        It may be done in a thread.
        """
        if self._handle is None or not self._unsynced:
            return None
        self._unsynced = False
        return partial(_sync_and_close, os.dup(self._handle))

    def close(self, remove: bool) -> None:
        """Write no more; without `remove` the file stays, for recovery."""
        if not remove:
            self._sync()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        if remove:
            remove_journals(self._places)

    def _sync(self) -> None:
        sync = self.take_sync()
        if sync is not None:
            sync()

    def _add(self, fields: dict[str, Any]) -> None:
        assert self._handle is not None
        line = _line(self._lines + 1, fields)
        try:
            if os.write(self._handle, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            # What is torn now would hide what comes after it.
            self._fail(error)
            return
        self._lines += 1
        self._unsynced = True

    def _write_all(self) -> None:
        header = {
            "format": _FORMAT,
            "version": _VERSION,
            "file": self._base.digest,
            "standing": self._base.standing,
            "pid": os.getpid(),
            "started": datetime.now().astimezone().isoformat(" ", "seconds"),
        }
        lines: list[dict[str, Any]] = [header, *({"action": each} for each in self._actions)]
        content = b"".join(_line(number, fields) for number, fields in enumerate(lines))
        for path in self._places:
            try:
                if path == self._places[-1]:
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace_file(path, content, new_mode=0o600)
                self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | PLAIN)
            except (OSError, ValueError) as error:
                self._fail(error)
            else:
                self._lines, self._unsynced, self.problem = len(self._actions), False, ""
                remove_journals([place for place in self._places if place != path])
                return

    def _fail(self, error: Exception) -> None:
        self.problem = getattr(error, "strerror", None) or str(error)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def remove_journals(places: Sequence[Path]) -> None:
    """Remove the journals in these places, if there are any."""
    for path in places:
        with contextlib.suppress(OSError, ValueError):
            path.unlink()


def _sync_and_close(handle: int) -> None:
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _line(number: int, fields: dict[str, Any]) -> bytes:
    body = {"n": number} | fields
    return json.dumps(body | {"sum": _checksum(body)}, separators=(",", ":")).encode() + b"\n"


def _checksum(body: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(body, separators=(',', ':')).encode()):08x}"


# Reading what was left behind


def read_journal(path: Path, digest: str) -> Left | None:
    """What the journal at `path` has that a file with this digest has not; None if nothing."""
    lines = _lines_of(path)
    header = _parsed(next(lines, b""), 0)
    if header.get("format") != _FORMAT or header.get("version") != _VERSION:
        return None
    standing = _standing(header)
    known = header.get("file") == digest
    actions: list[str] = []
    for number in count(1):
        fields = _parsed(next(lines, b""), number)
        action = fields.get("action")
        if isinstance(action, str) and len(action) <= MOST_ACTION:
            actions.append(action)
        elif "saved" not in fields:
            break
        elif fields["saved"] == digest:
            actions, known, standing = [], True, _standing(fields)
    if not actions:
        return None
    return Left(tuple(actions), standing, not known, str(header.get("started"))[:40])


def _lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a journal, none if it is not there or no ordinary file."""
    try:
        handle = os.open(path, os.O_RDONLY | PLAIN)
    except (OSError, ValueError):
        return
    try:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            with open(handle, "rb", closefd=False) as file:
                for _ in range(_MOST_LINES):
                    yield file.readline(_MOST_BYTES)
    except OSError:
        return
    finally:
        os.close(handle)


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    """The fields of a line, none if it is not the whole line of that number."""
    try:
        fields = json.loads(line)
        if fields.pop("sum") == _checksum(fields) and fields.get("n") == number:
            return dict(fields)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        pass
    return {}


def _standing(fields: dict[str, Any]) -> Unsaid:
    match fields.get("standing"):
        case [bool(untouched), bool(joins), int() | None as stopped_for]:
            return Unsaid(untouched, joins, stopped_for)
    return Unsaid()
