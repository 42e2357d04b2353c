"""The registry of commands: the one place that says which key does what.

Bindings, footer, help screen, command palette and `bpdebug keys` are made from it. It is
plain data and loads no Textual.
"""

from __future__ import annotations

from bpdebug.keys.run_commands import RUN_COMMANDS
from bpdebug.keys.screen_commands import SCREEN_COMMANDS

COMMANDS = (*RUN_COMMANDS, *SCREEN_COMMANDS)
"""Every command, in the order in which people read them."""

FOOTER = (
    "operation_forward",
    "operation_back",
    "help",
    "quit",
    "continue",
    "break",
    "go_to",
    "edit",
    "save",
    "layer_forward",
    "iteration_forward",
    "phase_forward",
    "curves",
    "open",
    "palette",
)
"""The commands that the footer names, the most needed first: as many as there is room for."""
