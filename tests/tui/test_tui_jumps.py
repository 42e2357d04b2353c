"""Jumps: origins, back and forth, bookmarks, curves."""

from __future__ import annotations

import threading

import pytest

from bpdebug.debugger.curves import Sampler
from bpdebug.debugger.state import Progress
from bpdebug.debugger.view import Position
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui import runner
from bpdebug.tui.commands.history import stops_in
from bpdebug.tui.curves.screen import CurvesScreen

from .driving import LARGE, SMALL, Driven, opened
from .test_tui_branches import fork, told
from .test_tui_edits import TINY, message


def place(driven: Driven) -> tuple[int, int]:
    """The branch and the operations executed."""
    debugger = driven.desk.session.debugger
    return debugger.branch, debugger.position.operation


async def go(driven: Driven, where: str) -> None:
    """Go to a place by typing it."""
    await driven.press("g")
    await driven.type(where)


async def origins_of(driven: Driven, name: str) -> str:
    driven.desk.select(name)
    await driven.press("o")
    return told(driven)


COMES_FROM = {
    "h1": ["0.9866, current", "h1 = sigmoid(zh1)", "sigmoid(4.3)", "zh1 4.3 p=1"],
    "w7": ["0.7, current", "the initial value; operation 36 changes it"],
    "dE/dw7": ["0.0765, current", "operation 14 of iteration 1", "dE/do1 0.7896 p=10"],
    "x1": ["1, given", "input: no operation computes it", "computed from nothing"],
    "E": ["0.5932, current", "o1 0.8896 p=6", "feeds nothing: no operation reads it"],
    "dE/dw1": ["dE/dw1 at p=14: not computed yet", "operation 21 computes it"],
}
"""What is said of where a value comes from, after 14 operations."""


async def test_where_a_value_comes_from_and_goes_to() -> None:
    async with opened() as driven:
        driven.desk.perform("g 14")
        for size in (LARGE, SMALL, TINY):
            await driven.resize(size)
            for name, texts in COMES_FROM.items():
                shown = await origins_of(driven, name)
                for text in texts if size == LARGE or name != "E" else texts[:2]:
                    assert text in shown, (size, name)
                await driven.press("escape")
        await driven.resize(LARGE)
        shown = await origins_of(driven, "h1")
        for text in (
            "zo1 operation 5, done",
            "dE/dw7 operation 14, done",
            "dE/dw8 operation 15, to come, next",
            "dh1/dzh1 operation 20, to come",
        ):
            assert text in shown


async def test_enter_goes_to_the_writer_or_to_the_next_reader() -> None:
    async with opened() as driven:
        driven.desk.perform("g it 2 dE/dw7")
        await origins_of(driven, "dE/dw7")
        await driven.press("down", "down", "enter")
        assert place(driven) == (1, 41 + 2)
        assert driven.desk.selected == "h1"
        assert driven.desk.session.actions[-1] == "g it 2 h1"
        await origins_of(driven, "w7")
        await driven.press("enter")
        assert message(driven) != ""
        assert place(driven) == (1, 41 + 2), "the operand of an update is the value before it"
        assert "initial value; no operation has written it" in driven.frame
        await driven.press("escape")
        # In this or the next iteration.
        driven.desk.perform("g 14")
        await origins_of(driven, "dE/dw7")
        await driven.press("end", "enter")
        assert place(driven) == (1, 36)
        assert driven.desk.selected == "w7"
        await origins_of(driven, "h1")
        await driven.press("down", "enter")
        assert place(driven) == (1, 41 + 5)
        assert driven.desk.selected == "zo1"
        driven.desk.perform("g end")
        await driven.wait_for(lambda: driven.desk.runner is None)
        await origins_of(driven, "x1")
        await driven.press("enter")
        assert "no operation reads it again: the run ends with 10000" in driven.frame


async def test_walking_back_through_the_whole_computation() -> None:
    async with opened() as driven:
        driven.desk.perform("g 36")
        await origins_of(driven, "w7")
        await driven.press("down", "down", "right")
        assert "dE/dw7 ← w7" in told(driven)
        await driven.press("down", "down", "o", "right")
        assert "zh1 ← h1 ← dE/dw7 ← w7" in told(driven)
        assert "0.1(1) + 0.3(4) + 0.5(5) + 0.5" in driven.frame
        await driven.press("right")
        assert "initial value" in told(driven)
        await driven.press("backspace", "left", "left", "left")
        assert told(driven).count("w7 at p=36") == 1
        await driven.press("left")
        assert driven.app.screen is driven.screen


async def test_an_edited_value_says_so_and_leads_to_the_edit() -> None:
    async with opened() as driven:
        driven.desk.perform("g 3")
        driven.desk.perform("e h1 0.5")
        driven.desk.perform("g 14")
        assert "edited at p=3, so this is not what the formula gave" in await origins_of(
            driven, "h1"
        )
        await driven.press("escape")
        assert "h1 0.5 edited at p=3" in await origins_of(driven, "dE/dw7")
        await driven.press("end", "up", "enter")
        assert place(driven) == (1, 3)


