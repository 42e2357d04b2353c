"""What stops a run and what is watched: breakpoints and watches on the screen."""

from __future__ import annotations

from bpdebug.debugger.breakpoints import Access, Breakpoint
from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.tui.desk import Desk


def break_(desk: Desk) -> None:
    """Set a breakpoint on the chosen quantity, or clear those on it."""
    slot = _chosen_slot(desk)
    if slot is None:
        return
    debugger = desk.debugger
    name = debugger.program.name(slot)
    mine = [each for each in debugger.breakpoints.values() if _is_on(desk, each, slot)]
    for each in mine:
        desk.perform(f"delete {each.number}")
    if mine:
        what = "breakpoint" if len(mine) == 1 else f"{len(mine)} breakpoints"
        desk.tell(f"{what} on {name} cleared: {'; '.join(map(str, mine))}")
        return
    # What is given is never written, but it is read.
    given = not debugger.program.written_at[slot]
    access = Access.READ if given else Access.WRITE
    if desk.perform(f"b {name} {Access.READ}" if given else f"b {name}") is None:
        number = max(debugger.breakpoints)
        desk.tell(f"breakpoint on {name} ({access}), number {number}; B lists and edits")


def _chosen_slot(desk: Desk) -> int | None:
    name = desk.chosen()
    if name is None:
        return None
    try:
        return find_slot(desk.debugger.program, name)
    except ConditionError as error:
        desk.tell(str(error), "error")
        return None


def _is_on(desk: Desk, each: Breakpoint, slot: int) -> bool:
    """Whether a breakpoint is on that slot alone, under whatever name."""
    slots = None if each.problem else desk.debugger.trigger(each).slots
    return slots == range(slot, slot + 1)


def breakpoints(desk: Desk) -> None:
    """Show the list of breakpoints."""
    from bpdebug.tui.screens.breakpoint_list import BreakpointScreen

    desk.screen.app.push_screen(BreakpointScreen(desk))


def watch(desk: Desk) -> None:
    """Watch the chosen quantity, or no longer."""
    slot = _chosen_slot(desk)
    if slot is None:
        return
    name = desk.debugger.program.name(slot)
    watched = name in desk.debugger.document.watches
    if desk.perform(f"{'unwatch' if watched else 'watch'} {name}") is None:
        said = f"{name} is no longer watched" if watched else f"watching {name}; W lists"
        desk.tell(said)


def watches(desk: Desk) -> None:
    """Show the list of watches."""
    from bpdebug.tui.screens.watch_list import WatchScreen

    desk.screen.app.push_screen(WatchScreen(desk))
