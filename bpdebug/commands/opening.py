"""Opening a session for a command that needs no screen."""

from __future__ import annotations

import sys

from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.file.errors import MOST_TOLD, Problem, SessionError
from bpdebug.session.session import Session, open_session
from bpdebug.text.safe import safe


def open_named(name: str) -> Session:
    try:
        session = open_session(find_session(name))
    except MemoryError as error:
        raise SessionError(name, [Problem("", "too large for this machine")]) from error
    tell_of_unusable(session.debugger, name)
    return session


def tell_of_unusable(debugger: Debugger, name: str) -> None:
    """Say which breakpoints a session has that stop nothing, and why."""
    unusable = [each for each in debugger.breakpoints.values() if each.problem]
    for each in unusable[:MOST_TOLD]:
        message = f"{name}: warning: breakpoint {each.number} cannot be used: {each.problem}"
        print(safe(message), file=sys.stderr)
    if len(unusable) > MOST_TOLD:
        more = f"{name}: warning: … and {len(unusable) - MOST_TOLD:,} more breakpoints"
        print(safe(more), file=sys.stderr)
