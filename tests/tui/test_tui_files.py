"""Saving, opening, quitting and replaying on the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import read_session
from bpdebug.session.session import open_session
from bpdebug.tui.unsaved import Unsaved

from .driving import Driven, opened


async def test_save_asks_for_a_name_and_keeps_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as driven:
        driven.desk.perform("b w7")
        await driven.press("2", "0", "s", "ctrl+s")
        await driven.press("enter")
        assert "saved: blog.json" in driven.frame
    session = open_session(tmp_path / "blog.json")
    assert session.debugger.position.operation == 20
    assert session.debugger.breakpoints[1].on == "w7"
    assert session.actions == ["b w7", "20s"]


async def test_another_file_is_replaced_only_when_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blog.json").write_text("mine", encoding="utf-8")
    async with opened() as driven:
        await driven.press("ctrl+s", "enter")
        assert "blog.json exists." in driven.frame
        await driven.press("escape")
        assert (tmp_path / "blog.json").read_text(encoding="utf-8") == "mine"
        await driven.press("ctrl+s", "enter", "r")
        assert read_session(tmp_path / "blog.json").title


async def test_open_reports_a_bad_file_and_stays(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    async with opened() as driven:
        await driven.press("5", "s", "ctrl+o")
        await driven.type(str(bad))
        assert "not JSON" in driven.frame
        await driven.press("escape")
        assert "p=5" in driven.frame


async def test_quitting_asks_about_breakpoints_that_were_set() -> None:
    async with opened() as driven:
        driven.desk.perform("b w7")
        for key in ("q", "ctrl+q", "ctrl+c"):
            await driven.press(key)
            assert "There is unsaved work." in driven.frame
            await driven.press("escape")
            assert driven.app.is_running
        await driven.press("q", "d")
        await driven.wait_for(lambda: not driven.app.is_running)


def test_whatever_is_made_in_a_bundled_session_is_work_and_looking_around_is_not() -> None:
    for action in ("b w7", "watch w7", "mark here", "e w7 0.5", "5s", "g it 3"):
        session = open_session(find_session("blog"))
        unsaved = Unsaved(session)
        assert not unsaved.is_lost(session)
        session.perform(action)
        assert unsaved.is_lost(session) is (action not in ("5s", "g it 3")), action


async def test_a_name_that_cannot_be_saved_to_is_told_where_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    async with opened() as driven:
        driven.desk.perform("b w7")
        await driven.press("ctrl+w")
        prompt = driven.app.screen
        for name, said in (
            ("~nobodyofthisname/lesson.json", "home directory"),
            ("n" * 300, "File name too long"),
            ("folder", "is a folder"),
            (f"{tmp_path}/no/such/place.json", "cannot be saved"),
        ):
            prompt.query_one(Input).value = name
            await driven.press("enter")
            assert said in driven.frame
            assert driven.app.screen is prompt


async def test_looking_around_is_not_asked_about() -> None:
    async with opened() as driven:
        await driven.press("5", "s", "q")
        await driven.wait_for(lambda: not driven.app.is_running)


async def test_replay_plays_the_recording() -> None:
    recorded = ["14s", "b w7 write", "c"]
    async with opened(recorded=recorded) as driven:
        await driven.press("space", "enter", "enter")
        await driven.wait_for(lambda: driven.desk.session.debugger.position.operation == 14)
        await driven.press("enter")
        await driven.wait_for(lambda: driven.desk.session.debugger.position.operation == 36)
        assert "the recording is over (3 actions)" in driven.frame


async def test_the_way_to_a_far_cursor_can_be_given_up(tmp_path: Path) -> None:
    blog = json.loads(find_session("blog").read_text(encoding="utf-8"))
    far = {"iterations": 10**9, "cursor": {"operation": 40 * 10**9}, "actions": ["g 40000000000"]}
    (tmp_path / "far.json").write_text(json.dumps(blog | far), encoding="utf-8")
    async with opened(tmp_path / "far.json") as driven:
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: "at the start, not where" in driven.frame)
        await driven.press("s", "ctrl+s")
    saved = read_session(tmp_path / "far.json")
    assert saved.cursor.operation == 1
    assert saved.actions == ["g 40000000000", "g start", "s"]


async def test_a_replay_waits_for_what_takes_long() -> None:
    async with opened(recorded=["g end", "S"]) as driven:
        await driven.press("enter", "enter", "enter")
        await driven.wait_for(lambda: driven.desk.runner is None)
        await driven.press("enter", "enter")
        debugger = driven.desk.session.debugger
        await driven.wait_for(lambda: debugger.position.operation == 409_999)


async def _with_changed_file(driven: Driven, path: Path) -> str:
    """Somebody else changes the file that is open; then it is saved here."""
    driven.desk.perform("b w7")
    path.write_text(path.read_text("utf-8").replace('"title": "', '"title": "Theirs: ', 1), "utf-8")
    return await driven.press("ctrl+s")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A session file of one's own."""
    path = tmp_path / "own.json"
    open_session(find_session("blog")).save(path)
    return path


async def test_a_file_that_was_changed_meanwhile_is_compared_and_overwritten(own: Path) -> None:
    async with opened(own) as driven:
        frame = await _with_changed_file(driven, own)
        assert "was changed since it was opened here." in frame
        frame = await driven.press("c")
        assert 'in the file "Theirs: ' in frame
        assert "breakpoints: here 1 item, in the file nothing" in frame
        frame = await driven.press("escape")
        assert "was changed since it was opened here." in frame
        await driven.press("escape")
        assert "not saved" in driven.frame
        assert read_session(own).title.startswith("Theirs")
        await driven.press("ctrl+s", "o")
        assert "saved: " in driven.frame
        assert not read_session(own).title.startswith("Theirs")


async def test_quitting_goes_on_only_when_the_work_is_saved(own: Path) -> None:
    async with opened(own) as driven:
        await _with_changed_file(driven, own)
        await driven.press("escape", "q", "s")
        assert "was changed since it was opened here." in driven.frame
        await driven.press("escape")
        assert driven.app.is_running
        await driven.press("q", "s", "n")
        await driven.press("ctrl+u")
        await driven.type(str(own.parent / "mine.json"))
        await driven.wait_for(lambda: not driven.app.is_running)
    assert read_session(own).title.startswith("Theirs")
    assert read_session(own.parent / "mine.json").breakpoints[0].on == "w7"


async def test_a_file_that_was_deleted_meanwhile_is_made_again_only_when_told_to(own: Path) -> None:
    async with opened(own) as driven:
        driven.desk.perform("b w7")
        own.unlink()
        assert "was deleted since it was opened here." in await driven.press("ctrl+s")
        assert not own.exists()
        await driven.press("o")
        assert read_session(own).breakpoints


async def test_a_tab_that_is_pasted_is_refused_where_it_was_pasted(own: Path) -> None:
    async with opened(own) as driven:
        for keys in ("g", "Wn"):
            await driven.press(*keys)
            driven.app.screen.query_one(Input).value = "it\t2"
            frame = await driven.press("enter")
            assert "found a tab, expected one line without control characters" in frame
            await driven.press("escape", "escape")
        await driven.press("s", "ctrl+s")
        assert read_session(own).actions == ["s"]
