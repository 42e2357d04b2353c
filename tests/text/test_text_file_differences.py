"""What differs between two sessions is named field by field, and no more of it than is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session
from bpdebug.text.run.file_differences import differences

_TEXT = find_session("blog").read_text("utf-8")


def _part(**changes: Any) -> SessionPart:
    return parse_session(json.dumps(json.loads(_TEXT) | changes), "test")


@pytest.mark.parametrize(
    ("here", "there", "lines"),
    [
        ({}, {}, ["Only the layout of the file differs."]),
        ({"title": "a"}, {"title": "b"}, ['title: here "a", in the file "b"']),
        ({"actions": ["s"]}, {"actions": ["n"]}, ['actions[0]: here "s", in the file "n"']),
        (
            {"actions": ["s"]},
            {"actions": ["s", "n"]},
            ["actions: here 1 item, in the file 2 items"],
        ),
        ({"watches": ["w7"]}, {}, ["watches: here 1 item, in the file nothing"]),
        ({"notes": "x" * 99}, {"notes": "y"}, [f'notes: here "{"x" * 58}…, in the file "y"']),
        ({}, {"cursor": {"operation": 1}}, ['cursor: here nothing, in the file {"operation": 1}']),
    ],
)
def test_differences_are_named(
    here: dict[str, Any], there: dict[str, Any], lines: list[str]
) -> None:
    assert list(differences(_part(**here), _part(**there))) == lines


def test_of_many_differences_a_hundred_are_named() -> None:
    lines = list(differences(_part(actions=["s"] * 500), _part(actions=["n"] * 500)))
    assert len(lines) == 101
    assert lines[-1] == "… and more"
