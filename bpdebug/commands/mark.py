"""`bpdebug mark`: the answer forms of a class, marked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bpdebug.checks.limit import Limit
from bpdebug.classroom.marking import ClassMarks, marking
from bpdebug.classroom.problems import ClassroomError
from bpdebug.classroom.results import FORMS, csv_text, html_text, text_lines
from bpdebug.commands.arguments import seconds, session_argument
from bpdebug.commands.console import (
    check_arithmetic,
    print_rows,
    say,
    stopped_by_interrupt,
    with_progress,
)
from bpdebug.commands.errors import UsageError
from bpdebug.commands.output import output_named, output_options, write_file
from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import read_session
from bpdebug.text.safe import safe

_SECONDS = 15.0


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `mark`."""
    add = parser.add_argument
    session_argument(parser)
    add("forms", metavar="FILE", nargs="+", help="answer forms that came back, or their folder")
    add("--class", dest="group", metavar="NAME", help="the class (default: that of most forms)")
    add("--to", choices=FORMS, help="for a spreadsheet, or a page with every answer")
    add(
        "--seconds",
        type=seconds,
        default=_SECONDS,
        metavar="N",
        help=f"search for causes for at most this many seconds (default: {_SECONDS:g}); "
        "all answers are marked in any case",
    )
    output_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Mark forms; 1 if something could not be read and has to be looked at."""
    output = output_named(arguments)
    path = find_session(arguments.session)
    part = read_session(path)
    check_arithmetic()
    files = list(_files(arguments.forms))
    limit = Limit(arguments.seconds)
    try:
        with stopped_by_interrupt(limit, lambda: True):
            marks = with_progress(marking(part, str(path), files, arguments.group, limit))
    except ClassroomError as error:
        raise UsageError(str(error)) from error
    text = _written(marks, arguments.to, part.title or path.stem)
    if output is None:
        print_rows(text.splitlines())
    else:
        mark = "\ufeff" if arguments.to == "csv" else ""  # for Excel
        write_file(output, mark + text, arguments.force)
        print(safe(str(output)))
    if marks.unread:
        sys.stdout.flush()
        say("Not read; look at these yourself:")
        for problem in marks.unread:
            say(safe(f"  {problem}"))
    return 1 if marks.unread or not marks.marked else 0


def _written(marks: ClassMarks, form: str | None, title: str) -> str:
    """The marks in one of the forms."""
    if form == "csv":
        return csv_text(marks)
    if form == "html":
        return html_text(marks, title)
    return "".join(f"{line}\n" for line in text_lines(marks))


def _files(names: list[str]) -> list[Path]:
    """The files that are named; of a folder those that end in .csv, .tsv or .txt. Raises UsageError
    for a folder without one, or that cannot be read.
    """
    found: list[Path] = []
    for name in map(Path, names):
        if not name.is_dir():
            found.append(name)
            continue
        try:
            inside = sorted(each for each in name.iterdir() if each.suffix.lower() in _ENDINGS)
        except OSError as error:
            raise UsageError(f"{name} cannot be read: {error.strerror}") from error
        if not inside:
            raise UsageError(
                f"{name} holds no answer form: no file that ends in .csv, .tsv or .txt"
            )
        found += inside
    return found


_ENDINGS = (".csv", ".tsv", ".txt")
