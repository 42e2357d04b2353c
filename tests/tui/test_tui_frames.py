"""Whole frames as text, at the sizes that must look finished."""

from __future__ import annotations

import pytest

from .driving import LARGE, SMALL, opened
from .frames import check_golden

SITUATIONS = {
    "start": [],
    "zh1": ["s"],
    "inside-zh1": ["3", "i"],
    "loss": ["f", "f"],
    "dE-dw7": ["1", "4", "s"],
    "dE-dh1": ["1", "9", "s"],
    "dE-db1": ["2", "9", "s"],
    "update-w7": ["3", "6", "s"],
    "second-iteration": ["right_square_bracket", "1", "4", "s"],
    "end": ["end"],
}


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("situation", SITUATIONS)
async def test_frame(situation: str, size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        await driven.press(*SITUATIONS[situation])
        # What takes long goes on in the background.
        await driven.wait_for(lambda: driven.screen.runner is None)
        check_golden(await driven.press(), f"{situation}-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_frames_with_a_selection_and_breakpoints(size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        driven.screen.perform("g dE/dw9")
        driven.screen.select("w7")
        driven.screen.perform("b w7 write if w7 < 0.69")
        driven.screen.perform("b dE/dh1")
        check_golden(await driven.press(), f"breakpoints-{size[0]}x{size[1]}")
        check_golden(await driven.press("B"), f"breakpoint-list-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_help_frame(size: tuple[int, int]) -> None:
    async with opened(size=size) as driven:
        check_golden(await driven.press("question_mark"), f"help-{size[0]}x{size[1]}")


async def test_a_screen_that_is_too_small_says_so_and_recovers() -> None:
    async with opened(size=(40, 10)) as driven:
        assert "bpdebug needs 56×16; this is 40×10" in driven.frame
        await driven.pilot.resize_terminal(*SMALL)
        await driven.pilot.pause()
        assert "Parameters" in await driven.press("s")


async def test_a_resize_shows_what_a_start_at_that_size_shows() -> None:
    async with opened(size=LARGE) as driven:
        await driven.press("1", "9", "s")
        await driven.pilot.resize_terminal(*SMALL)
        await driven.pilot.pause(0.1)
        check_golden(await driven.press(), "dE-dh1-80x24")
