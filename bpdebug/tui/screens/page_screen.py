"""A page of text to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bpdebug.text.safe import safe
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.closing import Dialog
from bpdebug.tui.panes.lines import Line, LinesPane, line


class PageScreen(Dialog[bool]):
    """Shows lines of text until it is closed; gives whether they are to be copied."""

    DEFAULT_CSS = """
    PageScreen {
        align: center middle;
        & > LinesPane { width: 92; max-width: 100%; height: 22; max-height: 95%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "leave", show=False),
        Binding("c", "copy", show=False),
    ]

    def __init__(
        self, title: str, lines: Sequence[str], copies: bool = False, closing: str = ""
    ) -> None:
        super().__init__()
        closing = closing or ("c copies, Esc closes" if copies else "Esc closes")
        self._title = f"{title} ({closing})"
        self._lines = lines
        self._copies = copies

    def compose(self) -> ComposeResult:
        yield _Page(self._title, self._lines)

    def action_leave(self) -> None:
        """Close the page."""
        self.dismiss(False)

    def action_copy(self) -> None:
        """Close the page to copy what it shows."""
        if self._copies:
            self.dismiss(True)


class _Page(LinesPane):
    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__(title)
        self._whole = lines

    @property
    def _shown(self) -> list[Line]:
        width = max(20, self.scrollable_content_region.width)
        rows = (wrap_words(safe(each), width, indent="  ") or [""] for each in self._whole)
        return [line(row) for found in rows for row in found]

    def count_lines(self) -> int:
        return len(self._shown)

    def line_at(self, number: int) -> Line:
        return self._shown[number]
