"""`bpdebug net.py`: the network of a program in NumPy on the screen, or as a session file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bpdebug.code.options import Options
from bpdebug.commands.arguments import budget, gradient_option, memory_option
from bpdebug.commands.errors import UsageError
from bpdebug.commands.plain import is_plain, plain_options, show_plain
from bpdebug.commands.screen import check_terminal, show
from bpdebug.importers.numpy import SECONDS, session_and_agreement
from bpdebug.importers.same_as_numpy import Agreement
from bpdebug.session.bundled import SUFFIX
from bpdebug.session.file.read import parse_session
from bpdebug.session.session import Session

DESCRIPTION = (
    "Open the network of a program in NumPy on the screen. "
    "This runs the program, with all that it does: open only what you would run."
)


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `open` for a program."""
    add = parser.add_argument
    parser.description = DESCRIPTION
    add("program", metavar="PROGRAM", help="a Python file with a forward and a backward pass")
    add("-o", "--output", metavar="FILE", help="write a session file, and open nothing")
    add("--loss", default="", metavar="EXPR", help="the loss, as an expression of the program")
    gradient_option(parser)
    add("--forward", default="", metavar="CODE", help="statements for the forward pass")
    add("--backward", default="", metavar="CODE", help="statements for the backward pass")
    plain_options(parser)
    memory_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Trace a program, and open or write what came of it."""
    plain = arguments.output is None and is_plain(arguments)
    if arguments.output is None and not plain:
        check_terminal()
    elif arguments.output is not None and Path(arguments.output).exists():
        raise UsageError(f"{arguments.output} exists; choose another name")
    options = Options(
        arguments.loss,
        arguments.forward,
        arguments.backward,
        gradients=tuple(arguments.gradients),
        seconds=SECONDS,
    )
    fields, agreement = session_and_agreement(arguments.program, options)
    rate = fields["optimizer"]["settings"]["learning_rate"]
    print(f"assumed: gradient descent with the learning rate {rate:g}", file=sys.stderr)
    print(_told(agreement), file=sys.stderr)
    path = Path(Path(arguments.program).stem).with_suffix(SUFFIX)
    session = Session(parse_session(json.dumps(fields), str(path)), path, budget(arguments))
    session.is_new = True
    if arguments.output is not None:
        session.save(Path(arguments.output))
        return 0
    return show_plain(session, arguments) if plain else show(session)


def _told(agreement: Agreement) -> str:
    own = agreement.own or {}
    words = f"compared with the program: {agreement.values:,} values, {agreement.slopes:,} slopes"
    if own:
        words += f"; gradients differ from its own by at most {max(own.values()):.1g}, relatively"
    return words
