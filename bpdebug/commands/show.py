"""`bpdebug show`: what a session is, or its equations."""

from __future__ import annotations

import argparse

from bpdebug.commands.arguments import json_option, session_or_program
from bpdebug.commands.console import print_json, print_rows
from bpdebug.commands.opening import open_named
from bpdebug.session.session import Session
from bpdebug.text.records import parameter_values
from bpdebug.text.run.describe import describe, equations, written_out


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `show`."""
    session_or_program(parser)
    parser.add_argument("--equations", action="store_true", help="print all its equations")
    parser.add_argument(
        "--form", choices=("unicode", "ascii", "latex"), default="unicode", help="how to write them"
    )
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """What a session is, or its equations."""
    session = open_named(arguments)
    program = session.debugger.program
    if arguments.json:
        print_json(_description(session))
    elif arguments.equations:
        print_rows(equations(program, arguments.form))
        print("One iteration, written out")
        print_rows(written_out(program, arguments.form))
    else:
        print_rows(describe(session))
    return 0


def _description(session: Session) -> dict[str, object]:
    program = session.debugger.program
    return {
        "title": session.title,
        "operations": program.operations,
        "iterations": session.debugger.iterations,
        "style": str(session.part.style),
        "numerics": session.part.numerics,
        "equations": [row.strip() for row in equations(program, "ascii") if row.startswith(" ")],
        "parameters": parameter_values(session.debugger),
    }
