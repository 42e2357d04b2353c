"""Newer and older versions: what opens, what is refused, and what is kept on saving."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpdebug.session.file.errors import MOST_TOLD, SessionError
from bpdebug.session.file.format import VERSION
from bpdebug.session.file.migrations import MIGRATIONS, migrated
from bpdebug.session.file.read import parse_session
from bpdebug.session.session import open_session

from .files import changed, one_problem

NEWER: dict[str, Any] = changed(
    {
        "version": "1.999",
        "unheard": {"of": [1, None]},
        "empty": [],
        "nothing": None,
        "model.unheard": 1,
        "model.layers.0.unheard": "a",
        "model.layers.1.unheard": {"b": 1},
        "optimizer.unheard": [2],
        "optimizer.schedule": {"name": "linear", "unheard": 3},
        "policies": {"unheard": 4},
        "constants": {"c": {"shape": [1], "float64": "AAAAAAAA8D8=", "unheard": 5}},
        "breakpoints": [
            {"number": 1, "on": "w7", "unheard": 6},
            {"number": 2, "on": "w8", "unheard": 7},
        ],
        "watches": ["w7"],
        "bookmarks": {"here": {"operation": 3, "unheard": 8}},
        "branches": [
            {
                "number": 1,
                "name": "main",
                "unheard": 9,
                "edits": [{"at": 3, "set": "w7", "to": 0.5, "unheard": 10}],
                "cursor": {"operation": 2, "unheard": 11},
            },
            {"number": 2, "name": "other", "parent": 1, "fork": 3, "unheard": 12},
        ],
        "printed": [{"of": "w7", "figure": "0.7", "unheard": 16}],
        "cursor": {"operation": 5, "unheard": 13},
        "recorded_from": {"unheard": 14, "cursor": {"operation": 1, "unheard": 15}},
        "actions": ["4s"],
    }
)


def unheard(value: object, path: str = "") -> dict[str, object]:
    """All that this version does not know in JSON data, by path."""
    found: dict[str, object] = {}
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("unheard", "empty", "nothing"):
                found[f"{path}.{key}"] = each
            else:
                found |= unheard(each, f"{path}.{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            found |= unheard(each, f"{path}[{index}]")
    return found


def test_a_newer_minor_version_opens_and_keeps_unknown_fields_at_any_depth(tmp_path: Path) -> None:
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(NEWER), "utf-8")
    session = open_session(path)
    assert not session.has_changes()
    assert len(unheard(NEWER)) == 21
    for actions in ((), ("s", "mark there", "b h1", "e w8 0.25", "s")):
        for action in actions:
            session.perform(action)
        session.save(path)
        saved = json.loads(path.read_text("utf-8"))
        assert unheard(saved) == unheard(NEWER)
        assert saved["version"] == "1.999"
        session = open_session(path)
    assert "unheard" not in saved["breakpoints"][2]
    assert "unheard" not in saved["bookmarks"]["there"]


def test_what_is_deleted_takes_its_unknown_fields_with_it(tmp_path: Path) -> None:
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(NEWER), "utf-8")
    session = open_session(path)
    session.perform("delete 1")
    session.save(path)
    (left,) = json.loads(path.read_text("utf-8"))["breakpoints"]
    assert (left["number"], left["unheard"]) == (2, 7)


def test_in_a_known_version_the_same_fields_are_all_refused_at_once() -> None:
    with pytest.raises(SessionError) as caught:
        parse_session(json.dumps(NEWER | {"version": VERSION}), "newer.json")
    error = caught.value
    told = {f".{each.path}" for each in error.problems}
    assert len(told) == MOST_TOLD
    assert told < set(unheard(NEWER))
    assert len(told) + error.more == len(unheard(NEWER))


def test_what_is_known_is_checked_in_a_newer_version_too() -> None:
    assert one_problem(NEWER | {"iterations": "many"}).path == "iterations"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("2.0", "version 2.0 was written by a newer bpdebug; this one reads 1.x"),
        ("0.9", "there never was a version 0.9; the first is 1.0"),
        ("00.1", "there never was a version 00.1"),
        ("1.x", 'found "1.x", expected two numbers with a dot between them, such as "1.5"'),
        ("1." + "9" * 5000, "expected two numbers with a dot between them"),
        ("\u0661.\u0660", "expected two numbers with a dot between them"),
    ],
)
def test_versions_that_are_refused_in_plain_words(version: str, message: str) -> None:
    problem = one_problem(changed({"version": version}))
    assert problem.path == "version"
    assert message in problem.message


def test_migrations_follow_one_another() -> None:
    numbers = [tuple(map(int, version.split("."))) for version in MIGRATIONS]
    assert numbers == sorted(numbers)
    reached = [to for to, _ in MIGRATIONS.values()]
    assert reached[:-1] == list(MIGRATIONS)[1:]


def test_the_present_version_stays_as_it_is() -> None:
    data = changed({"version": VERSION})
    assert migrated(data) is data
