"""`bpdebug net.py`: the network of a program in NumPy or PyTorch, on the screen or as a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from bpdebug.commands.arguments import memory_option, program_options
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import session_of_program
from bpdebug.commands.plain import is_plain, plain_options, show_plain
from bpdebug.commands.screen import check_terminal, show

DESCRIPTION = (
    "Open the network of a program in NumPy, or a module of PyTorch, on the screen. "
    "This runs the program with all its effects: open only what you would run."
)


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `open` for a program."""
    add = parser.add_argument
    parser.description = DESCRIPTION
    help_ = "a Python file with a forward and a backward pass"
    add("session", metavar="PROGRAM", help=help_)
    add("-o", "--output", metavar="FILE", help="write a session file instead of opening it")
    program_options(parser)
    plain_options(parser)
    memory_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Trace a program, and open or write what came of it."""
    plain = arguments.output is None and is_plain(arguments)
    if arguments.output is None and not plain:
        check_terminal()
    elif arguments.output is not None and Path(arguments.output).exists():
        raise UsageError(f"{arguments.output} exists; choose another name")
    session = session_of_program(arguments)
    if arguments.output is not None:
        session.save(Path(arguments.output))
        return 0
    return show_plain(session, arguments) if plain else show(session)
