"""After a crash, beside another window, on a full disk: what the screen says and offers."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import read_session
from bpdebug.session.file.text_file import digest_of
from bpdebug.session.keeping.journal import read_journal
from bpdebug.session.keeping.keeping import Keeping
from bpdebug.session.opening import open_kept
from bpdebug.session.session import Session, open_session
from bpdebug.tui.app import BpdebugApp

from .conftest import Start
from .driving import LARGE, SMALL, Driven, running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session file, alone in its folder."""
    found = tmp_path / "lesson.json"
    data = json.loads(find_session("blog").read_text("utf-8"))
    data.pop("walkthrough", None)
    found.write_text(json.dumps(data), encoding="utf-8")
    return found


@asynccontextmanager
async def kept(path: Path, size: tuple[int, int] = LARGE) -> AsyncIterator[Driven]:
    """bpdebug running on a session as the command line opens it."""
    app = BpdebugApp(open_kept(path))
    async with running(app, size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Driven(app, pilot)
    app.let_go()


def crashed(path: Path, *actions: str) -> Session:
    """A session in which something was done, and which was killed."""
    session = open_kept(path)
    for action in actions:
        session.perform(action)
    assert session.keeping is not None
    session.keeping.close(remove=False)
    return session


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def quit_(driven: Driven, *keys: str) -> None:
    await driven.press("q", *keys)
    await driven.wait_for(lambda: not driven.app.is_running)


# Recovery


@pytest.mark.parametrize("size", [LARGE, SMALL])
async def test_what_was_not_saved_is_recovered(path: Path, size: tuple[int, int]) -> None:
    crashed(path, "5s", "b zo1", "c")
    async with kept(path, size) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        assert "3 actions (5s, b zo1, c)" in driven.frame
        await driven.press("r")
        await driven.wait_for(lambda: "recovered: 3 actions; not saved yet" in driven.frame)
        assert driven.desk.session.debugger.position.operation == 46
        await driven.press("s", "ctrl+s")
        assert "saved:" in driven.frame
        await quit_(driven)
    assert read_session(path).cursor.operation == 47
    assert read_session(path).actions == ["5s", "b zo1", "c", "s"]
    assert names(path.parent) == ["lesson.json"]


async def test_what_was_recovered_and_not_saved_is_asked_about_and_recovered_again(
    path: Path,
) -> None:
    crashed(path, "5s")
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("r")
        await driven.wait_for(lambda: "recovered: 1 action;" in driven.frame)
        await driven.press("q")
        assert "There is unsaved work." in driven.frame
    assert names(path.parent) == [".lesson.json.journal", "lesson.json"]
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)


async def test_it_can_be_compared_first(path: Path) -> None:
    crashed(path, "b w7 if w7 < 0.69", "c", "watch w7*2", "e w5 0.25")
    async with kept(path, SMALL) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("c")
        await driven.wait_for(lambda: "saved " in driven.frame and "recovered" in driven.frame)
        rows = [line.strip("│ ").split() for line in driven.frame.splitlines()]
        assert ["breakpoints", "0", "1"] in [row[:3] for row in rows]
        assert ["edits", "0", "1"] in [row[:3] for row in rows]
        await driven.press(*["down"] * 20)
        assert "e w5 0.25  → iteration" in driven.frame
        await driven.press("r")
        await driven.wait_for(lambda: "recovered: 4 actions" in driven.frame)


async def test_discarded_it_is_gone(path: Path) -> None:
    crashed(path, "5s")
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("d")
        assert "discarded what was not saved" in driven.frame
        await quit_(driven)
    assert names(path.parent) == ["lesson.json"]


