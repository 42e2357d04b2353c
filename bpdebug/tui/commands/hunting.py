"""Finding a planted mistake: naming suspects, hints."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.debugger.hunts import Suspect
from bpdebug.tui.desk import Desk


def suspect(desk: Desk) -> None:
    """Ask what is wrong at the selected quantity, and say whether it is."""
    from bpdebug.text.run.hunts import bugs_of
    from bpdebug.tui.screens.suspect import SuspectScreen

    bugs = bugs_of(desk.debugger)
    if bugs is None:
        desk.tell(f"no mistake is planted in this session; {desk.key_of('plant')} plants one")
        return
    if not desk.debugger.hunting.is_on:
        desk.tell("there is nothing left to find")
        return
    chosen = desk.chosen()
    if chosen is None:
        return
    # Besides what is selected the operation just executed may be meant.
    active = desk.picture().active_slot
    here = [] if active is None else [desk.debugger.program.name(active)]

    def accept(element: str, mistake: str) -> str | None:
        return desk.perform(f"suspect {element} {mistake}".rstrip())

    def named(mistake: str | None) -> None:
        if mistake is not None:
            _show(desk, desk.debugger.document.hunt.suspects[-1])

    desk.screen.app.push_screen(
        SuspectScreen(bugs, list(dict.fromkeys([chosen, *here])), accept), named
    )


def _show(desk: Desk, suspect: Suspect) -> None:
    """The verdict with its evidence, and the way to the operation."""
    from bpdebug.text.run.hunts import told_verdict

    lines, place = told_verdict(desk.debugger, suspect, desk.digits)
    desk.tell(lines[0], "fresh")
    _open(desk, lines, place)


def _open(desk: Desk, lines: Sequence[str], place: str) -> None:
    from bpdebug.tui.screens.verdict import VerdictScreen

    def answered(goes: bool | None) -> None:
        if goes:
            # What is selected stays; what one suspects next is where one goes.
            desk.perform(f"g {place}")

    desk.screen.app.push_screen(VerdictScreen(lines, bool(place)), answered)


def hint(desk: Desk) -> None:
    """The next hint to what is planted; the last one tells it."""
    from bpdebug.text.run.hunts import bugs_of, clue_lines, told_lines, told_place

    debugger, bugs = desk.debugger, bugs_of(desk.debugger)
    bug = debugger.hunting.open_bug
    if desk.perform("hint") is not None:
        return
    desk.tell(clue_lines(debugger)[-1], "fresh")
    if bugs is None or bug is None or not debugger.document.hunt.is_closed(bug):
        return
    place = told_place(bugs.all[bug])
    _open(desk, told_lines(debugger, desk.digits), place)
