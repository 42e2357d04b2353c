"""Where the panes are: their shares of the screen, one alone, and going from one to another."""

from __future__ import annotations

from bpdebug.tui.desk import Desk
from bpdebug.tui.modes.tour import Tour
from bpdebug.tui.panes.grid import PaneGrid, shares_of
from bpdebug.tui.preferences import Preferences

_STEP = 0.05
"""The share of the screen by which a key moves a border."""

_JUMPS = ("#network", "#tree", "#operation", "#parameters", "#walkthrough")
"""The panes that one can jump to; no two titles begin with the same letter."""


def narrower(desk: Desk) -> None:
    """The left panes narrower."""
    _move_border(desk, "width", -_STEP)


def wider(desk: Desk) -> None:
    """The left panes wider."""
    _move_border(desk, "width", _STEP)


def lower(desk: Desk) -> None:
    """Make the upper panes shorter."""
    _move_border(desk, "height", -_STEP)


def higher(desk: Desk) -> None:
    """The upper panes higher."""
    _move_border(desk, "height", _STEP)


def reset(desk: Desk) -> None:
    """All panes, in the shares they had in the beginning."""
    grid = desk.pane(PaneGrid)
    grid.shares = shares_of(Preferences())
    if grid.is_alone:
        maximise(desk)
    grid.place()
    keep_shares(desk)
    desk.tell("the layout is reset")


def _move_border(desk: Desk, side: str, by: float) -> None:
    grid = desk.pane(PaneGrid)
    grid.put_border(side, grid.shares[side] + by)
    keep_shares(desk)
    share = round(100 * grid.shares[side])
    desk.tell(f"{'left' if side == 'width' else 'upper'} panes: {share} %")


def keep_shares(desk: Desk) -> None:
    """Arrange the panes so from now on."""
    desk.prefer(**desk.pane(PaneGrid).shares)
    desk.show()


def maximise(desk: Desk) -> None:
    """The focused pane alone, or all of them again."""
    desk.mode(Tour).end()
    desk.pane(PaneGrid).turn_alone()
    desk.show()


def next_pane(desk: Desk) -> None:
    """Focus the next pane."""
    desk.screen.focus_next()


def previous_pane(desk: Desk) -> None:
    """Focus the previous pane."""
    desk.screen.focus_previous()


def jump(desk: Desk) -> None:
    """Mark the first letters of the panes' titles: each goes there."""
    from bpdebug.tui.screens.jump import JumpScreen

    panes = [desk.screen.query_one(selector) for selector in _JUMPS]
    targets = {str(pane.border_title)[0]: pane for pane in panes if pane.region}

    def answered(letter: str | None) -> None:
        if letter is not None:
            targets[letter].focus()

    desk.screen.app.push_screen(JumpScreen(targets), answered)
