"""Putting a file in the place of another: whole, durable, and leaving nothing behind.

What is written goes to a temporary file beside the old one, which it replaces when it is on
disk. Writers hold a lock on their temporary files, so those of writers that were killed are known
by being free, and the next one removes them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
from pathlib import Path

from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.lock import PLAIN, try_lock

_PREFIX, _SUFFIX = ".bpdebug-", ".tmp"
_TEMPORARY = re.compile(r"\.bpdebug-[a-z0-9_]{8}\.tmp")


def save_file(text: str, path: Path) -> None:
    """Write a session file. The old file stays whole if that fails, with a SessionError."""
    existed = False
    try:
        existed = os.path.lexists(path)
        replace_file(Path(os.path.realpath(path)), text.encode("utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        left = "the old file is unchanged" if existed else "there is no new file"
        message = f"cannot be saved: {reason}; {left}"
        raise SessionError(str(path), [Problem("", message)]) from error


def replace_file(path: Path, content: bytes, new_mode: int | None = None) -> None:
    """Give the file `path`, which is not a link, another content, or make it.

    It keeps its permissions, and its owner as far as that is allowed; a new one has those that
    any new file has, or `new_mode`. Raises OSError, and leaves things as they were.
    """
    old = _status(path)
    _remove_abandoned(path.parent)
    handle, temporary = _temporary(path.parent)
    # Closed last of all: until it has its name, the file is locked.
    with open(handle, "wb") as file:
        try:
            file.write(content)
            file.flush()
            if old is None:
                mode = 0o666 & ~_umask() if new_mode is None else new_mode
            else:
                mode = stat.S_IMODE(old.st_mode)
                _give(handle, old)
            os.chmod(temporary, mode)
            os.fsync(handle)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    _sync_folder(path.parent)


def _status(path: Path) -> os.stat_result | None:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "this is a folder")
    if not stat.S_ISREG(status.st_mode):
        # A device, a FIFO, or a link that leads nowhere but to itself.
        raise OSError(errno.EINVAL, "this is not an ordinary file")
    return status


def _temporary(folder: Path) -> tuple[int, str]:
    """A new file that is locked, where files can be."""
    while True:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)
        # Somebody who removes what is abandoned may have come in between.
        if try_lock(handle) is not False and os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)


def _remove_abandoned(folder: Path) -> None:
    """Remove the temporary files whose writers have ended."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _remove_if_abandoned(entry.path)


def _remove_if_abandoned(path: str) -> None:
    handle = os.open(path, os.O_RDONLY | PLAIN)
    try:
        if try_lock(handle):
            os.unlink(path)
    finally:
        os.close(handle)


def _give(handle: int, old: os.stat_result) -> None:
    """Give a file the owner and the group of an old one, each as far as that is allowed."""
    mine = os.fstat(handle)
    for owner, group in ((-1, old.st_gid), (old.st_uid, -1)):
        if (owner, group) not in ((mine.st_uid, -1), (-1, mine.st_gid)):
            with contextlib.suppress(OSError):
                os.fchown(handle, owner, group)


def _sync_folder(folder: Path) -> None:
    """Make a new name durable. Where folders cannot be synced, the file is there all the same."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
