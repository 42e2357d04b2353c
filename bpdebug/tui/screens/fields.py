"""Fields of a form: options to choose from, and names that are suggested while typing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget

from bpdebug.debugger.steps import phase_ends
from bpdebug.program.program import Program

_MOST_NAMES = 5_000
"""Names that are looked through at every key."""

_LAST_WORD = re.compile(r"[^\W\d][\w/\[\],]*$")


class NameSuggester(Suggester):
    """Suggests the quantities of a program, parameters first, for the word being typed.

    With `whole` a text is one name, or a phase, an iteration or an operation.
    """

    def __init__(self, program: Program, whole: bool = False) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        parameters = (program.name(int(slot)) for slot in program.parameter_slots()[:_MOST_NAMES])
        names = [*parameters, *islice(program.element_names(), _MOST_NAMES)]
        names += [name for name, each in program.quantities.items() if each.shape]
        self._whole = whole
        if whole:
            phases = dict.fromkeys(
                program.statement(int(end)).phase for end in phase_ends(program)[1:]
            )
            names += [*(f"phase {phase}" for phase in phases), "iteration", "operation "]
        self._names = tuple(dict.fromkeys(names))

    async def get_suggestion(self, value: str) -> str | None:
        found = None if self._whole else _LAST_WORD.search(value)
        start = found.start() if found else 0 if self._whole else len(value)
        word = value[start:]
        if not word or word in self._names:
            return None
        return next((value[:start] + name for name in self._names if name.startswith(word)), None)


class Options(Widget, can_focus=True):
    """Options in a line: one of them chosen, or with `many` any number.

    Left and right go from one to the next; with `many` space switches them.
    """

    DEFAULT_CSS = "Options { height: auto; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "to the left", show=False),
        Binding("right", "go(1)", "to the right", show=False),
        Binding("space", "switch", "switch", show=False),
    ]

    class Changed(Message):
        """Another option is chosen."""

    def __init__(
        self, options: Sequence[str], chosen: Collection[str], many: bool = False, id: str = ""
    ) -> None:
        super().__init__(id=id or None)
        self._many = many
        self._options = list(options)
        self._at = 0
        self._instead = ""
        self.chosen = set(chosen)
        self._meant = set(chosen)
        self._point_at_chosen()

    def offer(self, options: Sequence[str], instead: str = "") -> None:
        """Offer other options; without any `instead` stands there.

        What was chosen counts again as soon as it is offered again.
        """
        self._options, self._instead = list(options), instead
        self.can_focus = bool(options)
        if options and not self._many:
            self.chosen = (self._meant & set(options)) or {options[0]}
        self._point_at_chosen()
        self.refresh()

    def _point_at_chosen(self) -> None:
        if not self._many:
            self._at = next((n for n, each in enumerate(self._options) if each in self.chosen), 0)

    def render(self) -> Text:
        text = Text(self._instead, no_wrap=False)
        for number, option in enumerate(self._options):
            sign = "x" if self._many else "•"
            box = f"[{sign}]" if self._many else f"({sign})"
            shown = box if option in self.chosen else box.replace(sign, " ")
            # State shows in the box; what is reversed is only where the next key acts.
            pointed = self.has_focus and number == self._at
            text.append("  " if number and self._many else " " if number else "")
            text.append(f"{shown} {option}", "reverse" if pointed else "")
        return text

    def action_go(self, by: int) -> None:
        """Go to another option."""
        self._at = min(max(0, self._at + by), len(self._options) - 1)
        if self._many:
            self.refresh()
        else:
            self.action_switch()

    def action_switch(self) -> None:
        """Choose the option, or switch it."""
        option = self._options[self._at]
        self.chosen = self._meant = self.chosen ^ {option} if self._many else {option}
        self.refresh()
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        """Choose what is under the mouse."""
        at = event.get_content_offset_capture(self).x
        for number, option in enumerate(self._options):
            width = len(f"[x] {option}") + (2 if self._many else 1)
            if 0 <= at < width:
                self._at = number
                self.action_switch()
                return
            at -= width
