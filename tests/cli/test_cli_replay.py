"""replay --headless and validate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.session import open_session

from .calls import Call, process
from .conftest import WriteSession


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """The blog's session, saved at position 20 with a breakpoint on w7."""
    session = open_session(find_session("blog"))
    for action in ("b w7 write if w7 < 0.69", "14s", "c", "C", "g 10", "10s"):
        session.perform(action)
    assert session.debugger.position.operation == 20
    path = tmp_path / "lesson.json"
    session.save(path)
    return path


def _change(path: Path, **changes: object) -> Path:
    fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(fields | changes), "utf-8")
    return path


def test_replay_comes_to_the_same_position(call: Call, lesson: Path) -> None:
    result = call("replay", lesson, "--headless")
    assert (result.code, result.err) == (0, "")
    *steps, last = result.out.splitlines()
    assert last == "6 actions, position 20, 1 of 1 digests verified"
    assert [line.split()[0] for line in steps] == ["1", "2", "3", "4", "5", "6"]
    assert [int(line.rpartition("=")[2]) for line in steps] == [0, 14, 528, 0, 10, 20]


def test_replay_as_json(call: Call, lesson: Path) -> None:
    found = call("replay", lesson, "--headless", "--json").record
    assert list(found) == ["ok", "position", "branch", "actions", "digests", "problems"]
    assert found["branch"] == 1
    assert (found["ok"], found["position"], found["actions"]) == (True, 20, 6)
    (digest,) = found["digests"]
    assert (digest["operation"], digest["branch"]) == (20, 1)
    assert digest["ok"] is True
    assert digest["expected"] == digest["found"]
    assert found["problems"] == []


def test_replay_in_a_process_of_its_own(lesson: Path) -> None:
    result = process("replay", lesson.name, "--headless", folder=lesson.parent)
    assert (result.code, result.err) == (0, "")
    assert "1 of 1 digests verified" in result.out


def test_a_changed_digest_is_a_finding_that_says_where(call: Call, lesson: Path) -> None:
    _change(lesson, digests=[{"operation": 20, "state": "0" * 32}])
    result = call("replay", lesson, "--headless")
    assert result.code == 1
    assert "after operation 20 the values differ" in result.out
    assert "0 of 1 digests verified" in result.out
    found = call("replay", lesson, "--headless", "--json")
    assert (found.code, found.record["ok"]) == (1, False)
    assert found.record["problems"] == ["after operation 20 the values differ"]
    assert found.record["digests"][0]["expected"] == "0" * 32


def test_a_changed_number_is_found_by_the_digest(call: Call, lesson: Path) -> None:
    fields = json.loads(lesson.read_text("utf-8"))
    w10 = 0.1000000000000001
    assert w10 != fields["parameters"]["w10"]
    _change(lesson, parameters=fields["parameters"] | {"w10": w10})
    result = call("replay", lesson, "--headless")
    assert result.code == 1
    assert "after operation 20 the values differ" in result.out


def test_an_action_that_fails_is_a_finding(call: Call, lesson: Path) -> None:
    _change(lesson, actions=["10s", "g 999999999", "10s"])
    result = call("replay", lesson, "--headless")
    assert result.code == 1
    assert "action 2, g 999999999: there is no position 999999999" in result.out
    assert "the replay ends at position 10, the session at 20" in result.out


def test_a_replay_that_ends_elsewhere_is_a_finding(call: Call, lesson: Path) -> None:
    _change(lesson, actions=["19s"])
    result = call("replay", lesson, "--headless", "--json")
    assert result.code == 1
    assert result.record["problems"] == ["the replay ends at position 19, the session at 20"]


def test_a_session_without_actions(call: Call) -> None:
    result = call("replay", "blog", "--headless")
    assert (result.code, result.err) == (0, "")
    assert result.out == "0 actions, position 0, 0 of 0 digests verified\n"


def test_validate_says_well(call: Call, lesson: Path) -> None:
    result = call("validate", *bundled_sessions(), lesson)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert len(lines) == len(bundled_sessions()) + 1
    assert lines[-1] == f"{lesson}: valid: blog · 3-2-2 sigmoid"


def test_validate_goes_on_after_a_bad_file(call: Call, write_session: WriteSession) -> None:
    bad = write_session("bad.json", iterations=0)
    result = call("validate", bad, "blog")
    assert result.code == 2
    assert result.out == "blog: valid: blog · 3-2-2 sigmoid\n"
    assert result.err.startswith(f"{bad}: iterations: found 0, expected greater than or equal to")


def test_validate_says_everything_that_is_wrong(call: Call, write_session: WriteSession) -> None:
    bad = write_session(iterations=0, cursor={"operation": -1}, colour="red", style="brief")
    result = call("validate", bad)
    assert result.code == 2
    for field in ("iterations", "cursor.operation", "style"):
        assert f"{bad}: {field}: " in result.err
