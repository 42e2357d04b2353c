"""The screen of the V, and the column of gradient checks."""

from __future__ import annotations

from pathlib import Path

from bpdebug.cli import main
from bpdebug.debugger.state import finish
from bpdebug.text.findings.step_sizes import BEST, LEGEND, POINT
from bpdebug.text.table.columns import CHECK, GRADIENT, VALUE
from bpdebug.text.table.order import TableLook
from bpdebug.tui.screens.v_plot import StepSizesScreen

from .driving import SMALL, Driven, opened
from .test_tui_parameters import lines

COLUMNS = frozenset({VALUE, GRADIENT, CHECK})


async def shown(driven: Driven, name: str) -> str:
    """The frame with the V of a parameter."""
    slot = driven.desk.session.debugger.program.slot_named(name)
    assert slot is not None
    driven.app.push_screen(StepSizesScreen(driven.desk, slot))
    await driven.wait_for(lambda: "best step" in driven.frame)
    return driven.frame


async def test_the_v_of_a_parameter() -> None:
    """The whole of it on a small screen; the arrows turn to others, and Esc closes it."""
    async with opened("blog", SMALL) as driven:
        frame = await shown(driven, "w5")
        assert "Central differences by w5 " in frame
        for part in (LEGEND, BEST, "dE/dw5 = 0.0099195594", "wider: truncation", "smaller: "):
            assert part in frame
        assert frame.count(POINT) > 40
        await driven.pilot.press("right")
        await driven.wait_for(lambda: "dE/dw6 =" in driven.frame)
        await driven.pilot.press("left", "left")
        await driven.wait_for(lambda: "dE/dw4 =" in driven.frame)
        await driven.pilot.press("escape")
        await driven.wait_for(lambda: driven.app.screen is driven.screen)


async def test_the_column_says_which_gradient_is_wrong() -> None:
    """Not before it is known; and nothing is checked where the column is not seen."""
    async with opened("blog-published") as driven:
        await driven.press("s")
        assert driven.desk.checked.of(driven.desk.session.debugger.view) is None
        driven.desk.put_table(TableLook(columns=COLUMNS))
        await driven.press("f")
        assert all(row.endswith("not yet") for row in lines(driven)[2:14])
        await driven.press("f", "f")
        rows = {row.split()[0]: row for row in lines(driven)[2:14]}
        assert "✗ 6.7e−1" in rows.pop("b1")
        assert all("✓" in row for row in rows.values())


async def test_a_large_model_is_checked_when_it_is_asked_for(tmp_path: Path) -> None:
    """A sample, seen in the column at once; what is not in it stays open."""
    path = tmp_path / "large.json"
    assert main(["new", str(path), "--layers", "30-16-4"]) == 0
    async with opened(path) as driven:
        driven.desk.put_table(TableLook(columns=COLUMNS))
        await driven.press("f", "f", "f")
        assert all("…" in row for row in lines(driven)[2:])
        finish(driven.desk.checked.checking(driven.desk.session.debugger.view))
        driven.desk.put_table(TableLook(columns=COLUMNS, filter="check < 1"))
        await driven.press("up")
        rows = lines(driven)[2:]
        assert len(rows) > 10
        assert all("✓" in row for row in rows)
        driven.desk.put_table(TableLook(columns=COLUMNS))
        await driven.press("up")
        assert any("…" in row for row in lines(driven)[2:])
