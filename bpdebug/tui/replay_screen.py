"""Replaying on the screen: the recorded actions are played one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import ClassVar

from textual.binding import Binding, BindingType

from bpdebug.debugger.actions import record
from bpdebug.session.session import Session
from bpdebug.tui.main_screen import MainScreen

_NONE: list[str] = []

_PAUSE = 0.7
"""Seconds between two actions."""


class ReplayScreen(MainScreen):
    """The main screen with somebody else's hands on the keys, until the recording is over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause or go on", show=False, priority=True),
        Binding("enter", "play", "the next action", show=False, priority=True),
    ]

    def __init__(self, session: Session, recorded: Sequence[str]) -> None:
        super().__init__(session)
        self._recorded = list(recorded)
        self._played = 0
        self._playing = True

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(_PAUSE, self._tick)
        self.call_after_refresh(self._say)

    def _tick(self) -> None:
        if self._playing and self.app.screen is self and self.runner is None:
            self.action_play()

    def action_pause(self) -> None:
        """Pause, or go on."""
        self._playing = not self._playing
        self._say()

    def action_play(self) -> None:
        """Play one action."""
        if self.runner is None and self._played < len(self._recorded):
            self.perform(self._recorded[self._played])
            self._played += 1
            self._say()

    def has_unsaved_work(self) -> bool:
        """Whether anything was done but what the recording does."""
        played = self._recorded[: self._played]
        # However steps were joined in the recording and are joined now.
        return reduce(record, self.session.actions, _NONE) != reduce(record, played, _NONE)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("pause", "play") and self._played >= len(self._recorded):
            return False
        return super().check_action(action, parameters)

    def _say(self) -> None:
        done, total = self._played, len(self._recorded)
        if done == total:
            self.tell(f"the recording is over ({total} actions); go on as you like", "fresh")
            return
        way = "Space pauses" if self._playing else "paused, Space goes on"
        self.tell(
            f"replay {done}/{total}, next: {self._recorded[done]}  {way} · Enter: next", "fresh"
        )
