"""`bpdebug completion`: what makes a shell complete the command line, by argcomplete."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import argcomplete
from argcomplete.lexers import split_line
from argcomplete.shell_integration import shellcode

from bpdebug.commands.completers import complete_with, sessions
from bpdebug.usage import SUBCOMMANDS

SHELLS = ("bash", "zsh", "fish")

_WHERE = {
    "bash": 'add to ~/.bashrc:  eval "$(bpdebug completion bash)"',
    "zsh": 'add to ~/.zshrc, after compinit:  eval "$(bpdebug completion zsh)"',
    "fish": "run once:  bpdebug completion fish > ~/.config/fish/completions/bpdebug.fish",
}


def fill(parser: argparse.ArgumentParser) -> None:
    """The arguments of `completion`."""
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"{', '.join(SHELLS)}")


def run(arguments: argparse.Namespace) -> int:
    """The code for the shell; to somebody who reads it, where it has to go."""
    shell: str = arguments.shell
    print(shellcode(["bpdebug"], shell=shell), end="")
    if sys.stdout.isatty():
        print(f"\nTo switch it on, {_WHERE[shell]}", file=sys.stderr)
    return 0


Make = Callable[[Sequence[str]], argparse.ArgumentParser]
"""Gives the parser of a command line that begins with some words."""


def complete(make: Make) -> None:
    """Tell the shell what may be at the cursor, and exit.

    The shell says in the environment what is typed.
    """
    line, point = os.environ["COMP_LINE"], int(os.environ["COMP_POINT"])
    before, parser = as_read(line[:point], make)
    os.environ["COMP_LINE"] = before + line[point:]
    os.environ["COMP_POINT"] = str(len(before))
    argcomplete.autocomplete(parser, always_complete_options=False, exit_method=sys.exit)


def as_read(line: str, make: Make) -> tuple[str, argparse.ArgumentParser]:
    """An unfinished line as the program reads it, and the parser of that.

    Where the first word is not a command, it is a session to open.
    """
    _, _, _, words, _ = split_line(line)
    if len(words) < 2:
        return line, _first_word()
    if words[1] not in (*SUBCOMMANDS, "-h", "--help", "--version"):
        program, _, rest = line.partition(" ")
        line = f"{program} open {rest}"
        words.insert(1, "open")
    return line, make(words[1:])


def _first_word() -> argparse.ArgumentParser:
    """The subcommands, and the sessions that may stand in their place."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", action="store_true")

    def either(prefix: str, **_: object) -> list[str]:
        return [*(name for name in SUBCOMMANDS if name.startswith(prefix)), *sessions(prefix)]

    complete_with(parser.add_argument("word"), either)
    return parser
