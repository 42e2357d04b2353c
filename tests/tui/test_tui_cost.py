"""What a step costs: counted in calls and rows, not in time, and that nothing old is shown."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip
from textual.widget import Widget

from bpdebug.cli import main
from bpdebug.drawing import layout, sheets
from bpdebug.drawing.bundles import Bundle
from bpdebug.drawing.graph import Group
from bpdebug.program import formula as formulas
from bpdebug.program.long_sums import Along
from bpdebug.tui.panes.lines import LinesPane
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.terminal import garbage
from bpdebug.tui.terminal.garbage import Tidying
from bpdebug.tui.terminal.row_cache import RowCache

from .driving import LARGE, SMALL, Driven, opened

STEPS = ("s", "s", "s", "n", "S", "i", "i", "s", "N", "right_square_bracket", "s", "S")
LOOKING = (
    "tab",
    "down",
    "down",
    "tab",
    "down",
    "z",
    "s",
    "z",
    "tab",
    "plus",
    "minus",
    "underscore",
)


def check_lines(driven: Driven) -> None:
    """Every line that a pane keeps is what it would make now."""
    for pane in driven.screen.query(LinesPane):
        for row in range(pane.scrollable_content_region.height if pane.display else 0):
            number = pane.number_of(row)
            if number < pane.count_lines():
                assert pane._line(row) == pane.line_at(number), (pane, number)


def rows_of(driven: Driven) -> list[Strip]:
    """All rows of the screen."""
    return [strip.simplify() for strip in driven.app.screen._compositor.render_strips()]


def forget_rows(driven: Driven) -> None:
    """What is drawn next is drawn anew, by Textual's own means."""
    for widget in driven.screen.query(Widget):
        widget._styles_cache.clear()


@pytest.mark.parametrize(("session", "size"), [("blog", LARGE), ("adam", SMALL)])
async def test_what_is_kept_is_what_would_be_made(session: str, size: tuple[int, int]) -> None:
    async with opened(session, size, drawn=True) as driven:
        await driven.press("escape")
        for key in (*STEPS, *LOOKING, *STEPS):
            await driven.press(key)
            check_lines(driven)
            kept = rows_of(driven)
            forget_rows(driven)
            assert rows_of(driven) == kept, key


async def test_a_frame_put_together_is_the_one_that_textual_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened("blog", drawn=True) as driven:
        for key in ("escape", *STEPS, "tab"):
            await driven.press(key)
        together = rows_of(driven)
        monkeypatch.setattr(RowCache, "render_widget", RowCache.__base__.render_widget)  # type: ignore[union-attr]
        forget_rows(driven)
        assert rows_of(driven) == together


async def test_other_themes_look_as_if_drawn_anew() -> None:
    async with opened("blog", drawn=True) as driven:
        await driven.press("escape", "s", "s")
        for theme in driven.app.available_themes:
            driven.app.theme = theme
            await driven.press("s")
            kept = rows_of(driven)
            forget_rows(driven)
            assert rows_of(driven) == kept, theme


def counted(monkeypatch: pytest.MonkeyPatch, counts: Counter[str], owner: Any, name: str) -> None:
    """Count the calls of a function or method."""
    real = getattr(owner, name)

    def counting(*arguments: Any, **named: Any) -> Any:
        counts[name] += 1
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, counting)


async def test_a_step_makes_only_rows_of_the_table_that_it_concerns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts: Counter[str] = Counter()
    async with opened("blog") as driven:
        await driven.press("escape", *["s"] * 15)
        counted(monkeypatch, counts, ParametersPane, "line_at")
        for key in "sssSS":
            counts.clear()
            await driven.press(key)
            # The parameter of this operation, and that of the one before.
            assert counts["line_at"] <= 2


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """A session with more units than any drawing has room for."""
    path = tmp_path / "wide.json"
    assert main(["new", str(path), "--layers", "300-40-10", "--seed", "1"]) == 0
    return path


async def test_of_a_long_sum_a_step_writes_out_and_lists_what_is_seen(
    wide: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: Counter[str] = Counter()
    async with opened(wide) as driven:
        await driven.press("escape", "s", "s")
        counted(monkeypatch, counts, formulas.Writer, "_written_out")
        counted(monkeypatch, counts, Along, "symbol")
        counted(monkeypatch, counts, sheets, "layout")
        counted(monkeypatch, counts, Group, "node")
        counted(monkeypatch, counts, Bundle, "edge")
        for key in "sss":
            counts.clear()
            await driven.press(key)
            assert counts["_written_out"] <= 1
            # The weight and the input of each of twelve terms.
            assert counts["symbol"] <= 2 * 12
            # Where the same units stay in sight, the drawing does.
            assert counts["layout"] == 0
            # Lines are drawn for some twenty of 300 edges.
            assert counts["node"] + counts["edge"] < 150
        counts.clear()
        await driven.press("S", "S")
        assert counts["_written_out"] == 0


async def test_a_drawing_that_stays_is_the_one_that_would_be_made(wide: Path) -> None:
    async with opened(wide) as driven:
        await driven.press("escape")
        for key in ("s", "s", "n", "s", "n", "s", "n", "n", "S", "N", "s"):
            await driven.press(key)
            camera = driven.screen.query_one("#network")._camera  # type: ignore[attr-defined]
            kept, request = camera.raster.layout, camera.raster._request
            made = layout.layout(camera.raster.graph, request, kept)
            assert made is not None
            assert (made.places, made.folds, made.tags) == (kept.places, kept.folds, kept.tags)


async def test_garbage_is_looked_for_when_no_key_has_come_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr(garbage, "_WORTH", 0)
    async with opened("blog") as driven:
        await driven.press("escape", "s")
        await driven.wait_for(lambda: bool(collected))


async def test_however_many_drawings_come_garbage_is_looked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr(garbage, "_WORTH", 0)
    tidying = Tidying()
    for _ in range(5):
        tidying.later()
    await asyncio.sleep(0.2)
    assert len(collected) == 1
