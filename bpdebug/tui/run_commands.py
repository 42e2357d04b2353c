"""Continuing and going far: at once where that is quick, else in the background."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.message import Message

from bpdebug.debugger.actions import RUNS
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.session.session import Session
from bpdebug.tui.runner import Report, Runner, Search
from bpdebug.tui.session_screen import SessionScreen

_AT_ONCE = 0.15
"""Seconds that a run may take before it goes to the background."""


class RunCommands(SessionScreen):
    """The commands of the main screen that run the session."""

    class Ran(Message):
        """A background run has something to report."""

        def __init__(self, report: Report, runner: Runner) -> None:
            super().__init__()
            self.report = report
            self.runner = runner

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._then: Callable[[], object] | None = None

    def do_continue(self) -> None:
        """Continue to the next stop."""
        self.perform("c")

    def do_continue_back(self) -> None:
        """Continue to the previous stop."""
        self.perform("C")

    def do_interrupt(self) -> None:
        """Pause a run; without one unpin the tree and clear the message."""
        if self.runner is not None:
            self.runner.interrupt()
            return
        self.pinned = None
        self.tell("")
        self.show()

    def when_still(self, then: Callable[[], object]) -> None:
        if self.runner is None:
            then()
        else:
            self._then = then
            self.runner.interrupt()

    def take_up(self) -> None:
        """Go to where the session was left; the way there may be long."""
        debugger = self.session.debugger
        left = debugger.stop
        debugger.stand(Stop(Reason.START, Position()))
        self.carry_out(debugger.approach(left))

    def carry_out(self, search: Search, action: str = "") -> None:
        def hear(report: Report) -> None:
            self.post_message(self.Ran(report, runner))

        runner = Runner(search, hear, action)
        here = self.session.debugger.position
        if runner.try_now(_AT_ONCE) is not None:
            self._arrived(runner, moved=self.session.debugger.position != here)
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
        if not report.finished:
            if progress is not None:
                percent = 100 * progress.done // progress.total
                self.tell(f"running: iteration {progress.iteration}, {percent} %  Esc pauses")
            return
        self.runner = None
        if report.stop is not None:
            self._arrived(message.runner, moved=True)
        elif progress is not None and message.runner.action in RUNS:
            self._paused(progress.iteration)
        elif message.runner.action:
            self.tell("interrupted; nothing has moved")
        else:
            # For a replay, too, this is where it goes on from.
            self.perform("g start")
            self.tell("interrupted; at the start, not where the session was left")
        then, self._then = self._then, None
        if then is not None:
            then()

    def _arrived(self, runner: Runner, moved: bool) -> None:
        if runner.action:
            self.session.record(runner.action)
        if moved:
            self.pinned = None
        self.tell_stop()
        self.show()

    def _paused(self, iteration: int) -> None:
        """Stand where a run had got to when it was interrupted."""
        debugger = self.session.debugger
        operation = (iteration - 1) * debugger.program.operations
        stop = Stop(Reason.INTERRUPTED, Position(operation))
        self.carry_out(debugger.approach(stop), f"g {operation}")
