"""Jump mode: a letter on each pane; the letter goes there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static


class JumpScreen(ModalScreen[str | None]):
    """Shows letters over widgets; gives the letter that was pressed, None for any other key."""

    DEFAULT_CSS = """
    JumpScreen {
        background: $background 50%;
        & > Static {
            position: absolute;
            width: auto;
            padding: 0 1;
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
            # On the frame of the widget, so that nothing in it is hidden.
            label.styles.offset = widget.region.x + 2, widget.region.y
            yield label

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(event.character if event.character in self._targets else None)

    def on_click(self) -> None:
        """Stay where one was."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """Stay where one was."""
        self.dismiss(None)
