"""What takes its time: in slices that leave the keyboard its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Generic, TypeVar

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.drive import drive
from bpdebug.debugger.state import Progress
from bpdebug.program.lookout import Lookout
from bpdebug.program.program import Program
from bpdebug.program.run import loops

SLICE = 0.005
REST = 0.001
_REPORT = 0.05
"""Seconds: of work at a stretch, for the keyboard in between, from report to report."""

_QUICK = 0.001
"""Seconds that an iteration may be expected to take if some are computed before any thread is."""

_Result = TypeVar("_Result")


def at_once(program: Program) -> float:
    """For how many seconds iterations are computed while the keyboard waits: none where one may
    take so long that it is felt.
    """
    return SLICE if loops(program, Lookout()).seconds <= _QUICK else 0.0


@dataclass(frozen=True)
class RunnerReport(Generic[_Result]):
    """How something stands: still going, come to a result, interrupted where it had got to, or
    impossible for a reason. `seconds` is how long it has taken.
    """

    progress: Progress | None
    result: _Result | None = None
    finished: bool = False
    error: Exception | None = None
    seconds: float = 0.0


class Runner(Generic[_Result]):
    """Carries on a move, or other work that yields its progress, to its result or an interruption.

    The result is not None. Errors of the kind `told` are reported,
    others end the program.
    """

    def __init__(
        self,
        work: Generator[Progress, None, _Result],
        report: Callable[[RunnerReport[_Result]], None],
        told: type[Exception] = ActionError,
    ) -> None:
        self._work = work
        self._report = report
        self._told = told
        self._interrupted = threading.Event()
        self._progress: Progress | None = None
        self._started = self._reported = time.monotonic()

    def try_now(self, seconds: float) -> _Result | None:
        """Work for at most `seconds`; most moves are over by then and need no thread.

        Raises what the work raises: of a move, ActionError if it turns out to be impossible.
        """
        until = time.monotonic() + seconds
        return drive(self._work, self._note, lambda: time.monotonic() >= until)

    def _note(self, progress: Progress) -> None:
        self._progress = progress

    def interrupt(self) -> None:
        """Ask the work to stop; its last report follows at once."""
        self._interrupted.set()

    def go_on(self) -> bool:
        """Work for a slice; whether there is more to come. The last report is made before not."""
        if self._interrupted.is_set():
            self._work.close()
            self._report(RunnerReport(self._progress, finished=True))
            return False
        try:
            result = self.try_now(SLICE)
        except self._told as error:
            self._report(RunnerReport(self._progress, finished=True, error=error))
            return False
        if result is not None:
            self._report(RunnerReport(self._progress, result, finished=True))
            return False
        now = time.monotonic()
        if now - self._reported > _REPORT:
            self._reported = now
            self._report(RunnerReport(self._progress, seconds=now - self._started))
        return True

    def carry_on(self) -> None:
        """Work to the end, in slices; to be called in a thread of its own."""
        while self.go_on():
            # Without a rest the thread would hold the interpreter whenever a key comes.
            time.sleep(REST)
