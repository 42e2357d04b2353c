"""A recording in another session: what exists there is done, what does not is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from openings import opened, session_of

from bpdebug.cli import main
from bpdebug.session.replay.elsewhere import DoneElsewhere, replaying_elsewhere
from bpdebug.session.session import Session

ACTIONS = (
    *("b w7 if w7 < 0.699", "b dE/dw3", "b w10", "c", "disable 1", "delete 3", "delete 2", "undo"),
    *("g 10", "e w9 0.3", "g 12", "e w3 0.35", "name 2 high", "branch 1", "undo", "undo", "undo"),
    "2n",
)


def _recorded(path: Path, *actions: str) -> Session:
    session = Session(session_of("blog").part, path)
    for action in actions:
        session.perform(action)
    session.save(path)
    return session


def _elsewhere(session: Session, name: str) -> dict[int, DoneElsewhere]:
    part = session.snapshot()
    return {each.number: each for each in replaying_elsewhere(part, "test", opened(name))}


def test_where_everything_exists_everything_is_done(tmp_path: Path) -> None:
    session = _recorded(tmp_path / "lesson.json", "14s", *ACTIONS)
    there = opened("blog-published")
    found = list(replaying_elsewhere(session.snapshot(), "test", there))
    assert [each.problem for each in found] == [""] * len(found)
    assert [each.done for each in found] == session.actions
    assert there.document.breakpoints == session.debugger.document.breakpoints
    assert there.position == session.debugger.position


def test_what_is_not_there_is_left_out_with_what_follows_from_it(tmp_path: Path) -> None:
    found = _elsewhere(_recorded(tmp_path / "lesson.json", *ACTIONS), "xor")
    done = {number: each.done for number, each in found.items() if each.done}
    # The one breakpoint that can be set there is number 1, and was number 2.
    assert done[2] == "b dE/dw3"
    assert done[7] == "delete 1"
    assert done[8] == "undo"
    assert done[12] == "e w3 0.35"
    problems = {number: each.problem for number, each in found.items() if each.problem}
    assert problems[1] == "w7 < 0.699: column 1: there is no quantity w7"
    assert problems[5] == "breakpoint 1 was not made here"
    assert problems[10] == "there is no quantity w9"
    assert problems[13] == "branch 2 was not made here"
    assert [each for each in (15, 16, 17) if each in problems] == [15, 17]
    assert found[18].done == "2n"
    assert done.keys() | problems.keys() == set(range(1, 19))


def test_the_command_tells_what_it_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lesson.json"
    _recorded(path, "b w10", "4s")
    assert main(["replay", str(path), "--on", "xor", "--headless"]) == 1
    told = capsys.readouterr().out
    assert "left out: there is no quantity w10" in told
    assert told.endswith("1 of 2 actions can be done on xor\n")
    assert main(["replay", str(path), "--on", "blog-published", "--json"]) == 0
    assert '"actions": ["b w10", "4s"]' in capsys.readouterr().out
    assert main(["replay", str(path), "--on", "xor", "--text"]) == 1
    assert "Left out: there is no quantity w10" in capsys.readouterr().out
