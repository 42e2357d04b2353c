"""The filter of the parameter table: a line at the foot of the screen, heard while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from bpdebug.text.safe import safe
from bpdebug.text.table.filter import HELP
from bpdebug.tui.closing import Dialog
from bpdebug.tui.screens.box import Box

_TITLE = "Show only the parameters with"
_HINT = "Enter keeps it, Esc undoes it"


class FilterPrompt(Dialog[None]):
    """Asks for a filter; `accept` applies it at once and returns why it cannot, or None.

    Esc goes back to the filter that there was.
    """

    DEFAULT_CSS = """
    FilterPrompt {
        align: center bottom;
        background: $background 0%;
        & > Box { height: 3; }
        & > .-wrong { border-subtitle-color: $error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel", show=False)]

    def __init__(self, value: str, accept: Callable[[str], str | None]) -> None:
        super().__init__()
        self._before = value
        self._accept = accept

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = _TITLE
            box.border_subtitle = _HINT
            yield Input(self._before, HELP, compact=True)

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Show what the text so far lets through."""
        error = self._accept(event.value.strip())
        box = self.query_one(Box)
        box.set_class(error is not None, "-wrong")
        box.border_subtitle = Content(_HINT if error is None else safe(error))

    @on(Input.Submitted)
    def keep(self, event: Input.Submitted) -> None:
        """Keep the filter, if it makes sense."""
        if self.is_active and self._accept(event.value.strip()) is None:
            self.dismiss()

    def action_leave(self) -> None:
        """Go back to the filter that there was."""
        self._accept(self._before)
        self.dismiss()
