"""Whether a key means something on a screen; Textual makes a table of all keys to tell."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.screen import Screen

from bpdebug.keys.names import key_name


def is_bound(screen: Screen[Any], key: str) -> bool:
    """Whether a key has a binding there that is not switched off."""
    return any(
        screen.app._check_action_state(binding.action, node) is not False
        for node, bindings in screen._modal_binding_chain
        for binding in bindings.key_to_bindings.get(key, ())
    )


def without_meaning(screen: Screen[Any], event: events.Key) -> str | None:
    """A key as people write it, if it has no meaning on a screen."""
    if is_bound(screen, event.key):
        return None
    shown = event.character if event.is_printable else None
    return shown if shown and not shown.isspace() else key_name(event.key)
