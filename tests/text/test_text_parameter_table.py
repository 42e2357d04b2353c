"""The rows of the parameter table, their order, and which of them a filter lets through."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st
from openings import opened

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.debugger.view import Position, Status
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.text.table.cells import percent
from bpdebug.text.table.columns import CHANGE, GRADIENT, INITIAL, UPDATE, VALUE, columns_of
from bpdebug.text.table.filter import Condition, Filter, FilterError, read_filter
from bpdebug.text.table.order import (
    MODEL,
    NAME,
    ORDERS,
    Arrangement,
    Numbers,
    TableLook,
    arranged,
    order_words,
    title,
)
from bpdebug.text.table.rows import ParameterTable, parameter_table

from .tables import made

SESSIONS = ("blog", "adam", "lstm", "attention", "micrograd", "two-two-two", "softmax")


def table_of(debugger: Debugger) -> ParameterTable:
    return parameter_table(debugger.program)


def names(debugger: Debugger, look: TableLook) -> list[str]:
    """The names of the rows in the order of `look`."""
    table = table_of(debugger)
    rows = arranged(table, debugger.view, look).rows
    return [debugger.program.name(int(table.slots[row])) for row in rows]


# Rows


@pytest.mark.parametrize("session", SESSIONS)
def test_every_parameter_has_one_row_and_what_belongs_to_it_finds_it(session: str) -> None:
    check_rows(opened(session).program)


@FEW
@given(programs(), st.data())
def test_rows_and_numbers_of_any_program(program: Program, data: st.DataObject) -> None:
    check_rows(program)
    debugger = Debugger(program, iterations=3)
    operation = data.draw(st.integers(0, 3 * program.operations))
    finish(debugger.going(Position(operation)))
    check_numbers(debugger)
    every = set(range(len(table_of(debugger).slots)))
    for order in ORDERS:
        for filter_ in ("", "*", "value > 1 value <= 1"):
            look = TableLook(order=order, filter=filter_)
            found = arranged(table_of(debugger), debugger.view, look)
            assert set(found.rows.tolist()) == (every if ">" not in filter_ else set())


def check_rows(program: Program) -> None:
    table = parameter_table(program)
    assert table.names.splitlines() == [program.name(int(slot)) for slot in table.slots]
    parameters = {int(slot) for slot in program.parameter_slots()}
    assert parameters <= {int(slot) for slot in table.slots}
    assert len({int(slot) for slot in table.slots}) == len(table.slots)
    for row, slot in enumerate(map(int, table.slots)):
        assert table.row_of(slot) == row
        gradient = program.gradient_slot(slot)
        assert int(table.gradients[row]) == (-1 if gradient is None else gradient)
        if gradient is not None:
            assert table.row_of(gradient) == row
    others = [q for q in program.of_kind(Kind.INPUT, Kind.COMPUTED) if q.size]
    assert all(table.row_of(quantity.offset) is None for quantity in others)


def test_what_the_optimizer_keeps_and_computes_belongs_to_the_parameters_row(
    tmp_path: Path,
) -> None:
    program = opened(made(tmp_path, "3-4-2", "adam")).program
    table = parameter_table(program)
    assert [*table.states] == ["m", "s"]
    for name in ("w7", "m_w7", "s_w7", "mh_w7", "sh_w7", "dE/dw7"):
        assert table.row_named(name) == table.row_named("w7") is not None
    state = int(table.states["s"][table.row_named("w7") or 0])
    assert program.name(state) == "s_w7"
    assert table.row_named("zh1") is None
    assert table.row_named("nothing") is None
    # What is kept once for all comes last.
    assert [program.name(int(slot)) for slot in table.slots[-2:]] == ["beta1_power", "beta2_power"]
    assert (table.states["m"][-2:] == -1).all()
    assert (table.gradients[-2:] == -1).all()


# Order


def natural(name: str) -> list[tuple[str, int]]:
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", name)]


@pytest.mark.parametrize("session", SESSIONS)
def test_names_are_in_natural_order(session: str) -> None:
    debugger = opened(session)
    found = names(debugger, TableLook(order=NAME))
    assert found == sorted(names(debugger, TableLook()), key=natural)
    assert names(debugger, TableLook(order=NAME, reverse=True)) == found[::-1]


def test_w2_comes_before_w10() -> None:
    debugger = opened("blog")
    assert names(debugger, TableLook(order=NAME))[:4] == ["b1", "b2", "w1", "w2"]
    assert names(debugger, TableLook(order=NAME))[-1] == "w10"
    assert names(debugger, TableLook())[-1] == "b2"


POSITIONS = ("g start", "13s", "14s", "36s", "g it 2", "g it 3 dE/dw7", "g it 3 w9", "g end")
EDITS = {
    "no edit": (),
    "edited before": ("g 5", "e w7 0.25"),
    "edited a gradient": ("g 15", "e dE/dw7 3"),
    "edited after its update": ("g 37", "e w7 0.25"),
    "edited to zero": ("g 3", "e w9 0", "g 10", "e w9 0.5", "e w8 -0.5"),
    "edited at the end of an iteration": ("g 41", "e w7 1"),
}


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("edits", EDITS)
def test_the_numbers_of_all_rows_are_those_of_each(edits: str, position: str) -> None:
    check_numbers(opened("blog", *EDITS[edits], "g start", position))


@pytest.mark.parametrize("session", ["adam", "two-two-two", "attention", "micrograd"])
def test_the_numbers_of_other_sessions(session: str) -> None:
    debugger = opened(session)
    for place in ("g start", "f", "f", "f", "]", "5s", "f", "g end"):
        check_numbers(opened(session, place))
    assert debugger.program.parameter_slots().size


def check_numbers(debugger: Debugger) -> None:
    table, view = table_of(debugger), debugger.view
    numbers = Numbers(table, view)
    found = {column.id: numbers.column(column.id) for column in columns_of(table, False)}
    for row, slot in enumerate(map(int, table.slots)):
        gradient = view.program.gradient_slot(slot)
        written = int(view.program.written_at[slot])
        added = math.nan
        if 0 < written <= view.operation:
            added = view.value(slot) - view.previous(slot)
        wanted = {
            INITIAL: float(view.program.start[slot]),
            VALUE: view.value(slot),
            GRADIENT: math.nan if gradient is None else view.value(gradient),
            UPDATE: added,
            CHANGE: math.nan if math.isnan(added) else percent(view.previous(slot), added),
        }
        if gradient is not None and view.status(gradient) is Status.UNKNOWN:
            assert math.isnan(wanted[GRADIENT])
        for letter, states in table.states.items():
            wanted[letter] = view.value(int(states[row])) if states[row] >= 0 else math.nan
        for id, value in wanted.items():
            np.testing.assert_equal(float(found[id][row]), value, f"{id} of row {row}")


@pytest.mark.parametrize("order", [*ORDERS, INITIAL])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("place", ["g start", "g 16", "g it 3 dE/dw5"])
def test_every_order_is_one(order: str, reverse: bool, place: str) -> None:
    debugger = opened("blog", place)
    table = table_of(debugger)
    found = arranged(table, debugger.view, TableLook(order=order, reverse=reverse))
    assert sorted(found.rows) == list(range(len(table.slots)))
    assert (found.places[found.rows] == np.arange(len(table.slots))).all()
    if order in (MODEL, NAME):
        return
    keys = Numbers(table, debugger.view).column(order)[found.rows]
    keys = keys if order in (VALUE, INITIAL) else np.abs(keys)
    known = ~np.isnan(keys)
    assert known[: known.sum()].all(), "what is not known comes last"
    differences = np.diff(keys[known])
    assert (differences >= 0).all() if reverse else (differences <= 0).all()
    # Rows that are alike, and those that are not known, keep the order of the model.
    assert (np.diff(found.rows[known])[differences == 0] > 0).all()
    assert (np.diff(found.rows[~known]) > 0).all()


def test_an_order_by_what_is_not_there_is_that_of_the_model() -> None:
    debugger = opened("blog")
    assert names(debugger, TableLook(order="m")) == names(debugger, TableLook())
    assert names(opened("adam"), TableLook(order="m"))[0] == "theta"


def test_the_arrow_says_how_values_go_on() -> None:
    signs = [TableLook(order=o, reverse=r).sign for o in (NAME, VALUE) for r in (False, True)]
    assert signs == ["▲", "▼", "▼", "▲"]


def test_orders_follow_one_another_and_a_column_again_reverses() -> None:
    look = TableLook()
    found = [(look := look.next_order()).order for _ in ORDERS]
    assert found == [*ORDERS[1:], MODEL]
    by_value = TableLook().ordered_by(VALUE)
    assert (by_value.order, by_value.reverse) == (VALUE, False)
    assert by_value.ordered_by(VALUE).reverse
    assert not by_value.ordered_by(VALUE).ordered_by(VALUE).reverse
    assert not by_value.ordered_by(VALUE).ordered_by(UPDATE).reverse
    assert TableLook(order="m", reverse=True).next_order() == TableLook()


def test_an_order_in_words() -> None:
    looks = (TableLook(), TableLook(order=NAME, reverse=True), TableLook(order=VALUE))
    assert [order_words(look) for look in looks] == [
        "the model",
        "name, reversed",
        "value, from the greatest",
    ]
    gradient = TableLook(order=GRADIENT, reverse=True)
    assert order_words(gradient) == "size of gradient, from the least"
    assert order_words(TableLook(order="v"), ["v"]) == "size of v, from the greatest"


@pytest.mark.parametrize(
    ("look", "is_old"),
    [
        (TableLook(), False),
        (TableLook(order=NAME, filter="w*"), False),
        (TableLook(order=INITIAL), False),
        (TableLook(order=GRADIENT), True),
        (TableLook(filter="update < 0"), True),
    ],
)
def test_only_numbers_that_change_make_an_order_old(look: TableLook, is_old: bool) -> None:
    before = opened("blog", "g 14")
    found = arranged(table_of(before), before.view, look)
    assert not found.is_old(before.view)
    assert found.is_old(opened("blog", "g 15").view) is is_old
    assert found.is_old(opened("blog", "g 14", "e w7 2").view) is is_old


# Filters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Filter()),
        ("w1", Filter(("w1",))),
        ("w1 b*", Filter(("w1", "b*"))),
        ("> 0.5", Filter((), (Condition(VALUE, False, ">", 0.5),))),
        ("value>=-1e-3", Filter((), (Condition(VALUE, False, ">=", -0.001),))),
        ("|grad| > 0.1", Filter((), (Condition(GRADIENT, True, ">", 0.1),))),
        ("w1* |gradient|≤0.1", Filter(("w1*",), (Condition(GRADIENT, True, "<=", 0.1),))),
        ("change > 5%", Filter((), (Condition(CHANGE, False, ">", 5.0),))),
        ("update != −1", Filter((), (Condition(UPDATE, False, "!=", -1.0),))),
        ("m < 0 s > 1", Filter((), (Condition("m", False, "<", 0), Condition("s", False, ">", 1)))),
        ("W2 > 0.5", Filter(("W2",), (Condition(VALUE, False, ">", 0.5),))),
        ("θ w₇", Filter(("theta", "w7"))),
    ],
)
def test_filters_are_read(text: str, expected: Filter) -> None:
    assert read_filter(text, ("m", "s")) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">", "> needs a number"),
        ("value > w1", "> needs a number, found w1"),
        ("value > nan", "> needs a number, found nan"),
        ("> > 1", "> needs a number, found >"),
        ("|gard| > 1", "|gard| is not a column"),
        ("|m| > 1", "there are %, change, check, grad, gradient, initial, update, value"),
    ],
)
def test_what_is_wrong_with_a_filter_is_said(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=re.escape(said)):
        read_filter(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w1", "w1 w10"),
        ("w1*", "w1 w10"),
        ("w?", "w1 w2 w3 w4 w5 w6 w7 w8 w9"),
        ("?1", "w1 b1"),
        ("1", "w1 w10 b1"),
        ("w7 b", "w7 b1 b2"),
        ("W2", "w7 w8 w9 w10"),
        ("W*", ""),
        ("w[1]", ""),
        ("nothing", ""),
        ("> 0.65", "w7 w8 w9"),
        ("W1 > 0.35 < 0.55", "w4 w5"),
        ("|gradient| > 0.078", "w8"),
        ("gradient < 100", "w7 w8"),
        ("update != 7", ""),
    ],
)
def test_filters_let_through(text: str, expected: str) -> None:
    assert names(opened("blog", "g 15"), TableLook(filter=text)) == expected.split()


def test_a_filter_and_an_order_together() -> None:
    look = TableLook(order=VALUE, filter="W1 > 0.15")
    debugger = opened("blog")
    assert names(debugger, look) == ["w6", "w5", "w4", "w3", "w2"]
    found = arranged(table_of(debugger), debugger.view, look)
    assert found.places.tolist() == [-1, 4, 3, 2, 1, 0, *[-1] * 6]


def titled(look: TableLook, here: str = "g 14", width: int = 80) -> str:
    debugger = opened("blog", "g 14")
    table = table_of(debugger)
    found: Arrangement = arranged(table, debugger.view, look)
    return title(found, len(table.slots), opened("blog", here).view, width)


def test_the_title_says_what_is_left_out_and_how_old_the_order_is() -> None:
    assert titled(TableLook()) == "Parameters"
    assert titled(TableLook(filter="w1*")) == "Parameters · 2 of 12 match w1*"
    assert titled(TableLook(filter="w7")) == "Parameters · 1 of 12 matches w7"
    assert titled(TableLook(filter="w1*"), width=24) == "2 of 12 match w1*"
    assert titled(TableLook(), width=5) == "Parameters"
    assert titled(TableLook(order=GRADIENT)) == "Parameters"
    assert titled(TableLook(order=GRADIENT), "g 15") == "Parameters · as of p=14, r refreshes"
