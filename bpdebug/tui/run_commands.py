"""Continuing: at once where that is quick, else in the background."""

from __future__ import annotations

from textual import on
from textual.message import Message

from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.tui.runner import Report, Runner
from bpdebug.tui.session_screen import SessionScreen

_AT_ONCE = 0.03
"""Seconds that a run may take before it goes to the background."""


class RunCommands(SessionScreen):
    """The commands of the main screen that run the session."""

    class Ran(Message):
        """A background run has something to report."""

        def __init__(self, report: Report, runner: Runner) -> None:
            super().__init__()
            self.report = report
            self.runner = runner

    def do_continue(self) -> None:
        """Continue to the next stop."""
        self._run(backward=False)

    def do_continue_back(self) -> None:
        """Continue to the previous stop."""
        self._run(backward=True)

    def do_interrupt(self) -> None:
        """Pause a run; without one unpin the tree and clear the message."""
        if self.runner is not None:
            self.runner.interrupt()
            return
        self.pinned = None
        self.tell("")
        self.show()

    def _run(self, backward: bool) -> None:
        def hear(report: Report) -> None:
            self.post_message(self.Ran(report, runner))

        runner = Runner(self.session.debugger.search(backward), hear, "C" if backward else "c")
        stop = runner.try_now(_AT_ONCE)
        if stop is not None:
            self._arrived(runner)
            return
        self.runner = runner
        self.tell("running…  Esc pauses")
        self.run_worker(runner.carry_on, thread=True, exclusive=True)

    @on(Ran)
    def ran(self, message: Ran) -> None:
        """Show how a background run stands."""
        if message.runner is not self.runner:
            return
        report, progress = message.report, message.report.progress
        if report.finished:
            self.runner = None
            if report.stop is not None:
                self._arrived(message.runner)
            elif progress is not None:
                self._paused(progress.iteration)
        elif progress is not None:
            percent = 100 * progress.done // progress.total
            self.tell(f"running: iteration {progress.iteration}, {percent} %  Esc pauses")

    def _arrived(self, runner: Runner) -> None:
        self.session.record(runner.action)
        self.pinned = None
        self.tell_stop()
        self.show()

    def _paused(self, iteration: int) -> None:
        debugger = self.session.debugger
        operation = (iteration - 1) * debugger.program.operations
        self.perform(f"g {operation}")
        debugger.stop = Stop(Reason.INTERRUPTED, Position(operation))
        self.tell_stop()
