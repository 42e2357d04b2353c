"""Keys as people write them, and the list of keys. Loads no Textual."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from bpdebug.keys.command import Command
from bpdebug.keys.registry import COMMANDS

REPEAT_HELP = "a number typed first repeats a step: 5s"

_NAMED = {
    "escape": "Esc",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "space": "Space",
    "backspace": "Backspace",
    "enter": "Enter",
    "insert": "Ins",
    "delete": "Del",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "pageup": "PageUp",
    "pagedown": "PageDown",
}
_ODD = {"/": "slash", "\\": "backslash", "@": "at", "-": "minus", "+": "plus", "_": "underscore"}
"""Signs that terminals do not call by their names in Unicode."""


def _called(sign: str) -> str:
    return _ODD.get(sign) or unicodedata.name(sign).lower().translate(_JOINED)


_JOINED = str.maketrans(" -", "__")
_SIGNS = {_called(sign): sign for sign in map(chr, range(33, 127)) if not sign.isalnum()}
_FUNCTION_KEY = r"f([1-9]|1\d|2[0-4])"
_MODIFIERS = (("ctrl+", "^"), ("shift+", "Shift+"), ("alt+", "Alt+"))


def key_name(key: str) -> str:
    """A key as people write it: `[`, `^s`, `F10`, `Esc`."""
    for modifier, shown in _MODIFIERS:
        if key.startswith(modifier):
            return shown + key_name(key.removeprefix(modifier))
    if key in _NAMED or key in _SIGNS:
        return (_NAMED | _SIGNS)[key]
    return key.upper() if re.fullmatch(_FUNCTION_KEY, key) else key


def key_of(commands: Sequence[Command], id: str) -> str:
    """The main key of the command `id` as people write it, empty if it has none."""
    keys = next(command.keys for command in commands if command.id == id)
    return key_name(keys[0]) if keys else ""


def read_key(text: str) -> str | None:
    """The key that people write as `text`; the inverse of `key_name`, None if there is none."""
    for modifier, shown in (*_MODIFIERS, ("ctrl+", "Ctrl+")):
        if text.lower().startswith(shown.lower()) and len(text) > len(shown):
            key = read_key(text[len(shown) :])
            return None if key is None else modifier + key
    for key, name in (_NAMED | _SIGNS).items():
        if text.lower() in (name.lower(), key):
            return key
    if re.fullmatch(_FUNCTION_KEY, text.lower()):
        return text.lower()
    return text if len(text) == 1 and text.isalnum() else None


class KeyRow(NamedTuple):
    """A line of the list of keys; `id` is the name that a keymap calls the command by."""

    group: str
    keys: str
    help: str
    id: str = ""


def keys_table(commands: Sequence[Command] = COMMANDS) -> list[KeyRow]:
    """Every command with its keys, for help and documentation."""
    rows = [KeyRow(c.group, " ".join(map(key_name, c.keys)), c.help, c.id) for c in commands]
    steps = rows[0].group
    last_step = max(index for index, row in enumerate(rows) if row.group == steps)
    rows.insert(last_step + 1, KeyRow(steps, "0-9", REPEAT_HELP))
    return rows
