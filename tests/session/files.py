"""Session files for tests: the blog's as data, changed at some place, and its errors."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from bpdebug.session.bundled import find_session
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.model.assemble import make_debugger

_REMOVED = object()


@cache
def _text() -> str:
    data: dict[str, Any] = json.loads(find_session("blog").read_text(encoding="utf-8"))
    # They speak of this very network, and would be wrong for any other.
    for field in ("walkthrough", "printed", "hand_derivations"):
        del data[field]
    return json.dumps(data, indent=2)


def blog_data() -> dict[str, Any]:
    """The blog's session without its walkthrough and figures, as JSON data that may be changed."""
    data: dict[str, Any] = json.loads(_text())
    return data


def blog_text() -> str:
    """The same as text."""
    return _text()


def changed(changes: dict[str, Any], remove: str = "") -> dict[str, Any]:
    """The blog's session with other values at some paths, `a.b.0.c`, and one removed."""
    data = blog_data()
    for path, value in {**changes, **({remove: _REMOVED} if remove else {})}.items():
        *outer, last = path.split(".")
        place: Any = data
        for step in outer:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        key = int(last) if isinstance(place, list) else last
        if value is _REMOVED:
            del place[key]
        else:
            place[key] = copy.deepcopy(value)
    return data


def problems(source: Path | str) -> list[Problem]:
    """What is wrong with a session, given as a file or as text; all that opening finds."""
    try:
        part = read_session(source) if isinstance(source, Path) else parse_session(source, "test")
        make_debugger(part, "test")
    except SessionError as error:
        return list(error.problems) or [Problem("", "an error that names no problem")]
    return []


def one_problem(data: object) -> Problem:
    """The only thing that is wrong with a session given as data."""
    found = problems(json.dumps(data))
    assert len(found) == 1, found
    return found[0]
