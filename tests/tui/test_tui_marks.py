"""Marks of breakpoints: every pane has the same ones."""

from __future__ import annotations

from bpdebug.text.marks import DISABLED, SOMETIMES, STOPS
from bpdebug.tui.panes.lines import Line, LinesPane

from .driving import SMALL, Driven, opened


def _lines(driven: Driven, id: str) -> list[str]:
    """What a pane shows, line by line."""
    pane = driven.screen.query_one(f"#{id}", LinesPane)
    drawn: list[Line] = [pane.line_at(number) for number in range(pane.count_lines())]
    return ["".join(span.text for span in line.spans) for line in drawn]


async def test_a_breakpoint_is_marked_in_every_pane() -> None:
    async with opened() as driven:
        for action in ("b w7", "b dE/do1 write if dE/do1 < 0.7", "b h2", "disable 3", "g 14"):
            driven.desk.perform(action)
        await driven.press()
        table, tree, bars = (_lines(driven, id) for id in ("parameters", "tree", "timeline"))
        assert any(row.startswith(f"{STOPS} w7 ") for row in table)
        assert tree[0].startswith(" dE/dw7 ")
        assert tree[1].startswith(f" ├─{SOMETIMES}dE/do1 ")
        assert {STOPS} <= set(bars[0])
        for text in (f"{SOMETIMES}∂   0.7896", f"{DISABLED}h2  0.9950", f"{STOPS}◂∂ 0.0765"):
            assert text in driven.frame


async def test_a_gradient_is_marked_in_its_column_and_in_the_tree() -> None:
    for size in ((120, 40), SMALL):
        async with opened(size=size) as driven:
            driven.desk.perform("g dE/dw7")
            await driven.press()
            before = [_lines(driven, id) for id in ("tree", "parameters")]
            driven.desk.perform("b dE/dw7")
            await driven.press()
            after = [_lines(driven, id) for id in ("tree", "parameters")]
            assert after[0][0].startswith(f"{STOPS}dE/dw7 ")
            assert any(f" {STOPS}0.0765" in row for row in after[1])
            assert [row.replace(STOPS, " ") for pane in after for row in pane] == [
                row for pane in before for row in pane
            ]


async def test_a_local_derivative_is_not_the_quantity_that_it_equals() -> None:
    async with opened() as driven:
        driven.desk.perform("b h1")
        driven.desk.perform("b do1/dzo1")
        driven.desk.perform("g dE/dw7")
        await driven.press()
        tree = _lines(driven, "tree")
        assert tree[2].startswith(f" ├─{STOPS}do1/dzo1 ")
        assert tree[3].startswith(" └─ dzo1/dw7 ")
