"""A visitor's process: a screen on a copy of the session, drawn in a browser."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from bpdebug.session.file.read import parse_session
from bpdebug.session.file.text_file import digest_of
from bpdebug.session.session import Session

PRELOADED = (
    "bpdebug.serving.visitor",
    "bpdebug.serving.sealed",
    "bpdebug.tui.app",
    "bpdebug.tui.terminal.web",
)
"""What is loaded once for all visitors where the system can copy a process."""

_ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What the terminal in the browser is, whatever the server was started in."""

_ROOM = 2**30
"""Bytes that a visitor's process may take beside the states of the run."""

_NICE = 5
"""The server, and the teacher's screen, come first."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor sees: the text of a session file, its name, how many bytes the states of the
    run may take, and whether there is a teacher to follow.
    """

    text: str
    name: str
    budget: int
    follows: bool


def visit(channel: socket.socket, what: Visit, width: int, height: int) -> None:
    """Show a session at the other end of a channel until that is closed; ends the process."""
    try:
        _detach(channel)
        _show(what, width, height)
    finally:
        # What a process does at its end otherwise would need what it cannot reach any more.
        os._exit(0)


def _detach(channel: socket.socket) -> None:
    """Read from and write to the channel alone, and hear none of the terminal's signals."""
    if hasattr(os, "setsid"):
        os.setsid()
        os.nice(_NICE)
    os.dup2(channel.fileno(), 0)
    os.dup2(channel.fileno(), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # A process of `multiprocessing` begins with a standard input that is closed.
    sys.__stdin__ = sys.stdin = open(0, closefd=False)  # type: ignore[misc] # noqa: SIM115
    os.environ.update(_ENVIRONMENT)
    os.environ.pop("NO_COLOR", None)


def _show(what: Visit, width: int, height: int) -> None:
    # The server, which this module is known to, does without the screen.
    from bpdebug.serving.sealed import seal
    from bpdebug.tui.app import BpdebugApp
    from bpdebug.tui.seat import visitors_seat
    from bpdebug.tui.terminal.web import BrowserDriver

    part = parse_session(what.text, what.name)
    # Only the name: where the file lies is nobody's business.
    session = Session(part, Path(what.name), what.budget)
    seat = visitors_seat(digest_of(what.text.encode()), what.follows)
    app = BpdebugApp(session, seat=seat, driver=BrowserDriver)
    seal(_ROOM + what.budget)
    app.run(size=(width, height))
