"""The bundled sessions, each opened once, and debuggers on them and on sessions given as data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.work import take_up
from bpdebug.session.session import Session, open_session


@cache
def session_of(name: str) -> Session:
    """A bundled session, the same for all tests: it is looked at and never moved or changed."""
    return open_session(find_session(name))


def opened(session: str | Path = "blog", *actions: str) -> Debugger:
    """A debugger of one's own after some actions, on a bundled session or a file.

    Of a bundled session it shares the program, which nothing changes, and no more.
    """
    if isinstance(session, Path):
        found = open_session(session).debugger
    else:
        first = session_of(session)
        found = Debugger(first.debugger.program, first.part.iterations)
        assert not take_up(found, first.part)
    for action in actions:
        perform(found, action)
    return found


def blog(*actions: str) -> Debugger:
    """A debugger of one's own after some actions on the blog's session."""
    return opened("blog", *actions)


def of_data(data: dict[str, Any]) -> Debugger:
    """The debugger of a session given as JSON data."""
    return make_debugger(parse_session(json.dumps(data), "test"), "test")


def of_model(model: dict[str, Any], **fields: Any) -> Debugger:
    """The debugger of a session with this model, and with other fields."""
    return of_data({"format": "bpdebug-session", "version": "1.0", "model": model, **fields})
