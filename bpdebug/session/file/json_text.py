"""JSON text to data, with all that JSON leaves open refused: keys that come twice, NaN, 1e400.

The quick parser of pydantic reads it. Where that fails, or something looks odd, the place is
looked for; a good file does not pay for that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

from pydantic_core import from_json

from bpdebug.session.file.errors import Problem, SessionError, step

MOST_ITEMS = 2_000_000
"""How many commas a file may have: this many numbers, or a few million bytes of base64 instead."""

MOST_DIGITS = 20
_TOO_LARGE = 10**MOST_DIGITS

_SPACED_KEY = re.compile(r'"\s+:')
_TOKEN = re.compile(r"-?(NaN|Infinity|inf|nan)", re.IGNORECASE)
_PLACE = re.compile(r"(.*) at line (\d+) column (\d+)", re.DOTALL)

_WORDS = {
    "recursion limit exceeded": "nested too deeply",
    "number out of range": "the number has too many digits; write it like 1e20",
    "trailing comma": "not JSON: a comma before the closing bracket",
    "trailing characters": "not JSON: something follows the end of the session",
    "lone leading surrogate in hex escape": "half of a surrogate pair, which is not a character",
    "unexpected end of hex escape": "half of a surrogate pair, which is not a character",
}


def parse_json(text: str, source: str) -> Any:
    """The data of a JSON text. Raises SessionError with the places that are wrong."""
    if text.count(",") > MOST_ITEMS:
        message = f"more than {MOST_ITEMS:,} items; large arrays can be written in base64"
        raise SessionError(source, [Problem("", message)])
    try:
        data = from_json(text, allow_inf_nan=False)
    except (ValueError, TypeError) as error:
        raise SessionError(source, [_not_json(text, str(error))]) from error
    keys, odd = _survey(data)
    problems = list(_odd_numbers(data, "")) if odd else []
    # In a text, too, a quotation mark may come before a colon; then it is only looked for.
    if text.count('":') + len(_SPACED_KEY.findall(text)) > keys:
        problems += _repeated_keys(text)
    if problems:
        raise SessionError(source, problems)
    return data


def _not_json(text: str, message: str) -> Problem:
    found = _PLACE.fullmatch(message)
    if found is None:
        return Problem("", "half of a surrogate pair, which is not a character")
    reason, line, column = found[1], int(found[2]), int(found[3])
    row = text.split("\n", line)[line - 1].encode("utf-8", "replace")
    # A column counts bytes, and at the end of the file it is that of the last one.
    before = column if reason.startswith("EOF") else max(0, column - 1)
    place = len(row[:before].decode("utf-8", "ignore")) + 1
    token = _TOKEN.match(row[max(0, column - 2) : column + 10].decode("utf-8", "ignore").lstrip())
    if token is None:
        token = _TOKEN.match(row[max(0, column - 1) : column + 10].decode("utf-8", "ignore"))
    if token is not None:
        words = f'{token[0]} is not a JSON number; write it in quotation marks, "{token[0]}"'
    elif reason.startswith("EOF"):
        words = "not JSON: the file ends in the middle" if text.strip() else "not JSON: it is empty"
    else:
        words = _WORDS.get(reason, f"not JSON: {reason}")
    return Problem("", f"line {line}, column {place}: {words}")


def _survey(value: object) -> tuple[int, bool]:
    """How many keys all objects have together, and whether a number may be too large."""
    keys, odd = 0, False
    if isinstance(value, dict):
        keys += len(value)
        inner: Any = value.values()
    elif isinstance(value, list):
        inner = value
    else:
        return 0, _is_odd(value)
    kinds = set(map(type, inner))
    # A sum of doubles is finite if none is infinite, unless it overflows itself.
    if kinds == {float}:
        return keys, not isfinite(sum(inner))
    if kinds == {int}:
        return keys, max(map(abs, inner)) >= _TOO_LARGE
    if not kinds & {dict, list}:
        return keys, bool(kinds & {int, float}) and any(map(_is_odd, inner))
    for each in inner:
        if type(each) in (dict, list):
            more, too = _survey(each)
            keys, odd = keys + more, odd or too
        else:
            odd = odd or _is_odd(each)
    return keys, odd


def _is_odd(value: object) -> bool:
    if type(value) is float:
        return not isfinite(value)
    return type(value) is int and abs(value) >= _TOO_LARGE


def _odd_numbers(value: object, path: str) -> Iterator[Problem]:
    if isinstance(value, dict | list):
        for place, each in _places(value, path):
            yield from _odd_numbers(each, place)
    elif _is_odd(value):
        if isinstance(value, int):
            yield Problem(path, f"too many digits, more than {MOST_DIGITS}; write it like 1e20")
        else:
            yield Problem(path, "too large for a double; the greatest is about 1.8e308")


def _places(value: dict[str, Any] | list[Any], path: str) -> Iterator[tuple[str, Any]]:
    """What is in an object or a list, with the path of each."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield step(path, key), each
    else:
        for index, each in enumerate(value):
            yield f"{path}[{index}]", each


class _Object(dict[str, Any]):
    """An object, and the keys that came twice in it."""

    twice: tuple[str, ...] = ()


def _repeated_keys(text: str) -> list[Problem]:
    def noted(pairs: list[tuple[str, Any]]) -> _Object:
        found = _Object(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = [name for name, _ in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
            found.twice = tuple(dict.fromkeys(twice))
        return found

    def search(value: object, path: str) -> Iterator[Problem]:
        if isinstance(value, _Object):
            for name in value.twice:
                message = f"the key {json.dumps(name[:100])} comes twice in one object"
                yield Problem(step(path, name), message)
        if isinstance(value, dict | list):
            for place, each in _places(value, path):
                yield from search(each, place)

    return list(search(json.loads(text, object_pairs_hook=noted), ""))
