"""Whether a key means something on a screen; Textual makes a table of all keys to tell."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def is_bound(screen: Screen[Any], key: str) -> bool:
    """Whether a key has a binding there that is not switched off."""
    return any(
        screen.app._check_action_state(binding.action, node) is not False
        for node, bindings in screen._modal_binding_chain
        for binding in bindings.key_to_bindings.get(key, ())
    )