async def test_left_for_later_the_session_is_read_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    crashed(path, "5s")
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("escape")
        assert "· read-only" in driven.frame.splitlines()[0]
        await driven.press("2", "s", "ctrl+s")
        assert "this session is read-only here" in driven.frame
        await driven.press("enter")
        assert "was opened read-only" in driven.frame
        await driven.press("escape")
        await quit_(driven)
    assert names(path.parent) == [".lesson.json.journal", "lesson.json"]


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_leaves_it(path: Path, key: str) -> None:
    crashed(path, "5s")
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press(key)
        await driven.wait_for(lambda: not driven.app.is_running)
    assert names(path.parent) == [".lesson.json.journal", "lesson.json"]


async def test_recovering_what_takes_long_can_be_stopped(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | {"iterations": 10**9}), encoding="utf-8")
    session = open_kept(path)
    session.perform("5s")
    # As if it had been done.
    session.record("g end")
    assert session.keeping is not None
    session.keeping.close(remove=False)
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("r")
        await driven.wait_for(lambda: "recovering: action 2 of 2, iteration" in driven.frame)
        await driven.press("d", "q", "r")
        await driven.press("escape")
        await driven.wait_for(lambda: "Stopped; nothing is changed." in driven.frame)
        await driven.press("d")
        assert driven.desk.session.debugger.position.operation == 0


async def test_an_action_that_cannot_be_done_is_told_and_the_others_are_taken(path: Path) -> None:
    crashed(path, "5s", "watch w7", "c")
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | {"watches": ["w7"]}), encoding="utf-8")
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        assert "The session file has been changed" in driven.frame
        await driven.press("r")
        await driven.wait_for(lambda: "Action 2, watch w7, cannot be done:" in driven.frame)
        assert "Recovering takes the 1 action before it." in driven.frame
        await driven.press("r")
        await driven.wait_for(lambda: "recovered: 1 action" in driven.frame)
        assert driven.desk.session.debugger.position.operation == 5


async def test_recovery_comes_before_the_way_to_a_far_cursor(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    far = {"iterations": 10**9, "cursor": {"operation": 40 * 10**9}, "actions": ["g 40000000000"]}
    path.write_text(json.dumps(data | far), encoding="utf-8")
    session = open_kept(path)
    session.record("g start")
    assert session.keeping is not None
    session.keeping.close(remove=False)
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("d")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: "at the start, not where" in driven.frame)


async def test_a_bundled_session_is_recovered_from_the_state_folder(state_folder: Path) -> None:
    crashed(find_session("blog"), "5s", "b w7")
    async with kept(find_session("blog")) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("r")
        await driven.wait_for(lambda: "recovered: 2 actions" in driven.frame)
        await driven.press("q")
        assert "There is unsaved work." in driven.frame
        await driven.press("d")
        await driven.wait_for(lambda: not driven.app.is_running)
    assert names(state_folder) == ["screen.json"]


async def test_looking_around_in_a_bundled_session_leaves_nothing_to_recover() -> None:
    crashed(find_session("blog"), "5s", "c", "g it 3", "t w7")
    async with kept(find_session("blog")) as driven:
        await driven.press("s")
        assert "p=1 " in driven.frame.replace("\n", " ")
        assert "Recovery" not in driven.frame


async def test_opening_from_the_screen_offers_it_too(path: Path) -> None:
    crashed(path, "7s")
    async with kept(find_session("blog")) as driven:
        await driven.press("5", "s", "ctrl+o")
        await driven.type(str(path))
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("r")
        await driven.wait_for(lambda: "p=7" in driven.frame)


# Windows


async def test_a_second_window_may_open_it_read_only(path: Path) -> None:
    first = Keeping(path)
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Open elsewhere" in driven.frame)
        assert f"process {os.getpid()}, since" in driven.frame
        await driven.press("r", "s", "s")
        assert "· read-only" in driven.frame.splitlines()[0]
        await quit_(driven)
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Open elsewhere" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: not driven.app.is_running)
    first.close(remove=True)
    assert names(path.parent) == ["lesson.json"]


