"""The mouse: whatever is clicked is chosen, opened or gone to."""

from __future__ import annotations

from .driving import opened


async def test_a_click_on_the_timeline_goes_there() -> None:
    async with opened() as driven:
        column = driven.frame.splitlines()[-3].index("backward") + len("backward ") + 4
        await driven.pilot.click("#timeline", offset=(column, 0))
        await driven.pilot.pause()
        assert "dE/dw7 = dE/do1 · do1/dzo1 · dzo1/dw7" in driven.frame


async def test_a_click_on_a_parameter_selects_it() -> None:
    async with opened() as driven:
        rows = driven.frame.splitlines()
        row = next(
            number for number, text in enumerate(rows) if " w3 " in text and "0.3000" in text
        )
        pane = driven.screen.query_one("#parameters")
        await driven.pilot.click(pane, offset=(6, row - pane.region.y))
        await driven.pilot.pause()
        assert driven.screen.selected == "w3"


async def test_clicks_on_a_tree_row_select_and_open_it() -> None:
    async with opened() as driven:
        driven.screen.perform("g dE/dw1")
        await driven.press()
        pane = driven.screen.query_one("#tree")
        await driven.pilot.click(pane, offset=(8, 2))
        await driven.pilot.pause()
        assert driven.screen.selected == "dE/dh1"
        await driven.pilot.click(pane, offset=(8, 2))
        await driven.pilot.pause()
        assert "E → o1 → zo1 → h1" in driven.frame
