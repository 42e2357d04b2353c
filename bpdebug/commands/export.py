"""`bpdebug export`: a session as a script or a handout."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from bpdebug.commands.arguments import session_argument, whole
from bpdebug.commands.console import say
from bpdebug.commands.errors import UsageError
from bpdebug.commands.output import refuse_to_replace
from bpdebug.export.pages import latex_pages, markdown_pages
from bpdebug.export.python import ExportError, python_script
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.text.numbers import DIGITS
from bpdebug.text.safe import safe

EXAMPLE = "Example: bpdebug export blog --to python -o blog.py"


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    add = parser.add_argument
    session_argument(parser)
    add("--to", choices=("python", "markdown", "latex"), required=True, help="what to write")
    add(
        "--iteration",
        type=whole(1),
        metavar="N",
        help="which iteration a handout shows (default: 1); a script computes all",
    )
    add("--digits", type=whole(2, 17), metavar="N", help="decimals of a handout (default: 4)")
    add("-o", "--output", metavar="FILE", help="the file to write (default: print it)")
    add("--force", action="store_true", help="replace FILE if it exists")


def run(arguments: argparse.Namespace) -> int:
    """Write a session as a Python script, or one iteration of it as a handout."""
    output = None if arguments.output is None else Path(arguments.output)
    if output is not None:
        refuse_to_replace(output, arguments.force)
    session = open_session(find_session(arguments.session))
    iteration = arguments.iteration or 1
    digits = arguments.digits or DIGITS
    if arguments.to == "python" and (arguments.iteration or arguments.digits):
        raise UsageError("--iteration and --digits are for markdown and latex")
    if iteration > session.debugger.iterations:
        raise UsageError(
            f"there is no iteration {iteration}; the session has {session.debugger.iterations}"
        )
    try:
        if arguments.to == "python":
            lines = [*python_script(session)]
            if session.debugger.here.edits:
                say("note: the script computes the run without the edits of its branch")
        elif arguments.to == "markdown":
            lines = [*markdown_pages(session, iteration, digits)]
        else:
            lines = [*latex_pages(session, iteration, digits)]
    except ExportError as error:
        raise UsageError(str(error)) from error
    if output is None:
        _print(lines)
    else:
        _write(output, lines, arguments.force)
        print(safe(str(output)))
    return 0


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
