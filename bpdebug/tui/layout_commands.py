"""Where the panes are: their shares of the screen, one alone, and going from one to another."""

from __future__ import annotations

from textual import events

from bpdebug.session.session import Session
from bpdebug.tui.jump import JumpScreen
from bpdebug.tui.preferences import GREATEST_SHARE, LEAST_SHARE, Preferences
from bpdebug.tui.session_screen import SessionScreen

_STEP = 0.05
"""The share of the screen by which a key moves a border."""

_LEAST = {"width": 12, "height": 4}
"""Cells that a pane has at least, with its frame."""

_FINE = 10_000
"""Parts that shares are counted in: more than a screen has cells."""

_JUMPS = ("#network", "#tree", "#operation", "#parameters", "#walkthrough")
"""The panes that one can jump to; no two titles begin with the same letter."""


class LayoutCommands(SessionScreen):
    """The commands of the main screen that arrange the panes.

    `shares` are those of the left panes in the width and of the upper ones in the height.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shares = _shares(Preferences())
        self._dragged: tuple[str, ...] = ()

    def on_mount(self) -> None:
        self._shares = _shares(self.preferences)
        self.place_panes()

    def place_panes(self) -> None:
        """Give the panes their shares, where more than one is seen."""
        panes = self.query_one("#panes")
        alone = panes.has_class("-alone")
        beside = self.has_class("-beside")
        three_rows = self.has_class("-led", "-wide", "-high")
        for side, name, fixed in (
            ("width", "grid_columns", alone or beside),
            ("height", "grid_rows", alone or beside or three_rows),
        ):
            if fixed:
                panes.styles.clear_rule(name)
                continue
            least = min(0.5, (_LEAST[side] + 0.5) / max(1, getattr(panes.size, side)))
            share = round(_FINE * min(1 - least, max(least, self._shares[side])))
            setattr(panes.styles, name, f"{share}fr {_FINE - share}fr")

    # Shares

    def do_narrower(self) -> None:
        """The left panes narrower."""
        self._move_border("width", -_STEP)

    def do_wider(self) -> None:
        """The left panes wider."""
        self._move_border("width", _STEP)

    def do_lower(self) -> None:
        """The upper panes less high."""
        self._move_border("height", -_STEP)

    def do_higher(self) -> None:
        """The upper panes higher."""
        self._move_border("height", _STEP)

    def do_reset_layout(self) -> None:
        """All panes, in the shares they had in the beginning."""
        self._shares = _shares(Preferences())
        if self.query_one("#panes").has_class("-alone"):
            self.do_maximise()
        self._keep_shares()
        self.tell("the panes are as in the beginning")

    def _move_border(self, side: str, by: float) -> None:
        self._put_border(side, self._shares[side] + by)
        self._keep_shares()
        share = round(100 * self._shares[side])
        self.tell(f"{'left' if side == 'width' else 'upper'} panes: {share} %")

    def _put_border(self, side: str, share: float) -> None:
        self._shares[side] = round(min(GREATEST_SHARE, max(LEAST_SHARE, share)), 4)

    def _keep_shares(self) -> None:
        """Arrange the panes so from now on."""
        self.place_panes()
        self.prefer(**self._shares)
        self.show()

    # The mouse on the borders between panes

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = self._borders_at(event)
        if self._dragged:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if not self._dragged:
            return
        region = self.query_one("#panes").region
        # To the middle of a cell, so that nothing depends on how shares are rounded.
        across, down = event.screen_x - region.x + 0.5, event.screen_y - region.y + 0.5
        if "width" in self._dragged:
            self._put_border("width", across / max(1, region.width))
        if "height" in self._dragged:
            self._put_border("height", down / max(1, region.height))
        self.place_panes()

    def on_mouse_up(self) -> None:
        if self._dragged:
            self._dragged = ()
            self.release_mouse()
            self._keep_shares()

    def _borders_at(self, event: events.MouseDown) -> tuple[str, ...]:
        """The borders between panes that the mouse is on; two where they cross."""
        panes = self.query_one("#panes")
        lower, right = self.query_one("#operation"), self.query_one("#tree")
        inside = panes.region.contains(event.screen_x, event.screen_y)
        if not inside or panes.has_class("-alone") or self.has_class("-led"):
            return ()
        found = []
        if event.screen_x in (right.region.x - 1, right.region.x):
            found.append("width")
        if event.screen_y in (lower.region.y - 1, lower.region.y):
            found.append("height")
        return tuple(found)

    # One pane

    def do_maximise(self) -> None:
        """The focused pane alone, or all of them again."""
        panes = self.query_one("#panes")
        alone = not panes.has_class("-alone") and self.focused in panes.children
        panes.set_class(alone, "-alone")
        for pane in panes.children:
            pane.set_class(alone and pane is not self.focused, "-others")
        self.place_panes()
        self.show()

    def do_next_pane(self) -> None:
        """Focus the next pane."""
        self.focus_next()

    def do_previous_pane(self) -> None:
        """Focus the previous pane."""
        self.focus_previous()

    def do_jump(self) -> None:
        """Mark the first letters of the panes' titles: each goes there."""
        panes = [self.query_one(selector) for selector in _JUMPS]
        targets = {str(pane.border_title)[0]: pane for pane in panes if pane.region}

        def answered(letter: str | None) -> None:
            if letter is not None:
                targets[letter].focus()

        self.app.push_screen(JumpScreen(targets), answered)


def _shares(preferences: Preferences) -> dict[str, float]:
    return {"width": preferences.width, "height": preferences.height}
