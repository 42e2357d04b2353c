"""The lines above and below the panes: status, message, keys."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.debugger.debugger import Debugger
from bpdebug.keys.command import Command
from bpdebug.keys.names import key_name
from bpdebug.keys.registry import FOOTER
from bpdebug.text.run.status import phase_of, where
from bpdebug.text.safe import safe
from bpdebug.tui.panes.lines import Line, LinesPane, Span, clipped, line, width_of


class Bar(LinesPane, can_focus=False):
    """One line across the screen."""

    DEFAULT_CSS = "Bar { height: 1; border: none; padding: 0 1; scrollbar-size: 0 0; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id)
        self._content = line()

    def put(self, *spans: Span) -> None:
        """Show `spans`, as far as they fit."""
        self._content = Line(tuple(spans))
        self.redraw()

    def count_lines(self) -> int:
        return 1

    def line_at(self, number: int) -> Line:
        return Line(clipped(self._content.spans, self.scrollable_content_region.width))


class StatusBar(Bar):
    """The session's title, and where the debugger stands."""

    DEFAULT_CSS = "StatusBar { background: $panel; }"

    def show(self, title: str, changed: bool, debugger: Debugger, note: str = "") -> None:
        """Show the title on the left, the position on the right.

        A `note` behind the title is shown whole, however long that is.
        """
        phase = phase_of(debugger.view)
        here = where(debugger)
        width = self.scrollable_content_region.width
        star = " *" if changed else ""
        name, tail = (safe(title), note + star) if note else (safe(title) + star, "")
        room = max(0, width - width_of(here) - 2 - width_of(tail))
        (head,) = clipped((Span(name, "strong"),), room) or (Span(""),)
        head = Span(head.text + tail, "strong")
        gap = " " * max(2, width - width_of(head.text) - width_of(here))
        self.put(head, Span(gap), Span(here, str(phase) if phase else "plain"))


class KeyBar(Bar):
    """The keys that matter most, as many as fit."""

    DEFAULT_CSS = "KeyBar { background: $panel; }"

    def __init__(self, commands: Sequence[Command], id: str | None = None) -> None:
        super().__init__(id)
        self._hinted = [each for each in commands if each.id in FOOTER and each.keys]

    def on_resize(self) -> None:
        room = self.scrollable_content_region.width + len(_GAP)
        chosen = set()
        for command in sorted(self._hinted, key=lambda command: FOOTER.index(command.id)):
            needed = width_of(f"{key_name(command.keys[0])} {command.hint}{_GAP}")
            if needed > room:
                break
            chosen.add(command.id)
            room -= needed
        spans: list[Span] = []
        for command in self._hinted:
            if command.id in chosen:
                gap = Span(_GAP if spans else "")
                spans += [gap, Span(key_name(command.keys[0]), "fresh"), Span(f" {command.hint}")]
        self.put(*spans)
        super().on_resize()


_GAP = "  "
