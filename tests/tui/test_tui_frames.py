"""Whole frames as text, at the sizes that must look finished."""

from __future__ import annotations

import pytest

from .driving import LARGE, SMALL, Driven, opened
from .frames import check_goldens

SIZES = [LARGE, SMALL, (60, 18), (200, 60)]

KEYS = {
    "start": "R",
    "zh1": "R s",
    "inside-zh1": "R 3 i",
    "loss": "R f f",
    "dE-dw7": "R 1 4 s",
    "dE-dh1": "R 1 9 s",
    "dE-db1": "R 2 9 s",
    "update-w7": "R 3 6 s",
    "second-iteration": "R right_square_bracket 1 4 s",
    "end": "end",
    "plain": "R 1 4 s M",
    "seventeen-decimals": "M" + 13 * " plus",
    "help": 13 * "minus " + "question_mark",
}
"""Situations of the blog's session, each after the one before, and the keys that lead there."""

OTHERS = {"micrograd": "f", "lstm": "f 9 s", "adam": "right_square_bracket f f 3 s"}
"""Sessions with drawings and tables of other kinds."""


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


async def _seen(driven: Driven, keys: str) -> str:
    await driven.press(*keys.split())
    # What takes long goes on in the background.
    await driven.wait_for(lambda: driven.desk.runner is None)
    return await driven.press()


@pytest.mark.parametrize("size", SIZES, ids=_size)
async def test_frames_of_the_blog(size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        shown = {name: await _seen(driven, keys) for name, keys in KEYS.items()}
    check_goldens(shown, _size(size))


@pytest.mark.parametrize("size", SIZES, ids=_size)
async def test_frames_with_a_selection_and_breakpoints(size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        driven.desk.perform("g dE/dw9")
        driven.desk.select("w7")
        driven.desk.perform("b w7 write if w7 < 0.69")
        driven.desk.perform("b dE/dh1")
        shown = {"breakpoints": await driven.press(), "breakpoint-list": await driven.press("B")}
        await driven.press("escape")
        for pane in ("network", "tree", "operation", "parameters"):
            driven.screen.query_one(f"#{pane}").focus()
            shown[f"{pane}-alone"] = await driven.press("z")
            await driven.press("z")
    check_goldens(shown, _size(size))


@pytest.mark.parametrize("session", OTHERS)
async def test_frames_of_other_sessions(session: str) -> None:
    async with opened(session, size=LARGE) as driven:
        check_goldens({session: await _seen(driven, OTHERS[session])}, _size(LARGE))
        await driven.pilot.resize_terminal(*SMALL)
        await driven.pilot.pause(0.1)
        check_goldens({session: await driven.press()}, _size(SMALL))


async def test_a_screen_that_is_too_small_says_so_and_recovers() -> None:
    async with opened(size=(40, 10)) as driven:
        assert "bpdebug needs 56×16; this is 40×10" in driven.frame
        await driven.pilot.resize_terminal(*SMALL)
        await driven.pilot.pause()
        assert "Parameters" in await driven.press("s")
        # The focus stays where it was, and a message that was cut is whole again.
        driven.screen.query_one("#tree").focus()
        driven.desk.tell("long " * 15)
        for size in ((20, 5), SMALL, (60, 18), LARGE):
            await driven.pilot.resize_terminal(*size)
            await driven.pilot.pause()
        await driven.wait_for(lambda: driven.screen.focused is not None)
        assert driven.screen.query_one("#tree").has_focus
        assert "long " * 14 + "long" in driven.frame


async def test_a_resize_shows_what_a_start_at_that_size_shows() -> None:
    async with opened(size=SMALL) as driven:
        there = await driven.press("1", "9", "s")
    async with opened(size=LARGE) as driven:
        await driven.press("1", "9", "s")
        await driven.pilot.resize_terminal(*SMALL)
        await driven.pilot.pause(0.1)
        assert await driven.press() == there
