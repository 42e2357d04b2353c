"""Find the bug on the screen: the goal, suspects, hints, the verdict, the checks."""

from __future__ import annotations

from pathlib import Path

from openings import session_of
from textual.widgets import Input

from bpdebug.debugger.state import finish
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.write import session_text
from bpdebug.session.model.find_the_bug import planting
from bpdebug.tui.screens.suspect import SuspectScreen
from bpdebug.tui.screens.verdict import VerdictScreen

from .driving import SMALL, opened


def planted(folder: Path) -> Path:
    """A file with the blog's session, do1/dzo1 of the wrong sign."""
    part: SessionPart = finish(planting(session_of("blog").part, "blog", 1, "wrong sign"))
    path = folder / "bug.json"
    path.write_text(session_text(part), "utf-8")
    return path


async def test_a_planted_mistake_is_looked_for_and_found(tmp_path: Path) -> None:
    async with opened(planted(tmp_path), SMALL) as driven:
        debugger = driven.desk.debugger
        await driven.press("escape")
        assert (
            "Find the bug: 0 looks  ! suspect  ; hint  v check  one mistake is in this run"
            in driven.frame
        )
        driven.desk.perform("g dE/dw8")
        assert "Find the bug: 1 look  !" in await driven.press()
        # The operation just executed is meant, and what is possible there is listed.
        shown = await driven.press("exclamation_mark")
        assert isinstance(driven.app.screen, SuspectScreen)
        assert "What is wrong at dE/dw8?" in shown

        # What is possible takes its time to be found on a busy machine.
        missing = "activation derivative missing: the gradient was not"
        await driven.wait_for(lambda: missing in driven.frame)
        assert "bias left out" not in driven.frame
        shown = await driven.press(*"minus")
        assert "wrong sign: a derivative has the wrong sign" in shown
        assert "gradients swapped" not in shown
        shown = await driven.press("enter")
        assert isinstance(driven.app.screen, VerdictScreen)
        assert "Such a mistake has been made, but not there" in shown
        assert "= (0.7504)(0.1598)(0.9866)" in shown
        shown = await driven.press("escape", "semicolon")
        assert "Find the bug: 2 looks" in shown
        assert "v check  it is in the backward phase" in shown
        assert "It is in the backward phase." in shown
        # With something selected, Tab asks about the operation just executed.
        driven.desk.perform("g do1/dzo1")
        await driven.press("escape")
        driven.desk.select("w8")
        shown = await driven.press("exclamation_mark")
        assert "What is wrong at w8?" in shown
        await driven.wait_for(lambda: ": " in driven.frame.partition("own words")[2])
        # However fast Enter comes, nothing is named that the whole text does not mean.
        field = driven.app.screen.query_one(Input)
        field.value = "the slope"
        field.post_message(Input.Submitted(field, field.value))
        assert "is described by that; other words may do" in await driven.press()
        field.value = "I only"
        assert "something: I only know that it is here" in await driven.press()
        await driven.press("ctrl+u")
        assert "What is wrong at do1/dzo1?" in await driven.press("tab")
        await driven.press(*"wrong sign")
        await driven.wait_for(lambda: "wrong sign: a derivative has" in driven.frame)
        shown = await driven.press("enter")
        assert "Found: do1/dzo1, wrong sign." in shown
        assert "do1/dzo1 = −(o1(1 − o1))" in shown
        assert "do1/dzo1 = o1(1 − o1)" in shown
        driven.desk.perform("g it 2 E")
        shown = await driven.press("enter")
        assert debugger.program.locate(debugger.position.operation) == (1, 12)
        assert "Find the bug: found after 4 looks" in shown
        assert "nothing left to find" in await driven.press("exclamation_mark")
        # Taken back it is to be found again, and the answer can be asked for.
        assert "one hint" not in await driven.press("u")
        assert debugger.hunting.is_on
        await driven.press("v", "a", "r")
        assert "✗ planted  wrong sign" in driven.frame
        assert debugger.document.hunt.revealed
