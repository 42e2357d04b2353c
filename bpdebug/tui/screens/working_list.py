"""Lists that compute something while they are open: in a thread, so that keys are heard."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, TypeVar

from textual.binding import Binding, BindingType

from bpdebug.checks.figures.figure import FigureError
from bpdebug.debugger.state import Progress
from bpdebug.session.file.errors import SessionError
from bpdebug.tui.background import Background
from bpdebug.tui.desk import Desk
from bpdebug.tui.runner import RunnerReport
from bpdebug.tui.screens.list_screen import ListScreen

_Result = TypeVar("_Result")


class WorkingScreen(ListScreen[_Result]):
    """A list that computes; Esc stops that, or closes the list if nothing is computed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "stop, or close", show=False),
        Binding("q", "leave", "close", show=False),
    ]
    LAST_KEYS = (("Esc", "close"),)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._work: Background[Any] = Background(self)

    # What subclasses say

    def finished(self, result: Any) -> None:
        """Take what has been computed."""
        raise NotImplementedError

    # The work

    @property
    def is_working(self) -> bool:
        """Whether something is being computed."""
        return self._work.is_on

    @property
    def progress(self) -> Progress | None:
        """How far it has got, None at first."""
        return self._work.progress

    def work_on(self, work: Generator[Progress, None, Any]) -> None:
        """Compute something, and nothing else any more; the result is not None."""
        # Whatever goes wrong, the work that is open in the app must not be lost with it.
        self._work.begin(work, self._reported, told=Exception)

    def _reported(self, report: RunnerReport[Any]) -> None:
        if not report.finished:
            self.show()
        elif report.error is None:
            self.finished(report.result)
        else:
            self.say(_reason(report.error), "error")

    def on_unmount(self) -> None:
        self._work.give_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # What is computed belongs to the session as it is; changes are undone behind the list.
        return action not in ("undo", "redo") and super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop computing; if nothing is being computed, close."""
        if not self.is_working:
            self.action_leave()
            return
        self._work.give_up()
        self.say("stopped")


def _reason(error: Exception) -> str:
    if isinstance(error, SessionError):
        # Of which file it is, is known.
        return "; ".join(map(str, error.problems))
    if isinstance(error, FigureError):
        return str(error)
    return f"this could not be computed: {type(error).__name__}: {error}"
