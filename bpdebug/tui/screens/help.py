"""The help screen: the keys that are really bound, and what the marks mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bpdebug.keys.names import keys_table
from bpdebug.keys.registry import Command
from bpdebug.text.marks import MEANINGS
from bpdebug.tui.closing import Dialog
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line

_MARKS = (
    ("·  not yet", "a quantity that is not computed yet; that is not zero"),
    ("~0.0765", "stale: the value of the iteration before"),
    *MEANINGS.items(),
    ("▸  ◂", "selected; just written"),
    ("▶  ▌", "a result that has just changed, while presenting"),
    ("━  ─  ┄  edges", "a weight above half the largest; a smaller one; a negative one has gaps"),
    ("▸  ◂  on edges", "a value goes forward; a gradient comes back"),
    ("E → o1 → h1", "a path of the chain rule; E ⋯ h1 gathers several"),
    ("Shift+drag", "selects text with the mouse in most terminals"),
)


class HelpScreen(Dialog[None]):
    """Every key and every mark."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > LinesPane { width: 84; max-width: 100%; height: 90%; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "leave", "close", show=False)
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands

    def compose(self) -> ComposeResult:
        yield _HelpPane(self._commands)

    def action_leave(self) -> None:
        """Close the help."""
        self.dismiss()


class _HelpPane(LinesPane):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_home", "to the top", show=False),
        Binding("end", "scroll_end", "to the bottom", show=False),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__("Keys (Esc closes)")
        self._lines: list[Line] = []
        group = ""
        for row in keys_table(commands):
            if row.group != group:
                self._heading(row.group)
                group = row.group
            self._lines.append(line(Span(f"  {row.keys:<16}", "strong"), row.help))
        self._heading("Marks")
        for mark, meaning in _MARKS:
            self._lines.append(line(Span(f"  {mark:<16}", "strong"), meaning))

    def _heading(self, text: str) -> None:
        if self._lines:
            self._lines.append(line())
        self._lines.append(line(Span(text, "fresh")))

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]