async def test_opening_what_another_window_has(path: Path, tmp_path: Path) -> None:
    first = Keeping(path)
    mine = tmp_path / "mine.json"
    mine.write_bytes(path.read_bytes())
    async with kept(mine) as driven:
        await driven.press("ctrl+o")
        await driven.type(str(path))
        await driven.wait_for(lambda: "Open elsewhere" in driven.frame)
        await driven.press("escape")
        assert driven.desk.session.path == mine
        await driven.press("ctrl+o")
        await driven.type(str(path))
        await driven.press("r")
        await driven.wait_for(lambda: driven.desk.session.path == path)
        assert "· read-only" in driven.frame.splitlines()[0]
    first.close(remove=True)
    assert names(path.parent) == ["lesson.json", "mine.json"]


async def test_opening_the_same_file_again_goes_back_to_what_is_saved(path: Path) -> None:
    async with kept(path) as driven:
        await driven.press("5", "s", "ctrl+o")
        await driven.type(str(path))
        assert "There is unsaved work." in driven.frame
        await driven.press("d")
        await driven.wait_for(lambda: "p=0" in driven.frame)
        assert "read-only" not in driven.frame
        await driven.press("s", "ctrl+s")
        await quit_(driven)
    assert names(path.parent) == ["lesson.json"]


# Trouble


async def test_a_journal_that_cannot_be_written_is_told_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bpdebug.session.keeping.journal.replace_file", full)
    async with kept(path) as driven:
        await driven.press("s")
        await driven.wait_for(lambda: "cannot be recovered after a crash: No space" in driven.frame)
        await driven.press("s")
        assert driven.desk.session.debugger.position.operation == 2
        await driven.pilot.pause(1.2)
        assert "cannot be recovered" not in driven.frame


@pytest.mark.parametrize("name", ["two\nlines\x1b[31m[red]", "caf\udce9", "n" * 240])
async def test_files_of_every_name_can_be_opened_and_saved(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.json"
    data = json.loads(find_session("blog").read_text("utf-8")) | {"title": ""}
    path.write_text(json.dumps(data), encoding="utf-8")
    crashed(path, "5s")
    first = Keeping(path)
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Open elsewhere" in driven.frame)
        assert "\x1b" not in driven.frame
        await driven.press("r", "ctrl+s")
        assert "session.json" in driven.frame
    first.close(remove=False)
    async with kept(path) as driven:
        await driven.wait_for(lambda: "Recovery" in driven.frame)
        await driven.press("r")
        await driven.wait_for(lambda: "recovered: 1 action" in driven.frame)
        await driven.press("ctrl+s")
        assert "saved: " in driven.frame
        assert "\x1b" not in driven.frame
        await quit_(driven)
    assert open_session(path).debugger.position.operation == 5


# The real program, killed


def test_the_program_killed_in_the_middle(start: Start, path: Path) -> None:
    chance = random.Random(1)
    saved = reached = 0
    for _ in range(2):
        terminal = start("lesson.json", folder=path.parent)
        terminal.wait_for("next: ")
        if "Recovery" in terminal.text:
            terminal.send("r")
            terminal.wait_for("recovered: ")
        holder = json.loads((path.parent / ".lesson.json.lock").read_text("utf-8"))
        terminal.send("s" * 40 + "\x13" + "s" * 40)
        time.sleep(chance.uniform(0, 1))
        os.kill(holder["pid"], signal.SIGKILL)
        terminal.wait_for_exit()
        now = read_session(path).cursor.operation
        left = read_journal(path.parent / ".lesson.json.journal", digest_of(path.read_bytes()))
        assert left is None or not left.changed
        there = now + len(left.actions if left else ())
        assert now >= saved
        assert there >= reached
        saved, reached = now, there
    terminal = start("lesson.json", folder=path.parent)
    terminal.wait_for("next: ")
    if "Recovery" in terminal.text:
        terminal.send("r")
        terminal.wait_for("recovered: ")
    terminal.send("s")
    terminal.send("\x13")
    terminal.wait_for("saved: lesson.json")
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    assert names(path.parent) == ["lesson.json"]
