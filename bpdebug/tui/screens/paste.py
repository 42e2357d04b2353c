"""A text to paste or to write: several lines, read as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static, TextArea

from bpdebug.tui.closing import Dialog
from bpdebug.tui.screens.box import Box

MOST_SHOWN = 20_000
"""Characters of a text that can be edited; a longer one is read as it is."""


class PastePrompt(Dialog[bool | None]):
    """Asks for a text; `accept` does what is asked for and returns why it cannot, or None.

    It stays open, with that reason, until the text is accepted or Esc is pressed.
    """

    DEFAULT_CSS = """
    PastePrompt { align: center middle; }
    PastePrompt > Box { width: 90; max-width: 95%; }
    PastePrompt TextArea { height: 12; border: none; }
    PastePrompt TextArea:focus { border: none; }
    PastePrompt .hint { color: $quiet; }
    PastePrompt .error { color: $error; max-height: 6; }
    """
    # In a field of text Enter begins a line, and Ctrl+D would delete a letter.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "read", "read it", show=False, priority=True),
        Binding("escape", "leave", "cancel", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        hint: str,
        accept: Callable[[str], str | None],
        text: str = "",
        error: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._accept = accept
        self._text = text
        self._error = error

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = Content(self._title)
            yield TextArea(self._text, soft_wrap=False, show_line_numbers=True)
            yield Static(self._hint, classes="hint", markup=False)
            yield Static(Text(self._error), classes="error", id="error")

    def action_read(self) -> None:
        """Try the text."""
        error = self._accept(self.query_one(TextArea).text)
        if error is None:
            self.dismiss(True)
        else:
            self.query_one("#error", Static).update(Text(error))

    def action_leave(self) -> None:
        """Leave things as they are."""
        self.dismiss(None)
