"""The same run in the delta style, in which every dE/dz is an operation: for figures of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bpdebug.checks.figures.figure import FigureError
from bpdebug.debugger.debugger import Debugger
from bpdebug.models.model import Style
from bpdebug.session.assemble import make_debugger
from bpdebug.session.errors import SessionError
from bpdebug.session.format import SessionPart
from bpdebug.session.session import at_start

_Read = TypeVar("_Read")


def in_fitting_style(
    part: SessionPart, debugger: Debugger, read: Callable[[Debugger], _Read]
) -> tuple[Debugger, _Read]:
    """What `read` reads of a session's run, and the run: in the delta style if only there is an
    operation for all that is read. The numbers of both are the same to the last bit.

    Raises the FigureError or SessionError that reading raises of the session as it is.
    """
    try:
        return debugger, read(debugger)
    except (FigureError, SessionError) as error:
        deltas = _in_delta_style(part)
        if deltas is not None:
            try:
                return deltas, read(deltas)
            except (FigureError, SessionError):
                pass
        raise error from None


def _in_delta_style(part: SessionPart) -> Debugger | None:
    """None if the session is in that style already, if values are edited in it, or if it cannot be
    in it.
    """
    if part.style is Style.DELTA or any(branch.edits for branch in part.branches):
        return None
    changes = {"style": Style.DELTA, "order": {}, "walkthrough": []}
    try:
        return make_debugger(at_start(part).model_copy(update=changes), "")
    except SessionError:
        return None
