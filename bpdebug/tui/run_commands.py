"""Everything that moves: at once where that is quick, else in the background; and back to the
places that were left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile

from textual import on
from textual.message import Message

from bpdebug.debugger.actions import interruptible
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.document import Document
from bpdebug.debugger.search import LogEntry
from bpdebug.debugger.state import Move, Progress
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.session.session import Session
from bpdebug.text.status import why
from bpdebug.tui.garbage import settle
from bpdebug.tui.runner import Report, Runner
from bpdebug.tui.session_screen import SessionScreen
from bpdebug.tui.trail import Place, Trail

_AT_ONCE = 0.15
"""Seconds that a run may take before it goes to the background."""

_STEPS = {key for size in STEP_SIZES for key in (size.key, size.back)}


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that is carried out: what will be recorded, and how things stood before.

    `walks_back` is None unless it follows the trail.
    """

    actions: tuple[str, ...]
    left: Place
    stop: Stop
    document: Document
    logged: LogEntry | None
    walks_back: bool | None = None

    @property
    def action(self) -> str:
        """What it does, empty if nothing that could be recorded."""
        return self.actions[-1] if self.actions else ""


class RunCommands(SessionScreen):
    """The commands of the main screen that run the session."""

    class Ran(Message):
        """A background run has something to report."""

        def __init__(self, report: Report[Stop], runner: Runner[Stop], errand: Errand) -> None:
            super().__init__()
            self.report = report
            self.runner = runner
            self.errand = errand

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._then: Callable[[], object] | None = None
        self._trail = Trail()

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

    def do_back(self) -> None:
        """To the place before the last jump."""
        self._follow_trail(back=True)

    def do_forth(self) -> None:
        """To the place from which `do_back` came."""
        self._follow_trail(back=False)

    def place_on_trail(self, back: bool) -> Place | None:
        """The place before the last jump, or the one that one came back from."""
        debugger = self.session.debugger
        here = _place(debugger)
        return self._trail.next(
            back, lambda place: place != here and place.branch in debugger.document.branches
        )

    def _follow_trail(self, back: bool) -> None:
        debugger = self.session.debugger
        here = _place(debugger)
        place = self.place_on_trail(back)
        if place is None:
            self.tell("no jump to go back over" if back else "no place further forth")
            return
        position = place.position
        tail = f"+{position.arithmetic}" if position.arithmetic else ""
        actions = [f"g {position.operation}{tail}"]
        if place.branch != here.branch:
            actions.insert(0, f"branch {place.branch}")
            move = debugger.switching(place.branch, position)
        else:
            move = debugger.going(position)
        self._carry_out(move, replace(_errand(debugger, *actions), walks_back=back))

    def when_still(self, then: Callable[[], object]) -> None:
        if self.runner is None:
            then()
        else:
            self._then = then
            self.runner.interrupt()

    def take_up(self) -> None:
        """Go to where the session was left; the way there may be long."""
        self._trail = Trail()
        debugger = self.session.debugger
        left = debugger.stop
        debugger.stand(Stop(Reason.START, Position()))
        self.carry_out(debugger.approach(left))
        if not self.app.is_headless:
            self.call_after_refresh(settle)

    def carry_out(self, move: Move, action: str = "") -> None:
        actions = (action,) if action else ()
        self._carry_out(move, _errand(self.session.debugger, *actions))

    def _carry_out(self, move: Move, errand: Errand) -> None:
        def hear(report: Report[Stop]) -> None:
            self.post_message(self.Ran(report, runner, errand))

        runner = Runner(move, hear, errand.action)
        if runner.try_now(_AT_ONCE) is not None:
            self._arrived(errand)
            return
        self.runner = runner
        self.tell("running…  Esc pauses")
        self.run_worker(runner.carry_on, thread=True, exclusive=True)

    @on(Ran)
    def ran(self, message: Ran) -> None:
        """Show how a background run stands."""
        if message.runner is not self.runner:
            return
        report, errand = message.report, message.errand
        if not report.finished:
            if report.progress is not None:
                self.tell(_going(report.progress, report.seconds))
            return
        self.runner = None
        if report.result is not None:
            self._arrived(errand)
        elif report.error is not None:
            self.tell(str(report.error), "error")
        else:
            self._interrupted(report.progress, errand)
        # What is begun on the way out of an interrupted run comes first.
        if self.runner is None and self._then is not None:
            then, self._then = self._then, None
            then()

    def _interrupted(self, progress: Progress | None, errand: Errand) -> None:
        """Stand where a run had got to, for one that goes through all places on its way."""
        debugger = self.session.debugger
        if not errand.action:
            # For a replay, too, this is where it goes on from.
            self.perform("g start")
            self.tell("interrupted; at the start, not where the session was left")
        elif progress is not None and interruptible(errand.action):
            operation = (progress.iteration - 1) * debugger.program.operations
            stop = Stop(Reason.INTERRUPTED, Position(operation))
            there = replace(errand, actions=(f"g {operation}",))
            self._carry_out(debugger.approach(stop), there)
        else:
            self.tell("interrupted; nothing has moved")

    def _arrived(self, errand: Errand) -> None:
        debugger = self.session.debugger
        for action in errand.actions:
            self.session.record(action)
        if debugger.position != errand.left.position:
            self.pinned = None
        self._note_jump(errand)
        self.tell(*self._arrival(errand))
        self.show()

    def _note_jump(self, errand: Errand) -> None:
        debugger = self.session.debugger
        is_jump = errand.actions and errand.action not in _STEPS
        if errand.walks_back is not None:
            self._trail.walked(errand.walks_back, errand.left)
        elif is_jump and _place(debugger) != errand.left:
            # A number that nobody has typed into a prompt comes from the timeline.
            number = errand.action.removeprefix("g ").isdecimal() and self.app.screen is self
            paused = debugger.stop.reason is Reason.INTERRUPTED
            self._trail.jumped(errand.left, dragging=number and not paused)
        else:
            self._trail.stepped()

    def _arrival(self, errand: Errand) -> tuple[str, str]:
        """What an errand has led to, in words, and their look."""
        debugger = self.session.debugger
        stop, look = debugger.stop, "muted"
        text = "" if stop is errand.stop else why(stop, debugger, self.digits)
        if text and stop.reason in (Reason.BREAKPOINT, Reason.NON_FINITE):
            look = "fresh"
        if errand.action == "undo":
            text = f"undone: {debugger.last_change(undone=True)}"
        elif errand.action == "redo":
            text = f"made again: {debugger.last_change()}"
        elif not text and debugger.document is not errand.document:
            text = debugger.last_change()
        elif not text and debugger.branch != errand.left.branch:
            text = f"on {debugger.here.name}"
        logged = _count_logged(debugger, errand.logged)
        return " · ".join(part for part in (text, logged) if part), look


def _place(debugger: Debugger) -> Place:
    return Place(debugger.branch, debugger.position)


def _errand(debugger: Debugger, *actions: str) -> Errand:
    logged = debugger.log[-1] if debugger.log else None
    return Errand(actions, _place(debugger), debugger.stop, debugger.document, logged)


def _count_logged(debugger: Debugger, last: LogEntry | None) -> str:
    """How many log messages have come since `last`; that one may have been pushed out."""
    count = sum(1 for _ in takewhile(lambda entry: entry is not last, reversed(debugger.log)))
    if not count:
        return ""
    more = " or more" if count == debugger.log.maxlen else ""
    return f"{count:,}{more} log message{'s' if count > 1 else ''}, B shows them"


def _going(progress: Progress, seconds: float) -> str:
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
