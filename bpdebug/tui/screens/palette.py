"""The palette: all commands, or all themes, by name."""

from __future__ import annotations

from textual import on
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.message import Message
from textual.widgets import Input, OptionList

from bpdebug.tui.closing import ClosingScreen


class Palette(CommandPalette, ClosingScreen[None]):
    """Textual's palette, which closes once, does what was chosen once, and turns no pages of a list
    without rows.
    """

    # Without room for one character, a row of the list cannot be laid out.
    DEFAULT_CSS = "Palette CommandList { min-width: 12; }"

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close; a search that goes on would look for a list that is gone."""
        if self.is_active:
            self.workers.cancel_node(self)
        return super().dismiss(result)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        pages = action == "command_list" and parameters in (("page_up",), ("page_down",))
        if pages and not self.query_one(CommandList).scrollable_content_region.area:
            return False
        return super().check_action(action, parameters)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def choose_once(self, message: Message) -> None:
        """Drop a choice that arrives when the palette is closed already."""
        if not self.is_active:
            message.prevent_default()
