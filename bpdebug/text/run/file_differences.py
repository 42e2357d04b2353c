"""What differs between a session that is open and a file, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bpdebug.session.file.errors import step
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.write import session_text

_MOST = 100
_LONGEST = 60
_NOTHING = object()


def differences(here: SessionPart, there: SessionPart) -> Iterator[str]:
    """A line for each place where they differ, the first 100 of them."""
    left: list[tuple[str, object, object]] = [("", _data(here), _data(there))]
    count = 0
    while left:
        path, mine, other = left.pop()
        if isinstance(mine, dict) and isinstance(other, dict):
            names = [*mine, *(name for name in other if name not in mine)]
            inner = [
                (step(path, name), mine.get(name, _NOTHING), other.get(name, _NOTHING))
                for name in names
            ]
            left += reversed(inner)
        elif isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
            pairs = zip(mine, other, strict=True)
            items = [(f"{path}[{index}]", *each) for index, each in enumerate(pairs)]
            left += reversed(items)
        elif mine != other:
            count += 1
            if count > _MOST:
                yield "… and more"
                return
            yield f"{path}: here {_short(mine)}, in the file {_short(other)}"
    if not count:
        yield "Only the layout of the file differs."


def _data(part: SessionPart) -> Any:
    return json.loads(session_text(part))


def _short(value: object) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, list):
        return f"{len(value)} item{'' if len(value) == 1 else 's'}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
