"""The desk: the session, what is chosen, what is under way, and how to speak.

Handlers of commands, modes and lists all work on it; the main screen shows what lies there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from textual.css.query import NoMatches
from textual.widget import Widget

from bpdebug.checks.gradients.remembered import RememberedChecks
from bpdebug.debugger.actions import ActionError, interrupted_at
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Move, Progress
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, Status
from bpdebug.keys.names import key_of
from bpdebug.program.run import notice
from bpdebug.session.session import Session
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe
from bpdebug.text.table.order import TableLook
from bpdebug.tui.background import Background
from bpdebug.tui.errand import Errand, arrival, errand, going, place_of
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.breakpoint_marks import BreakpointMarks
from bpdebug.tui.panes.lines import Span
from bpdebug.tui.panes.picture import Picture, take_picture
from bpdebug.tui.preferences import Preferences
from bpdebug.tui.runner import Runner, RunnerReport
from bpdebug.tui.seat import Seat
from bpdebug.tui.surface import Surface
from bpdebug.tui.terminal.garbage import settle
from bpdebug.tui.trail import Trail, TrailPlace
from bpdebug.tui.unsaved import Unsaved

if TYPE_CHECKING:
    from bpdebug.tui.checklist import Checklist

AT_ONCE = 0.15
"""Seconds that a run may take before it goes to the background."""

_STEPS = {key for size in STEP_SIZES for key in (size.key, size.back)}

_Mode = TypeVar("_Mode", bound=Mode)
_Widget = TypeVar("_Widget", bound=Widget)


@runtime_checkable
class Home(Protocol):
    """What an app keeps for all screens."""

    seat: Seat


class Desk:
    """What commands work on. `screen` is where it is seen; `count` is a number typed before a
    step; `pinned` is the slot whose tree is shown whatever operation comes; `invites` says whether
    whoever opens a session is offered help.
    """

    def __init__(self, session: Session, screen: Surface) -> None:
        self.screen = screen
        self.session = session
        self.modes: tuple[Mode, ...] = ()
        self.count = ""
        self.said = ""
        self.selected: str | None = None
        self.pinned: int | None = None
        self.digits = DIGITS
        self.subscripts = self.preferences.subscripts
        self.mathematics = self.preferences.mathematics
        self.table = TableLook()
        self.checked = RememberedChecks()
        self.unsaved = Unsaved(session)
        self.invites = True
        self._checklist: Checklist | None = None
        self._running: Background[Stop] = Background(screen)
        self._then: Callable[[], object] | None = None
        self._trail = Trail()
        self._marks = BreakpointMarks()

    # What it lies among

    @property
    def home(self) -> Home:
        """What the app keeps for its screens."""
        app = self.screen.app
        assert isinstance(app, Home)
        return app

    @property
    def preferences(self) -> Preferences:
        """How the screen is liked."""
        return self.home.seat.remembered.preferences

    def prefer(self, **changes: object) -> None:
        """Remember other preferences from now on."""
        self.home.seat.remembered.change(**changes)

    def key_of(self, id: str) -> str:
        """The key of the command `id` here, as people write it; without one its place."""
        return key_of(self.home.seat.keymap.commands, id) or "the palette"

    def mode(self, kind: type[_Mode]) -> _Mode:
        """The mode of a kind."""
        return next(mode for mode in self.modes if isinstance(mode, kind))

    def pane(self, kind: type[_Widget]) -> _Widget:
        """The pane of a kind."""
        return self.screen.query_one(kind)

    @property
    def debugger(self) -> Debugger:
        """What the session is stepped through with."""
        return self.session.debugger

    @property
    def checklist(self) -> Checklist:
        """What is checked besides what the session brings."""
        from bpdebug.tui.checklist import Checklist

        if self._checklist is None or self._checklist.session is not self.session:
            self._checklist = Checklist(self.session)
        return self._checklist

    # Showing

    def show(self) -> None:
        """Draw everything when the frame before has been drawn."""
        self.screen.show()

    def tell(self, text: str, look: str = "plain") -> None:
        """Put a sentence in the message line."""
        self.said = text
        # While the program is left, keys that came before find no message line any more.
        with contextlib.suppress(NoMatches):
            self.screen.query_one("#message", Bar).put(Span(safe(text).replace("\n", "  "), look))

    def picture(self) -> Picture:
        """What is to be seen now."""
        return take_picture(
            self.debugger,
            self._marks,
            self.checked,
            lambda: self.runner is not None,
            selected=self.selected,
            digits=self.digits,
            pinned=self.pinned,
            mathematics=self.mathematics,
            table=self.table,
        )

    def put_table(self, look: TableLook) -> None:
        """Show the table of parameters in another way."""
        self.table = look
        self.show()

    # What is selected

    def select(self, name: str) -> None:
        """Mark the element called `name` in every pane, and say its value."""
        view = self.debugger.shown
        slot = view.program.slot_named(name)
        if slot is not None:
            name = view.program.name(slot)
        self.selected = name
        if slot is not None:
            value = self.picture().format(view.value(slot))
            said = {
                Status.UNKNOWN: f"{name} is not computed yet",
                Status.STALE: f"{name} = ~{value}, stale: from the previous iteration",
            }
            edited = ", edited" if view.edited(slot) else ""
            self.tell(said.get(view.status(slot), f"{name} = {value}") + edited, "muted")
        self.show()

    def chosen(self) -> str | None:
        """The quantity that a command is about: the selected one, or the active one."""
        active = self.picture().active_slot
        if self.selected is None and active is not None:
            return self.debugger.program.name(active)
        if self.selected is None:
            self.tell("select a quantity first: arrow keys, mouse, or /", "error")
        return self.selected

    # Carrying out

    @property
    def runner(self) -> Runner[Stop] | None:
        """The move that is going on in the background."""
        return self._running.runner

    def perform(self, action: str) -> str | None:
        """Do an action of the session and show what comes of it; says why it cannot be done.

        What takes long is done in the background.
        """
        for refused in filter(None, (mode.refuses(action) for mode in self.modes)):
            return refused
        try:
            self.carry_out(self.session.begin(action), action)
        except ActionError as error:
            self.tell(str(error), "error")
            return str(error)
        for mode in self.modes:
            mode.performed(action)
        return None

    def carry_out(self, move: Move, action: str = "") -> None:
        """Carry a move on to its end, record `action` if there is one, and show the result.

        Raises ActionError if it proves impossible at once.
        """
        actions = (action,) if action else ()
        self._carry_out(move, errand(self.debugger, *actions))

    def interrupt(self) -> None:
        """Pause what is running."""
        self._running.interrupt()

    def when_still(self, then: Callable[[], object]) -> None:
        """Do something at once, or after interrupting the run that is going."""
        if self.runner is None:
            then()
        else:
            self._then = then
            self.interrupt()

    def put(self, session: Session) -> None:
        """Lay another session on the desk."""
        # Only the way to where the former session was left can be going on.
        self._running.give_up()
        self.session, self.selected, self.pinned = session, None, None
        self.take_up()

    def take_up(self) -> None:
        """Go to where the session was left; the way there may be long."""
        for mode in self.modes:
            mode.opened()
        self._trail = Trail()
        left = self.debugger.stop
        self.debugger.stand(Stop(Reason.START, Position()))
        self.carry_out(self.debugger.approach(left))
        if not self.screen.app.is_headless:
            self.screen.call_after_refresh(settle)

    def _carry_out(self, move: Move, errand: Errand) -> None:
        hear = partial(self._hear, errand)
        if self._running.begin(move, hear, at_once=AT_ONCE) is not None:
            self._arrived(errand)
        else:
            self.tell("running…  Esc pauses")

    def _hear(self, errand: Errand, report: RunnerReport[Stop]) -> None:
        if not report.finished:
            if report.progress is not None:
                self.tell(going(report.progress, report.seconds))
            return
        if report.result is not None:
            self._arrived(errand)
        elif report.error is not None:
            self.tell(str(report.error), "error")
        elif not any(mode.interrupted(report.progress, errand) for mode in self.modes):
            self._interrupted(report.progress, errand)
        # What is begun on the way out of an interrupted run comes first.
        if self.runner is None and self._then is not None:
            then, self._then = self._then, None
            then()

    def _interrupted(self, progress: Progress | None, errand: Errand) -> None:
        """Stand where a run had got to, for one that goes through all places on its way."""
        debugger = self.debugger
        if not errand.action:
            # For a replay, too, this is where it goes on from.
            self.perform("g start")
            self.tell("interrupted; at the start, not where the session was left")
        elif stop := interrupted_at(debugger, errand.action, progress):
            there = replace(errand, actions=(f"g {stop.position.operation}",))
            self._carry_out(debugger.approach(stop), there)
        else:
            self.tell("interrupted; nothing has moved")

    def _arrived(self, errand: Errand) -> None:
        for action in errand.actions:
            self.session.record(action)
        if self.debugger.position != errand.left.position:
            self.pinned = None
        self._note_jump(errand)
        text, look = arrival(self.debugger, errand, self.digits)
        self.tell(" · ".join(filter(None, (text, notice()))), look)
        self.show()
        for mode in self.modes:
            mode.arrived(errand)

    # The trail

    def place_on_trail(self, back: bool) -> TrailPlace | None:
        """The place before the last jump, or the one that one came back from."""
        here = place_of(self.debugger)
        return self._trail.next(
            back, lambda place: place != here and place.branch in self.debugger.document.branches
        )

    def follow_trail(self, back: bool) -> None:
        """Go to that place."""
        debugger = self.debugger
        place = self.place_on_trail(back)
        if place is None:
            self.tell(
                "there is no jump to go back over"
                if back
                else "there is no jump to go forward over"
            )
            return
        position = place.position
        tail = f"+{position.arithmetic}" if position.arithmetic else ""
        actions = [f"g {position.operation}{tail}"]
        if place.branch != debugger.branch:
            actions.insert(0, f"branch {place.branch}")
            move = debugger.switching(place.branch, position)
        else:
            move = debugger.going(position)
        self._carry_out(move, replace(errand(debugger, *actions), walks_back=back))

    def _note_jump(self, errand: Errand) -> None:
        is_jump = errand.actions and errand.action not in _STEPS
        if errand.walks_back is not None:
            self._trail.walked(errand.walks_back, errand.left)
        elif is_jump and place_of(self.debugger) != errand.left:
            # A number that nobody has typed into a prompt comes from the timeline.
            number = errand.action.removeprefix("g ").isdecimal()
            typed = self.screen.app.screen is not self.screen
            paused = self.debugger.stop.reason is Reason.INTERRUPTED
            self._trail.jumped(errand.left, dragging=number and not typed and not paused)
        else:
            self._trail.stepped()

    # Work that no file holds

    @property
    def is_unsaved(self) -> bool:
        """Whether quitting would lose something that somebody made."""
        if any(mode.is_anothers_work for mode in self.modes):
            return False
        return self.unsaved.is_lost(self.session)
