"""The tree pane."""

from __future__ import annotations

import re

import pytest

from bpdebug.text.formula.tree_rows import CANCEL
from bpdebug.tui.panes.tree import TreePane

from .driving import LARGE, SMALL, Driven, opened

SIZES = [(120, 40), (80, 24), (60, 18), (200, 60)]


def pane(driven: Driven) -> TreePane:
    return driven.screen.query_one(TreePane)


def text(driven: Driven) -> list[str]:
    """The lines of the pane without the column of marks."""
    tree = pane(driven)
    rows = [tree.line_at(number) for number in range(tree.count_lines())]
    return ["".join(span.text for span in row.spans)[1:].rstrip() for row in rows]


async def test_symbols_numbers_and_values_in_columns() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        assert text(driven) == [
            "dE/dw7                                        = 0.0765",
            "├─ dE/do1   = o1 − t1    = 0.8896 − 0.1       = 0.7896",
            "├─ do1/dzo1 = o1(1 − o1) = 0.8896(1 − 0.8896) = 0.0983",
            "└─ dzo1/dw7 = h1                              = 0.9866",
            "",
            "why now: dE/do1 (op 10) and do1/dzo1 (op 12) had to be",
            "finished, do1/dzo1 last",
        ]


async def test_left_on_the_root_makes_it_one_line_and_right_opens_it() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        pane(driven).focus()
        await driven.press("left")
        assert text(driven)[0] == "dE/dw7 = (0.7896)(0.0983)(0.9866) = 0.0765  ▸"
        await driven.press("right")
        assert text(driven)[0] == "dE/dw7                                        = 0.0765"


async def test_why_now_is_in_the_frame_where_the_tree_has_no_room() -> None:
    async with opened(size=SMALL) as driven:
        driven.desk.perform("g dE/dh1")
        await driven.press()
        assert not any("why now" in line for line in text(driven))
        assert "since do2/dzo2 (op 13)" in driven.frame
        driven.desk.perform("g dE/dw7")
        assert "since" not in await driven.press()
        assert any("why now" in line for line in text(driven))


async def test_a_pinned_tree_at_the_start_in_the_middle_and_in_the_next_iteration() -> None:
    async with opened() as driven:
        driven.desk.select("w1")
        assert "pinned" in await driven.press("d")
        found = text(driven)
        assert found[0].split()[:4] == ["dE/dw1", "=", "not", "yet"]
        assert "x1" in next(line for line in found if "dzh1/dw1" in line), "what is given is there"
        assert any(line.startswith("not yet: dE/dh1 (op 19) and dh1/dzh1") for line in found)

        driven.desk.perform("g 20")
        driven.desk.select("w1")
        await driven.press("d")
        found = text(driven)
        assert "not yet" in found[0]
        assert "= 0.1502" in next(line for line in found if "dE/dh1" in line)
        assert any("all it needs is there; it is operation 21" in line for line in found)

        driven.desk.perform("g 46")
        driven.desk.select("w1")
        await driven.press("d")
        found = text(driven)
        assert "~" in found[0]
        assert "~" in next(line for line in found if "dE/dh1" in line)
        assert any(line.startswith("not yet: dE/dh1") for line in found)


async def test_rows_select_and_the_sentence_below_does_not() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s")
        tree = pane(driven)
        tree.focus()
        await driven.press("down", "down", "down", "down", "down")
        assert driven.desk.selected == "h1"
        await driven.pilot.click(TreePane, offset=(6, 2))
        await driven.press()
        assert driven.desk.selected == "dE/do1"
        await driven.pilot.click(TreePane, offset=(6, 6))
        await driven.press()
        assert driven.desk.selected == "dE/do1"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_at_any_digits_columns_are_kept_and_what_is_cut_says_so(
    size: tuple[int, int],
) -> None:
    async with opened(size=size) as driven:
        for place in ("dE/dw7", "dE/dh1", "dE/db1"):
            driven.desk.perform(f"g {place}")
            for digits in (2, 4, 9, 17):
                driven.desk.digits = digits
                driven.screen.show()
                await driven.press()
                rows = [line for line in text(driven) if " = " in line]
                width = pane(driven).scrollable_content_region.width
                assert all(len(row) < width for row in rows)
                assert len({row.rindex(" = ") for row in rows}) == 1
                view = driven.desk.session.debugger.view
                assert view.done is not None
                value = driven.desk.picture().format(view.value(view.done.slot))
                shown = rows[0].partition(" = ")[2].split()[0]
                assert shown == value or (shown[-1] == "…" and value.startswith(shown[:-1]))
                assert shown == value or digits > 4
                assert rows[0].startswith(place)


async def test_the_same_tree_is_laid_out_once() -> None:
    async with opened(size=LARGE) as driven:
        await driven.press("1", "4", "s")
        tree = pane(driven)
        rows = tree._rows
        tree.focus()
        await driven.press("down")
        assert tree._rows is rows
        await driven.press("s")
        assert tree._rows is not rows


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=str)
async def test_shares_above_the_whole_are_explained(size: tuple[int, int]) -> None:
    async with opened("two-paths", size=size) as driven:
        driven.desk.perform("g df/da")
        shown = await driven.press()
        assert "200 %" in shown
        assert "−100 %" in shown
        words = " ".join(re.findall(r"[^\s│]+", "\n".join(text(driven))))
        assert CANCEL in words or "opposite signs cancel" in shown
    async with opened(size=size) as driven:
        driven.desk.perform("g dE/db1")
        assert "cancel" not in await driven.press()
