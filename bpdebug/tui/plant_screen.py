"""Find the bug: the choice of a mistake that is planted in a copy of the session."""

from __future__ import annotations

import random
import textwrap
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.checks.limit import SECONDS, Limit
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.session.find_the_bug import planting
from bpdebug.session.format import SessionPart
from bpdebug.tui.lines import Line, Span, clipped, line, width_of
from bpdebug.tui.list_screen import Item
from bpdebug.tui.session_screen import SessionScreen
from bpdebug.tui.working_list import WorkingScreen

_SURPRISE = "surprise me"
_SEEDS = 10**6
_HINT = "Which mistake? Where it is made stays hidden, and what it is if it is a surprise."
_ANY = "Any of them: the one who looks for it is not told which."
_FOOT = 2
"""Lines for the sentence of the chosen mistake."""


class PlantScreen(WorkingScreen[SessionPart | None]):
    """The mistakes; gives a copy of the session with one of them planted."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("P", "leave", "close", show=False)]
    NAME = "Find the bug"
    KEYS = (("Enter", "plant it in a copy"),)

    def __init__(self, main: SessionScreen) -> None:
        super().__init__(main)
        self._wanted = ""

    def heading(self, width: int) -> Line:
        if self.is_working:
            spans = [Span(f"{self._wanted}: looking for a place…  "), Span("Esc", "fresh")]
            return Line(clipped([*spans, Span(" stops", "muted")], width))
        return Line(clipped([Span(_HINT, "muted")], width))

    def items(self, width: int) -> list[Item]:
        column = max(width_of(each.name) for each in CATALOGUE) + 2
        items = [Item([line(Span(_SURPRISE, "strong"))])]
        for each in CATALOGUE:
            spans = [Span(f"{each.name:<{column}}"), Span(each.sentence, "muted")]
            items.append(Item([Line(clipped(spans, width))]))
        return items

    def foot(self, width: int) -> list[Line]:
        text = CATALOGUE[self.at - 1].sentence if self.at else _ANY
        rows = [line(Span(row)) for row in textwrap.wrap(text, width)[:_FOOT]]
        return [line(), *rows, *[line()] * (_FOOT - len(rows))]

    def action_open(self) -> None:
        """Plant the chosen mistake, anywhere, or any of them."""
        name = CATALOGUE[self.at - 1].name if self.at else None
        self._wanted = name or _SURPRISE
        session = self._main.session
        seed = random.randrange(_SEEDS)
        self.work_on(planting(session.part, str(session.path), seed, name, Limit(SECONDS)))
        self.say("")

    def finished(self, result: SessionPart) -> None:
        """Give the copy."""
        self.dismiss(result)
