"""Presenting: the operation large, the network beside it, and all else as usual."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.tui.modes.presenting import Presenting
from bpdebug.tui.panes import presenting
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.presenting import PresentingPane
from bpdebug.tui.panes.timeline import TimelinePane
from bpdebug.tui.panes.walkthrough import WalkthroughPane

from .driving import LARGE, SMALL, Driven, opened
from .frames import check_golden

SITUATIONS = {
    "start": [],
    "zh1": ["s"],
    "inside-zh1": ["3", "i"],
    "dE-dw7": ["1", "4", "s"],
    "dE-db1": ["2", "9", "s"],
    "update-w7": ["3", "6", "s"],
}
SIZES = [LARGE, SMALL, (60, 18), (56, 16)]


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.fixture(autouse=True)
def soon_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is new is marked for a moment only; tests that look at the mark make it last."""
    monkeypatch.setattr(presenting, "MARKED", 0.01)


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presenting, "MARKED", 1000.0)


def position(driven: Driven) -> int:
    return driven.desk.session.debugger.position.operation


def pane(driven: Driven) -> PresentingPane:
    return driven.screen.query_one(PresentingPane)


async def calm(driven: Driven) -> str:
    await driven.wait_for(lambda: "▶" not in driven.frame)
    return await driven.press()


async def test_frames() -> None:
    async with opened() as driven:
        await driven.press("p")
        for size in SIZES:
            await driven.resize(size)
            for situation, keys in SITUATIONS.items():
                await driven.press("R", *keys)
                check_golden(await calm(driven), f"presenting-{situation}-{size_name(size)}")


async def test_the_longest_formula_is_broken_into_lines_and_not_cut() -> None:
    async with opened("xor") as driven:
        await driven.press("p")
        driven.desk.perform("g E")
        for size in SIZES:
            await driven.resize(size)
            assert pane(driven).region.width == (size[0] if size[0] < 76 else size[0] // 2)
            assert not any("…" in line for line in pane(driven).plain_lines(99))
            words = "".join("".join(pane(driven).plain_lines(99)).split())
            assert "(1−t4_1)·log(1−o4_1)" in words


async def test_p_shows_all_panes_again_and_escape_does_not() -> None:
    async with opened() as driven:
        before = await driven.press("5", "s")
        focused = driven.screen.focused
        shown = await driven.press("p")
        assert "next: o1" in shown
        assert not driven.screen.query_one(OperationPane).region
        assert not driven.screen.query_one(TimelinePane).region
        assert "Parameters" not in await driven.press("escape")
        assert await driven.press("p") == before
        assert driven.screen.focused is focused


async def test_steps_counts_and_runs_work_as_usual() -> None:
    async with opened() as driven:
        await driven.press("p", "1", "4", "s")
        assert position(driven) == 14
        await driven.press("S", "n", "f", "right_square_bracket")
        assert position(driven) > 41
        driven.desk.perform("b w7 write if w7 < 0.69")
        shown = await driven.press("c")
        await driven.wait_for(lambda: driven.desk.runner is None)
        assert "breakpoint 1" in await driven.press(), shown
        assert "update · operation 36/41" in driven.frame


async def test_a_run_that_goes_on_shows_its_message(tmp_path: Path) -> None:
    fields = json.loads(find_session("blog").read_text("utf-8")) | {"iterations": 10**9}
    path = tmp_path / "long.json"
    path.write_text(json.dumps(fields), "utf-8")
    async with opened(path) as driven:
        await driven.press("p", "c")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: driven.desk.runner is None)
        assert driven.desk.mode(Presenting).is_on


async def test_what_has_just_changed_is_marked_and_then_calm(lasting: None) -> None:
    async with opened(size=SMALL) as driven:
        assert "▶" not in await driven.press("p")
        assert "▶ =" in await driven.press("s")
        assert "▶ =" in await driven.press("S", "s")
    async with opened(size=SMALL) as driven:
        assert "▶" not in await driven.press("s", "p"), "what was there before is no news"


async def test_the_mark_goes_by_itself_and_only_its_lines_are_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(size=SMALL) as driven:
        await driven.press("p")
        monkeypatch.setattr(presenting, "MARKED", 0.3)
        assert "▶ =" in await driven.press("1", "4", "s")
        rows: list[int] = []
        render = PresentingPane.render_line

        def noted(self: PresentingPane, y: int) -> object:
            rows.append(y)
            return render(self, y)

        monkeypatch.setattr(PresentingPane, "render_line", noted)
        await calm(driven)
        # Those of the large digits, nothing else.
        assert sorted(set(rows)) == [5, 6, 7]


async def test_holding_a_key_makes_one_timer(lasting: None) -> None:
    async with opened() as driven:
        await driven.press("p")
        before = len(pane(driven)._timers)
        await driven.press(*"s" * 20)
        assert position(driven) == 20
        assert len(pane(driven)._timers) == before + 1


async def test_the_walkthrough_goes_on_beside_it() -> None:
    async with opened() as driven:
        await driven.press("p", "a")
        words = driven.screen.query_one(WalkthroughPane)
        for size in SIZES:
            assert "1/19" in await driven.resize(size)
            assert words.region.height > 3
            assert pane(driven).region.height > 3
        while "3/19" not in driven.frame:
            await driven.press("space")
        assert driven.desk.mode(Presenting).is_on


async def test_a_tree_that_is_asked_for_is_told_in_words() -> None:
    async with opened(size=SMALL) as driven:
        await driven.press("p", "slash")
        await driven.type("w1")
        shown = await driven.press("d")
        assert "dE/dw1 · asked for" in shown
        assert "not yet" in shown
        assert "start · 41 operations" in await driven.press("escape")


async def test_digits_and_subscripts_change_it_at_once() -> None:
    async with opened(size=LARGE) as driven:
        await driven.press("p", "1", "4", "s")
        assert "dw₇   do₁" in await driven.press("underscore")
        assert "(0.7896)" in driven.frame
        assert "(0.7896)" not in await driven.press("plus")
        assert "0.0982" in driven.frame


async def test_a_resize_sets_it_anew() -> None:
    async with opened(size=(56, 16)) as driven:
        await driven.press("p", "1", "4", "s")
        await calm(driven)
        await driven.pilot.resize_terminal(*SMALL)
        await driven.wait_for(lambda: "dw7   do1   dzo1" in driven.frame)
        await driven.pilot.resize_terminal(40, 10)
        await driven.wait_for(lambda: "this is 40×10" in driven.frame)
        await driven.pilot.resize_terminal(*SMALL)
        await driven.wait_for(lambda: "dw7   do1   dzo1" in driven.frame)
