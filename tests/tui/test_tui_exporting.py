"""What is taken along from the screen: a picture of it, and a handout."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bpdebug.debugger.state import Progress
from bpdebug.tui.commands import exporting

from .driving import opened


async def test_a_picture_and_handouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bpdebug.export.handout.compose.MOST_FOR_CURVE", 400)
    async with opened("lesson-blog") as driven:
        # From the palette, which is not in the picture.
        await driven.press("ctrl+p")
        await driven.type("write the screen")
        await driven.wait_for(lambda: "Picture of the screen" in driven.frame)
        await driven.press("enter")
        text = Path("screen.svg").read_text("utf-8")
        said = "".join(ElementTree.fromstring(text).itertext()).replace("\xa0", " ")
        assert "Derivative tree" in said
        assert "write the screen" not in said
        assert "url(http" not in text
        assert "written: screen.svg" in driven.frame
        # A handout of the iteration: what the lesson covers is blank.
        shown = await driven.press("f8")
        assert "iteration 1, with covered results blank" in shown
        await driven.type("x.pdf")
        assert "end the name with one of .html, .md, .tex" in driven.frame
        await driven.press("ctrl+u")
        await driven.type("sheet.md")
        await driven.wait_for(lambda: "written: sheet.md" in driven.frame)
        page = Path("sheet.md").read_text("utf-8")
        assert "Operations 1 to 41 of iteration 1" in page
        assert "zh1 = ____" in page
        # In a walkthrough that, and nothing is overwritten.
        await driven.press("a", "f8", "ctrl+u")
        await driven.type("sheet.md")
        assert "exists already" in driven.frame
        await driven.press("ctrl+u")
        await driven.type("walk.tex")
        await driven.wait_for(lambda: "written: walk.tex" in driven.frame)
        assert "A walkthrough of 23 stops" in Path("walk.tex").read_text("utf-8")
        # What takes long can be cancelled.
        monkeypatch.setattr(exporting, "composing", lambda *_: endless())
        await driven.press("f8")
        await driven.press("enter")
        await driven.wait_for(lambda: "Esc cancels" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: "cancelled; nothing was written" in driven.frame)
        assert not Path("handout.html").exists()


def endless() -> Generator[Progress, None, None]:
    """Work that comes to no end."""
    while True:
        yield Progress(1, 1, 2)
