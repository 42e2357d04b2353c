"""Writing a session file: atomically, and so that a person can read and edit it."""

from __future__ import annotations

import json

from bpdebug.session.file.arrays import compact
from bpdebug.session.file.format import SessionPart, WorkPart

_WIDTH = 100

FIELDS_OF_A_RUN = (*WorkPart.model_fields, "recorded_from", "actions", "digests")
"""The fields that are about a run, not about what is run."""

_GIVEN = {"inputs", "targets", "constants", "parameters"}
"""The fields with numbers of quantities."""


def session_text(part: SessionPart) -> str:
    """The session as JSON, short lists on one line; empty fields are left out."""
    head = {"format": part.format, "version": part.version, "numerics": part.numerics}
    fields = part.model_dump(mode="json", exclude_unset=True)
    # What it is comes before what was made of it.
    first = [name for name in fields if name not in FIELDS_OF_A_RUN]
    order = first + [name for name in FIELDS_OF_A_RUN if name in fields]
    usual = {name: field.default for name, field in WorkPart.model_fields.items()}
    unknown = part.model_extra or {}
    kept = {
        name: fields[name]
        for name in order
        if name in unknown or fields[name] not in (usual.get(name), [], {}, None)
    }
    for name in _GIVEN & kept.keys():
        kept[name] = {each: compact(values) for each, values in kept[name].items()}
    return _written(head | kept, "") + "\n"


def _written(value: object, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(indent) + len(line) <= _WIDTH and indent:
        return line
    inner = indent + "  "
    if isinstance(value, dict) and value:
        rows = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {_written(each, inner)}"
            for key, each in value.items()
        ]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        if all(isinstance(each, int | float) for each in value):
            rows = _filled([json.dumps(each) for each in value], inner)
        else:
            rows = [f"{inner}{_written(each, inner)}" for each in value]
        return "[\n" + ",\n".join(rows) + f"\n{indent}]"
    return line


def _filled(words: list[str], indent: str) -> list[str]:
    """Words with commas between them, as many on a line as it holds."""
    rows: list[list[str]] = []
    room = 0
    for word in words:
        if len(word) + 1 > room:
            rows.append([])
            room = _WIDTH - len(indent) + 1
        rows[-1].append(word)
        room -= len(word) + 2
    return [indent + ", ".join(row) for row in rows]
