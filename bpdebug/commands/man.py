"""`bpdebug man`: the man page, made from the table of subcommands and their options."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator

from bpdebug import __version__
from bpdebug.usage import GROUPS, SUBCOMMANDS, Subcommand

_NAME = "step through backpropagation one operation at a time"

_DESCRIPTION = (
    "bpdebug runs the forward pass, the backward pass and the updates of a neural network one "
    "operation at a time, forward and backward in time. A word that is not a command is a session "
    "to open: a session file, the name of a bundled session, or a Python program with a forward "
    "and a backward pass in NumPy. Without any word the session blog is opened."
)

_EXIT = (
    ("0", "all is well"),
    ("1", "something was found: a wrong gradient, a run that did not stop where it was asked to"),
    ("2", "bad usage, or a bad file"),
)

_FILES = (
    ("~/.config/bpdebug/keys.json", "your own keys"),
    ("~/.local/state/bpdebug/screen.json", "the layout of the screen"),
    ("~/.local/state/bpdebug/recent.json", "the files opened last"),
)


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `man`: none."""


def run(arguments: argparse.Namespace) -> int:
    """The man page in roff, for `man -l`."""
    for each in man_page():
        print(each)
    return 0


def man_page() -> Iterator[str]:
    """The lines of the page, in the macros of man(7)."""
    yield f'.TH BPDEBUG 1 "" "bpdebug {__version__}" "User Commands"'
    yield from (".SH NAME", f"bpdebug \\- {_escaped(_NAME)}", ".SH SYNOPSIS")
    yield from (".B bpdebug", ".RI [ SESSION | PROGRAM.py ]", ".br")
    yield from (".B bpdebug", ".I COMMAND", ".RI [ OPTIONS ]")
    yield from (".SH DESCRIPTION", _escaped(_DESCRIPTION), ".SH COMMANDS")
    for group, names in GROUPS.items():
        yield f'.SS "{_escaped(group)}"'
        for name in names:
            yield from _command(name, SUBCOMMANDS[name])
    yield from _table("EXIT STATUS", _EXIT)
    yield from _table("FILES ON LINUX", _FILES)


def _command(name: str, subcommand: Subcommand) -> Iterator[str]:
    parser = argparse.ArgumentParser(prog=f"bpdebug {name}", add_help=False)
    importlib.import_module(f"bpdebug.commands.{name}").fill(parser)
    formatter = argparse.HelpFormatter(parser.prog, width=10_000)
    yield from (".TP", f".B bpdebug {_escaped(name)}")
    yield _escaped(f"{subcommand.help[0].upper()}{subcommand.help[1:]}.")
    yield ".RS"
    # Positional arguments first; argparse has no other way to ask for them.
    for action in sorted(parser._actions, key=lambda action: bool(action.option_strings)):
        help_ = formatter._expand_help(action) if action.help else ""
        yield from (".TP", f".B {_escaped(_called(action))}", _escaped(help_) or "\\&")
    for example in subcommand.examples:
        yield from (".PP", ".EX", _escaped(example), ".EE")
    yield ".RE"


def _called(action: argparse.Action) -> str:
    """An option with its value, or what stands for a positional argument."""
    if isinstance(action.metavar, str):
        value = action.metavar
    elif action.choices is not None:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    else:
        value = action.dest.upper()
    if not action.option_strings:
        return value
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}"


def _table(heading: str, rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield f'.SH "{heading}"'
    for name, words in rows:
        yield from (".TP", f".B {_escaped(name)}", _escaped(words))


_SIGNS = {"−": "\\-", "…": "...", "·": "\\(pc"}


def _escaped(text: str) -> str:
    """Text for roff: no sign or beginning of a line in it means anything."""
    text = re.sub(r"\s+", " ", text).replace("\\", "\\e").replace("-", "\\-")
    text = text.replace("'", "\\(aq").replace('"', "\\(dq").replace("`", "\\(ga")
    text = "".join(
        _SIGNS.get(sign) or (sign if sign.isascii() else f"\\[u{ord(sign):04X}]") for sign in text
    )
    return f"\\&{text}" if text.startswith(".") else text
