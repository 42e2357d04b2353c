"""What the lists over the screen have in common, and the questions that they ask."""

from __future__ import annotations

import pytest
from textual.containers import Vertical

from bpdebug.debugger.view import Position
from bpdebug.tui.screens.list_screen import ListScreen
from bpdebug.tui.screens.prompts import Choice, Prompt, Question

from .driving import LARGE, SMALL, Driven, opened
from .test_tui_edits import TINY, message

LISTS = {"B": "Breakpoints", "W": "Watches", "y": "Branches", "m": "Bookmarks", "o": "Where from"}


async def fill(driven: Driven) -> None:
    """Make several items for each list; w8 is edited last."""
    actions = ("b w5", "b w6", "watch w5", "watch w6", "mark one", "mark two", "g 20", "g 10")
    for action in (*actions, "e w7 0.5", "e w8 0.5"):
        assert driven.desk.perform(action) is None
    driven.desk.select("h1")


async def listed(driven: Driven, key: str) -> ListScreen[object]:
    """The list that a key opens."""
    await driven.press(key)
    screen = driven.app.screen
    assert isinstance(screen, ListScreen)
    return screen


def box(driven: Driven) -> list[str]:
    """The rows of the dialog, without its frame."""
    region = driven.app.screen.query_one(Vertical).region
    rows = driven.frame.splitlines()[region.y + 1 : region.bottom - 1]
    return [row[region.x + 1 : region.right - 1].strip() for row in rows]


async def test_lists_look_alike() -> None:
    async with opened() as driven:
        await fill(driven)
        for size in (SMALL, TINY):
            await driven.resize(size)
            for key, name in LISTS.items():
                await listed(driven, key)
                assert f"─ {name}" in driven.frame
                rows = box(driven)
                assert sum(row.startswith("▸") for row in rows) == 1
                assert not rows[0].startswith("▸"), "the heading"
                assert rows[-1].endswith("Esc close")
                assert "u undo" in " ".join(rows[-2:])
                await driven.press("escape")


async def test_lists_are_moved_in_alike() -> None:
    async with opened() as driven:
        await fill(driven)
        for key in LISTS:
            screen = await listed(driven, key)
            await driven.press("end")
            last = screen.at
            assert last > 0
            for pressed, at in (("home", 0), ("down", 1), ("up", 0), ("up", 0)):
                await driven.press(pressed)
                assert screen.at == at
            for pressed, at in (("pagedown", min(10, last)), ("home", 0), ("end", last)):
                await driven.press(pressed)
                assert screen.at == at
            await driven.press("down")
            assert screen.at == last
            await driven.press("home", "down")
            row = next(n for n, row in enumerate(driven.frame.splitlines()) if "▸" in row[15:30])
            await driven.press("up")
            await driven.pilot.click(offset=(40, row))
            await driven.press()
            assert screen.at == 1
            await driven.press("q")
            assert driven.app.screen is driven.screen


async def test_lists_undo_and_say_what() -> None:
    async with opened() as driven:
        await fill(driven)
        for key in LISTS:
            await listed(driven, key)
            await driven.press("u")
            assert "undone: w8 := 0.5; U redoes it" in box(driven), key
            await driven.press("ctrl+s")
            assert "^s does nothing in this list; Esc closes it" in box(driven)
            await driven.press("U")
            assert "redone: w8 := 0.5" in box(driven)
            await driven.press("U")
            assert "there is nothing to redo" in box(driven)
            await driven.press("down")
            assert "there is nothing to redo" not in box(driven), "it goes with the next key"
            await driven.press("escape")


async def test_lists_change_nothing_while_a_run_goes_on() -> None:
    async with opened() as driven:
        await fill(driven)
        debugger = driven.desk.session.debugger
        debugger.iterations = 1_000_000_000
        for key in "Wy":
            await listed(driven, key)
            document = debugger.document
            driven.desk.perform("g end")
            await driven.wait_for(lambda: driven.desk.runner is not None)
            assert "a run is in progress; close the list" in await driven.press("u")
            assert debugger.document is document
            await driven.press("escape", "escape")
            await driven.wait_for(lambda: driven.desk.runner is None)


async def test_a_list_closes_when_an_undo_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as driven:
        await fill(driven)
        debugger = driven.desk.session.debugger
        monkeypatch.setattr(debugger, "undoing", lambda: debugger.going(Position(10**9)))
        debugger.iterations = 10**9
        for key in "Bo":
            await listed(driven, key)
            await driven.press("u")
            assert driven.app.screen is driven.screen
            assert driven.desk.runner is not None
            await driven.press("escape")
            await driven.wait_for(lambda: driven.desk.runner is None)


async def test_a_list_closes_after_a_prompt_for_what_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened() as driven:
        debugger = driven.desk.session.debugger
        driven.desk.perform("b w7")
        far = Position(10**9)
        monkeypatch.setattr(debugger, "ignoring", lambda number, count: debugger.going(far))
        debugger.iterations = 10**9
        await driven.press("B", "i")
        await driven.type("2")
        await driven.wait_for(lambda: driven.app.screen is driven.screen)
        assert driven.desk.runner is not None
        await driven.press("escape")
        await driven.wait_for(lambda: driven.desk.runner is None)


async def test_what_stands_above_the_first_item_is_seen_with_it() -> None:
    async with opened() as driven:
        await fill(driven)
        await listed(driven, "o")
        for size in (LARGE, TINY):
            await driven.resize(size)
            assert "▸" in await driven.press("end")
            await driven.press("home")
            assert "computed from" in box(driven)[box(driven).index(first_row(driven)) - 1]


def first_row(driven: Driven) -> str:
    return next(row for row in box(driven) if row.startswith("▸"))


async def test_the_titles_of_prompts_and_questions_are_data() -> None:
    async with opened() as driven:
        driven.app.push_screen(Prompt("[red]x[/]", "a hint", lambda text: None))
        assert "─ [red]x[/] ─" in await driven.press()
        await driven.press("escape")
        driven.app.push_screen(Question("[red]x[/]", "why?", [Choice("y", "yes")]))
        assert "─ [red]x[/] ─" in await driven.press()
        await driven.press("escape")
        assert driven.app.screen is driven.screen


async def test_prompts_say_in_a_list_what_has_come_of_them() -> None:
    async with opened() as driven:
        await fill(driven)
        await listed(driven, "y")
        await driven.press("r", "ctrl+u")
        await driven.type("[b]mine")
        assert box(driven)[-2] == "branch 2 named [b]mine"
        await driven.press("d", "d")
        assert box(driven)[-2] == "branch 2 deleted"
        await driven.press("escape", "m", "n")
        await driven.type("third")
        assert box(driven)[-2] == "third is here"
        assert first_row(driven) == "▸third"
        await driven.press("d")
        assert box(driven)[-2] == "third deleted"
        assert message(driven) == "bookmark third deleted"
