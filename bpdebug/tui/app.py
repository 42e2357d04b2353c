"""The app: themes, and the main screen on a session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from bpdebug.session.session import Session
from bpdebug.tui.key_names import key_name
from bpdebug.tui.keys import COMMANDS
from bpdebug.tui.main_screen import MainScreen
from bpdebug.tui.recovery import RecoveryScreen
from bpdebug.tui.replay_screen import ReplayScreen
from bpdebug.tui.theme import THEMES, VARIABLES


class BpdebugApp(App[None]):
    """bpdebug on the screen; with `recorded` actions it plays them."""

    TITLE = "bpdebug"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit_hint", "quit", show=False, priority=True)
    ]

    def __init__(self, session: Session, recorded: Sequence[str] = ()) -> None:
        super().__init__()
        self._session = session
        self._recorded = recorded
        self._main: MainScreen | None = None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLES

    def get_default_screen(self) -> Screen[None]:
        if self._recorded:
            self._main = ReplayScreen(self._session, self._recorded)
        else:
            self._main = MainScreen(self._session)
        return self._main

    def let_go(self) -> None:
        """Give the session free for other windows. What is not saved stays, to be recovered."""
        session = self._main.session if self._main else self._session
        if session.keeping is not None:
            session.keeping.close(remove=False)

    def action_quit_hint(self) -> None:
        """Ctrl+C leaves like the quit command, so that nothing is lost."""
        if isinstance(self.screen, MainScreen):
            self.screen.do_quit()
        elif isinstance(self.screen, RecoveryScreen):
            self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand("Theme: change", "dark, light and others", self.action_change_theme)
        if not isinstance(screen, MainScreen):
            return
        for command in COMMANDS:
            if command.id not in ("palette", "interrupt"):
                title = f"{command.noun}: {command.help[0].upper()}{command.help[1:]}"
                keys = " ".join(map(key_name, command.keys))
                yield SystemCommand(title, keys, lambda id=command.id: screen.action_do(id))
