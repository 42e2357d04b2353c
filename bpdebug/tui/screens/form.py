"""A dialog to fill in: fields in a box, what is wrong with them, and the ways out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from bpdebug.debugger.limits import LINE
from bpdebug.text.safe import safe
from bpdebug.tui.closing import Dialog
from bpdebug.tui.screens.fields import Options

_Result = TypeVar("_Result")


class Form(Dialog[_Result]):
    """Makes something of its fields, or gives None; subclasses say which fields, and of what.

    While something is wrong with what was filled in, the form says so and stays open.
    """

    DEFAULT_CSS = """
    Form {
        align: center middle;
        & > VerticalScroll {
            width: 78;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $primary;
            background: $surface;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        & Horizontal { height: auto; }
        & .label { width: 11; color: $quiet; }
        & Input { width: 1fr; background: $panel; }
        & #error { color: $error; }
        & #hint { color: $quiet; }
        & Button { margin: 0 2 0 0; min-width: 0; width: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", show=False),
        Binding("ctrl+s", "accept", "accept", show=False, priority=True),
        Binding("enter", "accept", "accept", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("up", "app.focus_previous", "previous field", show=False),
    ]

    KEYS: ClassVar[str]
    """What the last line says of keys."""

    DROPPED: ClassVar[str]
    """What is said before a second Esc drops what was filled in."""

    def __init__(self, title: str, done: str) -> None:
        """`done` is the word on the button that accepts."""
        super().__init__()
        self._title = title
        self._done = done
        self._untouched: object = None
        self._warned_of: object = None
        self._refused: object = None

    # What subclasses say

    def fields(self) -> Iterable[Widget]:
        """The rows of the form."""
        raise NotImplementedError

    def wanted(self) -> object:
        """What the fields describe, which may make no sense."""
        raise NotImplementedError

    def accept(self) -> None:
        """Make it and close, or complain."""
        raise NotImplementedError

    def adapt(self) -> None:
        """Hear that something was filled in."""

    # The form

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as box:
            box.border_title = self._title
            yield from self.fields()
            yield Static("", id="error", markup=False)
            yield Horizontal(
                Button(Content(f"[ {self._done} ]"), id="accept", compact=True),
                Button(Content("[ Cancel ]"), id="cancel", compact=True),
            )
            yield Static(self.KEYS, id="hint", markup=False)

    def on_mount(self) -> None:
        self.adapt()
        self._untouched = self.wanted()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Options.Changed)
    def changed(self) -> None:
        """What was wrong may be mended."""
        self.adapt()
        if self.wanted() != self._refused:
            self.complain("")

    def complain(self, message: str) -> None:
        """Say what is wrong, until something is changed."""
        self._refused, self._warned_of = self.wanted(), None
        self.query_one("#error", Static).update(safe(message))

    @on(Input.Submitted)
    @on(Button.Pressed, "#accept")
    def action_accept(self) -> None:
        """Accept what was filled in, if it makes sense."""
        if self.is_active:
            self.accept()

    @on(Button.Pressed, "#cancel")
    def cancel(self) -> None:
        """Leave things as they are."""
        self.dismiss()

    def action_leave(self) -> None:
        """Leave things as they are; what was filled in is dropped by a second key only."""
        wanted = self.wanted()
        if wanted in (self._untouched, self._warned_of):
            self.dismiss()
        else:
            self.complain(self.DROPPED)
            self._warned_of = wanted


def row(label: str, widget: Widget) -> Horizontal:
    """A field, and before it what it is called."""
    return Horizontal(Static(label, classes="label", markup=False), widget)


def text_field(
    label: str,
    id: str,
    value: str | None,
    placeholder: str,
    suggester: Suggester | None = None,
    restrict: str = LINE,
) -> Horizontal:
    """A line to type: what it is called, its value, what may be there."""
    typed = Input(
        value,
        placeholder,
        id=id,
        restrict=restrict,
        suggester=suggester,
        select_on_focus=False,
        compact=True,
    )
    return row(label, typed)
