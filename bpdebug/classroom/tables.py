"""Tables of text as programs save them: commas, semicolons or tabs, in any usual coding."""

from __future__ import annotations

import codecs
import csv
import re
from pathlib import Path

from bpdebug.classroom.problems import ClassroomError, Unread
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.text_file import check_file

MOST_BYTES = 2**20
MOST_ROWS = 5_000
MOST_CELL = 1_000
MOST_LINE = 20_000

Row = tuple[int, list[str]]
"""The number of a line, from 1, and its cells."""


def read_table(path: Path) -> list[Row]:
    """The lines of a file that are not blank, as cells without blanks around them.

    Raises ClassroomError.
    """
    # At nothing else: a control character in a name is to be seen there.
    lines = re.split(r"\r\n|\n|\r", _text(path))
    between = ""
    if lines[0].strip().lower().startswith("sep="):
        # A line that only Excel understands.
        between = lines[0].strip()[4:5]
        lines[0] = ""
    if between not in (",", ";", "\t"):
        between = _between(lines)
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip(f'{between}" '):
            continue
        if len(rows) >= MOST_ROWS:
            raise ClassroomError([Unread(path.name, number, f"more than {MOST_ROWS:,} lines")])
        if len(line) > MOST_LINE:
            reason = f"a line of {len(line):,} characters; up to {MOST_LINE:,} are read"
            raise ClassroomError([Unread(path.name, number, reason)])
        # A line at a time: no quotation mark that is open swallows the lines after it.
        cells = next(csv.reader([line], delimiter=between))
        if between != ",":
            cells = _parted(cells)
        rows.append((number, [cell.strip()[:MOST_CELL] for cell in cells]))
    return rows


def _between(lines: list[str]) -> str:
    """What is between cells: decimal commas stand in fewer lines than what parts columns."""
    filled = [line for line in lines if line.strip()]
    for sign in (";", "\t"):
        if 2 * sum(sign in line for line in filled) > len(filled):
            return sign
    return ","


def _parted(cells: list[str]) -> list[str]:
    """The cells of a line whose first one holds a name and a comma.

    That is what a spreadsheet that wants semicolons makes of a table with commas: everything in
    the first column, and what was typed beside it in the second.
    """
    name, comma, rest = cells[0].partition(",")
    if not comma:
        return cells
    return [name, *(cell for cell in (rest.strip(' "'), *cells[1:]) if cell.strip())]


def _text(path: Path) -> str:
    try:
        check_file(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except SessionError as error:
        raise ClassroomError([Unread(path.name, 0, error.problems[0].message)]) from error
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise ClassroomError([Unread(path.name, 0, reason)]) from error
    if len(content) > MOST_BYTES:
        reason = f"larger than {MOST_BYTES >> 20} MiB, which no answer form is"
        raise ClassroomError([Unread(path.name, 0, reason)])
    for mark, coding in _MARKS.items():
        if content.startswith(mark):
            text = content.decode(coding, errors="replace")
            break
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            # What Excel writes where it is not told otherwise.
            text = content.decode("cp1252", errors="replace")
    if "\0" in text or content.startswith(_PACKED):
        reason = "not a text file; if it is a spreadsheet, save it as CSV"
        raise ClassroomError([Unread(path.name, 0, reason)])
    return text.lstrip("\ufeff").removeprefix(_MISREAD_MARK)


_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_PACKED = b"PK\x03\x04"
"""How the files of spreadsheets begin."""
_MISREAD_MARK = codecs.BOM_UTF8.decode("cp1252")
"""A byte order mark that a program has taken for three letters."""
