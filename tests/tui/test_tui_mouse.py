"""The mouse: whatever is clicked is chosen, opened or gone to."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.tui.panes.timeline import TimelinePane

from .driving import LARGE, SMALL, Driven, opened


def _bar(driven: Driven, row: int) -> tuple[int, int, int]:
    """The first and the last column of a row of the timeline, and its row on the screen."""
    region = driven.screen.query_one(TimelinePane).region
    text = driven.frame.splitlines()[region.y + row]
    marked = [number for number, character in enumerate(text) if character in "█░●"]
    return marked[0], marked[-1], region.y + row


async def _drag(driven: Driven, row: int, columns: Sequence[int]) -> list[int]:
    """Hold a row of the timeline at the first column, go over the others; the positions."""
    found: list[int] = []
    _, _, y = _bar(driven, row)
    await driven.pilot.mouse_down(offset=(columns[0], y))
    for column in (*columns[1:], None):
        await driven.pilot.pause()
        await driven.wait_for(lambda: driven.desk.runner is None)
        await driven.pilot.pause()
        found.append(driven.desk.session.debugger.position.operation)
        if column is not None:
            # Not on the bar any more: the mouse is captured.
            await driven.pilot.hover(offset=(column, y - 3))
    await driven.pilot.mouse_up(offset=(columns[-1], y))
    return found


async def test_a_click_on_the_timeline_goes_there() -> None:
    async with opened() as driven:
        text = driven.frame.splitlines()[_bar(driven, 0)[2]]
        column = text.index("backward") + len("backward ") + 4
        await driven.pilot.click("#timeline", offset=(column, 0))
        await driven.pilot.pause()
        assert "operation 14/41" in driven.frame


async def test_a_click_is_one_action() -> None:
    async with opened() as driven:
        first, last, y = _bar(driven, 1)
        for column in (first + 5, last):
            await driven.pilot.click(offset=(column, y))
            await driven.wait_for(lambda: driven.desk.runner is None)
        await driven.pilot.pause()
        # Jumps in a row may be recorded as one.
        assert driven.desk.session.actions[-1] == "g 410000"
        assert len(driven.desk.session.actions) <= 2


async def test_a_click_on_a_label_of_the_timeline_goes_nowhere() -> None:
    async with opened() as driven:
        await driven.press("s")
        for offset in ((1, 0), (1, 1), (118, 1)):
            await driven.pilot.click("#timeline", offset=offset)
        await driven.pilot.pause()
        assert driven.desk.session.debugger.position.operation == 1


async def test_dragging_over_the_run_goes_from_iteration_to_iteration() -> None:
    async with opened() as driven:
        first, last, _ = _bar(driven, 1)
        columns = (first + 1, first + 2, first + 2, first, 0, last, 119, last - 1)
        found = await _drag(driven, 1, columns)
        assert all(position % 41 == 0 for position in found)
        assert 0 < found[0] < found[1] == found[2]
        assert found[3:7] == [0, 0, 410_000, 410_000]
        assert found[1] < found[7] < 410_000
        assert " 10000/10000" not in driven.frame
        await driven.pilot.hover(offset=(first, _bar(driven, 1)[2]))
        assert driven.desk.session.debugger.position.operation == found[7]


async def test_dragging_over_the_operations_stays_in_the_iteration() -> None:
    async with opened() as driven:
        driven.desk.perform("g 500")
        await driven.press()
        first, last, _ = _bar(driven, 0)
        start = 500 - 500 % 41
        label = driven.frame.splitlines()[_bar(driven, 0)[2]].index("backward")
        found = await _drag(driven, 0, (first + 3, first + 4, label, 0, last, 119))
        assert found == [start + 4, start + 5, start + 5, start + 1, start + 41, start + 41]


async def test_a_drag_ends_where_the_mouse_is_whatever_the_run_takes() -> None:
    async with opened() as driven:
        first, last, y = _bar(driven, 1)
        await driven.pilot.mouse_down(offset=(last - 3, y))
        for column in (last - 2, last - 1, last, first + 40):
            await driven.pilot.hover(offset=(column, y))
        await driven.pilot.mouse_up(offset=(first + 40, y))
        pane = driven.screen.query_one(TimelinePane)
        cell = pane._rows[1][first + 40 - pane.content_region.x]
        debugger = driven.desk.session.debugger
        await driven.wait_for(lambda: debugger.position.operation == cell.goal)


async def test_the_run_has_a_row_where_the_screen_is_high() -> None:
    sizes = ((LARGE, 2), (SMALL, 1), ((80, 30), 2), ((80, 29), 1), ((60, 18), 1), ((80, 40), 2))
    async with opened() as driven:
        for size, rows in sizes:
            shown = await driven.resize(size)
            assert driven.screen.query_one(TimelinePane).size.height == rows
            assert ("1/10000" in shown.splitlines()[size[1] - 3]) == (rows == 2)


async def test_a_click_on_a_parameter_selects_it() -> None:
    async with opened() as driven:
        rows = driven.frame.splitlines()
        row = next(
            number for number, text in enumerate(rows) if " w3 " in text and "0.3000" in text
        )
        pane = driven.screen.query_one("#parameters")
        await driven.pilot.click(pane, offset=(6, row - pane.region.y))
        await driven.pilot.pause()
        assert driven.desk.selected == "w3"


async def test_clicks_on_a_tree_row_select_and_open_it() -> None:
    async with opened() as driven:
        driven.desk.perform("g dE/dw1")
        await driven.press()
        pane = driven.screen.query_one("#tree")
        await driven.pilot.click(pane, offset=(8, 2))
        await driven.pilot.pause()
        assert driven.desk.selected == "dE/dh1"
        await driven.pilot.click(pane, offset=(8, 2))
        await driven.pilot.pause()
        assert "E → o1 → zo1 → h1" in driven.frame
