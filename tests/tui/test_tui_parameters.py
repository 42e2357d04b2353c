"""The parameter table on the screen: columns, order, filter, and tables of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region

from bpdebug.cli import main
from bpdebug.text.table import order as parameter_order
from bpdebug.text.table.cells import ParameterRow, parameter_row
from bpdebug.text.table.columns import INITIAL, VALUE
from bpdebug.text.table.order import ORDERS, Arrangement
from bpdebug.tui.panes import parameters
from bpdebug.tui.panes.parameters import ParametersPane

from .driving import LARGE, SMALL, Driven, opened
from .test_tui_edits import TINY, message

GREATEST = ["plus"] * 13
KEYS = {"*": "asterisk", ">": "greater_than_sign", "|": "vertical_line", " ": "space"}


def pane_of(driven: Driven) -> ParametersPane:
    return driven.screen.query_one(ParametersPane)


def lines(driven: Driven) -> list[str]:
    """What the table shows: its title, its heading, its rows."""
    region = pane_of(driven).region
    rows = driven.frame.splitlines()[region.y : region.bottom - 1]
    return [row[region.x + 1 : region.right - 1].strip("│▅▄▇▃▂█ ") for row in rows]


def names(driven: Driven) -> list[str]:
    """The names in the rows that are seen."""
    return [row.lstrip("●▸ ").split()[0] for row in lines(driven)[2:] if row]


async def typed(driven: Driven, text: str) -> None:
    await driven.press(*(KEYS.get(letter, letter) for letter in text))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with 12,706 parameters."""
    path = tmp_path_factory.mktemp("large") / "large.json"
    assert main(["new", str(path), "--layers", "784-16-10"]) == 0
    return path


@pytest.fixture
def momentum(tmp_path: Path) -> Path:
    path = tmp_path / "momentum.json"
    assert main(["new", str(path), "--layers", "3-2-2", "--optimizer", "momentum"]) == 0
    return path


# Columns


async def test_the_most_important_columns_are_seen() -> None:
    async with opened() as driven:
        for size, heading in (
            (LARGE, "name     value    dE/d·   update   change  history"),
            (SMALL, "name     value    dE/d·   update"),
            (TINY, "name     value    dE/d·…"),
        ):
            await driven.resize(size)
            assert lines(driven)[1] == heading


async def test_all_columns_are_seen_where_the_table_is_alone(momentum: Path) -> None:
    async with opened(momentum) as driven:
        await driven.press("right_square_bracket", "f", "z")
        assert " ".join(lines(driven)[1].split()) == (
            "name initial value dE/d· update change v history"
        )
        assert not any(row.startswith("v_") for row in names(driven)), "no rows of their own"


async def test_no_number_is_cut_at_the_greatest_precision() -> None:
    async with opened() as driven:
        await driven.press(*GREATEST)
        for size in (LARGE, SMALL, TINY):
            await driven.resize(size)
            for place in ("start", "it 3 w9"):
                driven.desk.perform(f"g {place}")
                await driven.press()
            heading, *rows = lines(driven)[1:]
            assert heading.endswith("…"), "not all of the usual columns have room"
            assert all("…" not in row for row in rows)
            shown = next(row for row in rows if "w8" in row).split()[1]
            value = driven.desk.picture().view.value
            slot = driven.desk.session.debugger.program.slot_named("w8")
            assert slot is not None
            decimals = len(shown.partition(".")[2])
            assert shown == f"{value(slot):.{decimals}f}"


async def test_columns_are_switched_in_a_list_and_seen_at_once() -> None:
    async with opened() as driven:
        shown = await driven.press("k")
        assert "Seen: as many as fit" in shown
        assert "▸[ ]   initial   the value at the start of the run" in shown
        await driven.press("space")
        assert "▸[x]   initial" in driven.frame
        assert "Seen: as chosen, as far as they fit" in driven.frame
        assert "(no room now)" in driven.frame
        assert driven.desk.table.columns == frozenset(
            ("initial", "value", "gradient", "update", "change", "history")
        )
        await driven.press("down", "down", "enter", "down", "down", "enter", "escape")
        assert lines(driven)[1] == "name   initial    value   change  history"
        await driven.press("k", "a")
        assert driven.desk.table.columns is None
        await driven.press("down", "space", "u", "u")
        assert driven.desk.table.columns == frozenset((INITIAL, VALUE, "change", "history"))
        assert "nothing was changed here" in await driven.press("u")
        await driven.press("U")
        assert driven.desk.table.columns is None


async def test_the_list_of_columns_changes_nothing_of_the_session() -> None:
    async with opened() as driven:
        driven.desk.perform("e w7 0.5")
        await driven.press("k", "u")
        assert "nothing was changed here" in driven.frame
        assert driven.desk.session.actions == ["e w7 0.5"]


async def test_rows_are_ordered_in_the_list_of_columns() -> None:
    async with opened() as driven:
        await driven.press("k", "down", "r")
        assert "[x] ▼ value" in driven.frame
        assert "Sorted by value, from the greatest" in driven.frame
        await driven.press("r")
        assert "[x] ▲ value" in driven.frame
        await driven.press("end", "r")
        assert "bars have no order" in driven.frame
        await driven.press("escape")
        assert names(driven)[:3] == ["w1", "w10", "w2"]


