"""Find the bug: the choice of a mistake that is planted in a copy of the session."""

from __future__ import annotations

import random
from itertools import zip_longest
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.checks.limit import SECONDS, Limit
from bpdebug.checks.mistakes.catalogue import CATALOGUE
from bpdebug.session.file.format import SessionPart
from bpdebug.session.model.find_the_bug import planting
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, clipped, line, width_of
from bpdebug.tui.screens.item_list import Item
from bpdebug.tui.screens.working_list import WorkingScreen

_SURPRISE = "surprise me"
_SEEDS = 10**6
_HINT = "Which mistake? Where it is made stays hidden."
_ANY = "any of them; which one stays hidden, too"
_LEAST_ROOM = 24
"""Cells that a sentence needs to stand beside the name, and not below it."""


def mistake_items(width: int) -> list[Item]:
    """The mistakes, a surprise first, each with its whole sentence in lines of `width` cells."""
    mistakes = [(_SURPRISE, _ANY), *((each.name, each.sentence) for each in CATALOGUE)]
    column = max(width_of(name) for name, _ in mistakes) + 2
    beside = width - column >= _LEAST_ROOM
    indent = column if beside else 2
    items = []
    for name, sentence in mistakes:
        rows = ["", *wrap_words(sentence, width - indent)][beside:]
        look = "strong" if name == _SURPRISE else "plain"
        lines = [
            line(Span(f"{head:<{indent}}", look), Span(row, "muted"))
            for head, row in zip_longest([name], rows, fillvalue="")
        ]
        items.append(Item(lines))
    return items


class PlantScreen(WorkingScreen[SessionPart | None]):
    """The mistakes; gives a copy of the session with one of them planted."""

    DEFAULT_CSS = "PlantScreen > Box { width: 120; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("P", "leave", "close", show=False)]
    WIDTH = 120
    NAME = "Find the bug"
    KEYS = (("Enter", "plant it in a copy"),)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted = ""

    def heading(self, width: int) -> Line:
        if self.is_working:
            spans = [Span(f"{self._wanted}: looking for a place…  "), Span("Esc", "fresh")]
            return Line(clipped([*spans, Span(" stops", "muted")], width))
        return Line(clipped([Span(_HINT, "muted")], width))

    def items(self, width: int) -> list[Item]:
        return mistake_items(width)

    def action_open(self) -> None:
        """Plant the chosen mistake, anywhere, or any of them."""
        name = CATALOGUE[self.at - 1].name if self.at else None
        self._wanted = name or _SURPRISE
        session = self._desk.session
        seed = random.randrange(_SEEDS)
        self.work_on(planting(session.part, str(session.path), seed, name, Limit(SECONDS)))
        self.say("")

    def finished(self, result: SessionPart) -> None:
        """Give the copy."""
        self.dismiss(result)
