"""Room beside a walkthrough: where not all panes have a place, which of them are shown."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.program.program import Phase
from bpdebug.text.run.status import phase_of
from bpdebug.tui.desk import Desk

_NEEDED = {
    None: "parameters",
    Phase.FORWARD: "operation",
    Phase.LOSS: "operation",
    Phase.BACKWARD: "tree",
    Phase.UPDATE: "parameters",
}
"""The pane that a stop in a phase is about, besides the network."""

_CHOSEN_AMONG = ("tree", "operation", "parameters")


class Room:
    """The network and one more pane beside the words of a stop."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._beside: str | None = None
        self._focused_before: Widget | None = None
        self._was_told = False

    def make(self, is_on: bool, beside: bool, at_stop: bool) -> None:
        """Where there is no room for all panes, show the network and the one that a stop is about
        beside its words, and say once which are left out.
        """
        was = self._beside
        self._was_told = self._was_told and is_on
        if not beside:
            self._beside = None
        elif was is None or at_stop:
            asked = self.desk.debugger.question
            needed = _NEEDED[phase_of(self.desk.debugger.view)]
            # Of what hints show, the table of parameters has nothing.
            has_hints = needed == "parameters" and asked is not None and asked.hints > 0
            self._beside = "operation" if has_hints else needed
        if self._beside == was:
            return
        self.desk.screen.set_class(beside, "-beside")
        for name in _CHOSEN_AMONG:
            self.desk.screen.query_one(f"#{name}").set_class(name != self._beside, "-without")
        # What is asked is more than what is not seen.
        if self._beside and not self._was_told and self.desk.debugger.question is None:
            self._was_told = True
            first, second = (f"the {name}" for name in _CHOSEN_AMONG if name != self._beside)
            key = self.desk.key_of("interrupt")
            self.desk.tell(f"no room for {first} and {second}; {key} shows all panes", "muted")
        if was is None:
            self._focused_before = self.desk.screen.focused
        elif not beside and self._focused_before is not None:
            # Hidden panes can have the focus only after the next refresh.
            self.desk.screen.call_after_refresh(self._focused_before.focus, scroll_visible=False)
