"""Leading through a run: from one stop of the session's walkthrough to the next, and back."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.debugger.conditions import Watch
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.view import Position
from bpdebug.program.program import Phase
from bpdebug.session.format import StopPart
from bpdebug.session.session import Session
from bpdebug.session.walkthrough import find_stop, parts_of
from bpdebug.text.status import phase_of, value_text
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.run_commands import RunCommands
from bpdebug.tui.walkthrough_pane import Page, WalkthroughPane

OFFER = "This session has a walkthrough: Space begins it"

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


class WalkthroughCommands(RunCommands):
    """The commands of the main screen that lead through the run.

    One stands at a stop, or elsewhere after steps of one's own; the way goes on from the stop.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._beside: str | None = None
        self._focused_before_walk: Widget | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.walking = False
        self._offered = False
        self._reached: int | None = None
        self._answered: set[int] = set()
        self._parts: dict[str, tuple[str | Watch, ...]] = {}
        self._values: dict[str, float | bool | None] = {}

    # The offer

    def take_up(self) -> None:
        self._begin_anew()
        super().take_up()
        # After what is said about the session that was opened.
        self.call_after_refresh(self._offer)

    def _offer(self) -> None:
        untouched = not self.session.actions and self.session.debugger.position == Position()
        if self._stops and untouched and not self.walking and self.runner is None:
            self.tell(OFFER, "fresh")
            self._offered = True

    def tell(self, text: str, look: str = "plain") -> None:
        self._offered = False
        super().tell(text, look)

    def withdraw_offer(self) -> None:
        """Somebody has other plans."""
        if self._offered:
            self.tell("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "do", ("walk_on",):
                # Without a walkthrough its key is that of the tree's rows.
                return bool(self._stops) or not isinstance(self.focused, TreePane)
            case "do", ("walk_back",):
                return self.walking
            case "do", ("answer",):
                return self.walking and self._is_open_question()
        return super().check_action(action, parameters)

    # The way

    def do_walkthrough(self) -> None:
        """Begin the walkthrough, leave it, or take it up again."""
        if self.walking:
            self.walking = False
            self.tell(f"{self.key_of('walk_on')} shows the walkthrough again")
            self.show()
        elif not self._stops:
            self.tell("this session has no walkthrough")
        elif self._reached is None:
            self._go(0)
        else:
            self.walking = True
            self.tell("")
            self.show()

    def do_walk_on(self) -> None:
        """What comes next: the rest of the text, the answer, the next stop."""
        if not self.walking or self._reached is None:
            self.do_walkthrough()
        elif not self._is_at_stop():
            self._go(self._reached)
        elif self.query_one(WalkthroughPane).read_on():
            return
        elif self._is_open_question():
            self.do_answer()
        elif self._reached + 1 < len(self._stops):
            self._go(self._reached + 1)
        else:
            self.tell("that was the last stop; Esc closes the walkthrough")

    def do_walk_back(self) -> None:
        """The previous stop."""
        if self._reached:
            self._go(self._reached - 1)
        elif self.walking:
            self.tell("this is the first stop")

    def do_answer(self) -> None:
        """Show the answer to the question."""
        if self.walking and self._reached is not None:
            self._answered.add(self._reached)
            self.show()

    def do_interrupt(self) -> None:
        if self.walking and self.runner is None and self.pinned is None:
            self.do_walkthrough()
        else:
            super().do_interrupt()

    def show_walkthrough(self) -> None:
        """Draw the stop, if the walkthrough is on."""
        self.set_class(self.walking, "-walking")
        alone = self.query_one("#panes").has_class("-alone")
        led = self.walking and not alone
        self.set_class(led, "-led")
        self._make_room(led and not self.has_class("-wide") and not self.has_class("-presenting"))
        if not self.walking or self._reached is None:
            return
        stop, here = self._stops[self._reached], self._is_at_stop()
        question = stop.question
        self.query_one(WalkthroughPane).show(
            Page(
                self._reached + 1,
                len(self._stops),
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
            self._beside = _NEEDED[phase_of(self.session.debugger.view)]
        if self._beside == was:
            return
        self.set_class(beside, "-beside")
        for name in _CHOSEN_AMONG:
            self.query_one(f"#{name}").set_class(name != self._beside, "-without")
        if self._beside is not None:
            first, second = (f"the {name}" for name in _CHOSEN_AMONG if name != self._beside)
            key = self.key_of("interrupt")
            self.tell(f"no room for {first} and {second}; {key} shows all panes", "muted")
        if was is None:
            self._focused_before_walk = self.focused
        elif not beside and self._focused_before_walk is not None:
            # Hidden panes can have the focus only after the next refresh.
            self.call_after_refresh(self._focused_before_walk.focus, scroll_visible=False)

    @property
    def _stops(self) -> list[StopPart]:
        return self.session.part.walkthrough

    def _is_open_question(self) -> bool:
        if self._reached is None or self._stops[self._reached].question is None:
            return False
        return self._reached not in self._answered

    def _is_at_stop(self) -> bool:
        debugger = self.session.debugger
        if self._reached is None:
            return False
        try:
            place = find_stop(debugger, self._stops[self._reached].where)
        except PositionError:
            return False
        return place == (debugger.branch, debugger.position)

    def _go(self, index: int) -> None:
        """Go to a stop, and select what it is about."""
        left, stop = self._reached, self._stops[index]
        if index != left:
            self._parts, self._values = {}, {}
        self.walking, self._reached = True, index
        self.selected = stop.focus or self.selected
        if self._is_at_stop():
            self.tell("")
            self.show()
        elif self.perform(f"g {' '.join(stop.where.split())}") is not None:
            # A bookmark may be gone.
            self._reached = left
            self.show()
        elif self.runner is not None:
            self.show()

    def _said(self, text: str, here: bool) -> str:
        """A text with its values. They are those at the stop, and stay when one steps on."""
        view = self.session.debugger.view
        said = ""
        if text not in self._parts:
            self._parts[text] = parts_of(text, view.program)
        for part in self._parts[text]:
            if isinstance(part, str):
                said += part
                continue
            if here:
                self._values[part.text] = part.value(view)
            known = part.text in self._values
            value = self._values.get(part.text)
            said += value_text(value, self.digits) if known else _NOT_YET_SEEN
        return said
