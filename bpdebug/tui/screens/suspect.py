"""Naming a suspect: what is wrong at a quantity, from a list or in one's own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from bpdebug.checks.hunting.bugs import Bugs
from bpdebug.checks.hunting.meaning import matching
from bpdebug.checks.mistakes.alteration import Mistake
from bpdebug.text.safe import safe
from bpdebug.tui.background import Background
from bpdebug.tui.closing import Dialog
from bpdebug.tui.runner import RunnerReport
from bpdebug.tui.screens.box import Box

_LOOKING = "looking which mistakes are possible here…"
_SOMETHING = "something", "I only know that it is here"
_ASKED = "type to choose, or say it in your own words"
_AT_ONCE = 0.3
_LONGEST = 200


class SuspectScreen(Dialog[str | None]):
    """The mistakes that are possible at the first of some elements, fewer of them as one types; Tab
    takes the next element.

    `accept` takes an element and the name of a mistake, or nothing for any, and says why it cannot
    be.
    """

    DEFAULT_CSS = """
    SuspectScreen {
        align: center bottom;
        background: $background 0%;
        & > Box { width: 120; max-height: 70%; }
        & OptionList {
            height: auto;
            max-height: 12;
            border: none;
            padding: 0;
            background: $surface;
        }
        & #error { color: $error; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", show=False),
        Binding("tab", "turn", "the next element", show=False, priority=True),
        Binding("up", "move(-1)", "up", show=False, priority=True),
        Binding("down", "move(1)", "down", show=False, priority=True),
        Binding("pageup", "move(-5)", "up", show=False, priority=True),
        Binding("pagedown", "move(5)", "down", show=False, priority=True),
    ]

    def __init__(
        self, bugs: Bugs, elements: Sequence[str], accept: Callable[[str, str], str | None]
    ) -> None:
        super().__init__()
        self._bugs = bugs
        self._elements = list(elements)
        self._accept = accept
        self._possible: Sequence[Mistake] | None = None
        self._shown: list[Mistake] = []
        self._shown_for = ""
        self._work: Background[tuple[Mistake, ...]] = Background(self)

    def compose(self) -> ComposeResult:
        with Box():
            yield Input("", _ASKED, max_length=_LONGEST, compact=True)
            yield OptionList(markup=False)
            yield Static(_LOOKING, id="error", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._survey()

    def _survey(self) -> None:
        """Find out what is possible at the element in front."""
        first, *others = self._elements
        box = self.query_one(Box)
        box.border_title = Content(f"What is wrong at {safe(first)}?")
        turn = f"Tab: {safe(others[0])}, " if others else ""
        box.border_subtitle = Content(f"{turn}Enter names it, Esc cancels")
        self._possible = None
        self._say(_LOOKING)
        work = self._bugs.places.surveying(first)
        found = self._work.begin(work, self._reported, Exception, at_once=_AT_ONCE)
        if found is not None:
            self._take(found)

    def _reported(self, report: RunnerReport[tuple[Mistake, ...]]) -> None:
        if report.finished and report.result is not None:
            self._take(report.result)
        elif report.finished and report.error is not None:
            self._say(f"this could not be computed: {report.error}")

    def _take(self, possible: Sequence[Mistake]) -> None:
        self._possible = possible
        self._say("" if possible else "no mistake of the catalogue can be made here")
        self._show()

    def on_unmount(self) -> None:
        self._work.give_up()

    def _say(self, text: str) -> None:
        self.query_one("#error", Static).update(Content(safe(text)))

    @on(Input.Changed)
    def typed(self) -> None:
        """Show what the text so far may mean."""
        if self._possible is not None:
            self._say("")
            self._show()

    def _show(self) -> None:
        """The list as things stand."""
        text = self.query_one(Input).value.strip()
        self._shown_for = text
        self._shown = matching(text, self._possible or ())
        rows = [Option(_row(each.name, each.sentence)) for each in self._shown]
        if text.lower() in " ".join(_SOMETHING).lower():
            rows.append(Option(_row(*_SOMETHING)))
        chosen = self.query_one(OptionList)
        chosen.clear_options()
        chosen.add_options(rows)
        chosen.highlighted = 0 if rows else None
        if text and not rows:
            self._say("no mistake that is possible here is described by that; other words may do")

    def action_turn(self) -> None:
        """Ask about the next element."""
        if len(self._elements) > 1:
            self._elements = [*self._elements[1:], self._elements[0]]
            self._survey()

    def action_move(self, by: int) -> None:
        """Choose another one."""
        chosen = self.query_one(OptionList)
        if chosen.option_count:
            at = (chosen.highlighted or 0) + by
            chosen.highlighted = min(max(0, at), chosen.option_count - 1)

    @on(Input.Submitted)
    def name_it(self) -> None:
        """Name the chosen one."""
        if not self.is_active or self._possible is None:
            return
        if self.query_one(Input).value.strip() != self._shown_for:
            # Enter may come before what was typed last is heard of.
            self._show()
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._choose(at)

    @on(OptionList.OptionSelected)
    def clicked(self, event: OptionList.OptionSelected) -> None:
        """Name what was clicked."""
        if self.is_active:
            self._choose(event.option_index)

    def _choose(self, at: int) -> None:
        name = self._shown[at].name if at < len(self._shown) else ""
        error = self._accept(self._elements[0], name)
        if error is None:
            self.dismiss(name)
        else:
            self._say(error)

    def action_leave(self) -> None:
        """Name nothing."""
        self.dismiss(None)


def _row(name: str, sentence: str) -> Content:
    return Content.assemble((name, "bold"), (f": {sentence}", ""))
