"""Leading through a run: from one stop of the session's walkthrough to the next, and back."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.debugger.conditions import Watch
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.view import Position
from bpdebug.program.program import Phase
from bpdebug.session.file.format import StopPart
from bpdebug.session.model.walkthrough import find_stop, parts_of
from bpdebug.text.run.status import phase_of, value_text
from bpdebug.tui.desk import Desk
from bpdebug.tui.errand import Errand
from bpdebug.tui.mode import Mode
from bpdebug.tui.panes.picture import Picture
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.panes.walkthrough import Page, WalkthroughPane

OFFER = "This session has a walkthrough: Space begins it"
RESUME = "Space goes on with the walkthrough where it was left"

_NOT_YET_SEEN = "…"

_NEEDED = {
    None: "parameters",
    Phase.FORWARD: "operation",
    Phase.LOSS: "operation",
    Phase.BACKWARD: "tree",
    Phase.UPDATE: "parameters",
}
"""The pane that a stop in a phase is about, besides the network."""

_CHOSEN_AMONG = ("tree", "operation", "parameters")


def no_walkthrough(desk: Desk) -> str:
    """That there is none, and where there are some."""
    return f"this session has no walkthrough; {desk.key_of('open')} lists those that have one"


class Walkthrough(Mode):
    """Leads through the run.

    One stands at a stop, or elsewhere after steps of one's own; the way goes on from the stop.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._beside: str | None = None
        self._focused_before_walk: Widget | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.is_on = False
        self.reached: int | None = None
        self._answered: set[int] = set()
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
        elif untouched:
            self.desk.tell(OFFER, "fresh")

    def _left_at(self) -> int | None:
        """The last stop at which the session was saved, if it was at one behind its start."""
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
                return bool(self.stops) or not isinstance(self.desk.screen.focused, TreePane)
            case "do", ("walk_back",):
                return self.is_on
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

    def walk_on(self) -> None:
        """What comes next: the rest of the text, the answer, the next stop."""
        if self.reached is None or not self._is_at_stop():
            self.go(self.reached or 0)
        elif self.desk.pane(WalkthroughPane).read_on():
            return
        elif self._is_open_question():
            self.answer()
        elif self.reached + 1 < len(self.stops):
            self.go(self.reached + 1)
        else:
            self.desk.tell("that was the last stop; Esc closes the walkthrough")

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

    def draw(self, picture: Picture) -> None:
        screen = self.desk.screen
        screen.set_class(self.is_on, "-walking")
        led = self.is_on and not screen.query_one("#panes").has_class("-alone")
        screen.set_class(led, "-led")
        self._make_room(
            led and not screen.has_class("-wide") and not screen.has_class("-presenting")
        )
        if not self.is_on or self.reached is None:
            return
        stop, here = self.stops[self.reached], self._is_at_stop()
        question = stop.question
        self.desk.screen.query_one(WalkthroughPane).show(
            Page(
                self.reached + 1,
                len(self.stops),
                stop.title,
                self._said(stop.text, here),
                self._said(question.ask, here) if question else "",
                self._said(question.answer, here)
                if question and not self._is_open_question()
                else None,
                here,
            )
        )

    def _make_room(self, beside: bool) -> None:
        """Where there is no room for all panes, show the network and the one that a stop is about
        beside its words, and say which are left out.
        """
        was = self._beside
        if not beside:
            self._beside = None
        elif was is None or self._is_at_stop():
            self._beside = _NEEDED[phase_of(self.desk.debugger.view)]
        if self._beside == was:
            return
        self.desk.screen.set_class(beside, "-beside")
        for name in _CHOSEN_AMONG:
            self.desk.screen.query_one(f"#{name}").set_class(name != self._beside, "-without")
        if self._beside is not None:
            first, second = (f"the {name}" for name in _CHOSEN_AMONG if name != self._beside)
            key = self.desk.key_of("interrupt")
            self.desk.tell(f"no room for {first} and {second}; {key} shows all panes", "muted")
        if was is None:
            self._focused_before_walk = self.desk.screen.focused
        elif not beside and self._focused_before_walk is not None:
            # Hidden panes can have the focus only after the next refresh.
            self.desk.screen.call_after_refresh(
                self._focused_before_walk.focus, scroll_visible=False
            )

    @property
    def stops(self) -> list[StopPart]:
        """Those of the session."""
        return self.desk.session.part.walkthrough

    def _is_open_question(self) -> bool:
        if self.reached is None or self.stops[self.reached].question is None:
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
        self.is_on, self.reached = True, index
        self.desk.selected = stop.focus or self.desk.selected
        if self._is_at_stop():
            self.desk.tell("")
            self.desk.show()
            self._cover()
        elif self.desk.perform(f"g {' '.join(stop.where.split())}") is not None:
            # A bookmark may be gone.
            self.reached = left
            self.desk.show()
        elif self.desk.runner is not None:
            self.desk.show()

    def arrived(self, errand: Errand) -> None:
        if self.is_on and errand.action.startswith("g ") and self._is_at_stop():
            self._cover()

    def _cover(self) -> None:
        """Cover the result at the stop, if that is to be predicted."""
        if self.reached is not None and self.stops[self.reached].predict:
            self.desk.perform("ask")

    def _said(self, text: str, here: bool) -> str:
        """A text with its values. They are those at the stop, and stay when one steps on."""
        view = self.desk.debugger.shown
        said = ""
        if text not in self._parts:
            self._parts[text] = parts_of(text, view.program)
        for part in self._parts[text]:
            if isinstance(part, str):
                said += part
                continue
            if here:
                self._values[part.text] = part.value(view)
            # What was seen at the stop may be what is covered here.
            is_asked = not here and self.desk.debugger.question is not None
            known = part.text in self._values and not is_asked
            value = self._values.get(part.text)
            said += value_text(value, self.desk.digits) if known else _NOT_YET_SEEN
        return said
