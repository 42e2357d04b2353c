"""Opening the screen, for the commands that have one. The only way from a command to Textual."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bpdebug.commands.errors import UsageError
from bpdebug.session.keeping.keeping import Keeping
from bpdebug.session.session import Session

if TYPE_CHECKING:
    from bpdebug.tui.seat import Audience


def check_terminal() -> None:
    """Raises UsageError where a screen cannot be."""
    if not has_terminal():
        raise UsageError(
            "the screen needs a terminal; bpdebug --plain takes commands line by line without one, "
            "and show, trace, run and replay --headless need none"
        )
    if is_dumb():
        raise UsageError(
            "the screen needs a terminal that can place text, and TERM=dumb says "
            "that this one cannot; show, trace, run and replay --text need none"
        )


def has_terminal() -> bool:
    """Whether somebody sits at a terminal; a stream that was closed before the start is None."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def is_dumb() -> bool:
    """Whether the terminal has lines only."""
    return os.environ.get("TERM") == "dumb"


def show(
    session: Session,
    recorded: Sequence[str] = (),
    audience: Audience | None = None,
    digest: str = "",
) -> int:
    """Show a session, or a replay of what was recorded, until it is closed; the exit code.

    An `audience` follows the screen, in copies of a session file of this `digest`.
    """
    gc.disable()  # while hundreds of things are loaded that stay
    from bpdebug.tui.app import BpdebugApp
    from bpdebug.tui.seat import teachers_seat

    gc.enable()
    if session.keeping is None:
        session.keeping = Keeping()
    app = BpdebugApp(session, recorded, teachers_seat(digest, audience))
    try:
        app.run()
    finally:
        app.let_go()
    return app.return_code or 0
