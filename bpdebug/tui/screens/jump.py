"""Jump mode: the first letter of each pane's title goes there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from bpdebug.tui.closing import Dialog


class JumpScreen(Dialog[str | None]):
    """Shows letters on widgets; gives the one that was pressed, None for any other key."""

    DEFAULT_CSS = """
    JumpScreen {
        background: $background 50%;
        & > Static {
            position: absolute;
            width: auto;
            background: $primary;
            color: $background;
            text-style: bold;
        }
        &:ansi > Static { text-style: bold reverse; background: ansi_default; color: ansi_default; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "stay", show=False)]

    def __init__(self, targets: Mapping[str, Widget]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        for letter, widget in self._targets.items():
            label = Static(letter, markup=False)
            # Where the title in the frame begins.
            label.styles.offset = widget.region.x + 3, widget.region.y
            yield label

    def on_key(self, event: events.Key) -> None:
        event.stop()
        letter = (event.character or "").upper()
        self.dismiss(letter if letter in self._targets else None)

    def on_click(self) -> None:
        """Stay where one was."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """Stay where one was."""
        self.dismiss(None)
