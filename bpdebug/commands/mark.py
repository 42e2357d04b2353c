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
    """The files that are named; of a folder those in it, and in the folders in it.

    What is in a folder beside forms is listed as not read. Raises UsageError for a folder without
    a form, or that cannot be read.
    """
    found: list[Path] = []
    for name in map(Path, names):
        if not name.is_dir():
            found.append(name)
            continue
        inside = [
            each
            for entry in _entries(name)
            for each in (_entries(entry) if entry.is_dir() else [entry])
        ]
        if not any(each.suffix.lower() in _ENDINGS for each in inside):
            raise UsageError(
                f"{name} holds no answer form: no file that ends in .csv, .tsv or .txt"
            )
        found += inside
    return found


def _entries(folder: Path) -> list[Path]:
    """What somebody has put into a folder, without the sheets that the forms belong to."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
    return [
        each
        for each in entries
        if not each.name.startswith((".", "~$"))
        and each.name.lower() not in _LITTER
        and each.suffix.lower() not in _SHEETS
    ]


_ENDINGS = (".csv", ".tsv", ".txt")
_SHEETS = (".html", ".md", ".tex")
_LITTER = ("thumbs.db", "desktop.ini", "__macosx")
"""What systems leave in folders by themselves."""
