"""The derivative tree, line by line."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial

import numpy as np
import pytest
from generated import FEW, programs, written
from hypothesis import given
from openings import blog, of_model, opened

from bpdebug.checks.derivations.paths import PathGraph
from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position, Status, View
from bpdebug.notation.symbols import Symbol
from bpdebug.notation.tree import Terms
from bpdebug.program.build import build
from bpdebug.program.formula import evaluate, formula, make_formula, total_of
from bpdebug.program.long_sums import Along
from bpdebug.program.program import Program
from bpdebug.text.formula.gathered import count_paths
from bpdebug.text.formula.operation import MOST_TERMS, done_text
from bpdebug.text.formula.tree import (
    MOST_CHILDREN,
    children,
    has_children,
    numbers_text,
    rest,
    root,
)
from bpdebug.text.formula.tree_rows import Cells, Row, cells, rows, share_text
from bpdebug.text.formula.why_now import why_now

Keys = frozenset[tuple[str, ...]]
NONE: Keys = frozenset()


def lines(view: View, name: str, open_: Keys = NONE, closed: Keys = NONE) -> list[Row]:
    slot = view.program.slot_named(name)
    assert slot is not None
    return list(rows(view, root(view, slot), open_, closed))


def drawn(found: list[Row]) -> list[str]:
    return [row.guide + row.node.symbol for row in found]


def test_one_path_is_its_factors() -> None:
    found = lines(blog("20s").view, "dE/dw7")
    assert drawn(found) == ["dE/dw7", "├─ dE/do1", "├─ do1/dzo1", "└─ dzo1/dw7"]
    assert [row.node.rule for row in found[1:]] == ["o1 − t1", "o1(1 − o1)", "h1"]
    assert math.prod(row.node.value for row in found[1:]) == pytest.approx(found[0].node.value)


def test_several_paths_are_a_sum_each_with_its_share() -> None:
    found = lines(blog("29s").view, "dE/dh1")
    assert drawn(found) == [
        "dE/dh1",
        "├─ E → o1 → zo1 → h1",
        "│  ├─ dE/do1",
        "│  ├─ do1/dzo1",
        "│  └─ dzo1/dh1",
        "└─ E → o2 → zo2 → h1",
        "   ├─ dE/do2",
        "   ├─ do2/dzo2",
        "   └─ dzo2/dh1",
    ]
    paths = [row.node for row in found if row.node.share is not None]
    assert sum(path.value for path in paths) == found[0].node.value
    assert sum(path.share or 0 for path in paths) == pytest.approx(1)


def test_all_four_paths_of_the_shared_bias_can_be_opened() -> None:
    view = blog("29s").view
    found = lines(view, "dE/db1")
    gathered = [row.node.symbol for row in found if "⋯" in row.node.symbol]
    assert gathered == ["E ⋯ h1 → zh1 → b1", "E ⋯ h2 → zh2 → b1"]
    closed = [row.key for row in found if row.expandable and not row.expanded]
    opened = drawn(lines(view, "dE/db1", frozenset(closed)))
    ways = [text.lstrip("│├└─ ") for text in opened if "→" in text and "⋯" not in text]
    assert ways == [
        "E → o1 → zo1 → h1",
        "E → o2 → zo2 → h1",
        "E → o1 → zo1 → h2",
        "E → o2 → zo2 → h2",
    ]


def test_what_is_closed_stays_closed_and_keys_tell_rows_apart() -> None:
    view = blog("29s").view
    found = lines(view, "dE/dh1")
    assert len({row.key for row in found}) == len(found)
    assert drawn(lines(view, "dE/dh1", closed=frozenset([found[0].key]))) == ["dE/dh1"]
    assert len(lines(view, "dE/dh1", closed=frozenset([found[1].key]))) == len(found) - 3


def test_unknown_is_not_zero_and_stale_is_not_current() -> None:
    first, second = blog("13s").view, blog("g 46").view
    assert {row.node.status for row in lines(first, "dE/dw1")} >= {Status.UNKNOWN}
    assert math.isnan(lines(first, "dE/dw1")[0].node.value)
    stale = lines(second, "dE/dh1")
    assert stale[0].node.status is Status.STALE
    assert all(row.node.share is None for row in stale), "a share of an old sum says nothing"


def test_a_value_has_its_operands_below_it() -> None:
    found = lines(blog("9s").view, "zh1")
    assert drawn(found)[:3] == ["zh1", "├─ w1", "├─ x1"]
    assert not any(row.expandable for row in found[1:])


def test_a_given_quantity_is_a_leaf() -> None:
    assert drawn(lines(blog().view, "x1")) == ["x1"]


def at(debugger: Debugger, place: str) -> View:
    perform(debugger, f"g {place}")
    return debugger.view


def shown(view: View, name: str, opened: Keys = NONE, closed: Keys = NONE) -> list[Cells]:
    return [cells(view, row) for row in lines(view, name, opened, closed)]


def long_sum() -> Debugger:
    """A sum of fifteen products, and a derivative with as many paths, gone to the sum."""
    numbers = [round(0.1 * n, 1) for n in range(1, 16)]
    debugger = of_model(
        {"equations": ["s = sum(i: w[i]*x[i])", "p[i] = a*x[i]", "E = s + sum(i: p[i]^2)"]},
        inputs={"x": numbers},
        parameters={"w": numbers[::-1], "a": 2},
    )
    perform(debugger, "g s")
    return debugger


def test_symbols_numbers_and_values() -> None:
    found = shown(blog("20s").view, "dE/dw7")
    assert [(each.rule, each.numbers, each.value) for each in found] == [
        ("", "", "0.0765"),
        ("o1 − t1", "0.8896 − 0.1", "0.7896"),
        ("o1(1 − o1)", "0.8896(1 − 0.8896)", "0.0983"),
        ("h1", "", "0.9866"),
    ]


def test_closed_it_is_one_line() -> None:
    (found,) = shown(blog("20s").view, "dE/dw7", closed=frozenset([("dE/dw7",)]))
    assert found == Cells("dE/dw7", "", "(0.7896)(0.0983)(0.9866)", "0.0765", "")


def test_numbers_are_there_for_what_is_there_and_made_of_them() -> None:
    debugger = blog()
    view = at(debugger, "13")
    closed = frozenset([("dE/dw1",)])
    assert [each.numbers for each in shown(view, "dE/dw1", closed=closed)] == [""]
    view = at(debugger, "46")
    assert [each.value[0] for each in shown(view, "dE/dw7", closed=frozenset([("dE/dw7",)]))] == [
        "~"
    ]
    assert not any(each.numbers for each in shown(view, "dE/dw7"))
    debugger = blog("14s", "e dE/dw7 5")
    assert [e.numbers for e in shown(debugger.view, "dE/dw7", closed=frozenset([("dE/dw7",)]))] == [
        ""
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.36, "36 %"),
        (1.0, "100 %"),
        (-9.0, "−900 %"),
        (0.004, "<1 %"),
        (-0.004, ">−1 %"),
        (0.0, "0 %"),
    ],
)
def test_shares_have_a_sign_and_nothing_is_rounded_to_zero(share: float, text: str) -> None:
    assert share_text(share) == text


def test_where_paths_cancel_each_has_more_than_the_whole() -> None:
    equations = ["p = 3*a", "q = 2*a", "E = 5*p - 7*q"]
    debugger = of_model({"equations": equations}, parameters={"a": 2}, style="delta")
    found = shown(at(debugger, "dE/da"), "dE/da")
    assert found[0].value == "1"
    assert [each.share for each in found if each.share] == ["1500 %", "−1400 %"]


def test_a_sum_of_zero_has_no_shares() -> None:
    equations = ["p = 3*a", "q = 2*a", "E = 2*p - 3*q"]
    debugger = of_model({"equations": equations}, parameters={"a": 2}, style="delta")
    found = shown(at(debugger, "dE/da"), "dE/da")
    assert found[0].value == "0"
    assert len(found) > 2
    assert not any(each.share for each in found)


def test_an_edited_sum_has_no_shares() -> None:
    assert any(row.node.share is not None for row in lines(blog("19s").view, "dE/dh1"))
    edited = blog("19s", "e dE/dh1 5").view
    assert not any(row.node.share is not None for row in lines(edited, "dE/dh1"))


@pytest.mark.parametrize(("name", "what"), [("s", "terms"), ("dE/da", "paths")])
def test_what_is_not_shown_is_counted_and_added_up(name: str, what: str) -> None:
    debugger = long_sum()
    view = at(debugger, name)
    found = lines(view, name)
    below = [row for row in found if len(row.key) == 2]
    assert len(below) == MOST_CHILDREN + 1
    more = below[-1].more
    assert more is not None
    assert (more.count, more.what, more.status) == (15 - MOST_CHILDREN, what, Status.CURRENT)
    assert more.value is not None
    total = sum(row.node.value for row in below[:-1]) + more.value
    assert total == pytest.approx(view.value(view.program.slot_named(name) or 0), rel=1e-14)
    assert cells(view, below[-1]).symbol == f"… 5 more {what}, sum"


def test_what_the_rest_comes_to_is_not_known_before_or_stale() -> None:
    debugger = long_sum()
    view = at(debugger, "start")
    assert shown(view, "dE/da")[-1] == Cells("… 5 more paths, sum", "", "", "not yet", "")
    view = at(debugger, f"{debugger.program.operations + 1}")
    assert shown(view, "dE/da")[-1].value.startswith("~")


def test_more_than_a_few_paths_are_closed_at_first() -> None:
    assert len([row for row in lines(at(long_sum(), "dE/da"), "dE/da") if len(row.key) > 2]) == 0
    assert len([row for row in lines(blog("29s").view, "dE/dh1") if len(row.key) > 2]) == 6


@FEW
@given(programs())
def test_a_row_can_be_opened_if_and_only_if_something_is_below_it(program: Program) -> None:
    debugger = Debugger(program, 2)
    for operation in (0, program.operations // 2, program.operations + 1):
        view = debugger.view_at(Position(operation))
        for slot in range(len(program.start)):
            top = root(view, slot)
            below = children(view, top)
            for node in (top, *below):
                assert has_children(node) == bool(children(view, node))
            if rest(view, top) is not None:
                assert len(below) == MOST_CHILDREN


def test_what_is_left_out_is_as_old_as_the_oldest_of_it() -> None:
    debugger = long_sum()
    program = debugger.program
    slot, *paths = map(program.slot_named, ["dE/da", *(f"dE/dp{n}" for n in range(11, 16))])
    assert slot is not None
    seen = []
    for position in range(2 * program.operations):
        view = debugger.view_at(Position(position))
        more = rest(view, root(view, slot))
        assert more is not None
        found = {view.status(path) for path in paths if path is not None}
        order = (Status.UNKNOWN, Status.STALE, Status.CURRENT)
        assert more.status is next(status for status in order if status in found)
        seen += [more.status] if more.status not in seen else []
    assert seen == [Status.UNKNOWN, Status.CURRENT, Status.STALE]


@FEW
@given(programs())
def test_terms_add_up_to_the_same_with_and_without_a_look_at_their_symbols(
    program: Program,
) -> None:
    view = Debugger(program, 1).view_at(Position(program.operations))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpdebug.program.formula.LONG", 1)
        formulas = [make_formula(program, n) for n in range(1, program.operations + 1)]
    for each in formulas:
        terms = getattr(each.equation.value, "terms", (each.equation.value,))
        for first in range(len(terms)):
            found = total_of(terms, first, view.reader(each), partial(view.read_all, each))
            left = Terms(terms[first:]) if len(terms) - first > 1 else terms[-1]
            true = evaluate(left, view.operands(each).__getitem__)
            assert repr(found) == repr(true)


def test_of_a_long_sum_only_what_is_shown_is_written_out() -> None:
    values = np.arange(12_000.0).reshape(40, 300) / 1e4
    program = build(
        written(
            "h[j] = sum(i: v[j,i]*x[i]) + c[j]",
            "E = sum(j: w[j]*h[j])",
            x=np.ones(300),
            v=values,
            c=np.ones(40),
            w=np.ones(40),
        )
    )
    view = Debugger(program, 1).view_at(Position(1))
    made, symbol = Counter[int](), Along.symbol

    def counted(along: Along, number: int) -> Symbol:
        made[number] += 1
        return symbol(along, number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Along, "symbol", counted)
        top = root(view, program.slot(1))
        lines = [*rows(view, top, frozenset(), frozenset())]
        assert lines[-1].more is not None
        assert why_now(view, program.slot(1))
        assert done_text(view) is not None
    assert max(made) < MOST_TERMS
    assert {*made.values()} == {2}


@FEW
@given(programs())
def test_the_paths_of_a_derivative_add_up_to_it(program: Program) -> None:
    debugger = Debugger(program, 1)
    view = debugger.view_at(Position(program.operations))
    for slot in range(len(program.start)):
        top = root(view, slot)
        below, more = children(view, top), rest(view, top)
        shares = [node.share for node in below if node.share is not None]
        if not shares or not math.isfinite(top.value) or more is not None:
            continue
        assert len(shares) == len(below)
        size = sum(abs(share) for share in shares)
        assert abs(sum(shares) - 1) <= 1e-12 * size


def test_the_numbers_of_a_rule_need_its_operands_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a sum of which the first terms are shown, no others are read."""
    view = at(long_sum(), "s")
    top = root(view, view.program.slot_named("s") or 0)
    read: list[int] = []
    operand = type(view).operand

    def counted(self: View, slot: int, operation: int) -> float:
        read.append(slot)
        return operand(self, slot, operation)

    monkeypatch.setattr(type(view), "operand", counted)
    assert numbers_text(view, top).endswith("+ … 3 more terms")
    assert len(read) == 24


@pytest.mark.parametrize("name", ["blog", "two-two-two", "lstm", "micrograd", "softmax"])
def test_the_paths_that_a_gradient_carries_are_those_of_the_network(name: str) -> None:
    """Counted over the rules of derivatives, and found one by one in the forward pass."""
    debugger = opened(name)
    program = debugger.program
    graph, loss = PathGraph(program), program.slot_named(program.model.loss)
    assert loss is not None
    counted = 0
    for slot in map(int, program.parameter_slots()):
        gradient = program.gradient_slot(slot)
        if gradient is None or not program.written_at[gradient]:
            continue
        found = count_paths(program, formula(program, int(program.written_at[gradient])))
        ways = sum(1 for _ in graph.between(loss, slot).paths())
        assert found == ways, program.name(slot)
        counted += ways > 1
    assert counted
