"""Files of older versions open, and say the same as ever. The folder `old` only grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.session.file.format import VERSION
from bpdebug.session.file.migrations import MIGRATIONS, migrated
from bpdebug.session.file.read import read_session
from bpdebug.session.replay.replay import check_digests, fresh_debugger, replay_actions
from bpdebug.session.session import open_session

OLD = sorted((Path(__file__).parent / "old").glob("*.json"))


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_file_opens_and_replays(path: Path) -> None:
    session = open_session(path)
    part = session.part
    assert part.version == VERSION
    debugger = fresh_debugger(part, str(path))
    assert not [each.problem for each in replay_actions(part, debugger) if each.problem]
    assert debugger.position == session.debugger.position
    assert debugger.breakpoints == session.debugger.breakpoints
    checks = check_digests(part, debugger)
    assert checks
    assert all(check.ok for check in checks)


def test_every_older_version_leads_to_this_one() -> None:
    for version in MIGRATIONS:
        assert migrated({"version": version})["version"] == VERSION


def test_there_is_an_old_file_of_every_older_version() -> None:
    assert {path.stem.rpartition("-")[2] for path in OLD} == set(MIGRATIONS)


@pytest.mark.parametrize("breakpoints", [None, 1, [1], {"hits": 1}, [{"hits": 1}]])
def test_a_migration_leaves_the_unexpected_to_the_checks(breakpoints: object) -> None:
    data = {"version": "1.0", "breakpoints": breakpoints, "other": 1}
    before = repr(data)
    found = migrated(data)
    assert repr(data) == before
    assert found["other"] == 1


def test_an_old_file_is_read_only_once_migrated() -> None:
    part = read_session(OLD[0])
    assert "hits" not in part.breakpoints[0].model_fields_set
