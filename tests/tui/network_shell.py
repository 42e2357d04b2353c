"""An app of nothing but the network pane, to try keys and mouse on."""

from __future__ import annotations

from textual.app import App, ComposeResult

from bpdebug.program.program import Program
from bpdebug.tui.panes.network import NetworkPane
from bpdebug.tui.panes.theme import VARIABLES

from .network_examples import view_at


class Shell(App[None]):
    """Nothing but the pane; what it selects is shown as selected."""

    CSS = "NetworkPane { border: round $foreground; padding: 0 1; }"

    def __init__(self, program: Program, position: int = 14) -> None:
        super().__init__()
        self.program = program
        self.position = position
        self.selected: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLES

    def compose(self) -> ComposeResult:
        yield NetworkPane()

    @property
    def pane(self) -> NetworkPane:
        return self.query_one(NetworkPane)

    def on_mount(self) -> None:
        self.pane.focus()
        self.go(self.position)

    def go(self, position: int) -> None:
        self.position = position
        name = self.selected[-1] if self.selected else None
        self.pane.show(view_at(self.program, position), name)

    def on_network_pane_selected(self, message: NetworkPane.Selected) -> None:
        assert message.control is self.pane
        self.selected.append(message.name)
        self.go(self.position)
