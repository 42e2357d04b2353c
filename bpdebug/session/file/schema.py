"""The JSON Schema (draft 2020-12) of session files, made from the models they are checked with.

It says which fields there are, and what each of them may hold on its own. Whether names are
known, equations fit together and data have the right width is checked by the loader only.
"""

from __future__ import annotations

from typing import Any

from bpdebug.session.file.arrays import NON_FINITE
from bpdebug.session.file.format import NUMBERS, VERSION, SessionPart

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LISTS = {
    "description": "numbers, or lists of them nested as deep as the quantity has indices",
    "items": {
        "anyOf": [
            {"type": "number"},
            {"enum": list(NON_FINITE)},
            {"$ref": "#/$defs/Numbers"},
        ]
    },
    "type": "array",
}


def session_schema() -> dict[str, Any]:
    """The schema, as strict about unknown fields as the loader is for files of this version."""
    found: dict[str, Any] = _put_right(SessionPart.model_json_schema())
    found["$defs"]["Numbers"] = _LISTS
    title = f"bpdebug session {VERSION}"
    return {"$schema": _DRAFT} | found | {"title": title}


def _put_right(value: Any) -> Any:
    if value == NUMBERS:
        return {"$ref": "#/$defs/Numbers"}
    if isinstance(value, list):
        return [_put_right(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _put_right(each) for key, each in value.items()}
    if isinstance(found.get("title"), str):
        del found["title"]  # pydantic's, which says what the name says
    patterns = found.pop("patternProperties", None)
    if isinstance(patterns, dict):
        # A pattern there says nothing of the names that do not match it.
        ((pattern, inner),) = patterns.items()
        names = found.get("propertyNames", {}) | {"pattern": _to_the_end(pattern)}
        found |= {"propertyNames": names, "additionalProperties": inner}
    if isinstance(found.get("pattern"), str):
        found["pattern"] = _to_the_end(found["pattern"])
    return found


def _to_the_end(pattern: str) -> str:
    """In some languages `$` matches before a line break at the end, too."""
    return pattern.removesuffix("$") + r"(?![\s\S])" if pattern.endswith("$") else pattern
