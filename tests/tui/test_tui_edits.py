"""Edits, undo and redo, and what the message line says of changes."""

from __future__ import annotations

import pytest

from bpdebug.numerics.digest import digest
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session

from .driving import LARGE, SMALL, Driven, opened

TINY = (60, 18)


def message(driven: Driven) -> str:
    """What the message line says."""
    return driven.frame.splitlines()[-2].strip()


async def edit(driven: Driven, name: str, value: str) -> None:
    driven.desk.select(name)
    await driven.press("e", "ctrl+u")
    await driven.type(value)


async def test_an_edit_at_the_start_is_followed_by_the_numbers() -> None:
    async with opened() as driven:
        driven.desk.select("w7")
        await driven.press("e")
        for size in (LARGE, SMALL, TINY):
            shown = await driven.resize(size)
            assert "0.7" in shown
            assert "everything after this on the branch is recomputed" in " ".join(shown.split())
        await driven.press("ctrl+u")
        await driven.type("0.5")
        for size in (TINY, SMALL, LARGE):
            await driven.resize(size)
            assert message(driven) == "w7 := 0.5, on main"
        debugger = driven.desk.session.debugger
        await driven.press("5", "s")
        view, slot = debugger.view, debugger.program.slot_named
        h1, h2 = (view.value(slot(name) or 0) for name in ("h1", "h2"))
        zo1 = slot("zo1")
        assert zo1 is not None
        assert view.value(zo1) == 0.5 * h1 + 0.9 * h2 + 0.5
        assert driven.desk.session.actions == ["e w7 0.5", "5s"]


async def test_an_edit_in_the_past_makes_a_branch_and_leaves_the_old_numbers() -> None:
    async with opened() as driven:
        debugger = driven.desk.session.debugger
        driven.desk.perform("g it 5")
        before = digest(debugger.view.memory())
        driven.desk.perform("g 20")
        driven.desk.select("w7")
        assert "in the past of main: a new branch begins here" in await driven.press("e")
        await driven.press("ctrl+u")
        await driven.type("w7*2")
        assert message(driven) == "w7 := 1.4, on branch 2"
        assert "branch 2" in driven.frame.splitlines()[0]
        driven.desk.perform("g it 5")
        assert digest(debugger.view.memory()) != before
        driven.desk.perform("branch 1")
        driven.desk.perform("g it 5")
        assert digest(debugger.view.memory()) == before


async def test_a_wrong_value_stays_in_the_prompt_and_changes_nothing() -> None:
    async with opened() as driven:
        document = driven.desk.session.debugger.document
        driven.desk.select("w7")
        await driven.press("e", "ctrl+u")
        for wrong, told in (
            ("w7*", "column"),
            ("nobody", "there is no quantity"),
            ("dE/dw7", "no value here"),
            ("w7 < 1", "expected a number"),
            ("1/0", "not finite"),
            ("0.7", "w7 is 0.7 already"),
            ("", "a value is missing"),
        ):
            await driven.type(wrong)
            assert told in driven.frame, wrong
            await driven.press("ctrl+u")
        assert driven.desk.session.debugger.document is document
        assert driven.desk.session.actions == []


async def test_what_is_edited_is_selected_or_active_and_has_a_value() -> None:
    async with opened() as driven:
        await driven.press("e")
        assert "select a quantity first" in message(driven)
        await driven.press("s", "e")
        assert "zh1 :=" in driven.frame
        await driven.press("escape")
        driven.desk.select("h1")
        await driven.press("e")
        assert "h1 is not computed yet in this iteration; t goes to it" in message(driven)
        await driven.press("t", "e")
        assert "0.9866" in driven.frame
        await driven.press("ctrl+u")
        await driven.type("0.5")
        assert message(driven) == "h1 := 0.5, on main"
        driven.desk.perform("g 14")
        for name in ("x1", "t1", "alpha", "b1", "h1", "dE/dw7", "E"):
            await edit(driven, name, "0.25")
            assert message(driven) == f"{name} := 0.25, on main"


async def test_undo_and_redo_say_what_they_did() -> None:
    async with opened() as driven:
        await driven.press("u")
        assert message(driven) == "there is nothing to undo"
        await edit(driven, "w7", "0.5")
        await driven.press("s", "u")
        debugger = driven.desk.session.debugger
        assert message(driven) == "undone: w7 := 0.5"
        assert debugger.position.operation == 0
        slot = debugger.program.slot_named("w7")
        assert slot is not None
        assert debugger.view.value(slot) == 0.7
        await driven.press("U")
        assert message(driven) == "redone: w7 := 0.5"
        assert debugger.view.value(slot) == 0.5
        await driven.press("U")
        assert message(driven) == "there is nothing to redo"


async def test_changes_that_stand_still_are_told_instead_of_the_last_stop() -> None:
    async with opened() as driven:
        for action, told in (
            ("b w7", "breakpoint 1 on w7"),
            ("c", "breakpoint 1 (w7 write), hit 1"),
            ("disable 1", "breakpoint 1 disabled"),
            ("mark here", "bookmark here"),
            ("watch w7*2", "watch w7*2"),
            ("name 1 first", "branch 1 named first"),
            ("undo", "undone: branch 1 named first"),
            ("unmark here", "bookmark here deleted"),
            ("s", ""),
        ):
            assert driven.desk.perform(action) is None
            await driven.press()
            assert message(driven).startswith(told), action
            assert told or not message(driven)


async def test_a_run_says_how_much_it_has_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("state", "search"):
        monkeypatch.setattr(f"bpdebug.debugger.{module}.MOST_LOGGED", 1_000)
    async with opened() as driven:
        driven.desk.perform('b E log "E = {E}"')
        driven.desk.perform("b w7 hit == 3")
        await driven.press("c")
        assert message(driven).endswith("· 3 log messages, B shows them")
        driven.desk.perform("g it 4 E")
        await driven.press()
        assert "log messages" not in message(driven)
        driven.desk.perform("g start")
        driven.desk.perform("delete 2")
        driven.desk.session.debugger.iterations = 1_100
        await driven.press("c")
        await driven.wait_for(lambda: driven.desk.runner is None)
        await driven.press()
        assert message(driven).endswith("1,000 or more log messages, B shows them")


async def test_an_interrupted_run_says_so_and_how_much_it_has_logged() -> None:
    async with opened() as driven:
        driven.desk.perform('b iteration log "on"')
        driven.desk.session.debugger.iterations = 10_000_000
        await driven.press("c")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: "interrupted" in driven.frame)
        assert "log message" in message(driven)


def test_the_recorded_edits_replay_bit_for_bit() -> None:
    one, two = (open_session(find_session("blog")) for _ in range(2))
    for action in ("50s", "g 20", "e w7 w7*2", "30s", "undo", "redo", "s"):
        one.perform(action)
    for action in one.actions:
        two.perform(action)
    assert digest(one.debugger.view.memory()) == digest(two.debugger.view.memory())
