"""The list of breakpoints: switch, delete and add them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from bpdebug.debugger.breakpoints import Access, Breakpoint
from bpdebug.text.breakpoints import HEADING, breakpoint_lines
from bpdebug.tui.lines import Line, LinesPane, Span, line
from bpdebug.tui.prompts import Prompt

_WIDTH = 72
"""Cells that a line of the list may take."""

HINT = f"QUANTITY [{'|'.join(Access)}] [if CONDITION], such as  w7 write if w7 < 0.69"


class BreakpointScreen(ModalScreen[None]):
    """Shows what `breakpoints` gives; `do` carries out an action and says why it cannot."""

    DEFAULT_CSS = """
    BreakpointScreen {
        align: center middle;
        & > LinesPane { width: 76; max-width: 100%; height: auto; max-height: 80%;
                        background: $surface; border-subtitle-color: $quiet; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,B", "leave", "close", show=False),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("enter,space", "switch", "switch", show=False),
        Binding("d,delete", "delete", "delete", show=False),
        Binding("n,b", "add", "new", show=False),
    ]

    def __init__(
        self, breakpoints: Callable[[], list[Breakpoint]], do: Callable[[str], str | None]
    ) -> None:
        super().__init__()
        self._breakpoints = breakpoints
        self._do = do
        self._at = 0

    def compose(self) -> ComposeResult:
        yield _List()

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        found = self._breakpoints()
        self._at = min(self._at, max(0, len(found) - 1))
        self.query_one(_List).show(breakpoint_lines(found, _WIDTH), self._at)

    def _chosen(self) -> Breakpoint | None:
        found = self._breakpoints()
        return found[self._at] if found else None

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._at = min(max(0, self._at + by), max(0, len(self._breakpoints()) - 1))
        self._show()

    def action_switch(self) -> None:
        """Enable or disable the breakpoint under the cursor."""
        chosen = self._chosen()
        if chosen is not None:
            self._do(f"{'disable' if chosen.enabled else 'enable'} {chosen.number}")
            self._show()

    def action_delete(self) -> None:
        """Delete the breakpoint under the cursor."""
        chosen = self._chosen()
        if chosen is not None:
            self._do(f"delete {chosen.number}")
            self._show()

    def action_add(self) -> None:
        """Ask for a new breakpoint."""
        prompt = Prompt("New breakpoint", HINT, lambda text: self._do(f"b {text}"))
        self.app.push_screen(prompt, lambda _: self._show())

    def action_leave(self) -> None:
        """Close the list."""
        self.dismiss()


class _List(LinesPane, can_focus=False):
    HEADINGS = 1

    def __init__(self) -> None:
        super().__init__("Breakpoints")
        self.border_subtitle = "Enter switches · d deletes · n new · Esc closes"
        self._lines: list[Line] = [line()]

    def show(self, breakpoints: list[list[str]], at: int) -> None:
        """Show the breakpoints' lines, the cursor on number `at`."""
        self._lines = [line(Span(HEADING, "muted"))]
        first = last = 0
        for number, texts in enumerate(breakpoints):
            look = "cursor" if number == at else "plain"
            if number == at:
                first, last = len(self._lines), len(self._lines) + len(texts) - 1
            self._lines += [line(Span(text), look=look) for text in texts]
        if not breakpoints:
            self._lines.append(line(Span("None. Press n to set one.", "muted")))
        self.styles.height = len(self._lines) + 2
        self.keep_in_sight(last)
        self.keep_in_sight(first)
        self.redraw()
        self.refresh()

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]
