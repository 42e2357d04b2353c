"""Keys that come faster than the screen they are meant for: each finds what the ones before opened.

Textual sends a key to the widget that has the focus and does what it means when it has come back
from there; keys behind it are on their way to the same widget by then, and a prompt that the first
one opens never sees them. So where no widget wants a key for itself it is carried out at once, and
while a screen is not there yet keys wait. They wait, too, behind a key that may close a prompt,
until that has been heard.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.widget import Widget

from bpdebug.tui.main_screen import MainScreen
from bpdebug.tui.screens.list_screen import ListScreen

_AT_ONCE = (MainScreen, ListScreen)
"""Screens on which no widget is typed into."""

_CLOSING = ("enter", "escape")
"""Keys that may close a prompt, so that what comes after them is for another screen."""

_ROUNDS = 2
"""A key comes up from the widget that has the focus; then what the widget says of it does."""

_PATIENCE = 0.3
"""Seconds after which a prompt that was closed meanwhile is not waited for any more."""

Typed = events.Key | events.Paste


class TypingAhead:
    """The keys of an app, in their order.

    `run` does what a key means and tells whether it means anything; `deliver` is Textual's way.
    """

    def __init__(
        self,
        app: App[Any],
        run: Callable[[str], Awaitable[bool]],
        deliver: Callable[[events.Event], Awaitable[None]],
    ) -> None:
        self._app = app
        self._run = run
        self._deliver = deliver
        self._waiting: deque[Typed] = deque()
        self._unheard: object = None

    async def take(self, event: Typed) -> None:
        """Take a key that has come from the terminal."""
        self._waiting.append(event)
        await self._go_on()

    async def _go_on(self) -> None:
        while self._waiting and self._is_ready():
            await self._carry_out(self._waiting.popleft())
        if self._waiting and self._unheard is None:
            # Heard when the screen is there; then it is the app's turn again.
            self._app.screen.call_later(self._app.call_later, self._go_on)

    def _is_ready(self) -> bool:
        """Whether the next key can be carried out: the screen on top is there, with the focus
        where it belongs, and no key is on its way that may close it.
        """
        if self._unheard is not None:
            return False
        return not self._app.screen_stack or self._app.screen.is_mounted

    async def _carry_out(self, event: Typed) -> None:
        app = self._app
        if (
            isinstance(event, events.Key)
            and app.screen_stack
            and isinstance(app.screen, _AT_ONCE)
            and app.app_focus
            and await self._run(event.key)
        ):
            return
        closing = isinstance(event, events.Key) and event.key in _CLOSING and app.screen_stack
        if closing and not isinstance(app.screen, _AT_ONCE):
            self._unheard = token = object()
            app.set_timer(_PATIENCE, lambda: self._hear(token))
            await self._deliver(event)
            self._follow(token, _ROUNDS)
        else:
            await self._deliver(event)

    def _follow(self, token: object, rounds: int) -> None:
        """Go the way that a key goes, after it."""
        app = self._app
        if not rounds:
            app.call_later(self._hear, token)
            return
        first = app.focused or app.screen
        way = [node for node in first.ancestors_with_self if isinstance(node, Widget)]

        def hop(at: int) -> None:
            if at == len(way):
                app.call_later(self._follow, token, rounds - 1)
            else:
                way[at].call_later(hop, at + 1)

        hop(0)

    async def _hear(self, token: object) -> None:
        """A key has been heard: go on with those after it."""
        if token is self._unheard:
            self._unheard = None
            await self._go_on()
