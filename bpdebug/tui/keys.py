"""The registry of commands: the one place that says which key does what.

Bindings, footer, help screen, command palette and `bpdebug keys` are made from it. It is
plain data and loads no Textual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.debugger.steps import STEP_SIZES


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name in code, its keys (the first is the main one), and what it does.

    `action` is what is recorded when it is done, for the commands that move the debugger.
    `hint` is a word for the footer, empty if the footer leaves it out. `before_panes` says
    that its keys mean it whatever the focused pane does with them.
    """

    id: str
    keys: tuple[str, ...]
    help: str
    group: str
    hint: str = ""
    action: str = ""
    before_panes: bool = False


_MOVE = "Stepping"
_STOP = "Stops"
_WORK = "Edits and branches"
_LOOK = "Looking"
_WALK = "Walkthrough"
_FILE = "Sessions"

_ALIASES = {"s": ("f10",), "i": ("f11",), "S": ("shift+f10",), "I": ("shift+f11",)}
_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket"}


def _steps() -> list[Command]:
    commands = []
    for size in STEP_SIZES:
        for key, way in ((size.key, "forward"), (size.back, "back")):
            hint = {"s": "step", "S": "back", "n": "layer", "f": "phase", "]": "iteration"}
            text = size.help if way == "forward" else f"back: {size.help}"
            keys = (_NAMES.get(key, key), *_ALIASES.get(key, ()))
            commands.append(
                Command(f"{size.name}_{way}", keys, text, _MOVE, hint.get(key, ""), key)
            )
    return commands


COMMANDS = (
    *_steps(),
    Command("continue", ("c", "f5"), "continue to the next stop", _MOVE, "continue"),
    Command("continue_back", ("C", "shift+f5"), "continue to the previous stop", _MOVE),
    Command("interrupt", ("escape",), "pause a run; forget a number; unpin the tree", _MOVE),
    Command("run_to", ("t",), "run to where the selected quantity is computed next", _MOVE),
    Command("run_back_to", ("T",), "back to where it was computed last", _MOVE),
    Command("restart", ("R", "home"), "to the start; loses nothing", _MOVE, "", "g start"),
    Command("to_end", ("end",), "to the end of the last iteration", _MOVE, "", "g end"),
    Command("go_to", ("g",), "go to a position, iteration, quantity or percentage", _MOVE, "go to"),
    Command("break", ("b", "f9"), "set or clear a breakpoint on what is selected", _STOP, "break"),
    Command("breakpoints", ("B",), "list, add, change and delete breakpoints", _STOP),
    Command("watch", ("w",), "watch what is selected, or no longer", _STOP),
    Command("watches", ("W",), "list, add and delete watches", _STOP),
    Command("edit", ("e",), "give what is selected another value", _WORK, "edit"),
    Command("undo", ("u",), "take back the last change", _WORK, "", "undo"),
    Command("redo", ("U",), "make it again", _WORK, "", "redo"),
    Command("branches", ("y",), "list, switch, name, compare and delete branches", _WORK),
    Command("bookmark", ("m",), "give this position a name, or list those that have one", _WORK),
    Command("next_pane", ("tab",), "to the next pane", _LOOK),
    Command("previous_pane", ("shift+tab",), "to the previous pane", _LOOK),
    Command("find", ("slash",), "select a quantity by name", _LOOK),
    Command("origins", ("o",), "where what is selected comes from, and where it goes", _LOOK),
    Command("back", ("less_than_sign",), "to the place before the last jump", _LOOK),
    Command("forth", ("greater_than_sign",), "to the place where that came from", _LOOK),
    Command("curves", ("l",), "the curve of the loss and of what is watched", _LOOK, "curve"),
    Command("derivative", ("d",), "show the derivative tree of what is selected", _LOOK),
    Command("maximise", ("z",), "the pane alone on the screen, and back", _LOOK),
    Command("subscripts", ("underscore",), "digits of names below the line, and back", _LOOK),
    Command("more_digits", ("plus",), "one more decimal", _LOOK),
    Command("fewer_digits", ("minus",), "one decimal less", _LOOK),
    Command("walkthrough", ("a",), "begin or leave the session's walkthrough", _WALK),
    Command("walk_on", ("space",), "in it: read on, the next stop", _WALK, before_panes=True),
    Command("walk_back", ("backspace",), "in it: the previous stop", _WALK, before_panes=True),
    Command("answer", ("enter",), "in it: the answer to the question", _WALK),
    Command("save", ("ctrl+s",), "save the session", _FILE, "save"),
    Command("save_as", ("ctrl+w",), "save the session under another name", _FILE),
    Command("open", ("ctrl+o",), "open another session", _FILE, "open"),
    Command("palette", ("ctrl+p",), "all commands by name", _FILE, "palette"),
    Command("help", ("question_mark", "f1"), "the keys", _FILE, "help"),
    Command("quit", ("q", "ctrl+q"), "quit", _FILE, "quit"),
)
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

REPEAT_HELP = "a number typed first repeats a step: 5s"

_SHOWN = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "underscore": "_",
    "question_mark": "?",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "escape": "Esc",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "space": "Space",
    "backspace": "Backspace",
    "enter": "Enter",
}


def key_name(key: str) -> str:
    """A key as people write it: `[`, `^s`, `F10`, `Esc`."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    if key.startswith("shift+"):
        return "Shift+" + key_name(key.removeprefix("shift+"))
    return key.upper() if len(key) > 1 else key


class KeyRow(NamedTuple):
    """A line of the list of keys."""

    group: str
    keys: str
    help: str


def keys_table() -> list[KeyRow]:
    """Every command with its keys, for help and documentation."""
    rows = [KeyRow(c.group, " ".join(map(key_name, c.keys)), c.help) for c in COMMANDS]
    last_step = max(index for index, row in enumerate(rows) if row.group == _MOVE)
    rows.insert(last_step + 1, KeyRow(_MOVE, "0-9", REPEAT_HELP))
    return rows
