"""The app: themes, and the main screen on a session."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.actions import ActionParseResult
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import Theme

from bpdebug.keys.command import Command
from bpdebug.keys.ranking import counted
from bpdebug.session.session import Session
from bpdebug.tui.loading import AFTER, load_later, make_way
from bpdebug.tui.main_screen import MainScreen
from bpdebug.tui.modes.following import Following
from bpdebug.tui.modes.walkthrough import Walkthrough
from bpdebug.tui.panes.theme import ANSI, THEMES, VARIABLES
from bpdebug.tui.preferences import MOST_USES
from bpdebug.tui.screens.palette import Palette, shell_commands, theme_commands
from bpdebug.tui.screens.prompts import Leaving
from bpdebug.tui.seat import Seat
from bpdebug.tui.terminal.lesson_came import LessonCame
from bpdebug.tui.terminal.terminal_input import listen_leniently
from bpdebug.tui.typing_ahead import TypingAhead
from bpdebug.usage import SUBCOMMANDS


class BpdebugApp(App[None], inherit_bindings=False):
    """bpdebug on the screen; with `recorded` actions it plays them. `driver` draws it elsewhere
    than on this terminal.
    """

    TITLE = "bpdebug"
    # Textual's own bindings are not inherited: its Ctrl+Q would leave without a question.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit_hint", "quit", show=False, priority=True),
        # In place of Textual's own, which no keymap could change.
        Binding("ctrl+p", "command_palette", "all commands", show=False, id="palette"),
    ]

    def __init__(
        self,
        session: Session,
        recorded: Sequence[str] = (),
        seat: Seat | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        listen_leniently()
        super().__init__(driver, ansi_color=True if "NO_COLOR" in os.environ else None)
        self.seat = seat or Seat()
        self._session = session
        self._recorded = recorded
        self._main: MainScreen | None = None
        self._typing = TypingAhead(self, self._run_key, super().on_event)
        self.set_keymap({id: ",".join(keys) for id, keys in self.seat.keymap.own.items()})
        for name in self.available_themes:
            self.unregister_theme(name)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._wanted_theme()

    def _wanted_theme(self) -> str:
        """The theme that was chosen last, or without colours one that needs none."""
        if self.no_color:
            return ANSI.name
        wanted = self.seat.remembered.preferences.theme
        return wanted if wanted in self.available_themes else THEMES[0].name

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        if self.is_headless:
            return
        make_way()
        self.set_timer(AFTER, load_later)
        if sys.platform != "win32":
            # From outside it is meant like the key, which no terminal turns into it here.
            asyncio.get_running_loop().add_signal_handler(
                signal.SIGINT, self.call_later, self.action_quit_hint
            )

    def _theme_changed(self, theme: Theme) -> None:
        if not self.no_color:
            self.seat.remembered.change(theme=theme.name)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLES

    def get_default_screen(self) -> Screen[None]:
        self._main = MainScreen(self._session, self._recorded)
        return self._main

    def let_go(self) -> None:
        """Give the session free for other windows. What is not saved stays, to be recovered."""
        sessions = [self._session]
        if self._main is not None:
            left = self._main.desk.mode(Walkthrough).came_from
            sessions = [self._main.desk.session, *(each.session for each in left)]
        for session in sessions:
            if session.keeping is not None:
                session.keeping.close(remove=False)

    def on_lesson_came(self, message: LessonCame) -> None:
        """Show what the teacher's screen shows."""
        if self._main is not None and self._main.is_running:
            self._main.desk.mode(Following).hear(message.lesson)

    def action_quit_hint(self) -> None:
        """Ctrl+C leaves like the quit command, wherever one is; while that asks, without an answer.

        What was not saved then is offered next time.
        """
        from bpdebug.tui.screens.recovery import RecoveryScreen

        if self._main is None or isinstance(self.screen, (Leaving, RecoveryScreen)):
            self.exit()
        else:
            self._main.action_do("quit")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._typing.take(event)
        else:
            await super().on_event(event)

    async def _run_key(self, key: str) -> bool:
        """Do what a key means, as Textual does it in two steps; whether it means anything."""
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key means; keys that come after the one that leaves mean nothing any more."""
        if self.return_code is not None:
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, Palette):
            uses = self.seat.remembered.preferences.uses
            self.push_screen(Palette(self.offered(), uses), self._palette_chose)

    def offered(self) -> list[Command]:
        """What can be done now: without the main screen on top, another theme."""
        themes = theme_commands(tuple(self.available_themes))
        if not isinstance(self.screen, MainScreen):
            return [*themes]
        applying = [
            command
            for command in self.seat.keymap.commands
            if command.id not in ("palette", "interrupt") and self.screen.applies(command)
        ]
        return [*applying, *themes, *shell_commands()]

    def _palette_chose(self, id: str | None) -> None:
        if id is None or self._main is None:
            return
        kind, _, name = id.rpartition(":")
        if kind == "theme":
            self.theme = name
        elif kind == "shell":
            self._main.desk.tell(f"in a shell: {' · '.join(SUBCOMMANDS[name].examples)}")
        else:
            uses = counted(self.seat.remembered.preferences.uses, id, MOST_USES)
            self.seat.remembered.change(uses=uses)
            self._main.action_do(id)
