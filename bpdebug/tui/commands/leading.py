"""Being led: the walkthrough and the tour; and presenting. One makes way for another."""

from __future__ import annotations

from bpdebug.tui.commands import files
from bpdebug.tui.desk import Desk
from bpdebug.tui.modes.asking import Asking
from bpdebug.tui.modes.presenting import Presenting
from bpdebug.tui.modes.tour import Tour
from bpdebug.tui.modes.walkthrough import Next, Walkthrough
from bpdebug.tui.modes.welcome import Welcome
from bpdebug.tui.panes.grid import PaneGrid


def walkthrough(desk: Desk) -> None:
    """Begin the walkthrough, leave it, or take it up again."""
    desk.mode(Welcome).end()
    desk.mode(Tour).end()
    desk.mode(Walkthrough).turn()


def walk_on(desk: Desk) -> None:
    """What comes next in the walkthrough, which is begun if it is not on; without one a step."""
    mode = desk.mode(Walkthrough)
    if mode.is_on:
        _walk_on(desk, mode)
    elif mode.stops:
        walkthrough(desk)
    elif mode.leads_back:
        files.go_back(desk)
    elif desk.debugger.question is not None:
        desk.mode(Asking).pass_by()
    else:
        desk.perform("s")


def _walk_on(desk: Desk, mode: Walkthrough) -> None:
    match mode.next:
        case Next.QUESTION:
            desk.mode(Asking).pass_by()
        case Next.OPEN:
            files.visit(desk, mode.opens)
        case Next.NOTHING if mode.leads_back:
            files.go_back(desk)
        case _:
            mode.walk_on()


def walk_back(desk: Desk) -> None:
    """The previous stop; before the first one the walkthrough that has led here."""
    mode = desk.mode(Walkthrough)
    if mode.leads_back and not (mode.is_on and mode.reached):
        files.go_back(desk)
    else:
        mode.walk_back()


def answer(desk: Desk) -> None:
    """Show the answer to the question of the walkthrough."""
    desk.mode(Walkthrough).answer()


def stops(desk: Desk) -> None:
    """Show the list of stops."""
    from bpdebug.tui.screens.stop_list import StopScreen

    def answered(index: int | None) -> None:
        if index is not None:
            go_to_stop(desk, index)

    desk.screen.app.push_screen(StopScreen(desk, desk.mode(Walkthrough).reached), answered)


def go_to_stop(desk: Desk, index: int) -> None:
    """Go to a stop, the first of which is 0."""
    desk.mode(Welcome).end()
    desk.mode(Tour).end()
    desk.mode(Walkthrough).go(index)


def present(desk: Desk) -> None:
    """The operation large and alone, or all panes again."""
    desk.mode(Tour).end()
    desk.mode(Presenting).turn()


def tour(desk: Desk) -> None:
    """Begin the tour, with all panes in sight."""
    desk.mode(Welcome).end()
    desk.prefer(toured=True)
    if desk.mode(Presenting).is_on:
        present(desk)
    if desk.mode(Walkthrough).is_on:
        walkthrough(desk)
    if desk.pane(PaneGrid).is_alone:
        desk.mode(Tour).end()
        desk.pane(PaneGrid).turn_alone()
        desk.show()
    desk.mode(Tour).begin()


def turn_tour(desk: Desk, by: int) -> None:
    """Go on in the tour, or back."""
    desk.mode(Tour).turn(by)
