"""The blog's session at any position, for tests of what is written about it."""

from __future__ import annotations

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session


def blog(*actions: str) -> Debugger:
    """A debugger after some actions on the blog's session."""
    debugger = open_session(find_session("blog")).debugger
    for action in actions:
        perform(debugger, action)
    return debugger
