"""The table of commands: every verb of the debugger by the word that gdb has for it, and what only
looks, teaches, checks and saves.

Reading lines, help and completion all ask here. Another verb is a command at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpdebug.debugger.breakpoints import HELP as BREAKPOINTS
from bpdebug.debugger.places import HELP as PLACES
from bpdebug.debugger.verb import Verb
from bpdebug.debugger.verbs import VERBS
from bpdebug.notation.names import did_you_mean
from bpdebug.plain.answers import Answer, CommandError, answer
from bpdebug.plain.checking import check
from bpdebug.plain.keeping import discard, quit_, recover, save
from bpdebug.plain.lesson import stop, stops
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.plain.looking import equations_, explain, list_, print_, where
from bpdebug.plain.topics import TOPICS, about, actions
from bpdebug.plain.trees import table, tree
from bpdebug.text.run.calls import typed_line

Do = Callable[[LineDebugger, str], Answer]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its word and other names for it, what is written after it, and what it does.

    `more` is what `help` says besides, `repeats` whether an empty line does it again.
    """

    name: str
    also: tuple[str, ...]
    examples: tuple[str, ...]
    help: str
    group: str
    do: Do
    more: str = ""
    repeats: bool = False


_ALSO = {
    "S": ("rs",),
    "I": ("rsi",),
    "i": ("si",),
    "N": ("rn",),
    "C": ("rc",),
    "g": ("goto",),
    "e": ("edit",),
    "answer": (":",),
    "hint": (";",),
    "uncover": ("X",),
    "suspect": ("!",),
}
"""Names that people know from gdb, and keys of the screen that lessons speak of."""

_MORE = {
    "g": f"A place is {PLACES}.",
    "b": f"A breakpoint is {BREAKPOINTS}.",
    "change": f"A breakpoint is {BREAKPOINTS}.",
}

_GROUPS = ("Moving", "Changing", "Predicting", "Find the bug")
_PREDICTING = ("predict", "ask", "answer", "hint", "uncover")
_HUNTING = ("suspect", "reveal")
_COUNT = re.compile(r"[1-9]\d{0,8}|")
_ASSIGNED = re.compile(r"\s*([^\s=]+)\s*=(?!=)\s*(.*)", re.DOTALL)
_DECIMALS = re.compile(r".*\s+to \d{1,2}", re.DOTALL)


def _of_verb(verb: Verb) -> Command:
    group = "Moving" if verb.moves else "Changing"
    if verb.name in (*_PREDICTING, *_HUNTING):
        group = "Predicting" if verb.name in _PREDICTING else "Find the bug"
    return Command(
        verb.called,
        tuple(
            dict.fromkeys(
                (*(() if verb.called == verb.name else (verb.name,)), *_ALSO.get(verb.name, ()))
            )
        ),
        tuple(map(typed_line, verb.written)),
        verb.help,
        group,
        _step(verb) if verb.step else _act(verb),
        _MORE.get(verb.name, ""),
        repeats=verb.by_iteration,
    )


def _step(verb: Verb) -> Do:
    def do(debugging: LineDebugger, rest: str) -> Answer:
        if not _COUNT.fullmatch(rest):
            raise CommandError(
                f"{verb.called} takes a number of steps from 1 to 999999999, found {rest}"
            )
        return debugging.act(f"{'' if rest == '1' else rest}{verb.name}")

    return do


def _act(verb: Verb) -> Do:
    def do(debugging: LineDebugger, rest: str) -> Answer:
        if verb.by_iteration and rest:
            raise CommandError(f"{verb.called} takes nothing after it, found {rest}")
        if verb.name == "e" and (assigned := _ASSIGNED.fullmatch(rest)):
            rest = f"{assigned[1]} {assigned[2]}"
        if verb.name == "answer" and rest and not _DECIMALS.fullmatch(rest):
            rest = f"{rest} to {debugging.digits}"
        return debugging.act(f"{verb.name} {rest}".rstrip())

    return do


def digits(debugging: LineDebugger, rest: str) -> Answer:
    """How many decimals are shown."""
    if not rest.isdecimal() or not 2 <= int(rest[:3]) <= 17:
        raise CommandError(f"numbers have 2 to 17 decimals, found {rest or 'nothing'}: digits 6")
    debugging.digits = int(rest)
    return answer([f"{debugging.digits} decimals."])


