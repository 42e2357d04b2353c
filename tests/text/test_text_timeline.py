"""The timeline: one iteration as a bar, and the whole run."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openings import blog

from bpdebug.text.marks import BOOKMARK, DISABLED, EDITED, MEANINGS, STOPS
from bpdebug.text.run.timeline import DONE, OPEN, TimelineCell, cell_under, run_line, timeline


def bar(cells: list[TimelineCell]) -> str:
    return "".join(cell.character for cell in cells)


def test_each_operation_has_a_cell_where_there_is_room() -> None:
    cells = timeline(blog("14s").view, 100, {})
    assert bar(cells) == (
        f"forward {DONE * 8} loss {DONE} backward {DONE * 5}{OPEN * 15} update {OPEN * 12}"
    )
    operations = [cell for cell in cells if cell.goal is not None]
    assert [(cell.first, cell.last) for cell in operations] == [(n, n) for n in range(1, 42)]


@pytest.mark.parametrize("width", [20, 30, 45, 59, 60, 61, 70, 80, 200])
@pytest.mark.parametrize("position", [0, 1, 20, 40, 41, 42, 410_000])
def test_it_fits_and_every_operation_can_be_clicked(width: int, position: int) -> None:
    debugger = blog(f"g {position}")
    cells = timeline(debugger.view, width, {})
    assert len(cells) <= width
    found = [cell for cell in cells if cell.goal is not None]
    reached = [n for cell in found for n in range(cell.first, cell.last + 1)]
    assert reached == list(range(1, 42))
    for cell in found:
        assert cell.goal == cell.last
        done = cell.last <= debugger.view.operation
        assert cell.character == (DONE if done else OPEN)


def test_breakpoints_are_marked_in_the_cell_that_holds_them() -> None:
    marks = {1: DISABLED, 2: STOPS, 9: DISABLED, 36: STOPS}
    for width in (20, 100):
        for cell in timeline(blog().view, width, marks):
            held = {sign for at, sign in marks.items() if cell.first <= at <= cell.last}
            assert cell.marked == (cell.goal is not None and bool(held))
            if cell.marked:
                assert cell.character == (STOPS if STOPS in held else DISABLED)


def test_the_run_as_a_line() -> None:
    cells = run_line(300 * 41, 410_000, 41, 120, [])
    text = bar(cells)
    assert len(text) == 120
    assert text.startswith(f"run {DONE * 4}{OPEN}")
    assert text.endswith(f"{OPEN}    300/10000")
    assert bar(run_line(0, 410_000, 41, 50, [])).count(DONE) == 0
    assert bar(run_line(410_000, 410_000, 41, 50, [])).count(OPEN) == 0


_RUNS = st.tuples(
    st.integers(1, 300), st.integers(1, 5000), st.integers(0, 250), st.floats(0, 1)
).map(lambda run: (round(run[3] * run[0] * run[1]), run[0] * run[1], run[0], run[2]))
"""A position, the end, the operations of an iteration, a width."""


@given(_RUNS)
@example((0, 41, 41, 120))
@example((41 * 7, 41 * 10_000, 41, 78))
def test_every_position_of_the_run_is_in_one_cell(run: tuple[int, int, int, int]) -> None:
    position, end, operations, width = run
    cells = run_line(position, end, operations, width, [])
    assert len(cells) <= max(width, 0)
    found = [cell for cell in cells if cell.goal is not None]
    if not found:
        assert not cells
        assert width < len(f"run   {end // operations}/{end // operations}") + 1
        return
    assert found[0].first == 0
    assert found[-1].last == end
    for one, other in pairwise(found):
        assert one.first <= one.last
        assert one.last + 1 == other.first
    done = [cell.character == DONE for cell in found]
    assert done == sorted(done, reverse=True)
    assert done[0] == (position > 0 and position >= (found[0].goal or 0))
    assert all(done) == (position == end > 0)


@given(_RUNS)
def test_a_cell_of_the_run_leads_to_the_end_of_its_first_iteration(
    run: tuple[int, int, int, int],
) -> None:
    position, end, operations, width = run
    found = [c for c in run_line(position, end, operations, width, []) if c.goal is not None]
    for cell in found[1:-1]:
        ends = [at for at in range(cell.first, cell.last + 1) if at % operations == 0]
        assert cell.goal == (ends[0] if ends else cell.last)
    if len(found) > 1:
        assert found[0].goal == 0
        assert found[-1].goal == end


@given(_RUNS, st.lists(st.tuples(st.floats(0, 1), st.sampled_from([*MEANINGS])), max_size=20))
def test_every_mark_of_the_run_is_in_its_cell(
    run: tuple[int, int, int, int], shares: list[tuple[float, str]]
) -> None:
    position, end, operations, width = run
    marks = [(round(share * end), sign) for share, sign in shares]
    for cell in run_line(position, end, operations, width, marks):
        held = [sign for at, sign in marks if cell.first <= at <= cell.last]
        assert cell.marked == (cell.goal is not None and bool(held))
        if cell.marked:
            assert cell.character == min(held, key=[*MEANINGS].index)


def test_bookmarks_and_edits_stand_on_the_run() -> None:
    text = bar(run_line(0, 4100, 41, 50, [(410, BOOKMARK), (2050, EDITED)]))
    assert text.index(BOOKMARK) < text.index(EDITED)


def test_beside_the_bar_its_ends_are_meant() -> None:
    cells = run_line(0, 4100, 41, 50, [])
    found = [cell for cell in cells if cell.goal is not None]
    assert [cell_under(cells, column) for column in (-9, 0, 4)] == [found[0]] * 3
    assert cell_under(cells, 5) == found[1]
    assert [cell_under(cells, column) for column in (49, 1000)] == [found[-1]] * 2
    assert cell_under([], 3) is None


def test_a_label_within_the_bar_means_nothing() -> None:
    cells = timeline(blog().view, 100, {})
    assert cell_under(cells, bar(cells).index("backward")) is None
    assert cell_under(cells, 0) == cells[len("forward ")]
