"""Where the panes are: resized, one alone, jumped to; what is remembered of that."""

from __future__ import annotations

import json

import pytest

from bpdebug.tui.preferences import Preferences, preferences_file, read_preferences

from .driving import Driven, opened

PANES = ("network", "tree", "operation", "parameters")


def borders(driven: Driven) -> tuple[int, int]:
    """Where the right panes begin, and the lower ones."""
    screen = driven.screen
    return screen.query_one("#tree").region.x, screen.query_one("#operation").region.y


def least_room(driven: Driven) -> list[bool]:
    """Whether something can be seen in each pane."""
    sizes = [driven.screen.query_one(f"#{name}").content_size for name in PANES]
    return [size.width >= 9 and size.height >= 2 for size in sizes]


async def test_borders_move_by_keys_and_stay_where_they_are() -> None:
    async with opened() as driven:
        before = borders(driven)
        await driven.press("H", "H", "J")
        moved = borders(driven)
        assert moved[0] < before[0]
        assert moved[1] > before[1]
        await driven.press("L", "K")
        again = borders(driven)
        assert again[0] > moved[0]
        assert again[1] < moved[1]
    async with opened() as driven:
        assert borders(driven) == again
        await driven.press("equals_sign")
        assert borders(driven) == before
    assert (read_preferences().width, read_preferences().height) == (0.5, 0.55)


async def test_no_key_makes_a_pane_vanish() -> None:
    async with opened(size=(60, 18)) as driven:
        await driven.press(*"HHHHHHHHHH", *"KKKKKKKKKK")
        assert all(least_room(driven))
        await driven.press(*"LLLLLLLLLLLLLL", *"JJJJJJJJJJJJJJ")
        assert all(least_room(driven))


async def test_borders_move_with_the_mouse() -> None:
    async with opened() as driven:
        x, y = borders(driven)
        await driven.pilot.mouse_down(offset=(x, y - 4))
        await driven.pilot.hover(offset=(x - 20, y - 4))
        await driven.pilot.mouse_up(offset=(x - 20, y - 4))
        await driven.pilot.pause()
        assert borders(driven) == (x - 20, y)
        await driven.pilot.mouse_down(offset=(x - 20, y))
        await driven.pilot.hover(offset=(x + 5, y + 6))
        await driven.pilot.mouse_up(offset=(x + 5, y + 6))
        await driven.pilot.pause()
        assert borders(driven) == (x + 5, y + 6)
        # Elsewhere a drag moves no border.
        await driven.pilot.mouse_down(offset=(x + 12, 4))
        await driven.pilot.hover(offset=(20, 4))
        await driven.pilot.mouse_up(offset=(20, 4))
        assert borders(driven) == (x + 5, y + 6)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"width": "x"}', '{"width": 9, "theme": 3}'])
def test_a_broken_memory_counts_as_none(text: str) -> None:
    preferences_file().parent.mkdir(parents=True, exist_ok=True)
    preferences_file().write_text(text, encoding="utf-8")
    assert read_preferences().width == Preferences().width


async def test_a_broken_memory_locks_nobody_out() -> None:
    preferences_file().write_text('{"width": 9, "theme": 3', encoding="utf-8")
    async with opened() as driven:
        assert "operation" in await driven.press("s")


def test_what_is_good_in_a_broken_memory_holds() -> None:
    preferences_file().parent.mkdir(parents=True, exist_ok=True)
    preferences_file().write_text(json.dumps({"width": 9, "height": 0.7, "new": 1}))
    assert read_preferences() == Preferences(height=0.7)


async def test_each_pane_can_have_the_screen_for_itself() -> None:
    async with opened() as driven:
        for size in ((120, 40), (80, 24), (60, 18), (200, 60)):
            await driven.resize(size)
            for name in PANES:
                pane = driven.screen.query_one(f"#{name}")
                pane.focus()
                await driven.press("z")
                assert pane.region.width == size[0]
                assert [p for p in PANES if driven.screen.query_one(f"#{p}").region] == [name]
                await driven.press("z")
                assert all(driven.screen.query_one(f"#{p}").region for p in PANES)


async def test_a_letter_jumps_to_a_pane() -> None:
    async with opened() as driven:
        for letter, name in zip("ndoP", PANES, strict=True):
            await driven.press("j", letter)
            assert driven.screen.focused is driven.screen.query_one(f"#{name}")


async def test_any_other_key_stays() -> None:
    async with opened() as driven:
        before = driven.screen.focused
        await driven.press("j", "x")
        assert driven.app.screen is driven.screen
        assert driven.screen.focused is before
        # Of panes that are not seen no letter is shown.
        await driven.press("z", "j", "n")
        assert driven.screen.focused is before