async def test_a_large_model_has_no_history(large: Path) -> None:
    async with opened(large) as driven:
        assert "history" not in lines(driven)[1]
        assert "history" not in await driven.press("k")


# Order


async def test_the_key_goes_through_the_orders() -> None:
    async with opened() as driven:
        driven.desk.perform("g it 2 w9")
        model = names(driven)
        orders = {}
        for order in (*ORDERS[1:], ORDERS[0]):
            await driven.press("r")
            assert message(driven).startswith("ordered by ")
            orders[order] = (names(driven), lines(driven)[1])
        assert orders["name"][0][:4] == ["b1", "b2", "w1", "w2"]
        assert orders["value"][0][0] == "w9"
        assert "▼value" in orders["value"][1]
        assert "▼dE/d·" in orders["gradient"][1]
        assert orders["model"] == (model, lines(driven)[1])
        assert "▲" not in orders["model"][1]


async def test_rows_keep_their_places_step_by_step_and_are_ordered_after_a_leap() -> None:
    async with opened() as driven:
        driven.desk.perform("g 14")
        await driven.press("r", "r", "r")
        assert message(driven) == "ordered by size of gradient, from the greatest"
        before = names(driven)
        assert before[0] == "w7"
        # While a key is held down a frame may show what several steps have led to.
        driven.desk.perform("4s")
        await driven.press("S", "S", "i")
        assert names(driven) == before
        assert lines(driven)[0].startswith("─ Parameters · as of p=14, r refreshes ─")
        await driven.press("r")
        assert message(driven) == "ordered by size of gradient, from the greatest"
        assert names(driven) != before
        assert "renews" not in lines(driven)[0]
        await driven.press("S")
        assert "as of p=16, r refreshes" in lines(driven)[0]
        await driven.press("f")
        assert "renews" not in lines(driven)[0]
        assert driven.desk.table.order == "gradient"


async def test_rows_are_not_put_in_order_again_without_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened() as driven:
        await driven.press("r", "r", "r")
        calls = []
        arranged = parameter_order.arranged

        def counted(*given: Any) -> Arrangement:
            calls.append(given)
            return arranged(*given)

        monkeypatch.setattr(parameters, "arranged", counted)
        await driven.press("s", "s", "S", "down", "down", "plus", "z", "z", "w", "b")
        assert not calls
        await driven.press("right_square_bracket")
        assert len(calls) == 1
        await driven.press("r", "r", "r")
        assert len(calls) == 4
        # The order of the model is always in force.
        await driven.press("right_square_bracket")
        assert len(calls) == 4


async def test_the_first_rows_of_a_new_order_are_seen(large: Path) -> None:
    async with opened(large) as driven:
        pane_of(driven).scroll_to(y=5000, animate=False)
        await driven.press("r")
        assert names(driven)[0] == "b1"
        driven.desk.select("w9000")
        await driven.press("r")
        assert "w9000" in names(driven), "but what is selected stays in sight"


async def test_a_click_on_a_heading_orders_and_another_reverses() -> None:
    async with opened() as driven:
        pane = pane_of(driven)
        place = lines(driven)[1].index("value") + 6
        for column, sign, first in (
            (place, "▼value", "w9"),
            (place, "▲value", "w1"),
            (place, "▼value", "w9"),
            (6, "▲name", "b1"),
            (6, "▼name", "w10"),
        ):
            await driven.pilot.click(pane, offset=(column, 1))
            await driven.press()
            assert sign in lines(driven)[1]
            assert names(driven)[0] == first
        await driven.pilot.click(pane, offset=(pane.size.width - 3, 1))
        await driven.press()
        assert "▼name" in lines(driven)[1], "bars have no order"


# Filter


async def test_rows_are_filtered_while_one_types() -> None:
    async with opened() as driven:
        await driven.press("x")
        assert "Show only the parameters with" in driven.frame
        assert "such as: w1  w1*  W2  |gradient| > 0.1  change > 5" in driven.frame
        await typed(driven, "w")
        assert "10 of 12 match w ─" in lines(driven)[0]
        await typed(driven, "1*")
        assert names(driven) == ["w1", "w10"]
        assert "Parameters · 2 of 12 match w1*" in lines(driven)[0]
        await driven.press("enter")
        assert driven.app.screen is driven.screen
        assert names(driven) == ["w1", "w10"]
        await driven.press("x", *["backspace"] * 3)
        assert len(names(driven)) > 2
        await driven.press("escape")
        assert names(driven) == ["w1", "w10"], "Esc undoes it"
        await driven.press("x", "ctrl+u", "enter")
        assert lines(driven)[0].startswith("─ Parameters ──")


