"""The students of a class: their names from a file, and what their files are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from bpdebug.classroom.problems import ClassroomError, Unread
from bpdebug.classroom.tables import read_table
from bpdebug.text.safe import safe

MOST_STUDENTS = 1_000
MOST_LETTERS = 80

_HEADS = frozenset({"name", "names", "student", "students"})
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""What cannot be a file's name everywhere."""


def plain_name(name: str) -> str:
    """A name as it is compared: composed letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_problem(name: str) -> str:
    """Why something cannot be the name of a student or a class; empty if it can."""
    if not name:
        return "there is no name"
    if len(name) > MOST_LETTERS:
        return f"a name has at most {MOST_LETTERS} characters, found {len(name):,}"
    if safe(name) != name or "\n" in name:
        return f"the name '{safe(name)[:60]}' has a control character in it; type it again"
    if "/" in name or "\\" in name:
        return f"the name {name!r:.60} has a slash in it; leave it out"
    if not any(each.isalnum() for each in name):
        return f"the name {name!r:.60} has no letter in it"
    return ""


def read_students(path: Path) -> list[str]:
    """The names in a file, one a line; of a table the column `name`, or all columns together.

    Raises ClassroomError with every line that is not a name of its own.
    """
    rows = read_table(path)
    column: int | None = None
    if rows:
        heads = [cell.casefold() for cell in rows[0][1]]
        column = next((n for n, head in enumerate(heads) if head in _HEADS), None)
        if column is not None:
            rows = rows[1:]
    found: dict[str, int] = {}
    problems: list[Unread] = []
    for line, cells in rows:
        if column is None:
            name = " ".join(cell for cell in cells if cell)
        else:
            name = cells[column] if column < len(cells) else ""
        reason = name_problem(name)
        name = plain_name(name)
        if not reason and name in found:
            reason = f"the name {name} again, as in line {found[name]}; make the two differ"
        if reason:
            problems.append(Unread(path.name, line, reason))
        else:
            found[name] = line
    if not rows and not problems:
        problems.append(Unread(path.name, 0, "there is no name in it; write one on each line"))
    if len(found) > MOST_STUDENTS:
        problems.append(Unread(path.name, 0, f"more than {MOST_STUDENTS:,} names"))
    if problems:
        raise ClassroomError(problems)
    return list(found)


def file_stems(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A file's name without ending for each student, that works on every system; all different."""
    used = set(taken)
    found = {}
    for name in names:
        letters = unicodedata.normalize("NFC", name.casefold())
        stem = re.sub(r"[^\w]+", "-", letters).strip("-_") or "student"
        if _RESERVED.fullmatch(stem):
            stem += "-sheet"
        stem = stem[:MOST_LETTERS]
        number, own = 1, stem
        while own in used:
            number += 1
            own = f"{stem}-{number}"
        used.add(own)
        found[name] = own
    return found
