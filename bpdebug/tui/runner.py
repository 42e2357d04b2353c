"""Runs in the background: a search in a thread that leaves the keyboard its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from bpdebug.debugger.debugger import Progress
from bpdebug.debugger.stops import Stop

_SLICE = 0.005
_REST = 0.001
_REPORT = 0.05

Search = Generator[Progress, None, Stop]


@dataclass(frozen=True, slots=True)
class Report:
    """How a run stands: still going, come to a stop, or interrupted where it had got to."""

    progress: Progress | None
    stop: Stop | None = None
    finished: bool = False


class Runner:
    """Carries a search on until it ends or is interrupted; `action` is what it carries out."""

    def __init__(self, search: Search, report: Callable[[Report], None], action: str) -> None:
        self.action = action
        self._search = search
        self._report = report
        self._interrupted = threading.Event()
        self._progress: Progress | None = None

    def try_now(self, seconds: float) -> Stop | None:
        """Search for at most `seconds`; most runs are over by then and need no thread."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self._progress = next(self._search)
            except StopIteration as finished:
                return finished.value  # type: ignore[no-any-return]
        return None

    def interrupt(self) -> None:
        """Ask the run to stop; its last report follows at once."""
        self._interrupted.set()

    def carry_on(self) -> None:
        """Search to the end, in slices; to be called in a thread of its own."""
        reported = time.monotonic()
        while not self._interrupted.is_set():
            stop = self.try_now(_SLICE)
            if stop is not None:
                self._report(Report(self._progress, stop, finished=True))
                return
            if time.monotonic() - reported > _REPORT:
                reported = time.monotonic()
                self._report(Report(self._progress))
            # Without a rest the thread would hold the interpreter whenever a key comes.
            time.sleep(_REST)
        self._search.close()
        self._report(Report(self._progress, finished=True))
