"""Reading a session file: bytes to JSON to checked fields. Nothing in a file is carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bpdebug.notation.names import did_you_mean
from bpdebug.session.file.errors import MOST_SUGGESTED, MOST_TOLD, Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION, SessionPart
from bpdebug.session.file.json_text import parse_json
from bpdebug.session.file.migrations import migrated
from bpdebug.session.file.problems import field_problems, not_numbers, unknown_fields
from bpdebug.session.file.text_file import digest_of, read_text

_OURS, _OUR_MINOR = map(int, VERSION.split("."))


def read_session(path: Path) -> SessionPart:
    """The fields of a session file. Raises SessionError with everything that is wrong."""
    return parse_session(read_text(path), str(path))


def read_with_digest(path: Path) -> tuple[SessionPart, str]:
    """The same, and the digest of the bytes that were read."""
    text = read_text(path)
    return parse_session(text, str(path)), digest_of(text.encode())


def parse_session(text: str, source: str) -> SessionPart:
    """The fields of a session given as JSON text. Raises SessionError."""
    data = parse_json(text, source)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        message = f'not a bpdebug session: it does not say "format": "{FORMAT}"'
        raise SessionError(source, [Problem("", message)])
    newer = _is_newer(data.get("version"), source)
    data = migrated(data)
    problems: list[Problem] = []
    more = 0
    for path, name, known in () if newer else unknown_fields(data, SessionPart):
        if len(problems) >= MOST_TOLD:
            more += 1
            continue
        hint = did_you_mean(name, known) if len(problems) < MOST_SUGGESTED else ""
        problems.append(Problem(path, f"there is no such field{hint}"))
    # Before the fields are checked: each value that is none would be wrong in many ways there.
    wrong, others = not_numbers(data)
    if wrong:
        raise SessionError(source, problems + wrong, more + others)
    try:
        part = SessionPart.model_validate(data)
    except ValidationError as error:
        problems += field_problems(error, data)
        part = None
    if problems or part is None:
        raise SessionError(source, problems, more)
    return part


def _is_newer(version: Any, source: str) -> bool:
    """Whether a file is of a newer minor version. Raises SessionError for another major one."""
    numbers = version.split(".") if isinstance(version, str) else []
    if len(numbers) != 2 or not all(n.isascii() and n.isdecimal() for n in numbers):
        return False  # for the checks to find
    # Of a number with thousands of digits it is enough to know that it is large.
    major, minor = (int(number[:9]) for number in numbers)
    if major > _OURS:
        message = f"version {version:.20} was written by a newer bpdebug; this one reads {_OURS}.x"
        raise SessionError(source, [Problem("version", message)])
    if major < _OURS:
        message = f"there never was a version {version:.20}; the first is {_OURS}.0"
        raise SessionError(source, [Problem("version", message)])
    return minor > _OUR_MINOR
