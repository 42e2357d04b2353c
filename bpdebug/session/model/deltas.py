"""The same run in the delta style, in which every dE/dz is an operation: for figures of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from bpdebug.checks.figures.figure import FigureError
from bpdebug.debugger.debugger import Debugger
from bpdebug.models.model import Style
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import SessionPart
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.work import at_start

_Read = TypeVar("_Read")


class Styles:
    """A session's run, and the same in the delta style. The numbers of both are the same to the
    last bit.
    """

    def __init__(self, part: SessionPart, debugger: Debugger) -> None:
        self._part = part
        self.own = debugger

    @cached_property
    def deltas(self) -> Debugger | None:
        """None if the session is in that style already, or if it cannot be in it."""
        if self._part.style is Style.DELTA:
            return None
        changes = {"style": Style.DELTA, "order": {}, "walkthrough": []}
        try:
            return make_debugger(at_start(self._part).model_copy(update=changes), "")
        except SessionError:
            return None

    def read(self, read: Callable[[Debugger], _Read]) -> _Read:
        """What `read` reads of the run, or of that in the delta style if only there is an operation
        for all that is read.

        Raises the FigureError or SessionError that reading raises of the session as it is.
        """
        try:
            return read(self.own)
        except (FigureError, SessionError) as error:
            if self._has_deltas and self.deltas is not None:
                try:
                    return read(self.deltas)
                except (FigureError, SessionError):
                    pass
            raise error from None

    def fitting(self, names: Iterable[str]) -> Debugger:
        """The run that has operations for all that is named. Raises FigureError if none has."""
        wanted = list(names)
        missing = [name for name in wanted if self.own.program.slot_named(name) is None]
        if not missing:
            return self.own
        if self._has_deltas and self.deltas is not None:
            others = [n for n in wanted if self.deltas.program.slot_named(n) is None]
            if not others:
                return self.deltas
            raise FigureError(
                f"{missing[0]} is there in the delta style only, and {others[0]} is not; check "
                f"them one after the other"
            )
        raise FigureError(f"{missing[0]} is not there in this run")

    @property
    def _has_deltas(self) -> bool:
        """Not where values are edited: slots of one style are not those of the other."""
        branches = self.own.document.branches.values()
        return not any(branch.edits for branch in branches)
