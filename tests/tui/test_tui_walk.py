"""Nothing that a terminal sends ends the program, unless it asks for the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from bpdebug.session.bundled import find_session
from bpdebug.tui.panes.looks import LOOKS
from bpdebug.tui.screens.palette import Palette
from bpdebug.tui.screens.prompts import Leaving

from . import walk
from .driving import opened


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def test_a_random_walk_ends_nothing() -> None:
    outcome = await walk.walk(find_session("blog"), walk.bursts(seed=7, keys=250))
    assert not outcome.error, f"{outcome.sent}\n{outcome.error}"


def key(*keys: str) -> walk.Burst:
    return tuple(("key", each) for each in keys)


@pytest.mark.parametrize(
    "way",
    [
        [key("x"), key("enter", "enter")],
        [key("j"), key("n", "p")],
        [key("k"), key("space")],
        [key("n", "n"), key("b"), key("l"), (("size", 8, 20),), *[key("right")] * 20],
        [key("ctrl+p"), key("escape", "escape")],
        [key("ctrl+o"), (("paste", "x" * 300),), key("enter")],
        [(("size", 20, 1),), key("ctrl+p"), key("pagedown")],
        [(("size", 6, 9),), key("ctrl+p"), key("!")],
        [(("size", 1, 4),), key("P")],
        [(("size", 10, 5),), key("v")],
    ],
    ids=str,
)
async def test_what_once_ended_it(way: list[walk.Burst]) -> None:
    outcome = await walk.walk(find_session("blog"), way)
    assert not outcome.error, outcome.error
    assert outcome.apps == 1


@pytest.mark.parametrize("first", [key("z"), (("size", 2, 24),)], ids=str)
async def test_a_tree_without_room_says_of_shares_what_it_can(first: walk.Burst) -> None:
    way: list[walk.Burst] = [first, key("g"), (("paste", "dE/da1_2"),), key("enter")]
    outcome = await walk.walk(find_session("attention"), way)
    assert not outcome.error, outcome.error


@pytest.mark.parametrize("after", ["l", "W", "P", "v"])
async def test_keys_after_the_one_that_leaves_mean_nothing(after: str) -> None:
    outcome = await walk.walk(find_session("blog"), [key("ctrl+q", after)])
    assert not outcome.error, outcome.error


async def test_a_prompt_is_answered_while_the_program_is_left() -> None:
    way = [key("Y", "f1"), (*key("c", "}", "right", "ctrl+c"), ("wheel", 39, 13), *key("escape"))]
    outcome = await walk.walk(find_session("circuit-1"), way)
    assert not outcome.error, outcome.error


async def test_what_ends_it_is_found() -> None:
    outcome = await walk.walk(find_session("blog"), [key("q"), key("s")])
    assert outcome.apps == 2


async def test_the_palette_does_what_was_chosen_once() -> None:
    async with opened("blog") as driven:
        await driven.press("ctrl+p", *"step: one operation")
        for _ in range(4):
            driven.app.post_message(events.Key("enter", None))
        await driven.wait_for(lambda: not isinstance(driven.app.screen, Palette))
        await driven.press("escape")
        assert driven.desk.debugger.position.operation == 1


async def test_ctrl_c_asks_about_unsaved_work_wherever_one_is() -> None:
    async with opened("blog") as driven:
        driven.desk.selected = "w7"
        await driven.press("b", "B", "n", "ctrl+c")
        assert isinstance(driven.app.screen, Leaving)
        assert driven.app.return_code is None
        await driven.press("escape")
        assert not isinstance(driven.app.screen, Leaving)
        await driven.press("ctrl+c")
        await driven.pilot.press("ctrl+c")
        await driven.wait_for(lambda: driven.app.return_code is not None)


async def test_typing_replaces_what_a_prompt_proposes() -> None:
    async with opened("blog") as driven:
        driven.desk.selected = "w7"
        await driven.press("e", "0", ".", "5")
        assert isinstance(driven.app.focused, Input)
        assert driven.app.focused.value == "0.5"


async def test_what_is_typed_into_the_form_is_kept_or_asked_about() -> None:
    async with opened("blog") as driven:
        driven.desk.selected = "w1"
        await driven.press("B", "n", "w", "7", "tab", "E", "<", "1")
        assert [each.value for each in driven.app.screen.query(Input)][:2] == ["w7", "E<1"]
        assert "Esc again drops" in await driven.press("escape")
        assert "w7" in await driven.press("enter")
        assert [str(each) for each in driven.desk.session.debugger.breakpoints.values()] == [
            "w7 write if E<1"
        ]
        await driven.press("n", "E", "escape", "escape")
        assert len(driven.desk.session.debugger.breakpoints) == 1


@pytest.mark.parametrize("keys", [(), ("B",), ("x",), ("k",)], ids=str)
async def test_no_blank_is_underlined(keys: tuple[str, ...]) -> None:
    assert "underline" in LOOKS["selected"].attributes
    async with opened("blog") as driven:
        await driven.press(*keys)
        marked = [
            segment
            for strip in driven.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.underline and segment.text.isspace()
        ]
        assert not marked
