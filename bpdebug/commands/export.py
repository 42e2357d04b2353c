"""`bpdebug export`: a session as a script, or an iteration of it written out."""

from __future__ import annotations

import argparse
from dataclasses import fields

from bpdebug.commands.arguments import session_or_program, whole
from bpdebug.commands.console import say
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import session_named
from bpdebug.commands.output import output_named, output_options, write_lines
from bpdebug.export.formats import FORMATS, ExportChoices
from bpdebug.export.written_out import ExportError
from bpdebug.text.numbers import DIGITS


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    add = parser.add_argument
    session_or_program(parser)
    words = "; ".join(f"{name}: {each.words}" for name, each in FORMATS.items())
    add("--to", choices=tuple(FORMATS), required=True, help=words)
    add(
        "--iteration",
        type=whole(1),
        metavar="N",
        help=f"the iteration that {_formats('iteration', 'or')} shows (default: 1)",
    )
    add(
        "--digits",
        type=whole(2, 17),
        metavar="N",
        help=f"decimals of {_formats('digits', 'or')} (default: {DIGITS})",
    )
    add(
        "--variants",
        type=whole(1, 100),
        metavar="N",
        help=f"variants of each question for {_formats('variants', 'or')} (default: 5)",
    )
    add(
        "--seed",
        type=whole(0),
        metavar="N",
        help=f"the random seed of the numbers for {_formats('seed', 'or')} (default: 0)",
    )
    output_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write a session in one of the formats of the table."""
    output = output_named(arguments)
    session = session_named(arguments)
    form = FORMATS[arguments.to]
    given = {
        each.name: value
        for each in fields(ExportChoices)
        if (value := getattr(arguments, each.name)) is not None
    }
    for name in given:
        if name not in form.choices:
            raise UsageError(f"--{name} is for {_formats(name, 'and')}")
    chosen = ExportChoices(**given)
    if chosen.iteration > session.debugger.iterations:
        raise UsageError(
            f"there is no iteration {chosen.iteration}; the session has "
            f"{session.debugger.iterations}"
        )
    try:
        lines = [*form.write(session, chosen)]
    except ExportError as error:
        raise UsageError(str(error)) from error
    if session.debugger.here.edits and not form.has_edits:
        say("note: the run is exported without the edits of its branch")
    write_lines(lines, output, arguments.force)
    return 0


def _formats(choice: str, word: str) -> str:
    """The names of the formats that heed a choice, with `word` before the last."""
    *names, last = (name for name, each in FORMATS.items() if choice in each.choices)
    return f"{', '.join(names)} {word} {last}" if names else last
