"""Keys of one's own: the file in which people give commands other keys. Loads no Textual.

It is a JSON object such as `{"operation_forward": "j", "save": ["^s", "F2"]}`: the names of
commands that `bpdebug keys --json` lists, and keys as people write them. What is wrong in it
is told, and the rest of it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs

from bpdebug.keys.command import Command
from bpdebug.keys.names import key_name, read_key
from bpdebug.keys.registry import COMMANDS
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.json_text import parse_json
from bpdebug.session.file.text_file import read_text

_MOVES = "moves in the panes"
_TAKEN = {
    **dict.fromkeys("0123456789", "repeats a step"),
    **dict.fromkeys(("up", "down", "left", "right", "pageup", "pagedown"), _MOVES),
    "ctrl+c": "always quits",
}
"""Keys that no command can have, and what each does."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The commands with the keys that they have here.

    `own` has the keys that somebody asked for, by the id of the command; `problems` says what
    the file asks for that cannot be.
    """

    commands: tuple[Command, ...] = COMMANDS
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def keymap_file() -> Path:
    """Where the file is looked for."""
    return platformdirs.user_config_path("bpdebug", appauthor=False) / "keys.json"


def read_keymap(path: Path | None = None) -> Keymap:
    """The keymap of `path`, or of the usual place; without a file the keys are the usual ones."""
    path = keymap_file() if path is None else path
    if not path.exists():
        return Keymap()
    try:
        wishes = parse_json(read_text(path), str(path))
    except SessionError as error:
        return Keymap(problems=(str(error),))
    if not isinstance(wishes, dict):
        return Keymap(problems=(f"{path}: should be an object of commands and keys",))
    return _fulfilled(wishes, path.name)


def without_files(keymap: Keymap) -> Keymap:
    """The keymap of a screen that must not reach files or the shell."""
    return replace(keymap, commands=tuple(each for each in keymap.commands if not each.reaches_out))


def _fulfilled(wishes: Mapping[str, Any], source: str) -> Keymap:
    """The keymap with every wish that can be granted."""
    known = {command.id for command in COMMANDS}
    own: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = dict(_TAKEN)
    problems = []
    for name, wish in wishes.items():
        keys = []
        if name not in known:
            problems.append(f"{source}: there is no command {name!r}; `bpdebug keys --json`")
            continue
        for text in wish if isinstance(wish, list) else [wish]:
            key = read_key(text) if isinstance(text, str) else None
            if key is None:
                problems.append(f'{source}: {name}: {text!r} is not a key, such as "j" or "^s"')
            elif key in taken:
                problems.append(f"{source}: {name}: {key_name(key)} {taken[key]}")
            else:
                taken[key] = f"is given to {name}"
                keys.append(key)
        if keys:
            own[name] = tuple(keys)
    given = {key for keys in own.values() for key in keys}
    commands = tuple(
        replace(command, keys=own[command.id])
        if command.id in own
        else replace(command, keys=tuple(key for key in command.keys if key not in given))
        for command in COMMANDS
    )
    return Keymap(commands, own, tuple(problems))