async def test_back_and_forth_over_every_kind_of_jump() -> None:
    async with opened() as driven:
        await driven.press("less_than_sign")
        assert message(driven) == "there is no jump to go back over"
        await driven.press("s", "s")
        driven.desk.perform("g it 3")
        await driven.press("s")
        driven.desk.perform("t dE/dw7")
        driven.desk.perform("g 20")
        driven.desk.perform("e w7 0.5")
        left = [(1, 2), (1, 84), (1, 96), (1, 20), (2, 20)]
        for expected in reversed(left[:-1]):
            await driven.press("less_than_sign")
            assert place(driven) == expected
        await driven.press("less_than_sign")
        assert message(driven) == "there is no jump to go back over"
        for expected in left[1:]:
            await driven.press("greater_than_sign")
            assert place(driven) == expected
        await driven.press("greater_than_sign")
        assert message(driven) == "there is no jump to go forward over"


async def test_a_new_jump_forgets_what_was_forth_and_a_drag_is_one_jump() -> None:
    async with opened() as driven:
        await go(driven, "5")
        await go(driven, "30")
        await driven.press("less_than_sign")
        assert place(driven) == (1, 5)
        await go(driven, "12")
        await driven.press("greater_than_sign")
        assert message(driven) == "there is no jump to go forward over"
        await driven.press("less_than_sign")
        assert place(driven) == (1, 5)
        assert driven.desk.session.actions[-1] == "g 5"
        pane = driven.screen.query_one("#timeline")
        for column in (40, 60, 80):
            await driven.pilot.click(pane, offset=(column, 1))
            await driven.wait_for(lambda: driven.desk.runner is None)
            await driven.pilot.pause()
        assert place(driven)[1] > 1000
        await driven.press("less_than_sign")
        assert place(driven) == (1, 5)


async def test_going_back_to_another_branch_is_recorded_and_skips_deleted_ones() -> None:
    async with opened() as driven:
        await fork(driven, "g 60+1", "branch 1", "g 7")
        await driven.press("less_than_sign", "less_than_sign")
        assert place(driven) == (2, 60)
        assert driven.desk.session.debugger.position == Position(60, 1)
        assert driven.desk.session.actions[-2:] == ["branch 2", "g 60+1"]
        driven.desk.perform("branch 1")
        driven.desk.perform("branch delete 2")
        await driven.press("less_than_sign")
        assert place(driven)[0] == 1


async def test_a_bookmark_leads_back_from_another_branch() -> None:
    async with opened() as driven:
        await driven.press("5", "s", "m")
        await driven.type("w7")
        assert "w7 means something else" in driven.frame
        await driven.press("ctrl+u")
        await driven.type("start-of-it")
        assert message(driven) == "bookmark start-of-it"
        await fork(driven)
        await driven.press("m")
        assert "start-of-it on main: iteration 1, operation 5/41 (zo1), p=5" in told(driven)
        await driven.press("n")
        await driven.type("second")
        assert "second on branch 2: iteration 1, operation 20/41" in told(driven)
        await driven.press("home", "enter")
        assert place(driven) == (1, 5)
        await driven.press("m", "end", "enter")
        assert place(driven) == (2, 20)
        await driven.press("m", "d", "d", "escape")
        assert not driven.desk.session.debugger.document.bookmarks


async def test_the_curves_lead_to_an_iteration() -> None:
    async with opened() as driven:
        debugger = driven.desk.session.debugger
        for action in ("watch w7*2", "watch w7 < 0.6", "b w7 if w7 < 0.68"):
            driven.desk.perform(action)
        debugger.iterations = 60
        await driven.press("l")
        screen = driven.app.screen
        assert isinstance(screen, CurvesScreen)
        await driven.wait_for(lambda: "w7*2" in driven.frame)
        assert "w7 < 0.6" not in driven.frame
        assert "● breakpoint" in driven.frame
        await driven.press("end", "enter")
        assert place(driven) == (1, 59 * 41 + 9)
        await driven.press("l", "escape")
        await driven.press("escape")
        assert place(driven) == (1, 59 * 41 + 9)


def test_the_curves_mark_the_hits_that_a_breakpoint_wants() -> None:
    session = open_session(find_session("blog"))
    session.perform("b w7 hit % 10")
    breakpoint_ = session.debugger.breakpoint(1)
    counter = session.debugger.counter(session.debugger.trigger(breakpoint_))
    stops = [n for n in range(1, 41) if stops_in(counter, breakpoint_, n)]
    assert stops == [10, 20, 30, 40]


async def test_curves_of_slow_iterations_are_computed_in_a_thread_and_their_states_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: set[bool] = set()
    advance = Sampler.advance

    def noted(sampler: Sampler) -> Progress:
        threads.add(threading.current_thread() is threading.main_thread())
        return advance(sampler)

    monkeypatch.setattr(Sampler, "advance", noted)
    monkeypatch.setattr(runner, "_QUICK", -1.0)
    async with opened() as driven:
        driven.desk.debugger.iterations = 600
        history = driven.desk.debugger.history
        # What is given up by the next key has another iteration to end.
        await driven.press("escape", "l", "plus", "minus", "0")
        await driven.wait_for(lambda: not driven.app.screen.sampling)  # type: ignore[attr-defined]
        assert history.nearest(590) < 64
        await driven.press("escape")
        assert history.nearest(590) > 500
    assert threads == {False}
