"""Reading a file of text that a stranger may have made."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from pathlib import Path

from bpdebug.session.file.errors import Problem, SessionError

MOST_BYTES = 64 * 2**20
"""The size up to which a file is read."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path, mark: bool = False) -> str:
    """The text of an ordinary file in UTF-8; `mark` allows a byte order mark before it.

    Raises SessionError.
    """
    check_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise _error(path, "there is no such file") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    # Some files, such as those in /proc, are larger than they say.
    check_size(len(content), str(path))
    if content.startswith(_UTF_16):
        raise _error(path, "not UTF-8 text (byte 0) but UTF-16; save it as UTF-8")
    if content.startswith(codecs.BOM_UTF8):
        if not mark:
            raise _error(path, "a byte order mark at the start; save it as UTF-8 without one")
        content = content[len(codecs.BOM_UTF8) :]
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _error(path, f"not UTF-8 text (byte {error.start})") from error


def digest_of(content: bytes) -> str:
    """The digest of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """The digest of a session file, empty if it cannot be read."""
    try:
        can_be_read = path.is_file() and path.stat().st_size <= MOST_BYTES
        return digest_of(path.read_bytes()) if can_be_read else ""
    except (OSError, ValueError):
        return ""


def check_file(path: Path) -> None:
    """That there is an ordinary file, and that it is not too large. Raises SessionError.

    Opening a FIFO would wait for a writer, so the kind of file is asked for first.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        raise _error(path, "there is no such file") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise _error(path, "this is a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise _error(path, "this is not an ordinary file")
    check_size(found.st_size, str(path))


def check_size(count: int, source: str) -> None:
    """That this many bytes are not too large for a session file. Raises SessionError."""
    if count > MOST_BYTES:
        raise SessionError(source, [Problem("", f"larger than {MOST_BYTES >> 20} MiB")])


def _unreadable(path: Path, error: Exception) -> SessionError:
    reason = getattr(error, "strerror", None) or str(error)
    return _error(path, f"cannot be read: {reason}")


def _error(path: Path, message: str) -> SessionError:
    return SessionError(str(path), [Problem("", message)])
