"""A process that reaches nothing but its own memory: no file, no network, no other program.

A visitor's screen offers no command that would. This makes sure of it, whatever commands there
will be: Python asks an audit hook before it opens, lists, writes, starts or connects, and the
hook says no. Only the code of Python and of packages, for imports, and the bundled sessions may
still be read.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import bpdebug
from bpdebug.session.bundled import bundled_folder

_READS = {"open", "os.listdir", "os.scandir"}
_REFUSED = (
    *("os.", "subprocess.", "shutil.", "tempfile.", "glob.", "pathlib.", "pty.", "fcntl."),
    *("socket.connect", "socket.bind", "socket.send", "socket.get", "urllib.", "webbrowser."),
    *("ctypes.dlopen", "sqlite3.", "syslog.", "ftplib.", "http.", "smtplib.", "mmap."),
)
"""How the names of audit events begin that are refused."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def seal(room: int) -> None:
    """Reach nothing from now on, and take only this many bytes more. It cannot be taken back."""
    sys.dont_write_bytecode = True
    _limit(room)
    roots = _code()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not is_allowed(event, arguments, roots):
            raise PermissionError(f"a visitor's screen reaches no files: {event}")

    sys.addaudithook(hook)


def is_allowed(event: str, arguments: Sequence[object], roots: Sequence[str]) -> bool:
    """Whether an audit event is let pass; `roots` are the folders with code, with a final slash."""
    if event not in _READS:
        return not event.startswith(_REFUSED)
    place = arguments[0] if arguments else None
    if event == "open" and not _only_reads(*arguments[1:3]):
        return False
    if isinstance(place, int):
        # A file that is open already: the connection to the server.
        return event == "open"
    try:
        path = os.path.realpath(os.fsdecode(place))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return f"{path}/".startswith(tuple(roots))


def _only_reads(mode: object = None, flags: object = 0) -> bool:
    writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
    return not writes and isinstance(flags, int) and not flags & _WRITING


def _code() -> tuple[str, ...]:
    """The folders of Python's own modules, of packages, and of what comes with this one."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_path(name) for name in names}
    found |= {str(Path(bpdebug.__file__).parent), str(bundled_folder())}
    found |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return tuple(os.path.realpath(path) + "/" for path in sorted(found))


def _limit(room: int) -> None:
    """Have the system refuse it, too, where it can: no byte into any file, and bounded memory."""
    try:
        import resource
    except ImportError:
        return  # Windows
    # Not every system has each of them.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + room
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
