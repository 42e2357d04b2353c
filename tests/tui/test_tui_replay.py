"""Replaying on the screen: on and back, speed, jumps, going on by oneself, values that differ."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.session.file.format import DigestPart
from bpdebug.session.file.read import read_session
from bpdebug.session.replay.replay import ReplayedSession
from bpdebug.session.session import open_session
from bpdebug.tui.app import BpdebugApp

from .driving import LARGE, SMALL, Driven, opened, running

RECORDED = ["14s", "b w7 write", "c", "C", "20s"]


def _position(driven: Driven) -> int:
    return driven.desk.session.debugger.position.operation


@pytest.fixture(autouse=True)
def nothing_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next action comes when a test says so."""
    monkeypatch.setattr("bpdebug.tui.modes.replay.PAUSE", 10_000.0)


async def test_one_action_on_and_back() -> None:
    async with opened(recorded=RECORDED) as driven:
        await driven.press("space")
        frame = await driven.press("right", "enter")
        assert "replay 2/5 paused 1×  next: continue to the next stop" in frame
        assert driven.desk.session.debugger.breakpoints
        frame = await driven.press("left")
        assert "replay 1/5" in frame
        assert not driven.desk.session.debugger.breakpoints
        await driven.press("backspace")
        assert _position(driven) == 0
        frame = await driven.press("end")
        assert "the recording is over (5 actions)" in frame
        frame = await driven.press("home")
        assert "replay 0/5" in frame
        assert _position(driven) == 0


async def test_the_line_is_there_on_a_small_screen() -> None:
    async with opened(recorded=RECORDED, size=SMALL) as driven:
        frame = await driven.press("space")
        assert "replay 0/5 paused 1×  next: step over 14 operations" in frame.splitlines()[-1]


async def test_it_plays_by_itself_at_the_speed_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(recorded=RECORDED) as driven:
        assert "replay 0/5 ▶ 1×" in driven.frame
        monkeypatch.setattr("bpdebug.tui.modes.replay.PAUSE", 0.4)
        await driven.press("plus")
        assert "▶ 2×" in driven.frame
        await driven.press("plus", "plus")
        await driven.wait_for(lambda: "the recording is over" in driven.frame)
        assert _position(driven) == 20


async def test_slower_has_an_end() -> None:
    async with opened(recorded=RECORDED) as driven:
        frame = await driven.press("space", *["minus"] * 5)
        assert "paused 0.25×" in frame


async def test_jumps_to_an_action() -> None:
    async with opened(recorded=RECORDED) as driven:
        await driven.press("space", "g")
        await driven.type("9")
        assert "write a number from 0 to 5" in driven.frame
        await driven.press("backspace")
        await driven.type("3")
        await driven.wait_for(lambda: "replay 3/5" in driven.frame)
        assert _position(driven) == 36


async def test_own_actions_take_over_when_it_is_paused() -> None:
    async with opened(recorded=RECORDED) as driven:
        frame = await driven.press("s")
        assert "the replay is paused now" in frame
        assert _position(driven) == 0
        await driven.press("right")
        frame = await driven.press("s")
        assert "from here you are on your own" in frame
        assert "replay left after action 1 of 5" in frame
        assert driven.desk.session.actions == ["15s"]
        # The keys have their usual meaning again.
        await driven.press("plus")
        assert "5 decimals" in driven.frame
        await driven.press("s")
        assert "replay" not in driven.frame


async def test_looking_does_not_take_over() -> None:
    async with opened(recorded=RECORDED) as driven:
        await driven.press("space", "right", "tab", "underscore")
        assert "replay 1/5" in driven.frame


async def test_an_action_that_fails_pauses() -> None:
    async with opened(recorded=["5s", "g 999999999", "5s"]) as driven:
        frame = await driven.press("end")
        assert "action 2, g 999999999: there is no position" in frame
        assert "replay 1/3 paused" in frame


async def test_long_actions_can_be_interrupted() -> None:
    async with opened(recorded=["3s", "g end"]) as driven:
        await driven.press("space", "right", "right", "escape")
        await driven.wait_for(lambda: driven.desk.runner is None)
        if "interrupted" in driven.frame:
            assert "replay 1/2 paused" in driven.frame
            assert _position(driven) == 3


async def test_quitting_a_replay_asks_nothing() -> None:
    async with opened(recorded=RECORDED) as driven:
        await driven.press("space", "right", "right", "q")
        await driven.wait_for(lambda: not driven.app.is_running)


@asynccontextmanager
async def _differing(path: Path) -> AsyncIterator[Driven]:
    """A replay of a recording with a digest at position 14 that nothing here gives."""
    session = open_session(find_session("blog"))
    for action in ("14s", "f"):
        session.perform(action)
    session.save(path)
    wrong = DigestPart(operation=14, state="0" * 32)
    part = read_session(path).model_copy(update={"digests": [wrong]})
    app = BpdebugApp(ReplayedSession(part, path), part.actions)
    async with running(app, LARGE) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Driven(app, pilot)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file to record in."""
    return tmp_path / "lesson.json"


async def test_differing_values_are_asked_about(path: Path) -> None:
    async with _differing(path) as driven:
        frame = await driven.press("space", "right")
        assert "The values differ from those recorded at position 14." in frame
        await driven.press("f")
        assert "the file is trusted" in driven.frame
        # Going on asks again.
        frame = await driven.press("right")
        assert "The values differ" in frame
        frame = await driven.press("t")
        assert "going on with the values of this machine" in frame
        await driven.press("right")
        assert "replay 2/2" in driven.frame


async def test_details_of_what_differs(path: Path) -> None:
    async with _differing(path) as driven:
        await driven.press("space", "right", "d")
        await driven.wait_for(lambda: "Where the values differ" in driven.frame)
        assert "at position 14, in iteration 1." in driven.frame
        assert "numpy" in driven.frame
        frame = await driven.press("escape")
        assert "trust this machine" in frame
