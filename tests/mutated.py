"""A session with every field that a person's work leaves in it, and what to change in it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

WORK: dict[str, Any] = {
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
            "edits": [{"at": 3, "set": "w7", "to": 0.5}, {"at": 4, "set": "w8", "to": "Infinity"}],
            "parent": 1,
            "fork": 3,
        },
    ],
    "branch": 2,
    "cursor": {"operation": 3, "arithmetic": 0},
    "recorded_from": {"watches": ["w7"]},
    "actions": ["b w7", "3s"],
    "digests": [{"operation": 3, "branch": 1, "state": "0" * 32, "environment": "here"}],
}
"""The fields about a run, for the blog's network; all of them are valid."""

Place = tuple[str | int, ...]


def places(value: object, path: Place = ()) -> Iterator[Place]:
    """The path of every value in a session."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))


def with_value(session: dict[str, Any], path: Place, odd: object) -> dict[str, Any]:
    """A session with another value at one place."""
    changed = copy.deepcopy(session)
    inside: Any = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = odd
    return changed
