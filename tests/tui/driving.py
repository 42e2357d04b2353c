"""Driving the app in a test: open a session, press keys, wait for what is to be seen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.app import BpdebugApp
from bpdebug.tui.desk import Desk
from bpdebug.tui.main_screen import MainScreen

from .frames import drawn_when_looked_at, frame

LARGE = (120, 40)
SMALL = (80, 24)


class Driven:
    """An app that a test drives."""

    def __init__(self, app: BpdebugApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> MainScreen:
        """The main screen."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    @property
    def desk(self) -> Desk:
        """What commands work on."""
        return self.screen.desk

    @property
    def frame(self) -> str:
        """What is to be seen, as text."""
        return frame(self.app)

    async def press(self, *keys: str) -> str:
        """Press keys; returns the frame after the last."""
        for key in keys:
            await self.pilot.press(key)
            await self._short_work_ends()
        await self.wait_for(lambda: not self.screen.is_due)
        await self.pilot.pause()
        return self.frame

    async def _short_work_ends(self) -> None:
        """Wait for what has been left to a thread, as somebody would before the next key; what
        takes long goes on.
        """
        long = time.process_time() + 0.1, time.monotonic() + 1
        while any(worker.is_running for worker in self.app.workers):
            if time.process_time() > long[0] or time.monotonic() > long[1]:
                return
            await self.pilot.pause(0.01)

    async def burst(self, *keys: str) -> None:
        """Press keys that all come at once, as from a terminal that was slow."""
        for key in keys:
            typed = events.Key(key, {"space": " "}.get(key, key if len(key) == 1 else None))
            typed.set_sender(self.app)
            self.app.post_message(typed)
        await self.pilot.pause()

    async def resize(self, size: tuple[int, int]) -> str:
        """Change the size of the terminal; returns the frame then."""
        await self.pilot.resize_terminal(*size)
        return await self.press()

    async def type(self, text: str) -> None:
        """Put a text into the line that has the focus, and press Enter."""
        await self.wait_for(lambda: isinstance(self.app.focused, Input))
        line = self.app.focused
        assert line is not None
        line.post_message(events.Paste(text))
        await self.pilot.pause()
        await self.press("enter")

    async def wait_for(self, happened: Callable[[], bool]) -> None:
        """Wait until something has happened; fails after some seconds."""
        for _ in range(500):
            if happened():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it did not happen; the screen shows:\n{self.frame}")


@asynccontextmanager
async def running(
    app: App[Any], size: tuple[int, int], drawn: bool = False
) -> AsyncIterator[Pilot[Any]]:
    """An app running headless, of which only those frames are drawn that a test looks at; all of
    them if it is to be `drawn`.
    """
    with nullcontext() if drawn else drawn_when_looked_at():
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot


@asynccontextmanager
async def opened(
    session: str | Path = "blog",
    size: tuple[int, int] = LARGE,
    recorded: Sequence[str] = (),
    drawn: bool = False,
) -> AsyncIterator[Driven]:
    """bpdebug running headless on a session."""
    app = BpdebugApp(open_session(find_session(str(session))), recorded)
    async with running(app, size, drawn) as pilot:
        await pilot.pause()
        yield Driven(app, pilot)
