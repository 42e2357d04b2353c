"""A folder for a class: a sheet and an answer form for each student, the solutions for the teacher.

Everything is made before anything is written, so a bad name or a session that has no other numbers
leaves nothing half done.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from bpdebug.classroom.form import form_text
from bpdebug.classroom.problems import ClassroomError, Unread
from bpdebug.classroom.sheet import MOST_ASKED, Asking, Sheets, asked
from bpdebug.classroom.students import file_stems, name_problem
from bpdebug.debugger.state import Progress
from bpdebug.export.handout.compose import composing
from bpdebug.export.handout.document import Handout, Results
from bpdebug.export.handout.formats import HandoutFormat
from bpdebug.export.handout.stretch import Stretch
from bpdebug.session.file.format import SessionPart
from bpdebug.session.model.variant import numbers_of

SOLUTIONS = "solutions"
"""What the file for the teacher is called."""

FORM_ENDING = ".csv"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder: its name, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The files of a class, and which students have the same numbers by chance."""

    files: tuple[File, ...]
    alike: tuple[tuple[str, str], ...]


def handing_out(
    part: SessionPart,
    source: str,
    asking: Asking,
    group: str,
    students: Sequence[str],
    form: HandoutFormat,
) -> Generator[Progress, None, HandedOut]:
    """Make the files of a class. Raises ClassroomError, SessionError or ExportError."""
    reason = name_problem(group)
    if reason:
        raise ClassroomError([Unread("the class", 0, reason)])
    if asking.count > MOST_ASKED:
        reason = f"{asking.count:,} results; a sheet asks for at most {MOST_ASKED:,}"
        raise ClassroomError([Unread("the sheet", 0, reason)])
    sheets = Sheets(part, source, asking)
    stretch = Stretch(asking.first, asking.last)
    stems = file_stems(students, {SOLUTIONS})
    title = part.title or source
    files: list[File] = []
    solutions: list[Handout] = []
    first_with: dict[str, str] = {}
    alike: list[tuple[str, str]] = []
    for number, student in enumerate(students):
        yield Progress(1, number, len(students))
        sheet = sheets.of(group, student)
        session = sheet.session()
        decimals = asking.decimals
        label = f"{sheet.student} · {sheet.group} · results to {decimals} decimals"
        blank = yield from composing(session, stretch, Results.BLANK, decimals, label)
        solved = yield from composing(session, stretch, Results.SOLUTION, decimals, label)
        solutions.append(solved)
        stem = stems[student]
        files.append(File(f"{stem}{form.ending}", _text(form, [blank])))
        names = asked(session.debugger.program, asking)
        files.append(File(f"{stem}{FORM_ENDING}", form_text(sheet, title, names)))
        numbers = numbers_of(sheet.part)
        if numbers in first_with:
            alike.append((first_with[numbers], student))
        first_with.setdefault(numbers, student)
    files.append(File(f"{SOLUTIONS}{form.ending}", _text(form, solutions)))
    return HandedOut(tuple(files), tuple(alike))


def _text(form: HandoutFormat, handouts: Sequence[Handout]) -> str:
    return "".join(f"{line}\n" for line in form.write(handouts))
