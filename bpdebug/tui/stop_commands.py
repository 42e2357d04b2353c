"""What stops a run and what is watched: breakpoints and watches on the screen."""

from __future__ import annotations

from bpdebug.debugger.breakpoints import Access, Breakpoint
from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.tui.breakpoint_list import BreakpointScreen
from bpdebug.tui.quantity_commands import QuantityCommands
from bpdebug.tui.watch_list import WatchScreen


class StopCommands(QuantityCommands):
    """The commands of the main screen that set breakpoints and watches."""

    def do_break(self) -> None:
        """Set a breakpoint on the chosen quantity, or clear those on it."""
        slot = self._chosen_slot()
        if slot is None:
            return
        debugger = self.session.debugger
        name = debugger.program.name(slot)
        mine = [each for each in debugger.breakpoints.values() if self._is_on(each, slot)]
        for each in mine:
            self.perform(f"delete {each.number}")
        if mine:
            what = "breakpoint" if len(mine) == 1 else f"{len(mine)} breakpoints"
            self.tell(f"{what} on {name} cleared: {'; '.join(map(str, mine))}")
            return
        # What is given is never written, but it is read.
        given = not debugger.program.written_at[slot]
        access = Access.READ if given else Access.WRITE
        if self.perform(f"b {name} {Access.READ}" if given else f"b {name}") is None:
            number = max(debugger.breakpoints)
            self.tell(f"breakpoint on {name} ({access}), number {number}; B lists and edits")

    def _chosen_slot(self) -> int | None:
        name = self.chosen()
        if name is None:
            return None
        try:
            return find_slot(self.session.debugger.program, name)
        except ConditionError as error:
            self.tell(str(error), "error")
            return None

    def _is_on(self, each: Breakpoint, slot: int) -> bool:
        """Whether a breakpoint is on that slot alone, under whatever name."""
        slots = None if each.problem else self.session.debugger.trigger(each).slots
        return slots == range(slot, slot + 1)

    def do_breakpoints(self) -> None:
        """Show the list of breakpoints."""
        self.app.push_screen(BreakpointScreen(self))

    def do_watch(self) -> None:
        """Watch the chosen quantity, or no longer."""
        slot = self._chosen_slot()
        if slot is None:
            return
        name = self.session.debugger.program.name(slot)
        watched = name in self.session.debugger.document.watches
        if self.perform(f"{'unwatch' if watched else 'watch'} {name}") is None:
            said = f"{name} is not watched any more" if watched else f"watching {name}; W lists"
            self.tell(said)

    def do_watches(self) -> None:
        """Show the list of watches."""
        self.app.push_screen(WatchScreen(self))
