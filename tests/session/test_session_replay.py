"""Playing a recording: the same number of actions leads to the same state, whatever the way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bpdebug.cli import main
from bpdebug.debugger.state import finish
from bpdebug.session.bundled import find_session
from bpdebug.session.file.format import DigestPart
from bpdebug.session.file.read import read_session
from bpdebug.session.model.verified import write_session
from bpdebug.session.replay.player import Player
from bpdebug.session.replay.replay import ReplayedSession, open_replay, replay_actions
from bpdebug.session.session import Session, open_session

ACTIONS = [
    "14s",
    "b w7 write once if w7 < 0.69",
    "watch w7*2",
    "c",
    "C",
    "g 10",
    "10s",
    "mark here",
    "3i",
    "e x1 0.5",
    "n",
    "5]",
    "g it 3 dE/dw5",
    "e w7 w7*2",
    "20s",
    "branch 1",
    "undo",
    "redo",
    'b zh1 log "zh1 is {zh1}"',
    "3]",
    "delete 1",
    "undo",
    "branch delete 3",
    "2[",
    "s",
]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blog's session with all kinds of actions."""
    session = open_session(find_session("blog"))
    for action in ACTIONS:
        session.perform(action)
    path = tmp_path_factory.mktemp("replay") / "lesson.json"
    session.save(path)
    return path


def _state(session: Session) -> tuple[object, ...]:
    debugger = session.debugger
    memory = debugger.view.memory().tobytes()
    return (debugger.standing(), memory, session.actions, debugger.last_change())


def test_every_way_leads_to_the_same_state(recording: Path) -> None:
    session, recorded = open_replay(recording)
    player = Player(session, recorded)
    states = [_state(session)]
    for number in range(1, player.total + 1):
        finish(player.moving_to(number))
        states.append(_state(session))
    assert player.is_over
    assert player.ends_elsewhere() is None
    chance = random.Random(1)
    for _ in range(60):
        number = chance.randint(0, player.total)
        finish(player.moving_to(number))
        assert player.played == number
        assert _state(session) == states[number]


def test_the_player_does_what_a_headless_replay_does(recording: Path) -> None:
    session, recorded = open_replay(recording)
    player = Player(session, recorded)
    plain, _ = open_replay(recording)
    done = list(replay_actions(read_session(recording), plain.debugger))
    assert [each.problem for each in done] == [None] * len(done)
    for each in done:
        finish(player.moving_to(each.number))
        assert session.debugger.position == each.position
    assert session.debugger.standing() == plain.debugger.standing()


def test_only_some_places_are_kept(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpdebug.session.replay.player._MOST_KEPT", 4)
    session, recorded = open_replay(recording)
    player = Player(session, recorded)
    finish(player.moving_to(9))
    ninth = _state(session)
    finish(player.moving_to(player.total))
    finish(player.moving_to(9))
    assert _state(session) == ninth


def test_an_abandoned_action_leaves_nothing_behind() -> None:
    plain = open_session(find_session("blog"))
    player = Player(plain, ['b zh1 log "{zh1}"', "g 5", "2000]"])
    finish(player.moving_to(2))
    before = _state(plain)
    move = player.moving_to(3)
    for _ in range(20):
        next(move)
    assert not list(plain.debugger.log)
    move.close()
    assert _state(plain) == before
    finish(player.moving_to(3))
    assert len(plain.debugger.log) == 2000


def test_a_jump_that_is_abandoned_stands_after_an_action(recording: Path) -> None:
    session, recorded = open_replay(recording)
    player = Player(session, recorded)
    move = player.moving_to(player.total)
    while player.played < 7:
        next(move)
    move.close()
    assert player.played == 7
    assert session.actions == recorded[:7]


def test_an_action_that_fails_says_so_and_stays() -> None:
    player = Player(open_session(find_session("blog")), ["5s", "g 999999999", "5s"])
    finish(player.moving_to(3))
    assert player.played == 1
    assert player.problem is not None
    assert player.problem.startswith("action 2, g 999999999: there is no position")
    finish(player.moving_to(0))
    assert player.problem is None


def test_own_actions_join_only_what_may_be_joined(recording: Path, tmp_path: Path) -> None:
    """A step that came to a stop on its way is not made longer by the next one."""
    session = open_session(find_session("blog"))
    player = Player(session, ["b zh2", "5s"])
    finish(player.moving_to(2))
    assert session.debugger.position.operation == 3
    session.perform("5s")
    assert session.actions == ["b zh2", "5s", "5s"]
    finish(player.moving_to(1))
    session.perform("s")
    assert session.actions == ["b zh2", "s"]


def test_a_recording_that_leads_elsewhere_is_not_blamed_on_the_arithmetic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As some that joined `I` and `30I`, which come past a breakpoint that `31I` stops at."""
    session = open_session(find_session("blog"))
    for action in ["b E", "g E", "I", "30I", "e w7 0.5"]:
        session.perform(action)
    path = tmp_path / "elsewhere.json"
    joined = ["b E", "g E", "31I", "e w7 0.5"]
    write_session(session.snapshot().model_copy(update={"actions": joined}), path)
    elsewhere, recorded = open_replay(path)
    player = Player(elsewhere, recorded)
    finish(player.moving_to(player.total))
    assert player.ends_elsewhere() == "the replay ends at position 8, the session at 0"
    assert player.differing is None
    assert main(["replay", str(path), "--headless"]) == 1
    said = capsys.readouterr().out
    assert "branch 2 has no such edit, in the file w7 := 0.5 at 0" in said
    assert "values differ" not in said


def _with_digest(path: Path, operation: int, state: str) -> ReplayedSession:
    part = read_session(path)
    wrong = DigestPart(operation=operation, state=state)
    return ReplayedSession(part.model_copy(update={"digests": [wrong, *part.digests]}), path)


def test_digests_are_checked_when_the_replay_reaches_them(recording: Path) -> None:
    session = _with_digest(recording, 20, "0" * 32)
    player = Player(session, session.file.actions)
    finish(player.moving_to(player.total))
    # The run to the breakpoint, action 4, is the first that comes by there.
    assert (player.played, player.differs_after) == (4, 4)
    assert player.differing is not None
    assert player.differing.operation == 20
    assert player.is_blocked(5)
    assert not player.is_blocked(4)
    player.trust_this_machine()
    finish(player.moving_to(player.total))
    assert player.is_over


def test_who_trusts_the_file_keeps_its_digests(recording: Path) -> None:
    session = _with_digest(recording, 20, "0" * 32)
    player = Player(session, session.file.actions)
    finish(player.moving_to(player.total))
    assert [each.state for each in session.snapshot().digests] != ["0" * 32]
    player.trust_file()
    assert session.snapshot().digests[0].state == "0" * 32
    player.leave()
    assert "0" * 32 not in [each.state for each in session.snapshot().digests]


def test_digests_that_agree_are_verified_at_the_end(recording: Path) -> None:
    session, recorded = open_replay(recording)
    player = Player(session, recorded)
    finish(player.moving_to(player.total))
    assert [check.ok for check in player.checks] == [True]
