"""What pydantic finds wrong with the fields of a session, in plain words and with JSON paths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import ValidationError

from bpdebug.session.file.arrays import NON_FINITE
from bpdebug.session.file.errors import MOST_TOLD, Problem, step
from bpdebug.session.file.format import PATTERNS, _Part

_NUMBER = 'a number; "NaN", "Infinity" and "-Infinity" are numbers, too'
_NUMBERS = _NUMBER.replace("a number;", "a valid number or a list of numbers;")
_GIVEN = ("inputs", "targets", "constants", "parameters")


Unknown = tuple[str, str, Iterable[str]]
"""A field that is not there: its path, its name, and the names that there are."""


def unknown_fields(data: object, annotation: Any, path: str = "") -> Iterator[Unknown]:
    """The fields in JSON data that a part of the format does not have, at any depth."""
    if not isinstance(data, dict | list):
        return
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, _Part):
        if isinstance(data, dict):
            yield from _unknown_in(data, annotation, path)
    elif origin is list and isinstance(data, list):
        (item,) = get_args(annotation)
        if _has_fields(item):
            for index, each in enumerate(data):
                if _is_flat(each, item):
                    continue
                yield from unknown_fields(each, item, f"{path}[{index}]")
    elif origin is dict and isinstance(data, dict):
        _, item = get_args(annotation)
        for key, each in data.items():
            if isinstance(each, dict):
                yield from unknown_fields(each, item, step(path, key))
    elif origin in (Union, UnionType):
        for choice in get_args(annotation):
            yield from unknown_fields(data, choice, path)
    elif hasattr(annotation, "__metadata__"):
        yield from unknown_fields(data, get_args(annotation)[0], path)


def _unknown_in(data: dict[str, Any], part: type[_Part], path: str) -> Iterator[Unknown]:
    known = part.model_fields
    if not data.keys() <= known.keys():
        for name in data:
            if name not in known:
                yield step(path, name), name, known
    for name, annotation in _inner(part).items():
        if name in data:
            yield from unknown_fields(data[name], annotation, step(path, name))


def _is_flat(data: object, annotation: Any) -> bool:
    """Whether these are known fields that have no fields themselves: the quick answer for many."""
    return (
        isinstance(annotation, type)
        and isinstance(data, dict)
        and data.keys() <= annotation.model_fields.keys()  # type: ignore[attr-defined]
        and not _inner(annotation)
    )


@cache
def _inner(part: type[_Part]) -> Mapping[str, Any]:
    """The fields that have fields themselves."""
    fields = {name: field.annotation for name, field in part.model_fields.items()}
    return {name: each for name, each in fields.items() if _has_fields(each)}


def _has_fields(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, _Part):
        return True
    return any(map(_has_fields, get_args(annotation)))


def not_numbers(data: Mapping[str, object]) -> tuple[list[Problem], int]:
    """The first quantities that are neither numbers nor lists nor arrays, and how many more."""
    found: list[Problem] = []
    more = 0
    for field in _GIVEN:
        values = data.get(field)
        for name, value in values.items() if isinstance(values, dict) else ():
            if type(value) in _VALUES or (isinstance(value, str) and value in NON_FINITE):
                continue
            if len(found) < MOST_TOLD:
                message = f"found {_shown(value)}, expected {_NUMBERS}"
                found.append(Problem(step(field, name), message))
            else:
                more += 1
    return found, more


_VALUES = frozenset({int, float, list, dict})


def field_problems(error: ValidationError, data: object) -> list[Problem]:
    """One problem for each place."""
    found: dict[str, Problem] = {}
    for each in error.errors(include_url=False):
        for problem in _problems(each, data):
            # A value that could be of several kinds is wrong for each of them.
            found.setdefault(problem.path, problem)
    return list(found.values())


def _problems(error: Any, data: object) -> Iterator[Problem]:
    path, kinds = _path(error["loc"], data, error["type"])
    given = error["input"]
    if error["type"] == "numbers":
        for place, value in error["ctx"]["found"]:
            yield Problem(path + place, f"found {_shown(value)}, expected a number")
    elif not kinds or kinds == ["[key]"]:
        yield Problem(path, _message(error))
    elif "ArrayPart" in kinds:
        if error["type"] != "model_type":
            yield Problem(path, _message(error))
    elif error["loc"][0] not in _GIVEN:
        yield Problem(path, f"found {_shown(given)}, expected {_NUMBER}")
    elif not isinstance(given, dict | list):
        yield Problem(path, f"found {_shown(given)}, expected {_NUMBERS}")


def _path(loc: tuple[Any, ...], data: Any, kind: str) -> tuple[str, list[str]]:
    """The JSON path of a place that pydantic names, and what it adds that is not a place in the
    file: the kinds of value that it has tried.
    """
    path, kinds = "", []
    for number, each in enumerate(loc):
        missing = kind == "missing" and number == len(loc) - 1
        if isinstance(each, int) and isinstance(data, list):
            path += f"[{each}]"
            data = data[each]
        elif isinstance(each, str) and isinstance(data, dict) and (each in data or missing):
            path = step(path, each)
            data = data.get(each)
        else:
            kinds.append(str(each))
    return path, kinds


def _message(error: Mapping[str, Any]) -> str:
    given = _shown(error["input"])
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "this field is missing"
        case "literal_error" | "enum":
            return f"found {given}, expected {context['expected']}"
        case "string_pattern_mismatch":
            return f"found {given}, expected {PATTERNS[context['pattern']]}"
        case "model_type":
            return f"found {given}, expected an object"
        case "too_long":
            # Of an object pydantic does not say how many it has.
            return f"found {len(error['input']):,} items, expected at most {context['max_length']}"
    return f"found {given}, expected {_RULE.sub('', error['msg'])}"


_RULE = re.compile("(Input|String|List|Dictionary) should (be|have) ")


def _shown(value: object) -> str:
    text = json.dumps(value if not isinstance(value, list | dict) else _start(value), default=str)
    return text if len(text) <= 40 else text[:39] + "…"


def _start(value: list[Any] | dict[str, Any]) -> object:
    """Enough of a long list or object to be shown."""
    if isinstance(value, list):
        return [each if not isinstance(each, list | dict) else _start(each) for each in value[:20]]
    return {
        key: _start(each) if isinstance(each, list | dict) else each
        for key, each in list(value.items())[:10]
    }
