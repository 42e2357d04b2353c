"""The list of stops: what a walkthrough leads through, where one goes to any stop and writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.debugger.walkthrough import place_here, problems_of
from bpdebug.text.safe import safe
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.list_screen import ListScreen
from bpdebug.tui.screens.stop_form import StopForm
from bpdebug.tui.screens.stop_preview import StopPreview


class StopScreen(ListScreen[int | None]):
    """The stops of a walkthrough, the cursor on the one reached last; gives the one to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("O", "leave", "close", show=False),
        Binding("n", "add", "new", show=False),
        Binding("e", "edit", "edit", show=False),
        Binding("d,delete", "delete", "delete", show=False),
        Binding("p", "preview", "preview", show=False),
        Binding("less_than_sign", "shift(-1)", "earlier", show=False),
        Binding("greater_than_sign", "shift(1)", "later", show=False),
    ]
    NAME = "Stops"
    KEYS = (
        ("Enter", "go"),
        ("n", "new here"),
        ("e", "edit"),
        ("p", "preview"),
        ("<", "earlier"),
        (">", "later"),
        ("d", "delete"),
    )

    def __init__(self, desk: Desk, reached: int | None) -> None:
        super().__init__(desk)
        self._reached = None if reached is None else self._stops[reached]
        self.at = reached or 0

    @property
    def _stops(self) -> Sequence[WalkStop]:
        return self._debugger.document.walkthrough

    def heading(self, width: int) -> Line:
        marks = "? asks, ▒ has it predicted, ↗ opens, → runs"
        return line(Span(f"Number, title, place; {marks}", "muted"))

    def items(self, width: int) -> list[Item]:
        found = []
        for number, stop in enumerate(self._stops):
            here = "▸" if stop == self._reached else " "
            marks = "?" * bool(stop.ask) + "▒" * stop.predict
            marks += "↗" * bool(stop.open) + "→" * bool(stop.run)
            spans = [
                Span(f"{here}{number + 1:>3}  "),
                Span(safe(stop.title), "strong"),
                Span(f"  {safe(stop.where)}  {marks}", "muted"),
            ]
            found.append(Item([Line(tuple(spans))]))
        return found or [note("None. Press n to write one for this position.")]

    def _chosen(self) -> WalkStop | None:
        return self._stops[self.at] if self._stops else None

    def action_open(self) -> None:
        """Close the list and go there."""
        if self._stops:
            self.dismiss(self.at)

    def action_add(self) -> None:
        """Write a stop for at the current position, behind the chosen one."""
        at = self.at + 1 if self._stops else 0

        def added(kept: bool | None) -> None:
            if kept:
                self.at = at
                save = self._desk.key_of("save")
                self.say(f"stop {at + 1} added; after Esc {save} saves the session")

        stop = WalkStop(place_here(self._debugger), "", focus=self._desk.selected)
        self.app.push_screen(StopForm(self._desk, self.perform, stop, at + 1, True), added)

    def action_edit(self) -> None:
        """Rewrite the chosen stop."""
        chosen, number = self._chosen(), self.at + 1

        def changed(kept: bool | None) -> None:
            self.say(f"stop {number} changed" if kept else "")

        if chosen is not None:
            self.app.push_screen(StopForm(self._desk, self.perform, chosen, number, False), changed)

    def action_delete(self) -> None:
        """Delete the chosen stop."""
        chosen = self._chosen()
        if chosen is not None:
            self.do(
                f"walkthrough delete {self.at + 1}", f"stop {self.at + 1} deleted: {chosen.title}"
            )

    def action_shift(self, by: int) -> None:
        """Let the chosen stop come earlier or later."""
        to = self.at + by
        if not 0 <= to < len(self._stops):
            return
        error = self.perform(f"walkthrough move {self.at + 1} {to + 1}")
        if error is None:
            self.at = to
        self.tell(error, f"this is stop {to + 1} now")

    def action_preview(self) -> None:
        """Show the chosen stop as it is shown when one comes there."""
        chosen = self._chosen()
        if chosen is None:
            return
        problem = next(problems_of(self._debugger, chosen), None)
        if problem is not None:
            self.tell(f"{problem[0]}: {problem[1]}", "")
            return
        number, total = self.at + 1, len(self._stops)
        self.app.push_screen(StopPreview(self._desk, chosen, number, total))
