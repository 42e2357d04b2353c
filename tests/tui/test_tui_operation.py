"""The operation pane."""

from __future__ import annotations

import pytest

from bpdebug.text.numbers import exact
from bpdebug.tui.panes.lines import Line
from bpdebug.tui.panes.operation import OperationPane

from .driving import LARGE, SMALL, Driven, opened

SIZES = [(120, 40), (80, 24), (60, 18), (200, 60)]


def pane_lines(driven: Driven) -> list[Line]:
    pane = driven.screen.query_one(OperationPane)
    return [pane.line_at(number) for number in range(pane.count_lines())]


def text(driven: Driven) -> list[str]:
    return ["".join(span.text for span in line.spans).rstrip() for line in pane_lines(driven)]


def fresh(driven: Driven) -> list[str]:
    return [span.text for line in pane_lines(driven) for span in line.spans if span.look == "fresh"]


async def test_the_chain_rule_is_set_like_mathematics_or_plain() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        for size in (LARGE, SMALL):
            await driven.resize(size)
            assert text(driven) == [
                "dE    dE    do1    dzo1",
                "─── = ─── · ──── · ────",
                "dw7   do1   dzo1   dw7",
                "",
                "    = (0.7896)(0.0983)(0.9866)",
                "    = 0.0765",
                "      in full 0.07653512840587381",
            ]
            assert "in plain lines" in await driven.press("M")
            plain = " ".join(line.strip() for line in text(driven))
            rule = "dE/dw7 = dE/do1 · do1/dzo1 · dzo1/dw7 = (0.7896)(0.0983)(0.9866)"
            assert plain.startswith(rule)
            assert "set like mathematics" in await driven.press("M")
            assert text(driven)[1] == "─── = ─── · ──── · ────"


async def test_the_choice_is_remembered() -> None:
    async with opened() as driven:
        await driven.press("M")
    async with opened() as driven:
        await driven.press("1", "4", "s")
        assert text(driven)[0] == "dE/dw7 = dE/do1 · do1/dzo1 · dzo1/dw7"


async def test_a_pane_without_room_shows_plain_lines_and_a_higher_one_does_not() -> None:
    async with opened(size=(60, 18)) as driven:
        driven.desk.perform("g dE/db1")
        await driven.press()
        assert text(driven)[0].startswith("dE/db1 = ")
        await driven.pilot.resize_terminal(120, 40)
        await driven.pilot.pause(0.1)
        await driven.press()
        assert text(driven)[1].startswith("─── =  Σ ")


async def test_what_was_just_computed_is_marked_inside_an_operation() -> None:
    async with opened() as driven:
        for keys in ((), ("R", "M")):
            await driven.press(*keys, "i", "i", "i", "i")
            assert text(driven)[0] == "now, step 4 of 6:"
            assert fresh(driven) == ["2.5"]
            await driven.press("i")
            assert fresh(driven) == ["3.8"]
            await driven.press("i")
            assert fresh(driven) == ["4.3"]
            await driven.press("I")
            assert fresh(driven) == ["3.8"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_at_any_digits_nothing_is_wider_than_the_pane_and_no_digit_is_lost(
    size: tuple[int, int],
) -> None:
    async with opened(size=size) as driven:
        pane = driven.screen.query_one(OperationPane)
        for place in ("zh1", "dE/dw7", "dE/dh1", "w7"):
            driven.desk.perform(f"g {place}")
            await driven.press()
            for digits in (2, 9, 17):
                driven.desk.digits = digits
                driven.screen.show()
                await driven.press()
                view = driven.desk.session.debugger.view
                assert view.done is not None
                width = pane.scrollable_content_region.width
                found = text(driven)
                assert all(len(line) <= width for line in found)
                assert exact(view.value(view.done.slot)) in " ".join(found)
