"""Lists that compute something while they are open: in a thread, so that keys are heard."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from bpdebug.checks.figures.figure import FigureError
from bpdebug.debugger.state import Progress
from bpdebug.session.errors import SessionError
from bpdebug.tui.list_screen import ListScreen
from bpdebug.tui.runner import Report, Runner

_Result = TypeVar("_Result")


class WorkingScreen(ListScreen[_Result], Generic[_Result]):
    """A list that computes; Esc stops that, or closes the list if nothing is computed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "stop, or close", show=False),
        Binding("q", "leave", "close", show=False),
    ]
    LAST_KEYS = (("Esc", "close"),)

    class Worked(Message):
        """What is computed has something to report."""

        def __init__(self, report: Report[Any], runner: Runner[Any]) -> None:
            super().__init__()
            self.report = report
            self.runner = runner

    _runner: Runner[Any] | None = None
    progress: Progress | None = None
    """How far it has got, None at first."""

    # What subclasses say

    def finished(self, result: Any) -> None:
        """Take what has been computed."""
        raise NotImplementedError

    # The work

    @property
    def is_working(self) -> bool:
        """Whether something is being computed."""
        return self._runner is not None

    def work_on(self, work: Generator[Progress, None, Any]) -> None:
        """Compute something, and nothing else any more; the result is not None."""
        self.give_up()

        def hear(report: Report[Any]) -> None:
            self.post_message(self.Worked(report, runner))

        # Whatever goes wrong, the work that is open in the app must not be lost with it.
        runner = self._runner = Runner(work, hear, told=Exception)
        self.run_worker(runner.carry_on, thread=True, group="work")

    def give_up(self) -> None:
        """Compute no longer."""
        if self._runner is not None:
            self._runner.interrupt()
        self._runner, self.progress = None, None

    @on(Worked)
    def worked(self, message: Worked) -> None:
        """Show how far it has got, or what came of it."""
        if message.runner is not self._runner:
            # Given up; nobody waits for it.
            return
        report = message.report
        if not report.finished:
            self.progress = report.progress
            self.show()
            return
        self._runner, self.progress = None, None
        if report.error is None:
            self.finished(report.result)
        else:
            self.say(_reason(report.error), "error")

    def on_unmount(self) -> None:
        self.give_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # What is computed belongs to the session as it is; changes are undone behind the list.
        return action not in ("undo", "redo") and super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop computing; if nothing is being computed, close."""
        if not self.is_working:
            self.action_leave()
            return
        self.give_up()
        self.say("stopped")


def _reason(error: Exception) -> str:
    if isinstance(error, SessionError):
        # Of which file it is, is known.
        return "; ".join(map(str, error.problems))
    if isinstance(error, FigureError):
        return str(error)
    return f"this could not be computed: {type(error).__name__}: {error}"
