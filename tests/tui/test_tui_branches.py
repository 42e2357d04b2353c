"""The list of branches and two of them side by side."""

from __future__ import annotations

from textual.containers import Vertical
from textual.widgets import Input

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.numerics.digest import digest
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.text.numbers import number
from bpdebug.tui.curves.screen import CurvesScreen
from bpdebug.tui.screens.branch_list import BranchScreen
from bpdebug.tui.screens.compare import CompareScreen

from .driving import LARGE, SMALL, Driven, opened
from .test_tui_edits import TINY, message

FORK = ("g it 3", "g 20", "e w7 0.5")
"""Branch 2 leaves the first one after 20 operations."""


def told(driven: Driven) -> str:
    """All text of the list over the screen, without line breaks, frame and cursor."""
    region = driven.app.screen.query_one(Vertical).region
    rows = driven.frame.splitlines()[region.y : region.bottom]
    text = " ".join(row[region.x : region.right] for row in rows)
    return " ".join(text.replace("│", " ").replace("▸", " ").split())


async def fork(driven: Driven, *actions: str) -> Debugger:
    for action in (*FORK, *actions):
        assert driven.desk.perform(action) is None
    await driven.press()
    return driven.desk.session.debugger


def apart(*actions: str) -> Debugger:
    """A debugger of its own after some actions."""
    debugger = open_session(find_session("blog")).debugger
    for action in actions:
        perform(debugger, action)
    return debugger


async def test_the_only_branch_says_how_to_make_another() -> None:
    async with opened() as driven:
        await driven.press("y")
        assert "An edit (e) where the run has been before begins another one" in told(driven)
        await driven.press("d")
        assert "the only branch cannot be deleted" in driven.frame
        await driven.press("c")
        assert "choose another to compare with it" in driven.frame
        await driven.press("escape")
        assert driven.app.screen is driven.screen


async def test_the_list_says_where_branches_come_from() -> None:
    async with opened() as driven:
        await fork(driven)
        await driven.press("y")
        for size in (LARGE, SMALL, TINY):
            await driven.resize(size)
            shown = told(driven)
            assert "* 2 branch 2" in shown
            assert "forked from main at iteration 1, operation 20/41 (dh1/dzh1), p=20" in shown
            assert "1 edit: w7 := 0.5 at p=20" in shown
            assert "E = 0.5932" in shown


async def test_switching_shows_the_old_numbers_bit_for_bit() -> None:
    async with opened() as driven:
        debugger = await fork(driven, "g it 5")
        await driven.press("y", "up", "enter")
        assert message(driven) == "on main"
        assert debugger.branch == 1
        assert debugger.position.operation == 20
        driven.desk.perform("g it 5")
        assert digest(debugger.view.memory()) == digest(apart("g it 5").view.memory())
        await driven.press("y", "down", "enter")
        assert digest(debugger.view.memory()) == digest(apart(*FORK, "g it 5").view.memory())
        await driven.press("y", "enter")
        assert message(driven) == "on branch 2 already"


async def test_naming_deleting_and_undoing_in_the_list() -> None:
    async with opened() as driven:
        debugger = await fork(driven)
        await driven.press("y", "r")
        assert driven.app.screen.query_one(Input).value == "branch 2"
        await driven.press("ctrl+u")
        await driven.type("")
        assert "a name has 1 to 60" in driven.frame
        await driven.type("[red]x")
        assert "* 2 [red]x" in told(driven)
        await driven.press("d")
        assert "Delete branch 2, [red]x, with its edits (1)?" in driven.frame
        await driven.press("escape")
        assert list(debugger.document.branches) == [1, 2]
        await driven.press("d", "d")
        assert list(debugger.document.branches) == [1]
        assert debugger.branch == 1
        await driven.press("u")
        assert list(debugger.document.branches) == [1, 2]
        await driven.press("escape")
        assert message(driven) == "undone: branch 2 deleted"


