"""The app: themes, and the main screen on a session."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from bpdebug.session.session import Session
from bpdebug.tui.key_names import key_name
from bpdebug.tui.keymap import read_keymap
from bpdebug.tui.main_screen import MainScreen
from bpdebug.tui.preferences import Remembered
from bpdebug.tui.recovery import RecoveryScreen
from bpdebug.tui.terminal_input import listen_leniently
from bpdebug.tui.theme import ANSI, THEMES, VARIABLES


class BpdebugApp(App[None], inherit_bindings=False):
    """bpdebug on the screen; with `recorded` actions it plays them."""

    TITLE = "bpdebug"
    # Textual's own bindings are not inherited: its Ctrl+Q would leave without a question.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit_hint", "quit", show=False, priority=True),
        # In place of Textual's own, which no keymap could change.
        Binding("ctrl+p", "command_palette", "all commands", show=False, id="palette"),
    ]

    def __init__(self, session: Session, recorded: Sequence[str] = ()) -> None:
        listen_leniently()
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.keymap = read_keymap()
        self.remembered = Remembered()
        self._session = session
        self._recorded = recorded
        self._main: MainScreen | None = None
        self.set_keymap({id: ",".join(keys) for id, keys in self.keymap.own.items()})
        for name in self.available_themes:
            self.unregister_theme(name)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._wanted_theme()

    def _wanted_theme(self) -> str:
        """The theme that was chosen last, or without colours one that needs none."""
        if self.no_color:
            return ANSI.name
        wanted = self.remembered.preferences.theme
        return wanted if wanted in self.available_themes else THEMES[0].name

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, theme: Theme) -> None:
        if not self.no_color:
            self.remembered.change(theme=theme.name)

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

    def action_quit_hint(self) -> None:
        """Ctrl+C leaves like the quit command, so that nothing is lost."""
        if isinstance(self.screen, MainScreen):
            self.screen.action_do("quit")
        elif isinstance(self.screen, RecoveryScreen):
            self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand("Theme: Choose", "dark, light and others", self.action_change_theme)
        if not isinstance(screen, MainScreen):
            return
        for command in self.keymap.commands:
            if command.id not in ("palette", "interrupt") and screen.applies(command):
                title = f"{command.noun}: {command.help[0].upper()}{command.help[1:]}"
                keys = " ".join(map(key_name, command.keys))
                yield SystemCommand(title, keys, lambda id=command.id: screen.action_do(id))
