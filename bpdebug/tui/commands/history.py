"""Edits, branches and jumps: changing the course of a run and finding one's way in it."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import TYPE_CHECKING

from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.conditions import read_watch
from bpdebug.debugger.covering import is_covered
from bpdebug.debugger.curves import Series
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import History
from bpdebug.debugger.hits import HitCounter
from bpdebug.debugger.state import finish
from bpdebug.debugger.view import Position, Status
from bpdebug.session.bundled import is_bundled
from bpdebug.text.run.calls import script_lines
from bpdebug.tui.commands.looks import copy_lines
from bpdebug.tui.desk import Desk
from bpdebug.tui.runner import at_once
from bpdebug.tui.screens.prompts import Prompt

if TYPE_CHECKING:
    from bpdebug.tui.screens.branch_list import BranchWish
    from bpdebug.tui.screens.origins import Jump


def edit(desk: Desk) -> None:
    """Ask for another value of the chosen quantity."""
    name = desk.chosen()
    debugger = desk.debugger
    slot = debugger.program.slot_named(name) if name else None
    if slot is None:
        return
    if debugger.view.status(slot) in (Status.UNKNOWN, Status.STALE):
        desk.tell(f"{name} is not computed yet in this iteration; t goes to it", "error")
        return
    value = debugger.shown.value(slot)
    effect = "everything after this on the branch is recomputed"
    if debugger.position.operation < debugger.seen(debugger.branch):
        effect = f"in the past of {debugger.here.name}: a new branch begins here"
    hint = f"{name} := a number, or an expression such as {name}*2\n{effect}"
    accept = lambda text: desk.perform(f"e {name} {text}")  # noqa: E731
    known = repr(value) if math.isfinite(value) else ""
    desk.screen.app.push_screen(Prompt("Edit", hint, accept, known))


def branches(desk: Desk) -> None:
    """Show the list of branches."""
    from bpdebug.tui.screens.branch_list import BranchScreen
    from bpdebug.tui.screens.compare import CompareScreen

    go_on = partial(_go_to_iteration, desk)

    def answered(wish: BranchWish | None) -> None:
        if wish is None:
            return
        if wish.compare:
            desk.screen.app.push_screen(CompareScreen(desk, wish.number), go_on)
        elif wish.number == desk.debugger.branch:
            desk.tell(f"on {desk.debugger.here.name} already")
        else:
            desk.perform(f"branch {wish.number}")

    desk.screen.app.push_screen(BranchScreen(desk), answered)


def bookmark(desk: Desk) -> None:
    """Ask for a name for this position; where there are bookmarks show them first."""
    from bpdebug.tui.screens.bookmark_list import BookmarkScreen, bookmark_prompt

    def answered(name: str | None) -> None:
        if name is not None:
            desk.perform(f"g {name}")

    if desk.debugger.document.bookmarks:
        desk.screen.app.push_screen(BookmarkScreen(desk), answered)
    else:
        desk.screen.app.push_screen(bookmark_prompt(desk.perform))


def origins(desk: Desk) -> None:
    """Show where the chosen quantity comes from and where it goes."""
    from bpdebug.tui.screens.origins import OriginsScreen

    name = desk.chosen()
    slot = desk.debugger.program.slot_named(name) if name else None
    if slot is not None:
        desk.screen.app.push_screen(OriginsScreen(desk, slot), partial(jump, desk))


def jump(desk: Desk, wish: Jump | None) -> None:
    """Go where a list leads, and select what is there."""
    if wish is None:
        return
    desk.selected = wish.name
    if desk.perform(f"g {wish.place}") is None and desk.runner is None:
        desk.select(wish.name)


def curves(desk: Desk) -> None:
    """Show the curve of the loss and of what is watched."""
    from bpdebug.tui.curves.screen import CurvesScreen

    debugger = desk.debugger
    history = debugger.history.beside()
    series = [_curve(debugger, history, debugger.program.model.loss)]
    for text in debugger.document.watches:
        curve = _curve(debugger, history, text)
        # What is true or false has no curve; after one iteration everything has a value.
        if debugger.iterations and not isinstance(curve.read(1), bool):
            series.append(curve)
    stopping = [b for b in debugger.breakpoints.values() if b.enabled and b.log is None]

    @cache
    def counter(breakpoint_: Breakpoint) -> HitCounter:
        return HitCounter(debugger.trigger(breakpoint_), debugger.program, history)

    def answered(iteration: int | None) -> None:
        debugger.history.adopt(history)
        _go_to_iteration(desk, iteration)

    screen = CurvesScreen(
        series,
        debugger.iterations,
        debugger.view.iteration if debugger.position.operation else 0,
        lambda iteration: any(stops_in(counter(each), each, iteration) for each in stopping),
        f"{desk.session.title} · {debugger.here.name}",
        at_once(debugger.program),
    )
    desk.screen.app.push_screen(screen, answered)


def _curve(debugger: Debugger, history: History, text: str) -> Series:
    """The value of an expression at the end of each iteration."""
    watch, length = read_watch(text, debugger.program), debugger.program.operations

    def read(iteration: int) -> float | bool | None:
        """What is covered is as if it were not known."""
        shown = debugger.predicting.shown_at(Position(iteration * length), history)
        value = watch.value(shown)
        return None if value is not None and is_covered(value) else value

    return Series(text, read)


def stops_in(counter: HitCounter, breakpoint_: Breakpoint, iteration: int) -> bool:
    """Whether a breakpoint, whose hits a counter counts, stops a run within an iteration."""
    hits = len(counter.within(iteration))
    if not hits or not breakpoint_.is_counting:
        return hits > 0
    earlier = finish(counter.before(iteration))
    return any(breakpoint_.wants(earlier + number) for number in range(1, hits + 1))


def _go_to_iteration(desk: Desk, iteration: int | None) -> None:
    if iteration is not None:
        desk.perform(f"g it {iteration} {desk.debugger.program.model.loss}")


def actions(desk: Desk) -> None:
    """Show what was done, as it is recorded and as it is called from Python."""
    from bpdebug.tui.screens.page_screen import PageScreen

    session = desk.session
    path = session.path
    name = path.stem if is_bundled(path) else str(path)
    lines = script_lines(name, session.opened_with, session.actions)

    def answered(copies: bool | None) -> None:
        if copies:
            copy_lines(desk, lines, "a Python script", "actions.py")

    desk.screen.app.push_screen(PageScreen("Actions", lines, copies=True), answered)
