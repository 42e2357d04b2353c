"""Watches on the screen: the key, the list, the line."""

from __future__ import annotations

import pytest

from bpdebug.tui.panes.watches import WatchesPane
from bpdebug.tui.screens.watch_list import WatchScreen

from .driving import LARGE, SMALL, Driven, opened

SIZES = [LARGE, SMALL, (60, 18)]


def _line(driven: Driven) -> str:
    """The watches line, empty if there is none."""
    pane = driven.screen.query_one(WatchesPane)
    if not pane.display:
        return ""
    return driven.frame.splitlines()[pane.region.y].strip()


def _watches(driven: Driven) -> list[str]:
    return list(driven.desk.session.debugger.document.watches)


async def _ask(driven: Driven, key: str, text: str) -> None:
    """Type a text into the prompt that a key opens, in the place of what stands there."""
    await driven.press(key)
    await driven.press("end", "ctrl+u")
    names = {" ": "space", "/": "slash", "-": "minus", "(": "left_parenthesis"}
    names |= {")": "right_parenthesis", "<": "less_than_sign", ".": "full_stop"}
    await driven.press(*(names.get(character, character) for character in text), "enter")


async def test_the_line_comes_and_goes_with_the_watches() -> None:
    async with opened() as driven:
        driven.desk.select("w7")
        for size in SIZES:
            await driven.resize(size)
            height = driven.screen.query_one("#panes").size.height
            assert _line(driven) == ""
            assert "watching w7" in await driven.press("w")
            assert _watches(driven) == ["w7"]
            assert _line(driven) == "w7 = 0.7"
            assert driven.screen.query_one("#panes").size.height == height - 1
            assert "w7 is no longer watched" in await driven.press("w")
            assert _line(driven) == ""
            assert driven.screen.query_one("#panes").size.height == height, "no row is lost"


async def test_values_follow_the_position() -> None:
    async with opened() as driven:
        for text in ("w7 - prev(w7)", "E", "w7 < 0.7"):
            driven.desk.perform(f"watch {text}")
        await driven.press()
        assert _line(driven) == "w7 − prev(w7) = 0 │ E = not yet │ w7 < 0.7: false"
        driven.desk.perform("g 9")
        await driven.press()
        assert _line(driven) == "w7 − prev(w7) = 0 │ E = 0.5932◂ │ w7 < 0.7: false"
        driven.desk.perform("g 36")
        await driven.press()
        assert _line(driven) == "w7 − prev(w7) = −0.0008◂ │ E = 0.5932 │ w7 < 0.7: true◂"
        await driven.press("plus")
        assert "E = 0.59324" in _line(driven)
        await driven.press("underscore", "right_square_bracket")
        assert "w₇ − prev(w₇)" in _line(driven)


async def test_what_does_not_fit_is_cut_with_a_sign() -> None:
    async with opened(size=(60, 18)) as driven:
        for number in range(1, 9):
            driven.desk.perform(f"watch w{number} - prev(w{number})")
        await driven.press()
        assert _line(driven).endswith("…")
        assert len(_line(driven)) <= 58


async def test_a_click_on_the_line_opens_the_list() -> None:
    async with opened() as driven:
        driven.desk.perform("watch w7")
        await driven.press()
        await driven.pilot.click("#watches", offset=(3, 0))
        await driven.press()
        assert isinstance(driven.app.screen, WatchScreen)


async def test_what_is_given_can_be_watched_and_by_its_own_name() -> None:
    async with opened() as driven:
        driven.desk.select("loss")
        await driven.press("w")
        driven.desk.select("x1")
        await driven.press("w")
        assert _watches(driven) == ["E", "x1"]
        assert "x1 = 1" in _line(driven)


async def test_the_list_shows_values() -> None:
    async with opened() as driven:
        for text in ("E", "w7 < 0.7", "abs(dE/dw5) + 1e-3"):
            driven.desk.perform(f"watch {text}")
        await driven.press("W")
        for size in SIZES:
            shown = await driven.resize(size)
            for text in (
                "Expression           Value",
                "▸E                    not yet",
                " w7 < 0.7             false",
                " abs(dE/dw5) + 0.001  not yet",
            ):
                assert text in shown, text


async def test_the_keys_of_the_list() -> None:
    async with opened() as driven:
        assert "None. Press n to watch an expression." in await driven.press("W")
        await driven.press("enter", "d", "up", "down")
        await _ask(driven, "n", "w7")
        await _ask(driven, "n", "w8 - prev(w8)")
        assert _watches(driven) == ["w7", "w8 - prev(w8)"]
        assert "▸w8 − prev(w8)" in driven.frame
        await driven.press("up", "d")
        assert _watches(driven) == ["w8 - prev(w8)"]
        assert "undone: watch w7 removed" in await driven.press("u")
        assert _watches(driven) == ["w7", "w8 - prev(w8)"]
        await driven.press("escape")
        assert driven.app.screen is driven.screen
        assert driven.desk.session.actions == [
            "watch w7",
            "watch w8 - prev(w8)",
            "unwatch w7",
            "undo",
        ]


async def test_an_error_is_told_and_nothing_changes() -> None:
    async with opened() as driven:
        driven.desk.perform("watch w7")
        await driven.press("W")
        for text, message in (
            ("w7 +", "column 5"),
            ("w99", "did you mean w9?"),
            ("E < w99", "column 5: there is no quantity w99"),
            ("w7", "is watched already"),
            ("", "column 1"),
        ):
            await _ask(driven, "n", text)
            assert message in driven.frame
            await driven.press("escape")
            assert _watches(driven) == ["w7"]


async def test_editing_keeps_the_old_one_until_the_new_one_can_be_read() -> None:
    async with opened() as driven:
        driven.desk.perform("watch w7")
        driven.desk.perform("watch E")
        await driven.press("W")
        await _ask(driven, "enter", "w7 <")
        assert "column 5" in driven.frame
        assert _watches(driven) == ["w7", "E"]
        await driven.press("escape")
        await _ask(driven, "enter", "w7 < 1")
        assert _watches(driven) == ["E", "w7 < 1"]
        assert "▸w7 < 1" in driven.frame
        await driven.press("enter", "enter")
        assert _watches(driven) == ["E", "w7 < 1"]


async def test_keys_that_close_the_list() -> None:
    async with opened() as driven:
        for key in ("escape", "q", "W"):
            await driven.press("W")
            assert driven.app.screen is not driven.screen
            await driven.press(key)
            assert driven.app.screen is driven.screen


async def test_a_double_click_edits() -> None:
    async with opened() as driven:
        driven.desk.perform("watch w7")
        driven.desk.perform("watch E")
        await driven.press("W")
        row = next(n for n, text in enumerate(driven.frame.splitlines()) if " E   " in text)
        await driven.pilot.click(offset=(30, row), times=2)
        await driven.press()
        assert "Watch instead of E" in driven.frame


@pytest.mark.parametrize("session", ["attention", "lstm", "circuit-1", "blog-observations"])
async def test_any_element_can_be_watched_by_its_name(session: str) -> None:
    async with opened(session) as driven:
        program = driven.desk.session.debugger.program
        names = list(program.element_names())
        for name in names[:: max(1, len(names) // 25)]:
            assert driven.desk.perform(f"watch {name}") is None, name
        await driven.press()
        assert _line(driven)
