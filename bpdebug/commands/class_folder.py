"""The folder of sheets that `bpdebug handout --students` writes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bpdebug.classroom.handing_out import File, handing_out
from bpdebug.classroom.problems import ClassroomError
from bpdebug.classroom.sheet import Asking
from bpdebug.classroom.students import read_students
from bpdebug.commands.console import say, with_progress
from bpdebug.commands.errors import UsageError
from bpdebug.commands.output import write_file
from bpdebug.export.handout.document import Results
from bpdebug.export.handout.formats import HANDOUT_FORMATS
from bpdebug.export.handout.stretch import read_stretch
from bpdebug.session.session import Session
from bpdebug.text.safe import safe

_MOST_NAMED = 5
_MOST_DECIMALS = 8
"""Nobody computes more of them by hand, and few numbers are found that show them all."""


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of sheets for a class."""
    add = parser.add_argument
    add(
        "--students",
        metavar="FILE",
        help="a sheet with its own numbers and an answer form for each name in "
        "FILE (one per line), and the solutions of all",
    )
    add("--out", metavar="FOLDER", help="the folder for these sheets")
    add(
        "--class",
        dest="group",
        metavar="NAME",
        help="the class they are for (default: the name of the file of names)",
    )


def check_options(arguments: argparse.Namespace) -> None:
    """Refuse options that contradict each other, or that sheets do not have."""
    if arguments.students is None and arguments.out is not None:
        raise UsageError("--out is for sheets for students; write one handout with -o FILE")
    if arguments.students is not None and arguments.out is None:
        raise UsageError("name the folder for the sheets with --out")
    if arguments.students is None:
        if arguments.group is not None:
            raise UsageError("--class is for sheets for students; name them with --students")
        return
    if (
        arguments.output
        or arguments.walkthrough
        or arguments.step
        or arguments.results is not Results.AS_COVERED
    ):
        raise UsageError(
            "--students does not go with -o, --walkthrough, --step, --blank and --solution: "
            "sheets are blank, and the solutions come beside them"
        )
    if arguments.digits > _MOST_DECIMALS:
        raise UsageError(f"sheets for students have at most {_MOST_DECIMALS} decimals")


def write_class(session: Session, arguments: argparse.Namespace, form: str) -> int:
    """Write the sheets, forms and solutions of a class; nothing if a file is in the way."""
    folder, names = Path(arguments.out), Path(arguments.students)
    stretch = read_stretch(session, arguments.start, arguments.until)
    asking = Asking(stretch.first, stretch.last, arguments.digits)
    group = names.stem if arguments.group is None else arguments.group
    try:
        students = read_students(names)
        made = with_progress(
            handing_out(
                session.part,
                str(session.path),
                asking,
                group,
                students,
                HANDOUT_FORMATS[form],
            )
        )
    except ClassroomError as error:
        raise UsageError(f"nothing was written:\n{error}") from error
    _write(folder, made.files, arguments.force)
    print(safe(str(folder)))
    count = len(students)
    forms = "sheets and answer forms" if count > 1 else "sheet and answer form"
    say(f"{count} {forms}, and {made.files[-1].name} for you")
    for one, other in made.alike[:_MOST_NAMED]:
        say(safe(f"note: {one} and {other} have the same numbers"))
    if len(made.alike) > _MOST_NAMED:
        more = len(made.alike) - _MOST_NAMED
        say(f"note: … and {more:,} more have the numbers of another student")
    return 0


def _write(folder: Path, files: tuple[File, ...], force: bool) -> None:
    texts = {folder / each.name: each.text for each in files}
    there = [path for path in texts if os.path.lexists(path)]
    if there and not force:
        more = f" and {len(there) - 1:,} more" if len(there) > 1 else ""
        raise UsageError(f"{there[0]}{more} exist already; --force replaces them")
    # Before the first is written: half of a class helps nobody.
    for path in there:
        if path.is_symlink() or not path.is_file():
            raise UsageError(f"{path} is not an ordinary file")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error
    for path, text in texts.items():
        write_file(path, text, force)
