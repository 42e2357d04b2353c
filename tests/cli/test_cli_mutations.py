"""Every place of a session file, with every odd value: it opens, or a sentence says why not."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bpdebug.session.bundled import find_session

from .calls import Call
from .conftest import WriteSession

SESSION: dict[str, Any] = json.loads(find_session("blog").read_text("utf-8")) | {
    "constants": {"c": [1, 2]},
    "frozen": ["W1"],
    "order": {"forward": ["j: zh, h"], "loss": ["E"], "update": ["W2, b2"]},
    "walkthrough": [
        {
            "where": "it 1 E",
            "title": "The error",
            "text": "It is **{E}**.",
            "focus": "E",
            "question": {"ask": "Why?", "answer": "So."},
        }
    ],
    "breakpoints": [
        {
            "number": 1,
            "on": "w7",
            "access": "write",
            "condition": "w7 < 1",
            "hit": "% 2",
            "ignore": 3,
            "temporary": False,
            "log": "{w7}",
            "enabled": True,
        }
    ],
    "stop_at_non_finite": False,
    "watches": ["w7 - prev(w7)"],
    "bookmarks": {"here": {"branch": 2, "operation": 3, "arithmetic": 0}},
    "branches": [
        {"number": 1, "name": "main", "cursor": {"operation": 5, "arithmetic": 1}, "seen": 9},
        {
            "number": 2,
            "name": "other",
            "edits": [{"at": 3, "set": "w7", "to": 0.5}],
            "parent": 1,
            "fork": 3,
        },
    ],
    "branch": 2,
    "cursor": {"operation": 3, "arithmetic": 0},
    "recorded_from": {"watches": ["w7"]},
    "actions": ["b w7", "3s"],
    "digests": [{"operation": 3, "state": "0" * 32}],
}

ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    0.5,
    10**18,
    "",
    "no such thing",
    "x" * 70,
    [],
    [[[[1]]], 2],
    {"E": 1},
)

Place = tuple[str | int, ...]


def _places(value: object, path: Place = ()) -> Iterator[Place]:
    """The path of every value in a session."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            if re.fullmatch("w[2-9]", key):
                continue  # like w1
            yield from _places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, (*path, index))


def _with(path: Place, odd: object) -> dict[str, Any]:
    changed = copy.deepcopy(SESSION)
    inside: Any = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = odd
    return changed


def test_the_session_is_well_as_it_is(call: Call, write_session: WriteSession) -> None:
    assert call("validate", write_session(**SESSION)).code == 0


@pytest.mark.parametrize("path", _places(SESSION), ids=lambda path: ".".join(map(str, path)))
def test_an_odd_value(call: Call, write_session: WriteSession, path: Place) -> None:
    for odd in ODD:
        file = write_session(**_with(path, odd))
        result = call("validate", file)
        assert result.code in (0, 2), odd
        lines = result.err.splitlines()
        errors = [line for line in lines if not line.startswith(f"{file}: warning: ")]
        assert (result.code == 2) is bool(errors), odd
        assert all(line.startswith(f"{file}: ") for line in errors), odd
