"""A verdict: what is said of a suspect, the evidence, and the way to the operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.tui.screens.page_screen import PageScreen


class VerdictScreen(PageScreen):
    """Shows a verdict; gives whether to go to the operation."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "go", show=False)]

    def __init__(self, lines: Sequence[str], leads: bool) -> None:
        super().__init__("Find the bug", lines, closing="Enter goes there, Esc closes" * leads)
        self._leads = leads

    def action_go(self) -> None:
        """Close the page, and go to the operation if there is one."""
        self.dismiss(self._leads)
