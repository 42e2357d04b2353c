"""Locks on files: who holds one is known, and a process that ends holds none.

A lock is an advisory lock of the operating system on a file of its own, which the system gives
up whatever becomes of the process. Where there are none, the process that is named in the file
counts, for as long as it is alive.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import stat
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # Windows has no such locks.
    fcntl = None  # type: ignore[assignment]

_TRIES, _PAUSE = 3, 0.02
"""Somebody who only looks whether a lock is held holds it for a moment."""

_BUSY = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
_MOST_BYTES = 1_000
_MINUTE = len("2026-11-22 09:14")

PLAIN = 0 if sys.platform == "win32" else os.O_NOFOLLOW | os.O_NONBLOCK
"""For opening files of our own: a link or a FIFO that somebody put in the place of one must not
lead elsewhere, or make anybody wait."""


class Holder(NamedTuple):
    """Who holds a lock, as far as that is known."""

    pid: int = 0
    host: str = ""
    since: str = ""

    def __str__(self) -> str:
        text = f"process {self.pid}" if self.pid else "another process"
        if self.host and self.host != socket.gethostname():
            text += f" on {self.host}"
        return f"{text}, since {self.since[:_MINUTE]}" if self.since else text


class Lock:
    """A lock that is held, until it is released."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def release(self) -> None:
        """Give it up, leaving no file behind."""
        # Removed first: whoever has it open sees, once he has the lock, that it is gone.
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._handle)


def take_lock(path: Path) -> Lock | Holder:
    """The lock that is the file `path`, or who holds it. Raises OSError if it cannot be made."""
    for _ in range(_TRIES):
        handle = _opened(path)
        try:
            if _lock_or_look(handle) and _is_still(path, handle):
                _sign(handle)
                return Lock(path, handle)
            holder = _read(handle)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        time.sleep(_PAUSE)
    return holder


def who_holds(path: Path) -> Holder | None:
    """Who holds the lock that is the file `path`; None if nobody does."""
    try:
        handle = os.open(path, os.O_RDONLY | PLAIN)
    except OSError:
        return None
    try:
        return None if _lock_or_look(handle) else _read(handle)
    except OSError:
        return None
    finally:
        os.close(handle)


def try_lock(handle: int) -> bool | None:
    """Lock an open file; false if somebody else has done so, None if files cannot be locked here.

    The lock is given up when the file is closed.
    """
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _BUSY else None
    return True


def _opened(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | PLAIN, 0o644)
    except PermissionError:
        if not os.path.lexists(path):
            raise
        # Left behind by somebody else who was killed: to lock it, reading is enough.
        handle = os.open(path, os.O_RDONLY | PLAIN)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not an ordinary file")
    return handle


def _lock_or_look(handle: int) -> bool:
    """Lock an open file, or find, where that is impossible, that nobody alive is named in it."""
    locked = try_lock(handle)
    if locked is not None:
        return locked
    holder = _read(handle)
    if holder.host and holder.host != socket.gethostname():
        return False
    return holder.pid in (0, os.getpid()) or not _is_alive(holder.pid)


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_still(path: Path, handle: int) -> bool:
    """Whether an open file is the one of that name: its last holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except OSError:
        return False


def _sign(handle: int) -> None:
    since = datetime.now().astimezone().isoformat(" ", "seconds")
    text = json.dumps(Holder(os.getpid(), socket.gethostname(), since)._asdict())
    # Who holds it is a kindness; the lock is held without it, on a full disk, too.
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, text.encode(), 0)


def _read(handle: int) -> Holder:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        found = json.loads(os.read(handle, _MOST_BYTES))
        pid, host, since = (found[name] for name in Holder._fields)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Holder()
    if not (isinstance(pid, int) and 0 < pid < 2**31):
        return Holder()
    return Holder(pid, str(host)[:100], str(since)[:40])
