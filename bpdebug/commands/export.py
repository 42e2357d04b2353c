"""`bpdebug export`: a session as a script or a handout."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from bpdebug.commands.arguments import session_or_program, whole
from bpdebug.commands.console import say
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import session_named
from bpdebug.commands.output import refuse_to_replace
from bpdebug.export.formats import FORMATS
from bpdebug.export.written_out import ExportError
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe

EXAMPLE = "Example: bpdebug export blog --to python -o blog.py"


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    add = parser.add_argument
    session_or_program(parser)
    words = "; ".join(f"{name}: {each.words}" for name, each in FORMATS.items())
    add("--to", choices=tuple(FORMATS), required=True, help=words)
    handouts = _handouts("or")
    add(
        "--iteration",
        type=whole(1),
        metavar="N",
        help=f"which iteration {handouts} shows (default: 1)",
    )
    add(
        "--digits",
        type=whole(2, 17),
        metavar="N",
        help=f"decimals of {handouts} (default: {DIGITS})",
    )
    add("-o", "--output", metavar="FILE", help="the file to write (default: print it)")
    add("--force", action="store_true", help="replace FILE if it exists")


def run(arguments: argparse.Namespace) -> int:
    """Write a session in one of the formats of the table."""
    output = None if arguments.output is None else Path(arguments.output)
    if output is not None:
        refuse_to_replace(output, arguments.force)
    session = session_named(arguments)
    iteration = arguments.iteration or 1
    digits = arguments.digits or DIGITS
    form = FORMATS[arguments.to]
    if not form.is_of_iteration and (arguments.iteration or arguments.digits):
        raise UsageError(f"--iteration and --digits are for {_handouts('and')}")
    if iteration > session.debugger.iterations:
        raise UsageError(
            f"there is no iteration {iteration}; the session has {session.debugger.iterations}"
        )
    try:
        lines = [*form.write(session, iteration, digits)]
    except ExportError as error:
        raise UsageError(str(error)) from error
    if session.debugger.here.edits and not form.has_edits:
        say("note: the run is exported without the edits of its branch")
    if output is None:
        _print(lines)
    else:
        _write(output, lines, arguments.force)
        print(safe(str(output)))
    return 0


def _handouts(word: str) -> str:
    """The names of the formats that show one iteration, with `word` before the last."""
    *names, last = (name for name, each in FORMATS.items() if each.is_of_iteration)
    return f"{', '.join(names)} {word} {last}"


def _write(path: Path, lines: Iterable[str], force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.writelines(f"{safe(line)}\n" for line in _split(lines))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be written: {reason}") from error


def _print(lines: Iterable[str]) -> None:
    for line in _split(lines):
        print(safe(line))


def _split(lines: Iterable[str]) -> Iterable[str]:
    """Lines without line ends in them."""
    for line in lines:
        yield from line.split("\n")
