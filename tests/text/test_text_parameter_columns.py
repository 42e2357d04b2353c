"""The columns of the parameter table: which are seen at which width."""

from __future__ import annotations

from pathlib import Path

import pytest
from openings import opened

from bpdebug.text.table.columns import (
    BASIC,
    CHANGE,
    CHECK,
    GRADIENT,
    HISTORY,
    INITIAL,
    ON_REQUEST,
    UPDATE,
    VALUE,
    TableLayout,
    by_importance,
    columns_of,
    headings,
    laid_out,
)
from bpdebug.text.table.rows import parameter_table

from .tables import made

ADAM = columns_of(parameter_table(opened("adam").program))
PLAIN = columns_of(parameter_table(opened("blog").program))


def width_of(layout: TableLayout) -> int:
    bars = layout.bars + 1 if layout.bars else 0
    return 3 + layout.name + layout.number * len(layout.numbers) + bars


def test_what_the_optimizer_keeps_are_columns(tmp_path: Path) -> None:
    assert [column.id for column in PLAIN] == [
        *(INITIAL, VALUE, GRADIENT, CHECK, UPDATE, CHANGE, HISTORY)
    ]
    assert [column.id for column in ADAM][6:8] == ["m", "s"]
    momentum = parameter_table(opened(made(tmp_path, "3-2-2", "momentum")).program)
    assert by_importance(columns_of(momentum, has_history=False)) == [
        *(VALUE, GRADIENT, UPDATE, CHANGE, INITIAL),
        "v",
        CHECK,
    ]


@pytest.mark.parametrize("digits", range(2, 18))
def test_as_many_as_fit_the_most_important_first(digits: int) -> None:
    order = [id for id in by_importance(ADAM) if id not in ON_REQUEST]
    before = 0
    for width in range(20, 260):
        layout = laid_out(ADAM, None, width, 5, digits)
        assert set(layout.columns) == set(order[: len(layout.columns)])
        assert width_of(layout) <= width
        assert len(layout.columns) >= before
        assert layout.left_out == (not set(BASIC) <= set(layout.columns))
        before = len(layout.columns)
    assert before == len(order)


def test_at_120_columns_everything_fits_where_the_table_is_alone() -> None:
    assert len(laid_out(ADAM, None, 116, 8).columns) == len(ADAM) - len(ON_REQUEST)


def test_the_check_is_seen_where_it_is_chosen() -> None:
    layout = laid_out(PLAIN, frozenset({GRADIENT, CHECK}), 40, 4)
    assert layout.columns == (GRADIENT, CHECK)
    assert headings(layout, "E", CHECK, "▼")[1:] == ["dE/d·", "▼check"]


@pytest.mark.parametrize(
    ("width", "seen"),
    [
        (26, (VALUE, GRADIENT)),
        (36, (VALUE, GRADIENT, UPDATE)),
        (39, (VALUE, GRADIENT, UPDATE, HISTORY)),
        (56, (VALUE, GRADIENT, UPDATE, CHANGE, HISTORY)),
        (64, (INITIAL, VALUE, GRADIENT, UPDATE, CHANGE, HISTORY)),
    ],
)
def test_columns_at_the_usual_widths(width: int, seen: tuple[str, ...]) -> None:
    assert laid_out(PLAIN, None, width, 4).columns == seen


def test_what_was_chosen_is_seen_and_nothing_else() -> None:
    chosen = frozenset({VALUE, INITIAL, "m"})
    assert laid_out(ADAM, chosen, 56, 5).columns == (INITIAL, VALUE, "m")
    narrow = laid_out(ADAM, chosen, 30, 5)
    assert (narrow.columns, narrow.left_out) == ((INITIAL, VALUE), True)
    assert laid_out(ADAM, frozenset(), 56, 5).columns == ()


def test_a_narrow_table_shows_fewer_digits_of_the_value() -> None:
    layout = laid_out(PLAIN, None, 26, 4, 17)
    assert (layout.columns, layout.number, layout.left_out) == ((VALUE,), 18, True)


def test_names_take_what_is_left() -> None:
    assert laid_out(PLAIN, None, 33, 20).name == 12
    assert laid_out(PLAIN, frozenset({VALUE}), 36, 20).name == 21
    assert laid_out(PLAIN, frozenset({VALUE}), 30, 20).name == 18


def test_a_click_finds_its_column() -> None:
    layout = laid_out(PLAIN, None, 56, 4)
    heading = "●▸" + "name".ljust(layout.name)
    heading += "".join(text.rjust(layout.number) for text in headings(layout, "E", "", "")[1:])
    found = {text: layout.column_at(heading.index(text)) for text in ("name", "value", "dE/d·")}
    assert found == {"name": "name", "value": VALUE, "dE/d·": GRADIENT}
    assert layout.column_at(len(heading) - 1) == CHANGE
    assert layout.column_at(len(heading)) is None


def test_the_order_is_seen_in_the_heading() -> None:
    layout = laid_out(PLAIN, frozenset(BASIC), 56, 4)
    assert headings(layout, "E", "name", "▲") == ["▲name", "value", "dE/d·", "update"]
    assert headings(layout, "E", GRADIENT, "▼") == ["name", "value", "▼dE/d·", "update"]
    assert headings(layout, "loss", GRADIENT, "▼")[2] == "▼grad"
    assert headings(layout, "loss", "model", "▲")[2] == "dloss/d·"
    assert headings(layout, "total_loss", "model", "▲")[2] == "grad"
