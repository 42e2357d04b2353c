"""Opening the screen, for the commands that have one. The only way from a command to Textual."""

from __future__ import annotations

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
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the screen needs a terminal; without one use show, trace, run or replay --headless"
        )
    if os.environ.get("TERM") == "dumb":
        raise UsageError(
            "the screen needs a terminal that can put text in its place, and TERM=dumb says that "
            "this one cannot; show, trace, run and replay --headless need none"
        )


def show(
    session: Session,
    recorded: Sequence[str] = (),
    audience: Audience | None = None,
    digest: str = "",
) -> int:
    """Show a session, or a replay of what was recorded, until it is closed; the exit code.

    An `audience` follows the screen, in copies of a session file of this `digest`.
    """
    from bpdebug.tui.app import BpdebugApp
    from bpdebug.tui.seat import teachers_seat

    if session.keeping is None:
        session.keeping = Keeping()
    app = BpdebugApp(session, recorded, teachers_seat(digest, audience))
    try:
        app.run()
    finally:
        app.let_go()
    return app.return_code or 0
