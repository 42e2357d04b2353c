"""Reading a session file: bytes to JSON to checked fields. Nothing in a file is carried out."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bpdebug.session.errors import Problem, SessionError
from bpdebug.session.format import FORMAT, VERSION, SessionPart
from bpdebug.session.migrations import migrated

MOST_BYTES = 64 * 2**20
"""The size up to which a file is read."""


def read_session(path: Path) -> SessionPart:
    """The fields of a session file. Raises SessionError with everything that is wrong."""
    return parse_session(_read(path), str(path))


def _read(path: Path) -> str:
    try:
        # Opening a FIFO would wait for a writer, so the kind of file is asked for first.
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise SessionError(str(path), [Problem("", "this is a folder, not a session file")])
        if not stat.S_ISREG(mode):
            raise SessionError(str(path), [Problem("", "this is not an ordinary file")])
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise SessionError(str(path), [Problem("", "there is no such file")]) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SessionError(str(path), [Problem("", f"cannot be read: {reason}")]) from error
    if len(content) > MOST_BYTES:
        raise SessionError(str(path), [Problem("", f"is larger than {MOST_BYTES >> 20} MiB")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start})"
        raise SessionError(str(path), [Problem("", message)]) from error


def parse_session(text: str, source: str) -> SessionPart:
    """The fields of a session given as JSON text. Raises SessionError."""
    data = _json(text, source)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        message = f'is not a bpdebug session: it does not say "format": "{FORMAT}"'
        raise SessionError(source, [Problem("", message)])
    version = data.get("version")
    major, ours = str(version).partition(".")[0], VERSION.partition(".")[0]
    if isinstance(version, str) and major.isdecimal() and int(major[:9]) > int(ours):
        message = f"version {version} was written by a newer bpdebug; this one reads {ours}.x"
        raise SessionError(source, [Problem("version", message)])
    try:
        part = SessionPart.model_validate(migrated(data))
    except ValidationError as error:
        raise SessionError(source, _problems(error)) from error
    minor, our_minor = (int(v.partition(".")[2]) for v in (part.version, VERSION))
    if part.model_extra and minor <= our_minor:
        problems = [Problem(name, "there is no such field") for name in part.model_extra]
        raise SessionError(source, problems)
    return part


class _JsonError(ValueError):
    pass


def _json(text: str, source: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise _JsonError(f"the key {json.dumps(twice)} comes twice in one object")
        return found

    def no_constant(token: str) -> None:
        raise _JsonError(f"{token} is not a JSON number")

    def finite(token: str) -> float:
        value = float(token)
        if value in (float("inf"), float("-inf")):
            raise _JsonError(f"{token[:30]} is too large for a double")
        return value

    def whole(token: str) -> int:
        if len(token) > 20:
            raise _JsonError(f"{token[:30]}… has too many digits; write it like 1e20")
        return int(token)

    try:
        return json.loads(
            text,
            object_pairs_hook=unique,
            parse_constant=no_constant,
            parse_float=finite,
            parse_int=whole,
        )
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        raise SessionError(source, [Problem("", message)]) from error
    except _JsonError as error:
        raise SessionError(source, [Problem("", str(error))]) from error
    except RecursionError as error:
        raise SessionError(source, [Problem("", "is nested too deeply")]) from error


def _problems(error: ValidationError) -> list[Problem]:
    """One problem for each place; where several kinds of value would do, all are named."""
    found: dict[str, str] = {}
    for each in error.errors():
        problem = _problem(each)
        if problem.path not in found:
            found[problem.path] = problem.message
        else:
            found[problem.path] += " or" + problem.message.rpartition("expected")[2]
    return [Problem(path, message) for path, message in found.items()]


def _problem(error: Any) -> Problem:
    path = ""
    for step in error["loc"]:
        # Pydantic names the branch of a union in the path; that is no place in the file.
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in ("constrained-float", "float", "list[any]", "list"):
            path += f".{step}" if path else str(step)
    return Problem(path, _message(error))


def _message(error: Any) -> str:
    kind, given = error["type"], error["input"]
    match kind:
        case "missing":
            return "this field is missing"
        case "extra_forbidden":
            return "there is no such field"
        case "literal_error":
            return f"found {_shown(given)}, expected {error['ctx']['expected']}"
        case "enum":
            return f"found {_shown(given)}, expected {error['ctx']['expected']}"
    message = error["msg"].removeprefix("Input should be ")
    return f"found {_shown(given)}, expected {message}"


def _shown(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else text[:39] + "…"
