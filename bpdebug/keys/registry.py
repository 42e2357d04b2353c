"""The registry of commands: the one place that says which key does what.

Bindings, footer, help screen, command palette and `bpdebug keys` are made from it. It is
plain data and loads no Textual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.verbs import VERBS

Need = Literal[
    "quantity",
    "undo",
    "redo",
    "trail",
    "trail ahead",
    "walkthrough",
    "walking",
    "question",
    "class",
]
"""What a command may need: a selected or active quantity, something to undo or to make again,
jumps to follow back or forth, a walkthrough in the session, or one that is open, a result that
is covered, a teacher's screen that others follow.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name in code, its keys (the first is the main one), and what it does.

    `noun` is what it is about: the command palette says "Noun: Help". `action` is what is recorded
    when it is done, for the commands that move the debugger. `hint` is a word for the footer,
    empty if the footer leaves it out. `before_panes` says that its keys mean it whatever the
    focused pane does with them. `needs` says what there has to be for it to apply. One that
    `reaches_out` reads or writes files or leaves for the shell: visitors in a browser lack it.
    """

    id: str
    keys: tuple[str, ...]
    noun: str
    help: str
    group: str
    hint: str = ""
    action: str = ""
    before_panes: bool = False
    needs: Need | None = None
    reaches_out: bool = False


_MOVE = "Stepping"
_STOP = "Stops"
_WORK = "Edits and branches"
_LOOK = "Looking"
_PREDICT = "Predict before you look"
_WALK = "Walkthrough"
_CLASS = "Class"
_FILE = "Sessions"

_ALIASES = {"s": ("f10",), "i": ("f11",), "S": ("shift+f10",), "I": ("shift+f11",)}
_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket"}


def _steps() -> list[Command]:
    commands = []
    for size in STEP_SIZES:
        for key, way in ((size.key, "forward"), (size.back, "back")):
            hint = {"s": "step", "S": "back", "n": "layer", "f": "phase", "]": "iteration"}
            keys = (_NAMES.get(key, key), *_ALIASES.get(key, ()))
            commands.append(
                Command(
                    f"{size.name}_{way}",
                    keys,
                    "Step",
                    VERBS[key].help,
                    _MOVE,
                    hint.get(key, ""),
                    key,
                )
            )
    return commands


COMMANDS = (
    *_steps(),
    Command("continue", ("c", "f5"), "Run", VERBS["c"].help, _MOVE, "continue"),
    Command("continue_back", ("C", "shift+f5"), "Run", VERBS["C"].help, _MOVE),
    Command("interrupt", ("escape",), "Run", "pause a run; forget a number; unpin the tree", _MOVE),
    Command(
        "run_to",
        ("t",),
        "Run",
        "run to where the selected quantity is computed next",
        _MOVE,
        needs="quantity",
    ),
    Command(
        "run_back_to",
        ("T",),
        "Run",
        "run back to where it was computed last",
        _MOVE,
        needs="quantity",
    ),
    Command(
        "restart",
        ("R", "home"),
        "Position",
        "go to the start; loses nothing",
        _MOVE,
        action="g start",
    ),
    Command(
        "to_end", ("end",), "Position", "go to the end of the last iteration", _MOVE, action="g end"
    ),
    Command(
        "go_to",
        ("g",),
        "Position",
        "go to a position, iteration, quantity or percentage",
        _MOVE,
        "go to",
    ),
    Command(
        "break",
        ("b", "f9"),
        "Breakpoint",
        "set or clear a breakpoint on what is selected",
        _STOP,
        "break",
    ),
    Command("breakpoints", ("B",), "Breakpoint", "list, add, change and delete breakpoints", _STOP),
    Command(
        "watch", ("w",), "Watch", "watch what is selected, or no longer", _STOP, needs="quantity"
    ),
    Command("watches", ("W",), "Watch", "list, add and delete watches", _STOP),
    Command(
        "edit",
        ("e",),
        "Value",
        "give what is selected another value",
        _WORK,
        "edit",
        needs="quantity",
    ),
    Command("undo", ("u",), "Change", "undo the last change", _WORK, action="undo", needs="undo"),
    Command("redo", ("U",), "Change", "redo it", _WORK, action="redo", needs="redo"),
    Command("branches", ("y",), "Branch", "list, switch, name, compare and delete branches", _WORK),
    Command(
        "bookmark",
        ("m",),
        "Bookmark",
        "give this position a name, or list those that have one",
        _WORK,
    ),
    Command("columns", ("k",), "Parameters", "choose the columns of the parameter table", _LOOK),
    Command("sort", ("r",), "Parameters", "order the parameters by another column", _LOOK),
    Command("filter", ("x",), "Parameters", "show only some parameters", _LOOK),
    Command("next_pane", ("tab",), "Pane", "go to the next pane", _LOOK),
    Command("previous_pane", ("shift+tab",), "Pane", "go to the previous pane", _LOOK),
    Command("find", ("slash",), "Quantity", "select a quantity by name", _LOOK),
    Command(
        "origins",
        ("o",),
        "Quantity",
        "show where what is selected comes from, and goes",
        _LOOK,
        needs="quantity",
    ),
    Command(
        "back",
        ("less_than_sign",),
        "Position",
        "go back to the place before the last jump",
        _LOOK,
        needs="trail",
    ),
    Command(
        "forth",
        ("greater_than_sign",),
        "Position",
        "go forward again",
        _LOOK,
        needs="trail ahead",
    ),
    Command(
        "curves",
        ("l",),
        "Curves",
        "show the curves of the loss and of what is watched",
        _LOOK,
        "curve",
    ),
    Command(
        "checks",
        ("v",),
        "Checks",
        "check gradients, figures and derivations; say what is wrong",
        _LOOK,
    ),
    Command(
        "derivative",
        ("d",),
        "Tree",
        "show the derivative tree of what is selected",
        _LOOK,
        needs="quantity",
    ),
    Command("zoom_in", ("full_stop",), "Network", "go closer to the drawing", _LOOK),
    Command("zoom_out", ("comma",), "Network", "go further away, to the whole", _LOOK),
    Command("jump", ("j",), "Pane", "go to a pane by the first letter of its title", _LOOK),
    Command("maximise", ("z",), "Pane", "show the focused pane alone, and all again", _LOOK),
    Command("narrower", ("H",), "Layout", "make the left panes narrower", _LOOK),
    Command("wider", ("L",), "Layout", "make the left panes wider", _LOOK),
    Command("lower", ("K",), "Layout", "make the upper panes shorter", _LOOK),
    Command("higher", ("J",), "Layout", "make the upper panes taller", _LOOK),
    Command(
        "reset_layout", ("equals_sign",), "Layout", "arrange all panes as in the beginning", _LOOK
    ),
    Command("theme", ("h",), "Theme", "switch theme: dark, light, contrast, terminal", _LOOK),
    Command("copy", ("Y",), "Pane", "copy the text of the focused pane", _LOOK),
    Command("present", ("p",), "Presenting", "show it for a projector, or as before", _LOOK),
    Command(
        "subscripts",
        ("underscore",),
        "Names",
        "set the digits of names below the line, or on it",
        _LOOK,
    ),
    Command("mathematics", ("M",), "Formulas", "set them like mathematics, or plain", _LOOK),
    Command("more_digits", ("plus",), "Numbers", "show one decimal more", _LOOK),
    Command("fewer_digits", ("minus",), "Numbers", "show one decimal less", _LOOK),
    Command(
        "walkthrough",
        ("a",),
        "Walkthrough",
        "begin or leave the session's walkthrough",
        _WALK,
        needs="walkthrough",
    ),
    Command(
        "walk_on",
        ("space",),
        "Walkthrough",
        "begin it, read on, go to the next stop",
        _WALK,
        before_panes=True,
        needs="walkthrough",
    ),
    Command(
        "walk_back",
        ("backspace",),
        "Walkthrough",
        "go to the previous stop",
        _WALK,
        before_panes=True,
        needs="walking",
    ),
    Command(
        "answer",
        ("enter",),
        "Walkthrough",
        "show the answer to the question",
        _WALK,
        needs="walking",
    ),
    Command(
        "stops",
        ("O",),
        "Walkthrough",
        "list its stops, and go to one",
        _WALK,
        needs="walkthrough",
    ),
    Command(
        "predict",
        ("Q",),
        "Predictions",
        "cover each result until it is answered, or no longer",
        _PREDICT,
    ),
    Command(
        "reply",
        ("colon",),
        "Predictions",
        "answer with a formula or a number; a digit begins one, too",
        _PREDICT,
        needs="question",
    ),
    Command(
        "hint",
        ("semicolon",),
        "Predictions",
        "ask for a hint: the rule, then its numbers, then the result",
        _PREDICT,
        needs="question",
    ),
    Command("uncover", ("X",), "Predictions", "uncover the result", _PREDICT, needs="question"),
    Command(
        "ask_anew",
        ("E",),
        "Predictions",
        "forget all answers and ask everything again",
        _PREDICT,
    ),
    Command(
        "follow",
        ("G",),
        "Class",
        "follow the teacher, or let go; the teacher sees how many do",
        _CLASS,
        needs="class",
    ),
    Command("save", ("ctrl+s",), "Session", "save the session", _FILE, "save", reaches_out=True),
    Command(
        "save_as",
        ("ctrl+w",),
        "Session",
        "save the session under another name",
        _FILE,
        reaches_out=True,
    ),
    Command(
        "handout",
        ("f8",),
        "Handout",
        "write this iteration, or the walkthrough, as a handout",
        _FILE,
        reaches_out=True,
    ),
    Command(
        "picture",
        ("f7",),
        "Screen",
        "write what is seen as a picture (SVG)",
        _FILE,
        reaches_out=True,
    ),
    Command(
        "open", ("ctrl+o",), "Session", "open another session", _FILE, "open", reaches_out=True
    ),
    Command(
        "plant",
        ("P",),
        "Find the bug",
        "open a copy of the session with a mistake in it",
        _FILE,
    ),
    Command("palette", ("ctrl+p",), "bpdebug", "show all commands by name", _FILE, "palette"),
    Command(
        "help", ("question_mark", "f1"), "bpdebug", "show the keys and the marks", _FILE, "help"
    ),
    Command("tour", ("A",), "Tour", "take a tour of the screen, in a minute", _FILE),
    Command(
        "suspend",
        ("ctrl+z",),
        "bpdebug",
        "leave for the shell; fg comes back",
        _FILE,
        reaches_out=True,
    ),
    Command("quit", ("q", "ctrl+q"), "bpdebug", "quit", _FILE, "quit"),
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
