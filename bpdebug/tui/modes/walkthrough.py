"""Leading through a run: from one stop of the session's walkthrough to the next, and back."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from bpdebug.debugger.conditions import Watch
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.view import Position
from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.debugger.walkthrough import find_stop, parts_of
from bpdebug.session.session import Session
from bpdebug.text.run.status import value_text
from bpdebug.text.run.stop_words import NOT_YET_SEEN, said
from bpdebug.text.safe import safe
from bpdebug.tui.desk import Desk
from bpdebug.tui.errand import Errand
from bpdebug.tui.mode import Mode
from bpdebug.tui.modes.asking import Asking
from bpdebug.tui.modes.room import Room
from bpdebug.tui.panes.picture import Picture
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.panes.walkthrough import Page, WalkthroughPane
from bpdebug.tui.unsaved import Unsaved

OFFER = "This session has a walkthrough: Space begins it"
RESUME = "Space continues the walkthrough where it was left"


_SHORT = 24
"""Characters of a place that the frame of a stop has room for."""


class Next(Enum):
    """What comes next in a walkthrough."""

    RETURN = auto()
    READ = auto()
    QUESTION = auto()
    ANSWER = auto()
    RUN = auto()
    OPEN = auto()
    STOP = auto()
    NOTHING = auto()


class Left(NamedTuple):
    """A session that a stop of its walkthrough led out of, and where that was."""

    session: Session
    unsaved: Unsaved
    stop: int
    has_run: bool
    values: dict[str, float | bool | None]


def no_walkthrough(desk: Desk) -> str:
    """That there is none, and where there are some."""
    writes = f"{desk.key_of('stops')} writes one"
    return f"this session has no walkthrough; {writes}, {desk.key_of('open')} lists sessions"


class Walkthrough(Mode):
    """Leads through the run.

    One stands at a stop, or elsewhere after steps of one's own; the way goes on from the stop.
    `came_from` are the sessions whose walkthroughs have opened this one, the last one last.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.came_from: list[Left] = []
        self._room = Room(desk)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.is_on = False
        self.reached: int | None = None
        self._known = self.stops
        self._answered: set[int] = set()
        self._has_run = False
        self._has_opened = False
        self._parts: dict[str, tuple[str | Watch, ...]] = {}
        self._values: dict[str, float | bool | None] = {}

    # The offer

    def opened(self) -> None:
        self._begin_anew()
        self.reached = self._left_at()
        if self.desk.invites:
            # After what is said about the session that was opened.
            self.desk.screen.call_after_refresh(self._offer)

    def _offer(self) -> None:
        session = self.desk.session
        untouched = not session.actions and session.debugger.position == Position()
        if not self.stops or self.is_on or self.desk.runner is not None:
            return
        if self.reached is not None:
            self.desk.tell(RESUME, "fresh")
        elif untouched and not self.leads_back:
            self.desk.tell(OFFER, "fresh")

    def _left_at(self) -> int | None:
        """The last stop at which the session was saved, if it was at one after its start."""
        debugger = self.desk.debugger
        if debugger.position == Position():
            return None
        for index in reversed(range(len(self.stops))):
            if self._is_place_of(index):
                return index
        return None

    def commanded(self, id: str) -> None:
        # Somebody has other plans.
        if id != "walk_on" and self.desk.said in (OFFER, RESUME):
            self.desk.tell("")

    def means(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "do", ("walk_on",):
                # Without a walkthrough its key is that of the tree's rows.
                led = self.stops or self.leads_back
                return bool(led) or not isinstance(self.desk.screen.focused, TreePane)
            case "do", ("walk_back",):
                return self.is_on or bool(self.leads_back)
            case "do", ("answer",):
                return self.is_on and self._is_open_question()
        return None

    # The way

    def turn(self) -> None:
        """Begin the walkthrough, leave it, or take it up again."""
        if self.is_on:
            self.is_on = False
            self.desk.tell(f"{self.desk.key_of('walk_on')} shows the walkthrough again")
            self.desk.show()
        elif not self.stops:
            self.desk.tell(no_walkthrough(self.desk))
        elif self.reached is None:
            self.go(0)
        else:
            self.is_on = True
            self.desk.tell("")
            self.desk.show()

    def escape(self) -> bool:
        if not self.is_on or self.desk.pinned is not None:
            return False
        self.turn()
        return True

    @property
    def next(self) -> Next:
        """What comes next."""
        if self._is_at_stop() and self.desk.pane(WalkthroughPane).has_more:
            return Next.READ
        return self._next_when_read

    @property
    def _next_when_read(self) -> Next:
        if self.reached is None or not (self._is_at_stop() or self._has_run):
            return Next.RETURN
        stop = self.stops[self.reached]
        if self._is_at_stop() and self.desk.debugger.question is not None:
            return Next.QUESTION
        if self._is_open_question():
            return Next.ANSWER
        if stop.run and not self._has_run:
            return Next.RUN
        if stop.open and not self._has_opened:
            return Next.OPEN
        return Next.STOP if self.reached + 1 < len(self.stops) else Next.NOTHING

    def walk_on(self) -> None:
        """Do what comes next, but for what leads out of the session."""
        match self.next:
            case Next.RETURN:
                self.go(self.reached or 0)
            case Next.READ:
                self.desk.pane(WalkthroughPane).read_on()
            case Next.ANSWER:
                self.answer()
            case Next.RUN:
                self._run()
            case Next.STOP:
                self.go((self.reached or 0) + 1)
            case _:
                back, all_ = self.desk.key_of("walk_back"), self.desk.key_of("stops")
                told = f"{back} goes back, {all_} lists all, Esc closes"
                self.desk.tell(f"that was the last stop; {told}")

    def _run(self) -> None:
        """Run to where the stop says."""
        assert self.reached is not None
        where = " ".join((self.stops[self.reached].run or "").split())
        # What comes of it is seen in the panes; the words stay.
        self._has_run = self.desk.perform(f"g {where}") is None
        self.desk.show()

    @property
    def opens(self) -> str:
        """The session that the stop opens, empty if none."""
        return "" if self.reached is None else self.stops[self.reached].open or ""

    @property
    def leads_back(self) -> str:
        """The name of the session whose walkthrough has opened this one, empty if none has."""
        return safe(self.came_from[-1].session.path.stem) if self.came_from else ""

    def lead_out(self) -> None:
        """Remember where one is, before another session is opened from there."""
        stop, desk = self.reached or 0, self.desk
        self.came_from.append(Left(desk.session, desk.unsaved, stop, self._has_run, self._values))

    def resume(self, left: Left) -> None:
        """Be where one was before another session was opened from there."""
        self.is_on, self.reached = True, min(left.stop, len(self.stops) - 1)
        self._has_opened, self._has_run, self._values = True, left.has_run, left.values
        self.desk.tell("")
        self.desk.show()

    def walk_back(self) -> None:
        """The previous stop."""
        if self.reached:
            self.go(self.reached - 1)
        elif self.is_on:
            self.desk.tell("this is the first stop")

    def answer(self) -> None:
        """Show the answer to the question."""
        if self.is_on and self.reached is not None:
            self._answered.add(self.reached)
            self.desk.show()

    # What is seen

    def draw(self, picture: Picture) -> None:
        screen = self.desk.screen
        screen.set_class(self.is_on, "-walking")
        led = self.is_on and not screen.query_one("#panes").has_class("-alone")
        screen.set_class(led, "-led")
        small = led and not screen.has_class("-wide") and not screen.has_class("-presenting")
        self._room.make(self.is_on, small, self._is_at_stop())
        if not self.is_on or self.reached is None:
            return
        stop, here = self.stops[self.reached], self._is_at_stop()
        pane = self.desk.pane(WalkthroughPane)
        pane.show(
            Page(
                self.reached + 1,
                len(self.stops),
                stop.title,
                self._said(stop.text, here),
                self._said(stop.ask or "", here),
                self._said(stop.answer, here)
                if stop.answer and not self._is_open_question()
                else None,
                here=here,
            )
        )
        pane.say_what_comes(self._coming())

    def _coming(self) -> str:
        """What Space does when all is read."""
        stop = self.stops[self.reached or 0]
        match self._next_when_read:
            case Next.RETURN:
                return "Space: back to this stop"
            case Next.QUESTION:
                return "type what the result is"
            case Next.ANSWER:
                return "Space: the answer"
            case Next.RUN:
                # The frame is narrow where the room is.
                where = f" to {stop.run}"
                return f"Space: run{where if len(where) < _SHORT else ''}"
            case Next.OPEN:
                return f"Space: open {stop.open}"
            case Next.NOTHING if self.leads_back:
                return f"Space: back to {self.leads_back}"
            case Next.NOTHING:
                return "the last stop · Esc closes"
            case _:
                return "Space: the next stop"

    @property
    def stops(self) -> Sequence[WalkStop]:
        """Those of the session."""
        return self.desk.debugger.document.walkthrough

    def _is_open_question(self) -> bool:
        if self.reached is None or not self.stops[self.reached].ask:
            return False
        return self.reached not in self._answered

    def _is_at_stop(self) -> bool:
        return self.reached is not None and self._is_place_of(self.reached)

    def _is_place_of(self, index: int) -> bool:
        """Whether one stands at the place of a stop."""
        debugger = self.desk.debugger
        try:
            place = find_stop(debugger, self.stops[index].where)
        except PositionError:
            return False
        return place == (debugger.branch, debugger.position)

    def go(self, index: int) -> None:
        """Go to a stop, and select what it is about."""
        left, stop = self.reached, self.stops[index]
        if index != left:
            self._parts, self._values = {}, {}
            # The next class does not know the answer.
            self._answered.discard(-1 if left is None else left)
        self._has_run = self._has_opened = False
        self.is_on, self.reached = True, index
        self.desk.selected = stop.focus or self.desk.selected
        if self._is_at_stop():
            self.desk.tell("")
            self.desk.show()
            self._cover()
            # What an earlier stop has asked may be open still.
            self.desk.mode(Asking).say()
        elif self.desk.perform(f"g {' '.join(stop.where.split())}") is not None:
            # A bookmark may be gone.
            self.reached = left
            self.desk.show()
        elif self.desk.runner is not None:
            self.desk.show()

    def arrived(self, errand: Errand) -> None:
        if self.stops is not self._known:
            self._follow_changes()
        came = errand.action.startswith("g ") or errand.action == "predict anew"
        if self.is_on and came and self._is_at_stop():
            self._cover()

    def _follow_changes(self) -> None:
        """Stay at the same stop where stops were added, moved, changed or deleted."""
        before, now = self._known, self.stops
        self._known, self._values, self._answered = now, {}, set()
        if self.reached is not None:
            here = before[self.reached]
            last = min(self.reached, len(now) - 1)
            self.reached = now.index(here) if here in now else last if now else None
        self.is_on = self.is_on and self.reached is not None

    def _cover(self) -> None:
        """Cover the result at the stop, if that is to be predicted."""
        if self.reached is not None and self.stops[self.reached].predict:
            self.desk.perform("ask")

    def _said(self, text: str, here: bool) -> str:
        """A text with its values. They are those at the stop, and stay when one steps on."""
        view = self.desk.debugger.shown

        def value(part: Watch) -> str:
            if here:
                self._values[part.text] = part.value(view)
            # What was seen at the stop may be what is covered here.
            is_asked = not here and self.desk.debugger.question is not None
            if is_asked or part.text not in self._values:
                return NOT_YET_SEEN
            return value_text(self._values[part.text], self.desk.digits)

        if text not in self._parts:
            self._parts[text] = parts_of(text, view.program)
        return said(self._parts[text], value)
