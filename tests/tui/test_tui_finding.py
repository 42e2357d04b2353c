"""Finding things: the palette, the help, and the list of sessions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from bpdebug.keys.command import Command
from bpdebug.keys.names import keys_table
from bpdebug.keys.ranking import counted, ranked
from bpdebug.keys.registry import COMMANDS
from bpdebug.session.bundled import find_session
from bpdebug.session.catalogue import completions, session_files
from bpdebug.tui.panes.tree import TreePane
from bpdebug.tui.preferences import read_preferences
from bpdebug.tui.recent import MOST_RECENT, note_recent, recent_file, recent_sessions

from .driving import LARGE, SMALL, Driven, opened


async def looked_for(driven: Driven, text: str) -> str:
    """The frame after a text has been put into the line that has the focus, in place of another."""
    field = driven.app.focused
    assert isinstance(field, Input)
    field.value = text
    await driven.pilot.pause()
    return await driven.press()


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("screenshot", "picture"),
        ("export", "handout"),
        ("worksheet", "handout"),
        ("hide", "columns"),
        ("theme", "theme"),
        ("zoom", "zoom_in"),
        ("fullscreen", "maximise"),
        ("restart", "restart"),
        ("undo", "undo"),
        ("projector", "present"),
        ("homework", "checks"),
    ],
)
def test_a_command_is_found_by_the_words_that_people_have_for_it(query: str, id: str) -> None:
    assert id in [command.id for command in ranked(COMMANDS, query, {})[:3]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_a_command_is_found_by_its_name_and_its_key(command: Command) -> None:
    assert ranked(COMMANDS, command.name, {})[0] is command
    row = next(row for row in keys_table() if row.id == command.id)
    key = row.keys.split()[0]
    assert ranked(COMMANDS, key, {})[0] is command


def test_what_is_chosen_often_comes_first_among_what_matches_as_well() -> None:
    plain = [command.id for command in ranked(COMMANDS, "zoom", {})]
    assert plain.index("zoom_in") < plain.index("zoom_out")
    used = [command.id for command in ranked(COMMANDS, "zoom", {"zoom_out": 3})]
    assert used.index("zoom_out") < used.index("zoom_in")
    assert [command.id for command in ranked(COMMANDS, "", {"save": 1, "tour": 2})][:2] == [
        "tour",
        "save",
    ]
    assert counted({"a": 4, "b": 1}, "a", 4) == {"a": 2}
    assert counted({}, "b", 4) == {"b": 1}


async def test_the_palette_the_help_and_empty_panes_say_what_to_press() -> None:
    async with opened("two-two-two", SMALL) as driven:
        assert "Press s for the first operation." in driven.frame
        assert "Nothing is computed yet. Press s" in driven.frame
        await driven.press("x")
        await driven.type("zzz")
        assert "None matches. Press x to change" in driven.frame
        await driven.press("up", "down")
        assert "^o lists sessions" in await driven.press("a")

        await driven.press("ctrl+p")
        await looked_for(driven, "bookmark")
        assert "Bookmark: Set or list" in driven.frame
        assert "bookmark this position, or list the bookmarks" in driven.frame
        await driven.press("enter")
        assert "Bookmark this position" in driven.frame
        await driven.press("escape", "ctrl+p")
        first = next(row for row in driven.frame.splitlines() if "▸" in row)
        assert "Bookmark: Set or list" in first, "what was chosen comes first"
        assert read_preferences().uses == {"bookmark": 1}
        assert "In a shell" not in driven.frame
        await looked_for(driven, "moodle")
        assert "in a shell: bpdebug export" in await driven.press("enter")
        await driven.press("ctrl+p")
        await looked_for(driven, "theme: light")
        await driven.press("enter", "ctrl+p")
        assert driven.app.theme == "bpdebug-light"
        assert "No command that is possible now" in await looked_for(driven, "qqqq")
        await driven.press("enter", "escape")
        assert driven.app.screen is driven.screen

        driven.screen.query_one(TreePane).focus()
        shown = await driven.press("question_mark")
        assert shown.index("In this pane: Derivative tree") < shown.index("Step through the run")
        assert "open or close the row" in shown
        shown = await looked_for(driven, "screenshot")
        assert "write the screen as a picture" in shown
        assert "one operation" not in shown
        assert "No key or mark matches" in await looked_for(driven, "qqqq")
        await driven.press("enter", "escape", "question_mark", "question_mark")
        assert driven.app.screen is driven.screen


async def test_sessions_are_listed_searched_previewed_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mine, other = tmp_path / "mine.json", tmp_path / "other.json"
    mine.write_bytes(find_session("diamond").read_bytes())
    other.write_text(json.dumps({"format": "bpdebug-session", "version": "1.5"}), "utf-8")
    (tmp_path / "package.json").write_text("{}", "utf-8")
    note_recent(mine)
    async with opened(size=SMALL) as driven:
        shown = await driven.press("ctrl+o")
        assert shown.index("Recent files") < shown.index("mine.json") < shown.index("other.json")
        assert shown.index("other.json") < shown.index("With a walkthrough")
        assert "package.json" not in shown
        await driven.wait_for(lambda: "Each quantity is used twice" in driven.frame)
        await driven.press("down")
        await driven.wait_for(lambda: "model" in driven.frame.split("Esc close")[0])
        await looked_for(driven, "vanish")
        await driven.wait_for(lambda: "a walkthrough of 16 stops" in driven.frame)
        assert "1 of 43 sessions" in driven.frame
        # Titles and groups are searched, too, and the name itself comes first.
        await looked_for(driven, "softmax")
        assert "A two-layer net with softmax" not in driven.frame
        await driven.pilot.resize_terminal(*LARGE)
        assert "A two-layer net with softmax" in await driven.press()
        first = next(row for row in driven.frame.splitlines() if "▸" in row)
        assert "▸softmax " in first
        await driven.press("down", "enter")
        await driven.wait_for(lambda: "softmax, cross" in driven.frame.splitlines()[0].lower())


async def test_a_path_is_typed_completed_and_refused(tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "one.json").write_bytes(find_session("diamond").read_bytes())
    (folder / "two.txt").touch()
    assert completions(f"{tmp_path}/le") == [folder]
    assert completions(f"{folder}/") == session_files(folder) == [folder / "one.json"]
    assert completions("\0") == completions(f"{tmp_path}/none/") == []
    async with opened(size=SMALL) as driven:
        await driven.press("ctrl+o")
        assert "Nothing begins like that" in await looked_for(driven, str(folder / "n"))
        assert "there is no such file" in " ".join((await driven.press("enter")).split())
        await looked_for(driven, str(folder)[:-1])
        await driven.press("tab", "tab")
        await driven.wait_for(lambda: "Each quantity is used twice" in driven.frame)
        assert f"{folder}/one.json"[-20:] in driven.frame
        await driven.press("enter")
        await driven.wait_for(lambda: driven.desk.session.path == folder / "one.json")
    assert recent_sessions() == [folder / "one.json"]


def test_recent_files_are_capped_and_those_that_are_gone_are_dropped(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.json" for number in range(MOST_RECENT + 3)]
    for path in paths:
        path.touch()
        note_recent(path)
    note_recent(paths[-2])
    note_recent(find_session("blog"))
    assert recent_sessions() == [paths[-2], paths[-1], *reversed(paths[3:-2])]
    paths[-2].unlink()
    assert recent_sessions()[0] == paths[-1]
    for broken in ("{", '{"a": 1}', "[1, null]"):
        recent_file().write_text(broken, "utf-8")
        assert recent_sessions() == []
    note_recent(tmp_path / "none.json")
    assert recent_sessions() == []