def help_(debugging: LineDebugger, rest: str) -> Answer:
    """All commands, or one of them."""
    if rest:
        return answer(_help_of(command_named(rest)))
    lines = []
    for group in dict.fromkeys(each.group for each in COMMANDS):
        lines.append(f"{group}:")
        for each in COMMANDS:
            if each.group == group:
                also = f", or {' or '.join(each.also)}" if each.also else ""
                lines.append(f"  {each.name}{also}: {each.help}")
    lines += [
        "A word may be shortened as long as it means one command. An empty line repeats a step.",
        "help WORD tells more about it.",
    ]
    return answer(lines)


def _help_of(command: Command) -> list[str]:
    also = f", or {' or '.join(command.also)}" if command.also else ""
    lines = [f"{command.name}{also}: {command.help}."]
    lines += [f"Example: {example}" for example in command.examples]
    return [*lines, *([command.more] if command.more else [])]


def _looks(
    name: str, also: str, examples: str, help: str, do: Do, group: str = "Looking"
) -> Command:
    return Command(name, tuple(also.split()), tuple(examples.split("; ")), help, group, do)


COMMANDS: tuple[Command, ...] = (
    *sorted(
        map(_of_verb, VERBS.values()),
        key=lambda each: _GROUPS.index(each.group),
    ),
    _looks(
        "where",
        "bt backtrace",
        "where",
        "say where you are, and why this operation comes now",
        where,
    ),
    _looks("list", "l", "list; list dE/dw7; list 1 14", "list the operations around", list_),
    _looks(
        "print",
        "p",
        "print w7; print W1; print w7 - prev(w7); print derivation dE/dw7",
        "print a value, an array, an expression, or a derivation with its numbers",
        print_,
    ),
    _looks("explain", "x", "explain; explain dE/dw7", "say in words what is computed", explain),
    Command(
        "info",
        (),
        ("info w7", "info breakpoints"),
        "say where a quantity comes from and goes, or list what the session has",
        "Looking",
        about,
        f"It tells of quantities, and of {', '.join(TOPICS)}.",
    ),
    _looks("tree", "", "tree dE/dw1; tree dE/dw1 3", "show what an element is computed from", tree),
    _looks("table", "", "table; table w1*; table |gradient| > 0.1", "list the parameters", table),
    _looks("equations", "", "equations", "list the equations", equations_),
    _looks(
        "check",
        "",
        "check; check dE/dw7 = 0.0765; check dE/db2 = dE/do1*do1/dzo1 + dE/do2*do2/dzo2",
        "check what the session prints, a figure or a derivation by hand",
        check,
    ),
    _looks("digits", "", "digits 6", "set the number of decimals", digits),
    Command(
        "stop",
        (),
        ("stop", "stop 3", "stop back", "stop answer"),
        "go to the next stop of the walkthrough, or the answer to its question",
        "Walkthrough",
        stop,
    ),
    _looks("stops", "", "stops", "list the stops of the walkthrough", stops, "Walkthrough"),
    _looks(
        "actions",
        "",
        "actions",
        "list what was done, as recorded actions and in Python",
        actions,
        "Session",
    ),
    _looks("save", "", "save lesson.json; save --force lesson.json", "save it", save, "Session"),
    _looks("recover", "", "recover", "redo what was not saved last time", recover, "Session"),
    _looks("discard", "", "discard", "forget what was not saved last time", discard, "Session"),
    _looks(
        "help", "h ?", "help; help break", "list the commands, or explain one", help_, "Session"
    ),
    _looks("quit", "q exit", "quit", "leave", quit_, "Session"),
)
"""Every command, in the order in which help lists them."""

NAMED: Mapping[str, Command] = {name: each for each in COMMANDS for name in (each.name, *each.also)}
"""The commands by all their names."""


def command_named(word: str) -> Command:
    """The command that a word means: its name, or as much of it as tells it from others.

    Raises CommandError if it means none or several.
    """
    found = NAMED.get(word) or (NAMED.get(word.lower()) if len(word) > 1 else None)
    if found is not None:
        return found
    near = {each.name: each for each in COMMANDS if each.name.startswith(word.lower())}
    if len(near) == 1:
        return next(iter(near.values()))
    shown = word if len(word) <= 40 else f"{word[:40]}..."
    if near:
        *some, last = near
        raise CommandError(f"{shown} may be {', '.join(some)} or {last}; write more of the word")
    raise CommandError(f"there is no command {shown}{did_you_mean(shown, NAMED)}; help lists them")
