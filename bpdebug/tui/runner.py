"""Moves in the background: in a thread that leaves the keyboard its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.state import Move, Progress
from bpdebug.debugger.stops import Stop

_SLICE = 0.005
_REST = 0.001
_REPORT = 0.05


@dataclass(frozen=True, slots=True)
class Report:
    """How a move stands: still going, come to a stop, interrupted where it had got to, or
    impossible for a reason. `seconds` is how long it has taken.
    """

    progress: Progress | None
    stop: Stop | None = None
    finished: bool = False
    error: str = ""
    seconds: float = 0.0


class Runner:
    """Carries a move on until it ends or is interrupted; `action` is what it carries out."""

    def __init__(self, move: Move, report: Callable[[Report], None], action: str) -> None:
        self.action = action
        self._move = move
        self._report = report
        self._interrupted = threading.Event()
        self._progress: Progress | None = None

    def try_now(self, seconds: float) -> Stop | None:
        """Move for at most `seconds`; most moves are over by then and need no thread.

        Raises ActionError if the move turns out to be impossible.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self._progress = next(self._move)
            except StopIteration as finished:
                return finished.value  # type: ignore[no-any-return]
        return None

    def interrupt(self) -> None:
        """Ask the move to stop; its last report follows at once."""
        self._interrupted.set()

    def carry_on(self) -> None:
        """Move to the end, in slices; to be called in a thread of its own."""
        started = reported = time.monotonic()
        while not self._interrupted.is_set():
            try:
                stop = self.try_now(_SLICE)
            except ActionError as error:
                self._report(Report(self._progress, finished=True, error=str(error)))
                return
            now = time.monotonic()
            if stop is not None:
                self._report(Report(self._progress, stop, finished=True))
                return
            if now - reported > _REPORT:
                reported = now
                self._report(Report(self._progress, seconds=now - started))
            # Without a rest the thread would hold the interpreter whenever a key comes.
            time.sleep(_REST)
        self._move.close()
        self._report(Report(self._progress, finished=True))
