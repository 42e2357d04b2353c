"""The timeline: one iteration as a bar."""

from __future__ import annotations

import pytest

from bpdebug.text.timeline import DONE, MARK, OPEN, Cell, timeline

from .positions import blog


def bar(cells: list[Cell]) -> str:
    return "".join(cell.character for cell in cells)


def test_each_operation_has_a_cell_where_there_is_room() -> None:
    cells = timeline(blog("14s").view, 100, frozenset())
    assert bar(cells) == (
        f"forward {DONE * 8} loss {DONE} backward {DONE * 5}{OPEN * 15} update {OPEN * 12}"
    )
    operations = [cell for cell in cells if cell.last]
    assert [(cell.first, cell.last) for cell in operations] == [(n, n) for n in range(1, 42)]


@pytest.mark.parametrize("width", [20, 30, 45, 59, 60, 61, 70, 80, 200])
@pytest.mark.parametrize("position", [0, 1, 20, 40, 41, 42, 410_000])
def test_it_fits_and_every_operation_can_be_clicked(width: int, position: int) -> None:
    debugger = blog(f"g {position}")
    cells = timeline(debugger.view, width, frozenset())
    assert len(cells) <= width
    reached = [n for cell in cells if cell.last for n in range(cell.first, cell.last + 1)]
    assert reached == list(range(1, 42))
    for cell in cells:
        if cell.last:
            done = cell.last <= debugger.view.operation
            assert cell.character == (DONE if done else OPEN)


def test_breakpoints_are_marked_in_the_cell_that_holds_them() -> None:
    debugger = blog("b w7", "b h1 read")
    marked = debugger.breakpoint_operations()
    for width in (20, 100):
        for cell in timeline(debugger.view, width, marked):
            if cell.last:
                holds = any(cell.first <= operation <= cell.last for operation in marked)
                assert (cell.character == MARK) == holds
