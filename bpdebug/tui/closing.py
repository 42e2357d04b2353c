"""Screens that close once, however many keys that would close them have come in one go."""

from __future__ import annotations

from typing import TypeVar

from rich.console import RenderableType
from textual.await_complete import AwaitComplete
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.visual import Visual

from bpdebug.tui.terminal.dimming import Dimmed

_Result = TypeVar("_Result")


class ClosingScreen(Screen[_Result]):
    """A screen over the main one.

    Textual closes whatever is on top, and keys that came before a screen was closed still reach
    it. So one that is not on top, closed already or under another, does nothing of its own.
    """

    def dismiss(self, result: _Result | None = None) -> AwaitComplete:
        """Close and give `result`; nothing happens if the screen is not on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.is_active and super().check_action(action, parameters)


# Textual takes styles and bindings from the first of the bases only.
class Dialog(ModalScreen[_Result], ClosingScreen[_Result]):
    """A screen over the main one that leaves what is around it in sight."""

    # Textual takes a Visual from any widget, but says so of a screen only in its code.
    def render(self) -> RenderableType | Visual:  # type: ignore[override]
        below = super().render()
        return Dimmed(below) if isinstance(below, BackgroundScreen) else below
