"""Observations from a CSV file: a line each, the inputs and then the targets."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.text_file import read_text


def read_points(
    path: Path, inputs: int, targets: int
) -> tuple[list[list[float]], list[list[float]]]:
    """Rows of inputs and rows of targets. Raises SessionError with all that is wrong.

    A first line in which nothing is a number is a header; blank lines are left out.
    """
    problems: list[Problem] = []
    rows: list[list[float]] = []
    lines = csv_lines(path)
    for place, (line, fields) in enumerate(lines):
        where = f"line {line}"
        if len(fields) != inputs + targets:
            message = (
                f"found {_count(len(fields), 'column')}, expected {inputs + targets}: "
                f"{_count(inputs, 'input')}, then {_count(targets, 'target')}"
            )
            problems.append(Problem(where, message))
        elif place or any(is_number(field) for field in fields) or not all(fields):
            rows.append(_row(where, fields, problems))
    if not rows and not problems:
        problems.append(Problem("", "there is no observation in it"))
    if problems:
        raise SessionError(str(path), problems)
    return [row[:inputs] for row in rows], [row[inputs:] for row in rows]


def csv_lines(path: Path) -> list[tuple[int, list[str]]]:
    """The lines that are not blank, numbered from 1, as fields without spaces around them.

    Raises SessionError.
    """
    text = read_text(path, mark=True)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = []
    try:
        for fields in reader:
            stripped = [field.strip() for field in fields]
            if any(stripped):
                found.append((reader.line_num, stripped))
    except csv.Error as error:
        problem = Problem(f"line {reader.line_num}", f"not CSV: {error}")
        raise SessionError(str(path), [problem]) from error
    return found


def _row(where: str, fields: list[str], problems: list[Problem]) -> list[float]:
    row: list[float] = []
    for column, field in enumerate(fields, start=1):
        place = f"{where}, column {column}"
        if not field:
            problems.append(Problem(place, "empty, expected a number"))
        elif not is_number(field):
            problems.append(Problem(place, f"found {field!r:.40}, expected a number"))
        elif not math.isfinite(float(field)):
            problems.append(Problem(place, f"found {field!r:.40}, expected a finite number"))
        else:
            value = float(field)
            # Whole numbers stand in the session as they stood in the file: 1, not 1.0.
            row.append(int(value) if value.is_integer() and abs(value) < 1e15 else value)
    return row


def is_number(field: str) -> bool:
    """Whether the field of a CSV file is a number."""
    try:
        float(field)
    except ValueError:
        return False
    return "_" not in field


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
