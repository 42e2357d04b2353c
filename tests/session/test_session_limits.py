"""What a session cannot hold is refused when it is done, and what is written opens again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.breakpoints import Breakpoint
from bpdebug.debugger.document import Bookmark, Branch
from bpdebug.debugger.edits import Edit
from bpdebug.debugger.view import Position
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.text_file import digest_of
from bpdebug.session.keeping.journal import read_journal
from bpdebug.session.model.verified import write_session
from bpdebug.session.opening import open_kept
from bpdebug.session.session import Session, open_session

from .files import changed


def _part(**changes: Any) -> SessionPart:
    return parse_session(json.dumps(changed({"iterations": 8, **changes})), "test")


def _session(tmp_path: Path, **changes: Any) -> Session:
    return Session(_part(**changes), tmp_path / "session.json")


def _saved(session: Session) -> Session:
    session.save(session.path)
    return open_session(session.path)


_HITS = {1: Breakpoint(1, "w7")}
_FULL: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "watches": (
        {"watches": tuple(f"E + {each}" for each in range(100))},
        ["watch E"],
        "a session has at most 100 watches",
    ),
    "breakpoints": (
        {"breakpoints": {each: Breakpoint(each, "w7") for each in range(1, 10_001)}},
        ["b w7"],
        "a session has at most 10,000 breakpoints",
    ),
    "bookmarks": (
        {"bookmarks": {f"at{each}": Bookmark(1, Position()) for each in range(10_000)}},
        ["mark here"],
        "a session has at most 10,000 bookmarks",
    ),
    "branches": (
        {"branches": {each: Branch(each, f"b{each}") for each in range(1, 1_001)}},
        ["2s", "S", "e w7 0.5"],
        "a session has at most 1,000 branches",
    ),
    "edits": (
        {"branches": {1: Branch(1, "main", tuple(Edit(0, -each, 0.5) for each in range(10_000)))}},
        ["e w7 0.5"],
        "a session has at most 10,000 edits on main",
    ),
    "hits": (
        {"breakpoints": _HITS},
        ["c", "c", "c", "ignore 1 999999997", "undo", "ignore 1 999999999"],
        "a breakpoint skips at most 1,000,000,000 hits, found 1,000,000,002",
    ),
    "numbers": (
        {"breakpoints": _HITS},
        ["ignore 1 1000000001"],
        "a breakpoint skips at most 1,000,000,000 hits, found 1,000,000,001",
    ),
}


@pytest.mark.parametrize(("fields", "actions", "words"), _FULL.values(), ids=_FULL)
def test_one_more_than_there_may_be_is_refused_in_words(
    tmp_path: Path, fields: dict[str, Any], actions: list[str], words: str
) -> None:
    session = _session(tmp_path)
    session.debugger.document = replace(session.debugger.document, **fields)
    *before, last = actions
    for action in before:
        session.perform(action)
    there, recorded = session.debugger.standing(), list(session.actions)
    with pytest.raises(ActionError) as error:
        session.perform(last)
    assert str(error.value) == words
    assert session.debugger.standing() == there
    assert session.actions == recorded


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("g it\t3", "found a tab, expected one line without control characters"),
        ("watch E\u2028", "found U+2028, expected one line without control characters"),
        ("watch E +\n1", "found a line break, expected one line without control characters"),
        ("b w7 if E < 1 \x1b[2J", "found U+001B, expected one line without control characters"),
        (f"watch {'E + ' * 80}E", "a watched expression has at most 256 characters, found 321"),
        (f"b w7 if {'E + ' * 80}E < 1", "a condition has at most 256 characters, found 325"),
        pytest.param(
            f"e w7 {'1' * 10_000}",
            "an action has at most 10,000 characters, found 10,005",
            id="an action",
        ),
    ],
)
def test_a_text_that_a_file_cannot_hold_is_refused_in_words(
    tmp_path: Path, action: str, words: str
) -> None:
    session = _session(tmp_path)
    with pytest.raises(ActionError) as error:
        session.perform(action)
    assert str(error.value) == words
    assert session.actions == []


def test_a_breakpoint_whose_every_part_is_as_long_as_can_be_is_kept(tmp_path: Path) -> None:
    session = open_kept(_written(tmp_path))
    condition, message = f"w7 < {'1' * 250}", "ä" * 256
    session.perform(f'b w7 hit >= 999999999 ignore 1000000000 if {condition} log "{message}"')
    session.perform(f"change 1 {session.debugger.breakpoint(1)}")
    assert session.keeping is not None
    journal = session.path.parent / f".{session.path.name}.journal"
    left = read_journal(journal, digest_of(session.path.read_bytes()))
    assert left is not None
    assert left.actions == tuple(session.actions)
    session.keeping.close(remove=True)
    session.keeping = None
    found = _saved(session).debugger.breakpoint(1)
    assert (found.condition, found.log, found.ignore) == (condition, message, 10**9)


def _written(tmp_path: Path) -> Path:
    path = tmp_path / "session.json"
    write_session(_part(), path)
    return path


@pytest.mark.parametrize(
    ("field", "action"),
    [
        ({"breakpoints": [{"number": 10**9, "on": "w7"}]}, "b w3"),
        ({"branches": [{"number": 10**9, "name": "far"}], "branch": 10**9}, "e w7 0.5"),
    ],
)
def test_after_the_greatest_number_comes_the_least_free_one(
    tmp_path: Path, field: dict[str, Any], action: str
) -> None:
    session = _session(tmp_path, **field)
    for each in ("2s", "S", action):
        session.perform(each)
    again = _saved(session)
    assert again.snapshot() == session.snapshot()
    document = again.debugger.document
    assert 1 in (document.breakpoints or document.branches)
    assert 10**9 in (document.breakpoints or document.branches)


def test_of_too_many_digests_every_second_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpdebug.session.session.MOST_DIGESTS", 1_000)
    session = _session(tmp_path)
    session.perform("5s")
    digest = session.snapshot().digests[0]
    many = [digest.model_copy(update={"operation": 1})] * 1_000
    session = Session(session.snapshot().model_copy(update={"digests": many}), session.path)
    session.perform("s")
    assert len(session.snapshot().digests) == 501


def test_no_more_actions_are_done_than_can_be_recorded(tmp_path: Path) -> None:
    session = _session(tmp_path)
    session.actions = ["s"] * 999_999
    with pytest.raises(ActionError, match="at most 1,000,000 actions"):
        session.perform("s")
    assert session.debugger.position.operation == 0


_BAD: dict[str, object] = {
    "title": "a\tb",
    "notes": "x" * 10_001,
    "actions": ["\ud800"],
    "watches": ["nothing"],
}


@pytest.mark.parametrize("field", _BAD)
def test_what_would_not_open_again_is_not_written(tmp_path: Path, field: str) -> None:
    path = _written(tmp_path)
    before = path.read_bytes()
    spoiled = _part().model_copy(update={field: _BAD[field]})
    with pytest.raises(SessionError, match="cannot be saved, it would not open again"):
        write_session(spoiled, path)
    assert path.read_bytes() == before


def test_neither_file_nor_journal_go_for_what_would_not_open_again(tmp_path: Path) -> None:
    session = open_kept(_written(tmp_path))
    session.perform("s")
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    assert len(before) == 3
    session.part = session.part.model_copy(update={"title": "a\tb"})
    with pytest.raises(SessionError, match="title"):
        session.save(session.path)
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before
