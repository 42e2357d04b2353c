"""The list of breakpoints, and the last messages that they have logged."""

from __future__ import annotations

from itertools import count, islice
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.drive import drive
from bpdebug.text.run.breakpoint_rows import HEADING, breakpoint_lines
from bpdebug.text.run.status import log_line, shown_entry
from bpdebug.text.safe import safe
from bpdebug.tui.panes.lines import Line, Span, clipped, line
from bpdebug.tui.screens.breakpoint_form import BreakpointForm
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.list_screen import ListScreen
from bpdebug.tui.screens.prompts import Prompt

_MOST_LOGGED = 8
_PATIENCE = 0.1
"""Seconds that counting hits may take before the list is shown without them."""


class BreakpointScreen(ListScreen[None]):
    """The breakpoints; a new one is at first on what is selected."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("B", "leave", "close", show=False),
        Binding("enter,space", "switch", "switch", show=False),
        Binding("e", "open", "edit", show=False),
        Binding("d,delete", "delete", "delete", show=False),
        Binding("n,b", "add", "new", show=False),
        Binding("i", "ignore", "ignore", show=False),
        Binding("f", "non_finite", "non-finite values", show=False),
    ]
    NAME = "Breakpoints"
    KEYS = (
        ("Enter", "on/off"),
        ("e", "edit"),
        ("n", "new"),
        ("d", "delete"),
        ("i", "ignore hits"),
        ("f", "non-finite"),
    )

    def heading(self, width: int) -> Line:
        return line(Span(HEADING, "muted"))

    def items(self, width: int) -> list[Item]:
        until = monotonic() + _PATIENCE
        found = {each: self._hits(each, until) for each in self._breakpoints()}
        items = [
            Item([line(Span(text[:1], "mark"), text[1:]) for text in lines])
            for lines in breakpoint_lines(found, width)
        ]
        return items or [note("None. Press n to set one.")]

    def foot(self, width: int) -> list[Line]:
        stops = self._debugger.document.stop_at_non_finite
        verb = "stop a run" if stops else "do not stop a run"
        lines = [line(), line(Span(f"Values that are not finite {verb}."))]
        log = self._debugger.log
        shown = min(_MOST_LOGGED, len(log), max(2, (self.app.size.height - 10) // 2))
        if shown:
            heading = (
                f"Messages, the last {shown} of {len(log)}" if shown < len(log) else "Messages"
            )
            lines += [line(), line(Span(heading, "muted"))]
        length, cover = self._debugger.program.operations, self._debugger.cover
        for entry in islice(log, len(log) - shown, None):
            text = log_line(shown_entry(entry, cover), length, self._desk.digits)
            lines.append(Line(clipped([Span(safe(text))], width)))
        return lines

    def _breakpoints(self) -> list[Breakpoint]:
        return list(self._debugger.document.breakpoints.values())

    def _hits(self, each: Breakpoint, until: float) -> int | None:
        """How many hits a breakpoint has up to now; None if counting them takes too long."""
        if each.problem:
            return None
        counter = self._debugger.counter(self._debugger.trigger(each))
        counting = counter.upto(self._debugger.position.operation)
        # Some of each is counted: of a short run that is all.
        stretches = count()
        return drive(counting, enough=lambda: next(stretches) > 0 and monotonic() > until)

    def _chosen(self) -> Breakpoint | None:
        found = self._breakpoints()
        return found[self.at] if found else None

    def action_switch(self) -> None:
        """Enable or disable the chosen breakpoint."""
        chosen = self._chosen()
        if chosen is not None:
            verb = "disable" if chosen.enabled else "enable"
            self.do(f"{verb} {chosen.number}", f"breakpoint {chosen.number} {verb}d")

    def action_delete(self) -> None:
        """Delete the chosen breakpoint."""
        chosen = self._chosen()
        if chosen is not None:
            self.do(f"delete {chosen.number}", f"breakpoint {chosen.number} deleted: {chosen}")

    def action_add(self) -> None:
        """Ask for a new breakpoint."""

        def added(number: int | None) -> None:
            if number is not None:
                self.at = len(self._breakpoints())
                self.say(f"breakpoint {number} set")

        on = self._desk.selected or ""
        self.app.push_screen(BreakpointForm(self._debugger, self.perform, on=on), added)

    def action_open(self) -> None:
        """Change the chosen breakpoint."""

        def changed(number: int | None) -> None:
            self.say("" if number is None else f"breakpoint {number} changed")

        chosen = self._chosen()
        if chosen is not None:
            self.app.push_screen(BreakpointForm(self._debugger, self.perform, chosen), changed)

    def action_ignore(self) -> None:
        """Ask how many of the next hits of the chosen breakpoint are to be passed over."""
        chosen = self._chosen()
        if chosen is None:
            return
        number = chosen.number
        self.app.push_screen(
            Prompt(
                f"Ignore hits of breakpoint {number}",
                "number of hits to skip from here; 0 for none",
                lambda text: self.perform(f"ignore {number} {text}"),
            ),
            lambda count: self.say("" if count is None else f"breakpoint {number} changed"),
        )

    def action_non_finite(self) -> None:
        """Let values that are not finite stop a run, or no longer."""
        self.do(f"nonfinite {'pass' if self._debugger.document.stop_at_non_finite else 'stop'}")
