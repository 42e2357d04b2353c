"""The list of stops: what a walkthrough leads through, and a way to any of its stops."""

from __future__ import annotations

from bpdebug.session.file.format import StopPart
from bpdebug.text.safe import safe
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, line
from bpdebug.tui.screens.item_list import Item
from bpdebug.tui.screens.list_screen import ListScreen


class StopScreen(ListScreen[int | None]):
    """The stops of a walkthrough, the cursor on the one reached last; gives the one to go to."""

    NAME = "Stops"
    KEYS = (("Enter", "go"),)

    def __init__(self, desk: Desk, stops: list[StopPart], reached: int | None) -> None:
        super().__init__(desk)
        self._stops = stops
        self._reached = reached
        self.at = reached or 0

    def heading(self, width: int) -> Line:
        return line(Span("Number, title and place; ? has a question, ▒ covers its result", "muted"))

    def items(self, width: int) -> list[Item]:
        found = []
        for number, stop in enumerate(self._stops):
            here = "▸" if number == self._reached else " "
            marks = "?" * (stop.question is not None) + "▒" * stop.predict
            spans = [
                Span(f"{here}{number + 1:>3}  "),
                Span(safe(stop.title), "strong"),
                Span(f"  {safe(stop.where)}  {marks}", "muted"),
            ]
            found.append(Item([Line(tuple(spans))]))
        return found

    def action_open(self) -> None:
        """Close the list and go there."""
        self.dismiss(self.at)
