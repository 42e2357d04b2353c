"""What the keys do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bpdebug.debugger.stops import Reason
from bpdebug.session.bundled import find_session
from bpdebug.text.numbers import exact
from bpdebug.tui.panes.operation import OperationPane

from .driving import SMALL, opened


async def test_stepping_back_shows_the_same_at_each_position() -> None:
    async with opened() as driven:
        await driven.press("9", "s")
        there = [driven.frame, *[await driven.press("s") for _ in range(20)]]
        assert len(set(there)) == 21, "every operation must be seen"
        for frame in there[-2::-1]:
            assert await driven.press("S") == frame


async def test_a_step_and_its_mirror_image() -> None:
    async with opened() as driven:
        await driven.press("f")
        here = driven.desk.session.debugger.position
        for key in ("s", "n", "f", "right_square_bracket", "i"):
            await driven.press(key)
            assert driven.desk.session.debugger.position != here
            back = {"right_square_bracket": "left_square_bracket"}.get(key, key.upper())
            await driven.press(back)
            assert driven.desk.session.debugger.position == here, key


async def test_the_three_lines_of_dE_dw7() -> None:  # noqa: N802
    async with opened(size=SMALL) as driven:
        shown = await driven.press("M", "1", "4", "s")
        for text in ("dE/dw7 = dE/do1 · do1/dzo1", "(0.7896)(0.0983)(0.9866)", "= 0.0765"):
            assert text in shown


async def test_a_number_of_steps_and_what_is_seen_of_a_parameter() -> None:
    async with opened() as driven:
        line = next(row for row in driven.frame.splitlines() if " w7 " in row and "not yet" in row)
        assert line.count("not yet") == 3
        # Unknown, current and stale values are told apart.
        shown = await driven.press("1", "4", "s")
        assert driven.desk.session.debugger.position.operation == 14
        assert "0.7000   0.0765  not yet" in shown
        driven.desk.select("w7")
        shown = await driven.press()
        assert any("▸w7 " in row for row in shown.splitlines()), shown
        assert "[w7" in shown, "the network names the selected weight"
        assert "0.0765351" in await driven.press("plus", "plus", "plus")
        await driven.press(*["minus"] * 5)
        assert driven.desk.digits == 2
        await driven.press("plus", "plus")
        # Esc forgets a number.
        shown = await driven.press("3", "escape", "s")
        assert driven.desk.session.debugger.position.operation == 15
        assert "p=15" in shown
        driven.desk.perform("g 45")
        assert "0.6992  ~0.0765  not yet" in await driven.press()


async def test_go_to_places_and_a_bad_place_changes_nothing() -> None:
    async with opened() as driven:
        await driven.press("g")
        await driven.type("it 300 dE/dw5")
        assert driven.desk.session.debugger.position.operation == 299 * 41 + 23
        await driven.press("g")
        await driven.type("999999999")
        assert "there is no position 999999999" in driven.frame
        await driven.press("escape")
        assert driven.desk.session.debugger.position.operation == 299 * 41 + 23


async def test_break_on_what_is_selected_then_continue_both_ways() -> None:
    async with opened() as driven:
        await driven.press("slash")
        await driven.type("w7")
        await driven.press("b", "c")
        debugger = driven.desk.session.debugger
        assert debugger.stop.reason is Reason.BREAKPOINT
        assert debugger.position.operation == 36
        assert "w7 0.7 → 0.6992" in driven.frame
        await driven.press("c", "C")
        assert debugger.position.operation == 35
        await driven.press("b")
        assert not debugger.breakpoints


async def test_a_long_run_goes_on_in_the_background_and_escape_pauses_it() -> None:
    async with opened() as driven:
        debugger = driven.desk.session.debugger
        debugger.iterations = 1_000_000_000
        await driven.press("c")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("s")
        assert debugger.position.operation == 0
        await driven.press("escape")
        await driven.wait_for(lambda: "interrupted" in driven.frame)
        position = debugger.position.operation
        assert position > 0
        assert position % 41 == 0
        await driven.press("s")
        assert debugger.position.operation == position + 1
        # A way that is long can be given up.
        done = list(driven.desk.session.actions)
        await driven.press("end")
        await driven.wait_for(lambda: "running: iteration" in driven.frame)
        await driven.press("escape")
        await driven.wait_for(lambda: "nothing has moved" in driven.frame)
        assert debugger.position.operation == position + 1
        assert driven.desk.session.actions == done
        # Quitting pauses it.
        await driven.press("end", "q")
        await driven.wait_for(lambda: not driven.app.is_running or "unsaved" in driven.frame)
        assert not driven.app.is_running


async def test_run_to_the_selected_quantity() -> None:
    async with opened() as driven:
        await driven.press("M")
        driven.desk.select("dE/dw3")
        assert "dE/dw3 = dE/dh1" in await driven.press("t")
        await driven.press("t")
        assert driven.desk.session.debugger.position.operation == 41 + 22
        await driven.press("T")
        assert driven.desk.session.debugger.position.operation == 22


async def test_arrow_keys_in_the_table_select() -> None:
    async with opened() as driven:
        await driven.press("down", "down")
        assert driven.desk.selected == "w2"
        assert "w2 = 0.2" in driven.frame


async def test_names_with_subscripts_in_every_pane_and_back() -> None:
    async with opened() as driven:
        plain = await driven.press("M", "1", "4", "s")
        shown = await driven.press("underscore")
        assert "dE/dw₇ = dE/do₁ · do₁/dzo₁ · dzo₁/dw₇" in shown
        assert "w7" not in shown
        await driven.press("underscore", "escape")
        assert await driven.press() == plain


async def test_a_pane_can_have_the_screen_but_for_the_bars() -> None:
    async with opened() as driven:
        alone = await driven.press("z", "b")
        assert "Network" not in alone
        assert "select a quantity first" in alone, "what is said stays in sight"
        assert "q quit" in alone
        assert "Network" in await driven.press("z")


async def test_the_tree_opens_and_closes() -> None:
    async with opened() as driven:
        driven.desk.perform("g dE/dw1")
        closed = await driven.press("shift+tab", "shift+tab")
        assert "E → o1 → zo1 → h1" not in closed
        assert "E → o1 → zo1 → h1" in await driven.press("down", "right")
        assert "E → o1 → zo1 → h1" not in await driven.press("left")


async def test_any_derivative_on_request_until_the_next_step() -> None:
    async with opened() as driven:
        driven.desk.select("b1")
        assert "pinned" in await driven.press("d")
        assert "E ⋯ h1 → zh1 → b1" in driven.frame
        assert "pinned" not in await driven.press("s")


async def test_home_and_end_go_through_history_wherever_the_focus_is() -> None:
    async with opened() as driven:
        debugger = driven.desk.session.debugger
        debugger.iterations = 20
        for _ in range(4):
            await driven.press("end")
            assert debugger.position == debugger.end
            assert "the end: all iterations are done" in driven.frame
            await driven.press("home")
            assert debugger.position.operation == 0
            assert "next: zh1" in driven.frame
            await driven.press("tab")


async def test_a_great_number_of_steps_comes_to_the_end_at_once() -> None:
    async with opened() as driven:
        driven.desk.session.debugger.iterations = 100
        await driven.press(*"999999999", "s")
        assert driven.desk.session.debugger.position.operation == 4100
        assert "end of history" in driven.frame


async def test_every_digit_of_in_full_is_seen() -> None:
    async with opened() as driven:
        driven.desk.perform("g dh1/dzh1")
        debugger = driven.desk.session.debugger
        done = debugger.view.value(debugger.program.slot(20))
        for width in (120, 80, 60):
            assert exact(done) in await driven.resize((width, 24))


async def test_no_formula_runs_into_the_scroll_bar() -> None:
    async with opened(size=(60, 18)) as driven:
        driven.desk.perform("g dE/db1")
        await driven.press()
        pane = driven.screen.query_one(OperationPane)
        assert pane.show_vertical_scrollbar
        for number in range(pane.count_lines()):
            length = sum(len(span.text) for span in pane.line_at(number).spans)
            assert length <= pane.scrollable_content_region.width


async def test_the_heading_of_the_table_stays_in_its_place() -> None:
    async with opened(size=SMALL) as driven:
        shown = await driven.press("4", "1", "s")
        assert " b2 " in shown
        assert "name     value    dE/d·   update" in shown


async def test_a_key_that_does_nothing_says_so() -> None:
    async with opened() as driven:
        assert "Z does nothing here; ? lists the keys" in await driven.press("Z")
        shown = await driven.press("3", "Z", "s")
        assert "p=1" in shown, "a number goes with the key after it"


async def test_a_stop_at_a_gradient_tells_the_gradient() -> None:
    async with opened() as driven:
        driven.desk.perform("b w7 gradient")
        assert "hit 1: dE/dw7 = 0.0765" in await driven.press("c")
        assert "dE/dw7 0.0765 → not yet" in await driven.press("s", "C")


async def test_the_list_of_breakpoints_keeps_the_cursor_in_sight_and_cuts_nothing() -> None:
    long = "w7 < 0.69 and abs(dE/dw5) > 1e-3 and w1 < 3 and w2 < 4 and w3 < 5 and w4 < 100"
    async with opened(size=SMALL) as driven:
        for number in range(1, 10):
            driven.desk.perform(f"b w{number} if {long}")
        shown = await driven.press("B", *["down"] * 8)
        assert "9   write     keep  y   w9" in shown
        assert "w4 < 100" in shown
        await driven.press("d")
        assert 9 not in driven.desk.session.debugger.breakpoints


async def test_what_came_while_a_screen_on_top_closed_is_drawn() -> None:
    """Closing it takes along what Textual was to do after its next frame."""
    async with opened("blog") as driven:
        await driven.press("escape", "question_mark")
        # It does not come to a frame any more.
        driven.app.screen._update_timer.stop()
        driven.app.screen.refresh()
        driven.screen.show()
        for _ in range(5):
            await asyncio.sleep(0)
        driven.app.pop_screen()
        assert "zh1 = " in await driven.press("s")


async def test_where_a_quantity_comes_from_stands_beside_its_operation(tmp_path: Path) -> None:
    fields = json.loads(find_session("blog").read_text("utf-8"))
    fields["version"] = "1.5"
    fields["model"]["origins"] = {"zh": "net.py:3  zh = x @ W1 + b1"}
    path = tmp_path / "traced.json"
    path.write_text(json.dumps(fields), "utf-8")
    async with opened(path) as driven:
        await driven.press("escape")
        assert "net.py:3  zh = x @ W1 + b1" in await driven.press("s")
        assert "net.py:3  zh = x @ W1 + b1" in await driven.resize(SMALL)
        assert "net.py:3" not in await driven.press("s", "s", "s"), "h2 says no line"
