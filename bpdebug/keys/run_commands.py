"""The commands that are about the run: stepping, stops, looking for a number, changes."""

from __future__ import annotations

from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.verbs import VERBS
from bpdebug.keys.command import Command

_STEP = "Step through the run"
_STOP = "Stop where something happens"
_FIND = "Find a number and where it comes from"
_WRONG = "Find what is wrong"
_CHANGE = "Change something and compare"

_ALIASES = {"s": ("f10",), "i": ("f11",), "S": ("shift+f10",), "I": ("shift+f11",)}
_ON, _BACK = "next forward advance", "previous reverse rewind undo"
_UNITS = {"arithmetic": "arithmetic step"}
_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket"}


def _steps() -> list[Command]:
    commands = []
    for size in STEP_SIZES:
        for key, way in ((size.key, "forward"), (size.back, "back")):
            hint = {"s": "step", "S": "back", "n": "layer", "f": "phase", "]": "iteration"}
            keys = (_NAMES.get(key, key), *_ALIASES.get(key, ()))
            back = way == "back"
            commands.append(
                Command(
                    f"{size.name}_{way}",
                    keys,
                    f"Step: {'Back one' if back else 'One'} {_UNITS.get(size.name, size.name)}",
                    VERBS[key].help,
                    _STEP,
                    hint=hint.get(key, ""),
                    action=key,
                    synonyms=_BACK if back else _ON,
                )
            )
    return commands


RUN_COMMANDS = (
    *_steps(),
    Command(
        "continue",
        ("c", "f5"),
        "Run: To the next stop",
        "continue to the next stop",
        _STEP,
        hint="continue",
        synonyms="continue go resume play run",
    ),
    Command(
        "continue_back",
        ("C", "shift+f5"),
        "Run: Back to the previous stop",
        "continue to the previous stop",
        _STEP,
        synonyms="continue reverse rewind",
    ),
    Command(
        "interrupt",
        ("escape",),
        "Run: Pause",
        "pause a run; forget a typed number; unpin the tree",
        _STEP,
        synonyms="stop cancel escape halt unpin",
    ),
    Command(
        "run_to",
        ("t",),
        "Run: To where it is computed next",
        "run to where the selected quantity is computed next",
        _STEP,
        needs="quantity",
        synonyms="until finish",
    ),
    Command(
        "run_back_to",
        ("T",),
        "Run: Back to where it was computed",
        "run back to where it was computed last",
        _STEP,
        needs="quantity",
        synonyms="until reverse",
    ),
    Command(
        "restart",
        ("R", "home"),
        "Position: Start",
        "go to the start; nothing is lost",
        _STEP,
        action="g start",
        synonyms="restart reset rewind begin again first home",
    ),
    Command(
        "to_end",
        ("end",),
        "Position: End",
        "go to the end of the last iteration",
        _STEP,
        action="g end",
        synonyms="last finish",
    ),
    Command(
        "go_to",
        ("g",),
        "Position: Go to",
        "go to a position, iteration, quantity or percentage",
        _STEP,
        hint="go to",
        synonyms="jump seek place iteration percentage",
    ),
    Command(
        "break",
        ("b", "f9"),
        "Breakpoint: Set or clear",
        "set or clear a breakpoint on what is selected",
        _STOP,
        hint="break",
        synonyms="stop toggle pause bp",
    ),
    Command(
        "breakpoints",
        ("B",),
        "Breakpoint: List",
        "list, add, change and delete breakpoints",
        _STOP,
        synonyms="conditions manage bp",
    ),
    Command(
        "watch",
        ("w",),
        "Watch: Add or remove",
        "watch what is selected, or stop watching it",
        _STOP,
        needs="quantity",
        synonyms="observe follow monitor expression",
        pane="tree",
    ),
    Command(
        "watches",
        ("W",),
        "Watch: List",
        "list, add and delete watches",
        _STOP,
        synonyms="observe monitor expressions",
    ),
    Command(
        "edit",
        ("e",),
        "Value: Edit",
        "give the selected quantity another value",
        _CHANGE,
        hint="edit",
        needs="quantity",
        synonyms="change set assign modify",
    ),
    Command(
        "undo",
        ("u",),
        "Change: Undo",
        "undo the last change",
        _CHANGE,
        action="undo",
        needs="undo",
        synonyms="revert take back",
    ),
    Command(
        "redo",
        ("U",),
        "Change: Redo",
        "redo it",
        _CHANGE,
        action="redo",
        needs="redo",
        synonyms="again repeat",
    ),
    Command(
        "branches",
        ("y",),
        "Branch: List",
        "list, switch, name, compare and delete branches",
        _CHANGE,
        synonyms="versions alternatives compare diff switch",
    ),
    Command(
        "actions",
        ("D",),
        "Actions: Show",
        "show what was done, as recorded actions and in Python",
        _CHANGE,
        synonyms="log history recorded script python macro api",
    ),
    Command(
        "find",
        ("slash",),
        "Quantity: Find",
        "select a quantity by name",
        _FIND,
        synonyms="search select name look",
    ),
    Command(
        "derivative",
        ("d",),
        "Quantity: Show its derivative",
        "show the derivative tree of what is selected",
        _FIND,
        needs="quantity",
        synonyms="gradient chain rule tree",
        pane="tree",
    ),
    Command(
        "origins",
        ("o",),
        "Quantity: Where it comes from",
        "show where the selected value comes from and goes",
        _FIND,
        needs="quantity",
        synonyms="source origin depends uses inputs",
        pane="tree",
    ),
    Command(
        "curves",
        ("l",),
        "Curves: Show",
        "show the curves of the loss and of what is watched",
        _FIND,
        hint="curve",
        synonyms="plot graph chart loss history",
    ),
    Command(
        "bookmark",
        ("m",),
        "Bookmark: Set or list",
        "bookmark this position, or list the bookmarks",
        _FIND,
        synonyms="mark favourite favorite name position",
    ),
    Command(
        "back",
        ("less_than_sign",),
        "Jump: Back",
        "go back to the place before the last jump",
        _FIND,
        needs="trail",
        synonyms="previous place history return",
    ),
    Command(
        "forth",
        ("greater_than_sign",),
        "Jump: Forward",
        "go forward again",
        _FIND,
        needs="trail ahead",
        synonyms="next place history",
    ),
    Command(
        "checks",
        ("v",),
        "Checks: Show",
        "check gradients, figures and derivations; say what is wrong",
        _WRONG,
        synonyms="verify test gradient wrong mistake diagnose compare figures numbers homework",
    ),
    Command(
        "plant",
        ("P",),
        "Find the bug: Plant a mistake",
        "open a copy of the session with a mistake in it",
        _WRONG,
        synonyms="game exercise quiz bug",
    ),
    Command(
        "suspect",
        ("exclamation_mark",),
        "Find the bug: Name a suspect",
        "say what is wrong at what is selected",
        _WRONG,
        needs="bug",
        synonyms="guess mistake accuse bug planted answer",
    ),
)