async def test_the_mouse_selects_and_switches() -> None:
    async with opened() as driven:
        debugger = await fork(driven)
        await driven.press("y")
        screen = driven.app.screen
        assert isinstance(screen, BranchScreen)
        row = next(n for n, text in enumerate(driven.frame.splitlines()) if "1   main" in text)
        await driven.pilot.click(offset=(40, row))
        await driven.pilot.pause()
        assert screen.at == 0
        await driven.pilot.click(offset=(40, row), times=2)
        await driven.pilot.pause()
        await driven.pilot.pause()
        assert debugger.branch == 1


def figures(one: Debugger, two: Debugger, name: str) -> list[str]:
    """The cells of a line of the table, from two debuggers."""
    slot = one.program.slot_named(name)
    assert slot is not None
    first, second = one.view.value(slot), two.view.value(slot)
    sign = "+" if second > first else ""
    difference = "=" if first == second else sign + number(second - first, fixed=True)
    return [name, number(first, fixed=True), number(second, fixed=True), difference]


async def compared(driven: Driven) -> CompareScreen:
    await driven.press("y", "up", "c")
    screen = driven.app.screen
    assert isinstance(screen, CompareScreen)
    await driven.wait_for(lambda: "parameters differ" in driven.frame)
    return screen


async def test_the_table_has_the_figures_of_both_runs() -> None:
    async with opened() as driven:
        await fork(driven, "g it 40 E", "name 1 [bold]m[/x]")
        await compared(driven)
        assert "1 [bold]m[/x] beside 2 branch 2" in driven.frame, "a name is data"
        for key, at in (("h", "it 40 E"), ("n", "end"), ("a", "start")):
            await driven.press(key)
            one, two = apart(f"g {at}"), apart(*FORK, f"g {at}")
            where = f"p={one.position.operation}"
            await driven.wait_for(lambda where=where: where in driven.frame)  # type: ignore[misc]
            for size in (LARGE, SMALL, TINY):
                rows = (await driven.resize(size)).replace("│", " ").splitlines()
                lines = [" ".join(text.split()) for text in rows]
                seen = [n for n in ("E", "w1", "w7", "w10", "b2") if f"{n} " in "\n".join(lines)]
                assert {"w1", "w7"} <= set(seen)
                for name in seen if at != "start" else seen[1:]:
                    shown = " ".join(figures(one, two, name))
                    assert any(shown in text for text in lines), (key, size, name)


async def test_the_order_can_bring_up_the_greatest_difference() -> None:
    async with opened() as driven:
        await fork(driven)
        await compared(driven)
        assert "1 of 12 parameters differ; as in the table" in driven.frame
        await driven.press("s")
        rows = driven.frame.splitlines()
        first = next(n for n, text in enumerate(rows) if "│ E " in text)
        assert "w7" in rows[first + 1]
        assert "−0.2000" in rows[first + 1]
        await driven.press("s")
        assert "w1" in driven.frame.splitlines()[first + 1]


async def test_escape_stops_computing_and_then_closes() -> None:
    async with opened() as driven:
        debugger = await fork(driven)
        await compared(driven)
        debugger.iterations = 10_000_000
        await driven.press("n")
        await driven.wait_for(lambda: "computing: iteration" in driven.frame)
        await driven.press("escape")
        assert "stopped" in driven.frame
        await driven.press("h")
        await driven.wait_for(lambda: "parameters differ" in driven.frame)
        await driven.press("escape")
        assert driven.app.screen is driven.screen


async def test_both_curves_in_one_plot_lead_to_an_iteration() -> None:
    async with opened() as driven:
        debugger = await fork(driven)
        debugger.iterations = 50
        await compared(driven)
        await driven.press("l")
        assert isinstance(driven.app.screen_stack[-1], CurvesScreen)
        await driven.wait_for(lambda: "branch 2" in driven.frame and "1 main" in driven.frame)
        await driven.press("end", "enter")
        assert driven.app.screen is driven.screen
        assert debugger.position.operation == 49 * 41 + 9
        assert driven.desk.session.actions[-1] == "g it 50 E"
