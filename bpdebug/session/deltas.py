"""The same run in the delta style, in which every dE/dz is an operation: for figures of them."""

from __future__ import annotations

from bpdebug.debugger.debugger import Debugger
from bpdebug.models.model import Style
from bpdebug.session.assemble import make_debugger
from bpdebug.session.errors import SessionError
from bpdebug.session.format import SessionPart
from bpdebug.session.session import at_start


def delta_debugger(part: SessionPart, source: str) -> Debugger | None:
    """A debugger at the start of the same run, whose numbers are the same to the last bit.

    None if the session is in that style already, if values are edited in it, or if it cannot be.
    """
    if part.style is Style.DELTA or any(branch.edits for branch in part.branches):
        return None
    changes = {"style": Style.DELTA, "order": {}, "walkthrough": []}
    try:
        return make_debugger(at_start(part).model_copy(update=changes), source)
    except SessionError:
        return None
