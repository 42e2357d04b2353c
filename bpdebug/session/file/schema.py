"""The JSON Schema (draft 2020-12) of session files, made from the parts they are checked with.

It says which fields there are, and what each of them may hold on its own. Whether names are
known, equations fit together and data have the right width is checked by the loader only.
"""

from __future__ import annotations

import inspect
import types
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from bpdebug.session.file.arrays import NON_FINITE
from bpdebug.session.file.format import NUMBERS, VERSION, SessionPart
from bpdebug.session.file.parts import Field, Limits, Part

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LISTS = {
    "description": "numbers, or lists of them nested as deep as the quantity has indices",
    "items": {
        "anyOf": [
            {"type": "number"},
            {"enum": list(NON_FINITE)},
            {"$ref": f"#/$defs/{NUMBERS}"},
        ]
    },
    "type": "array",
}
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
_LIMITS = {
    "integer": {"ge": "minimum", "le": "maximum"},
    "string": {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    "object": {"max_length": "maxProperties"},
}
"""The names that limits have in a schema."""

_Schema = dict[str, Any]


def session_schema() -> _Schema:
    """The schema, as strict about unknown fields as the loader is for files of this version."""
    defined: dict[str, _Schema] = {NUMBERS: _LISTS}
    session = _part(SessionPart, defined)
    title = f"bpdebug session {VERSION}"
    names = sorted(defined.keys() - {SessionPart.__name__})
    return {
        "$schema": _DRAFT,
        "title": title,
        **session,
        "$defs": {name: defined[name] for name in names},
    }


def _part(part: type[Part], defined: dict[str, _Schema]) -> _Schema:
    fields = {name: _field(field, defined) for name, field in part.fields.items()}
    found = _about(part) | {"type": "object", "properties": fields, "additionalProperties": False}
    required = [name for name, field in part.fields.items() if field.is_required]
    return found | ({"required": required} if required else {})


def _about(kind: type) -> _Schema:
    return {"description": inspect.cleandoc(kind.__doc__ or "")}


def _field(field: Field, defined: dict[str, _Schema]) -> _Schema:
    found = _of(field.annotation, defined) | {"description": field.description}
    default = field.default.as_data() if isinstance(field.default, Part) else field.default
    return found if field.is_required else found | {"default": default}


def _of(annotation: Any, defined: dict[str, _Schema]) -> _Schema:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        found = _of(arguments[0], defined)
        for each in arguments[1:]:
            found = _limited(found, each) if isinstance(each, Limits) else found
        return found
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(each, defined) for each in arguments]}
    if origin is list:
        return {"type": "array", "items": _of(arguments[0], defined)}
    if origin is dict:
        return _mapping(*(_of(each, defined) for each in arguments))
    if origin is Literal:
        if len(arguments) == 1:
            return {"type": "string", "const": arguments[0]}
        return {"type": "string", "enum": list(arguments)}
    if annotation is Any:
        return {}
    if annotation is types.NoneType:
        return {"type": "null"}
    if issubclass(annotation, Part | Enum):
        name = annotation.__name__
        if name not in defined:
            defined[name] = {}  # while it is being made
            if issubclass(annotation, Part):
                defined[name] = _part(annotation, defined)
            else:
                values = [each.value for each in annotation]
                defined[name] = _about(annotation) | {"type": "string", "enum": values}
        return {"$ref": f"#/$defs/{name}"}
    return {"type": _PLAIN[annotation]}


def _mapping(names: _Schema, values: _Schema) -> _Schema:
    """An object with any names. A pattern for its properties would say nothing of the names that
    do not match it.
    """
    limits = {key: each for key, each in names.items() if key != "type"}
    return {"type": "object", "propertyNames": limits, "additionalProperties": values}


def _limited(schema: _Schema, limits: Limits) -> _Schema:
    if limits.shown is not None:
        return {"$ref": f"#/$defs/{limits.shown}"}
    if "anyOf" in schema:  # what may be null, too
        return schema | {"anyOf": [_limited(each, limits) for each in schema["anyOf"]]}
    names = _LIMITS.get(schema.get("type", ""), {})
    found = {names[key]: each for key, each in limits.numbers.items() if key in names}
    if "pattern" in found:
        found["pattern"] = _to_the_end(found["pattern"])
    return schema | found


def _to_the_end(pattern: Any) -> str:
    """In some languages `$` matches before a line break at the end, too."""
    text = str(pattern)
    return text.removesuffix("$") + r"(?![\s\S])" if text.endswith("$") else text