async def test_what_is_wrong_with_a_filter_is_said_and_not_kept() -> None:
    async with opened() as driven:
        await driven.press("x")
        await typed(driven, "> 0.75")
        assert names(driven) == ["w8", "w9"]
        await driven.press(*["backspace"] * 4)
        assert "> needs a number" in driven.frame
        assert "12 of 12 match > 0 ─" in lines(driven)[0], "the last one that made sense"
        await driven.press("enter")
        assert driven.app.screen is not driven.screen
        await driven.press("escape")
        assert driven.desk.table.filter == ""


async def test_what_a_filter_leaves_is_seen_from_the_first_row_on(large: Path) -> None:
    async with opened(large) as driven:
        driven.desk.select("w12700")
        await driven.press("x")
        await typed(driven, "w100??")
        assert names(driven)[0] == "w10000"
        await driven.press("backspace", "backspace")
        assert names(driven)[:3] == ["w100", "w1000", "w1001"]


async def test_a_filter_is_data(momentum: Path) -> None:
    async with opened(momentum) as driven:
        await driven.press("x", "left_square_bracket", "b", "right_square_bracket", "enter")
        assert "0 of 12 match [b] ─" in lines(driven)[0]
        await driven.press("down", "pagedown")
        assert driven.desk.selected is None


async def test_up_and_down_go_through_what_is_seen() -> None:
    async with opened() as driven:
        await driven.press("x")
        await typed(driven, "w1*")
        await driven.press("enter", "down", "down", "down")
        assert driven.desk.selected == "w10"
        driven.desk.select("w5")
        await driven.press("up")
        assert driven.desk.selected == "w1", "from what is not seen to the first"


async def test_no_key_is_lost_when_they_come_faster_than_frames() -> None:
    async with opened() as driven:
        driven.desk.select("w2")
        await driven.press()
        pane = pane_of(driven)
        for _ in range(5):
            pane.action_move(1)
        # A frame in between shows what the screen knows by then.
        driven.screen.draw()
        pane.action_move(1)
        await driven.press()
        assert driven.desk.selected == "w8"
        driven.desk.select("w3")
        await driven.press("down")
        assert driven.desk.selected == "w4"


@pytest.mark.parametrize("key", ["k", "r", "x"])
async def test_where_the_table_is_not_seen_its_keys_say_so(key: str) -> None:
    async with opened() as driven:
        await driven.press("tab", "z", key)
        assert message(driven) == "the parameter table is not on the screen now"
        assert driven.app.screen is driven.screen


# Any size


async def test_the_table_follows_beyond_ten_thousand_rows(large: Path) -> None:
    async with opened(large) as driven:
        await driven.press("slash")
        await driven.type("w12345")
        assert any(row.startswith("▸w12345 ") for row in lines(driven))
        await driven.press("down")
        assert any(row.startswith("▸w12346 ") for row in lines(driven))
        for place in ("dE/dw11111", "w10999"):
            driven.desk.perform(f"g {place}")
            await driven.press()
            assert any(place.rpartition("d")[2] in row and "◂" in row for row in lines(driven))


async def test_a_large_table_draws_what_is_seen_and_only_what_changes(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(large) as driven:
        driven.desk.select("w12000")
        await driven.press("up", "up", "up")
        pane = pane_of(driven)
        rows: list[object] = []
        regions: list[Region] = []
        refresh = pane.refresh

        def counted(*given: Any) -> ParameterRow:
            rows.append(given)
            return parameter_row(*given)

        def recorded(*given: Region, **options: bool) -> object:
            regions.extend(given or [pane.size.region])
            return refresh(*given, **options)

        monkeypatch.setattr(parameters, "parameter_row", counted)
        monkeypatch.setattr(pane, "refresh", recorded)
        await driven.press("down")
        assert driven.desk.selected == "w11998"
        assert [region.height for region in regions] == [1, 1], "the line left, the line reached"
        assert len(rows) <= 3 * pane.size.height
        regions.clear()
        driven.desk.perform("g dE/dw11998")
        await driven.press()
        regions.clear()
        await driven.press("s")
        assert sum(region.height for region in regions) <= 2, "the old mark, the new one"


async def test_a_large_table_is_ordered_and_filtered(large: Path) -> None:
    async with opened(large) as driven:
        driven.desk.perform("g w1")
        await driven.press("r", "r")
        program = driven.desk.session.debugger.program
        view = driven.desk.picture().view
        values = {program.name(int(s)): view.value(int(s)) for s in program.parameter_slots()}
        greatest = sorted(values, key=values.__getitem__, reverse=True)
        await driven.press("x")
        await typed(driven, "w127?? ")
        assert lines(driven)[0].startswith("─ Parameters · 5 of 12706 match w127??")
        await driven.press("escape")
        pane = pane_of(driven)
        pane.scroll_to(y=0, animate=False)
        await driven.press()
        assert names(driven) == greatest[: len(names(driven))]


async def test_settings_stay_when_columns_or_a_state_are_not_there() -> None:
    async with opened("adam") as driven:
        await driven.press("k", "end", "up", "r", "space", "escape")
        assert driven.desk.table.order in ("m", "s")
        assert INITIAL not in (driven.desk.table.columns or ())
        assert VALUE in (driven.desk.table.columns or ())
