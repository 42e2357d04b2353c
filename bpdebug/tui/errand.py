"""Something that is carried out on a session, and what it has led to, in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.document import Document
from bpdebug.debugger.search import LogEntry
from bpdebug.debugger.state import Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.text.run.status import why
from bpdebug.tui.trail import TrailPlace


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that is carried out: what will be recorded, and how things stood before.

    `walks_back` is None unless it follows the trail.
    """

    actions: tuple[str, ...]
    left: TrailPlace
    stop: Stop
    document: Document
    logged: LogEntry | None
    walks_back: bool | None = None

    @property
    def action(self) -> str:
        """What it does, empty if nothing that could be recorded."""
        return self.actions[-1] if self.actions else ""


def place_of(debugger: Debugger) -> TrailPlace:
    """Where a debugger stands."""
    return TrailPlace(debugger.branch, debugger.position)


def errand(debugger: Debugger, *actions: str) -> Errand:
    """What is carried out from how things stand now; `actions` are recorded at its end."""
    logged = debugger.log[-1] if debugger.log else None
    return Errand(actions, place_of(debugger), debugger.stop, debugger.document, logged)


def arrival(debugger: Debugger, errand: Errand, digits: int) -> tuple[str, str]:
    """What an errand has led to, in words, and their look."""
    stop, look = debugger.stop, "muted"
    text = "" if stop is errand.stop else why(stop, debugger, digits)
    if text and stop.reason in (Reason.BREAKPOINT, Reason.NON_FINITE):
        look = "fresh"
    if errand.action == "undo":
        text = f"undone: {debugger.last_change(undone=True)}"
    elif errand.action == "redo":
        text = f"redone: {debugger.last_change()}"
    elif not text and debugger.document is not errand.document:
        text = debugger.last_change()
    elif not text and debugger.branch != errand.left.branch:
        text = f"on {debugger.here.name}"
    logged = _count_logged(debugger, errand.logged)
    return " · ".join(part for part in (text, logged) if part), look


def _count_logged(debugger: Debugger, last: LogEntry | None) -> str:
    """How many log messages have come since `last`; that one may have been pushed out."""
    count = sum(1 for _ in takewhile(lambda entry: entry is not last, reversed(debugger.log)))
    if not count:
        return ""
    more = " or more" if count == debugger.log.maxlen else ""
    return f"{count:,}{more} log message{'s' if count > 1 else ''}, B shows them"


def going(progress: Progress, seconds: float) -> str:
    """How far a move has got, how fast it is and how long it may take to its farthest end."""
    percent = 100 * progress.done // progress.total
    text = f"running: iteration {progress.iteration}, {percent} %"
    if seconds and progress.done:
        rate = progress.done / seconds
        left = (progress.total - progress.done) / rate
        text += f", {rate:,.0f} iterations/s, at most {_duration(left)} left"
    return f"{text}  Esc pauses"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
