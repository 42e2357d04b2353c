"""Edits, branches and jumps: changing the course of a run and finding one's way in it."""

from __future__ import annotations

import math

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.conditions import read_watch
from bpdebug.debugger.curves import Series
from bpdebug.debugger.view import Position, Status
from bpdebug.tui.bookmark_list import BookmarkScreen, bookmark_prompt
from bpdebug.tui.branch_list import BranchScreen, BranchWish
from bpdebug.tui.compare_screen import CompareScreen
from bpdebug.tui.curves.screen import CurvesScreen
from bpdebug.tui.origins_screen import Jump, OriginsScreen
from bpdebug.tui.prompts import Prompt
from bpdebug.tui.quantity_commands import QuantityCommands


class HistoryCommands(QuantityCommands):
    """The commands of the main screen that edit, branch and jump."""

    def do_edit(self) -> None:
        """Ask for another value of the chosen quantity."""
        name = self.chosen()
        debugger = self.session.debugger
        slot = debugger.program.slot_named(name) if name else None
        if slot is None:
            return
        if debugger.view.status(slot) in (Status.UNKNOWN, Status.STALE):
            self.tell(f"{name} is not computed yet in this iteration; t goes to it", "error")
            return
        value = debugger.view.value(slot)
        effect = "what follows on this branch is computed anew"
        if debugger.position.operation < debugger.seen(debugger.branch):
            effect = f"in the past of {debugger.here.name}: a new branch begins here"
        hint = f"{name} := a number, or an expression such as {name}*2\n{effect}"
        accept = lambda text: self.perform(f"e {name} {text}")  # noqa: E731
        known = repr(value) if math.isfinite(value) else ""
        self.app.push_screen(Prompt("Edit", hint, accept, known))

    def do_branches(self) -> None:
        """Show the list of branches."""

        def answered(wish: BranchWish | None) -> None:
            if wish is None:
                return
            if wish.compare:
                self.app.push_screen(CompareScreen(self, wish.number), self._go_to_iteration)
            elif wish.number == self.session.debugger.branch:
                self.tell(f"on {self.session.debugger.here.name} already")
            else:
                self.perform(f"branch {wish.number}")

        self.app.push_screen(BranchScreen(self), answered)

    def do_bookmark(self) -> None:
        """Ask for a name for this position; where there are bookmarks show them first."""

        def answered(name: str | None) -> None:
            if name is not None:
                self.perform(f"g {name}")

        if self.session.debugger.document.bookmarks:
            self.app.push_screen(BookmarkScreen(self), answered)
        else:
            self.app.push_screen(bookmark_prompt(self.perform))

    def do_origins(self) -> None:
        """Show where the chosen quantity comes from and where it goes."""
        name = self.chosen()
        slot = self.session.debugger.program.slot_named(name) if name else None
        if slot is not None:
            self.app.push_screen(OriginsScreen(self, slot), self._jump)

    def _jump(self, jump: Jump | None) -> None:
        if jump is None:
            return
        self.selected = jump.name
        if self.perform(f"g {jump.place}") is None and self.runner is None:
            self.select(jump.name)

    def do_curves(self) -> None:
        """Show the curve of the loss and of what is watched."""
        debugger = self.session.debugger
        series = [self._curve(debugger.program.model.loss)]
        for text in debugger.document.watches:
            curve = self._curve(text)
            # What is true or false has no curve; after one iteration everything has a value.
            if debugger.iterations and not isinstance(curve.read(1), bool):
                series.append(curve)
        stopping = [b for b in debugger.breakpoints.values() if b.enabled and b.log is None]
        screen = CurvesScreen(
            series,
            debugger.iterations,
            debugger.view.iteration if debugger.position.operation else 0,
            lambda iteration: any(self._stops_in(each, iteration) for each in stopping),
            f"{self.session.title} · {debugger.here.name}",
        )
        self.app.push_screen(screen, self._go_to_iteration)

    def _curve(self, text: str) -> Series:
        """The value of an expression at the end of each iteration."""
        debugger = self.session.debugger
        watch, length = read_watch(text, debugger.program), debugger.program.operations
        return Series(text, lambda n: watch.value(debugger.view_at(Position(n * length))))

    def _stops_in(self, breakpoint_: Breakpoint, iteration: int) -> bool:
        """Whether a breakpoint stops a run within an iteration."""
        debugger = self.session.debugger
        counter = debugger.counter(debugger.trigger(breakpoint_))
        hits = len(counter.within(iteration))
        if not hits or not breakpoint_.is_counting:
            return hits > 0
        counting = counter.before(iteration)
        while True:
            try:
                next(counting)
            except StopIteration as finished:
                earlier = int(finished.value)
                break
        return any(breakpoint_.wants(earlier + number) for number in range(1, hits + 1))

    def _go_to_iteration(self, iteration: int | None) -> None:
        if iteration is not None:
            self.perform(f"g it {iteration} {self.session.debugger.program.model.loss}")
