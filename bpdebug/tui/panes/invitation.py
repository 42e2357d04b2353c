"""What an empty pane says: which key puts something there, as people have it."""

from __future__ import annotations

from textual.widget import Widget

from bpdebug.keys.keymap import Keymap
from bpdebug.keys.names import key_of
from bpdebug.keys.registry import COMMANDS


def key_in(pane: Widget, id: str) -> str:
    """The key of the command `id` for whoever sees the pane; without one its name."""
    keymap = getattr(pane.app, "keymap", None)
    commands = keymap.commands if isinstance(keymap, Keymap) else COMMANDS
    name = next(command.name for command in commands if command.id == id)
    return key_of(commands, id) or f"“{name}” in the palette"
