"""The palette: all commands, or all themes, by name."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette

from bpdebug.tui.closing import ClosingScreen


class Palette(CommandPalette, ClosingScreen[None]):
    """Textual's palette, which closes once and turns no pages of a list without rows."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        pages = action == "command_list" and parameters in (("page_up",), ("page_down",))
        if pages and not self.query_one(CommandList).scrollable_content_region.area:
            return False
        return super().check_action(action, parameters)
