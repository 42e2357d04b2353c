"""The derivative tree, line by line."""

from __future__ import annotations

import math

import pytest

from bpdebug.debugger.view import Status, View
from bpdebug.text.tree import Row, root, rows

from .positions import blog

Keys = frozenset[tuple[str, ...]]
NONE: Keys = frozenset()


def lines(view: View, name: str, opened: Keys = NONE, closed: Keys = NONE) -> list[Row]:
    slot = view.program.slot_named(name)
    assert slot is not None
    return list(rows(view, root(view, slot), opened, closed))


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
