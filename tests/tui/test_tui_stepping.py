"""What the keys do."""

from __future__ import annotations

import pytest

from bpdebug.debugger.stops import Reason

from .driving import SMALL, opened


async def test_stepping_back_shows_the_same_at_each_position() -> None:
    async with opened() as driven:
        there = [driven.frame, *[await driven.press("s") for _ in range(41)]]
        assert len(set(there)) == 42, "every operation must be seen"
        for position in range(40, 0, -1):
            assert await driven.press("S") == there[position]


@pytest.mark.parametrize("key", ["s", "n", "f", "right_square_bracket", "i"])
async def test_a_step_and_its_mirror_image(key: str) -> None:
    back = {"right_square_bracket": "left_square_bracket"}.get(key, key.upper())
    async with opened() as driven:
        await driven.press("f")
        here = driven.screen.session.debugger.position
        await driven.press(key)
        assert driven.screen.session.debugger.position != here
        await driven.press(back)
        assert driven.screen.session.debugger.position == here


async def test_a_number_repeats_and_escape_forgets_it() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        assert driven.screen.session.debugger.position.operation == 14
        shown = await driven.press("3", "escape", "s")
        assert driven.screen.session.debugger.position.operation == 15
        assert "p=15" in shown


async def test_the_three_lines_of_dE_dw7() -> None:  # noqa: N802
    async with opened(size=SMALL) as driven:
        shown = await driven.press("1", "4", "s")
        for text in ("dE/dw7 = dE/do1 · do1/dzo1", "(0.7896)(0.0983)(0.9866)", "= 0.0765"):
            assert text in shown


async def test_unknown_current_and_stale_are_told_apart() -> None:
    async with opened() as driven:
        line = next(row for row in driven.frame.splitlines() if " w7 " in row and "not yet" in row)
        assert line.count("not yet") == 2
        shown = await driven.press("1", "4", "s")
        assert "0.7000   0.0765  not yet" in shown
        driven.screen.perform("g 45")
        assert "0.6992  ~0.0765  not yet" in await driven.press()


async def test_go_to_places_and_a_bad_place_changes_nothing() -> None:
    async with opened() as driven:
        await driven.press("g")
        await driven.type("it 300 dE/dw5")
        assert driven.screen.session.debugger.position.operation == 299 * 41 + 23
        await driven.press("g")
        await driven.type("999999999")
        assert "there is no position 999999999" in driven.frame
        await driven.press("escape")
        assert driven.screen.session.debugger.position.operation == 299 * 41 + 23


async def test_break_on_what_is_selected_then_continue_both_ways() -> None:
    async with opened() as driven:
        await driven.press("slash")
        await driven.type("w7")
        await driven.press("b", "c")
        debugger = driven.screen.session.debugger
        assert debugger.stop.reason is Reason.BREAKPOINT
        assert debugger.position.operation == 36
        assert "w7 0.7 → 0.6992" in driven.frame
        await driven.press("c", "C")
        assert debugger.position.operation == 35
        await driven.press("b")
        assert not debugger.breakpoints


async def test_a_long_run_goes_on_in_the_background_and_escape_pauses_it() -> None:
    async with opened() as driven:
        driven.screen.session.debugger.iterations = 10_000_000
        await driven.press("c")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("s")
        assert driven.screen.session.debugger.position.operation == 0
        await driven.press("escape")
        await driven.wait_for(lambda: "interrupted" in driven.frame)
        position = driven.screen.session.debugger.position.operation
        assert position > 0
        assert position % 41 == 0
        await driven.press("s")
        assert driven.screen.session.debugger.position.operation == position + 1


async def test_run_to_the_selected_quantity() -> None:
    async with opened() as driven:
        driven.screen.select("dE/dw3")
        assert "dE/dw3 = dE/dh1" in await driven.press("t")
        await driven.press("t")
        assert driven.screen.session.debugger.position.operation == 41 + 22
        await driven.press("T")
        assert driven.screen.session.debugger.position.operation == 22


async def test_the_same_quantity_is_marked_in_every_pane() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        driven.screen.select("w7")
        shown = await driven.press()
        assert any("▸w7 " in row for row in shown.splitlines()), shown
        assert "[w7" in shown, "the network names the selected weight"


async def test_arrow_keys_in_the_table_select() -> None:
    async with opened() as driven:
        await driven.press("down", "down")
        assert driven.screen.selected == "w2"
        assert "w2 = 0.2" in driven.frame


async def test_digits_change_everywhere() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        assert "0.0765351" in await driven.press("plus", "plus", "plus")
        await driven.press(*["minus"] * 5)
        assert driven.screen.digits == 2


async def test_a_pane_can_have_the_screen_to_itself() -> None:
    async with opened() as driven:
        assert "Network" not in await driven.press("z")
        assert "Network" in await driven.press("z")


async def test_the_tree_opens_and_closes() -> None:
    async with opened() as driven:
        driven.screen.perform("g dE/dw1")
        closed = await driven.press("shift+tab", "shift+tab")
        assert "E → o1 → zo1 → h1" not in closed
        assert "E → o1 → zo1 → h1" in await driven.press("down", "right")
        assert "E → o1 → zo1 → h1" not in await driven.press("left")


async def test_any_derivative_on_request_until_the_next_step() -> None:
    async with opened() as driven:
        driven.screen.select("b1")
        assert "pinned" in await driven.press("d")
        assert "E ⋯ h1 → zh1 → b1" in driven.frame
        assert "pinned" not in await driven.press("s")
