"""Questions: a line to type, or a choice between a few answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from bpdebug.tui.closing import Dialog
from bpdebug.tui.screens.box import Box

_BOX = """
    align: center middle;
    & > Box { width: 76; max-width: 95%; padding: 1 2; }
    & .hint { color: $quiet; }
    & .error { color: $error; }
"""


_LONGEST = 4096
"""Characters of an answer: as many as a path may have."""


class Prompt(Dialog[str | None]):
    """Asks for one line; `accept` does what is asked for and returns why it cannot, or None.

    It stays open, with that reason, until the answer is accepted or Esc is pressed.
    """

    DEFAULT_CSS = f"Prompt {{ {_BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel", show=False)]

    def __init__(
        self, title: str, hint: str, accept: Callable[[str], str | None], value: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._accept = accept
        self._value = value

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = Content(self._title)
            # What is proposed is selected, so that typing replaces it.
            yield Input(self._value, max_length=_LONGEST)
            yield Static(self._hint, classes="hint", markup=False)
            yield Static("", classes="error", id="error", markup=False)

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Try the answer."""
        if not self.is_active:
            return
        error = self._accept(event.value.strip())
        if error is None:
            self.dismiss(event.value.strip())
        else:
            self.query_one("#error", Static).update(Text(error))

    def action_leave(self) -> None:
        """Leave things as they are."""
        self.dismiss(None)


class AnswerPrompt(Prompt):
    """A prompt at the lower end of the screen: what it takes to answer stays in sight.

    With something typed already, more is typed after it.
    """

    DEFAULT_CSS = """
    AnswerPrompt {
        align: center bottom;
        background: $background 0%;
        & > Box { padding: 0 1; }
    }
    """

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.select_on_focus = False
        field.cursor_position = len(field.value)


class Choice(NamedTuple):
    """An answer: its key and its words."""

    key: str
    label: str


class Question(Dialog[str | None]):
    """Asks for one of a few answers, each a key; gives the key, or None after Esc."""

    DEFAULT_CSS = f"Question {{ {_BOX} }}"

    def __init__(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Box() as box:
            box.border_title = Content(self._title)
            yield Static(self._text, markup=False)
            answers = [*self._choices, Choice("Esc", "cancel")]
            words = "   ".join(f"{choice.key}  {choice.label}" for choice in answers)
            yield Static(f"\n{words}", classes="hint", markup=False)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in [choice.key for choice in self._choices]:
            self.dismiss(event.key)


class Leaving(Question):
    """Asks what is to become of unsaved work."""

    def __init__(self) -> None:
        choices = [Choice("s", "save"), Choice("d", "discard")]
        super().__init__("Unsaved", "There is unsaved work.", choices)
