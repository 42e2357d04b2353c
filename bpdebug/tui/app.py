"""The app: themes, and the main screen on a session."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import Theme, ThemeProvider

from bpdebug.keys.names import key_name
from bpdebug.session.session import Session
from bpdebug.tui.main_screen import MainScreen
from bpdebug.tui.modes.following import Following
from bpdebug.tui.panes.theme import ANSI, THEMES, VARIABLES
from bpdebug.tui.screens.palette import Palette
from bpdebug.tui.screens.prompts import Leaving
from bpdebug.tui.screens.recovery import RecoveryScreen
from bpdebug.tui.seat import Seat
from bpdebug.tui.terminal.terminal_input import listen_leniently
from bpdebug.tui.terminal.web import LessonCame


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
        if not self.is_headless and sys.platform != "win32":
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
        session = self._main.desk.session if self._main else self._session
        if session.keeping is not None:
            session.keeping.close(remove=False)

    def on_lesson_came(self, message: LessonCame) -> None:
        """Show what the teacher's screen shows."""
        if self._main is not None and self._main.is_running:
            self._main.desk.mode(Following).hear(message.lesson)

    def action_quit_hint(self) -> None:
        """Ctrl+C leaves like the quit command, wherever one is; while that asks, without an answer.

        What was not saved then is offered the next time.
        """
        if self._main is None or isinstance(self.screen, (Leaving, RecoveryScreen)):
            self.exit()
        else:
            self._main.action_do("quit")

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
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand("Theme: Choose", "dark, light and others", self.action_change_theme)
        if not isinstance(screen, MainScreen):
            return
        for command in self.seat.keymap.commands:
            if command.id not in ("palette", "interrupt") and screen.applies(command):
                title = f"{command.noun}: {command.help[0].upper()}{command.help[1:]}"
                keys = " ".join(map(key_name, command.keys))
                yield SystemCommand(title, keys, lambda id=command.id: screen.action_do(id))
