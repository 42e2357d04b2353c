"""Where a value comes from and where it goes."""

from __future__ import annotations

import pytest
from generated import written
from openings import blog

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.program.build import build
from bpdebug.text.formula.origins import MOST, Origins, came_about, last_written, origins


def of(debugger: Debugger, name: str) -> Origins:
    slot = debugger.program.slot_named(name)
    assert slot is not None
    return origins(debugger, slot, debugger.position)


def rows(found: Origins) -> list[str]:
    return [f"{s.label} {s.value} {s.origin}" for s in found.sources]


def readers(debugger: Debugger, found: Origins) -> list[tuple[str, bool, int]]:
    return [(debugger.program.name(r.slot), r.done, r.comes_in) for r in found.readers]


def test_a_computed_value() -> None:
    debugger = blog("g 14")
    found = of(debugger, "dE/dw7")
    assert found.value == "0.0765, current"
    assert found.history == "computed by operation 14 of iteration 1, p=14"
    assert found.lines[1].strip() == "= (0.7896)(0.0983)(0.9866)"
    assert rows(found) == [
        "dE/do1 0.7896 p=10",
        "do1/dzo1 0.0983 p=12",
        "dzo1/dw7 = h1 0.9866 p=2",
    ]
    assert readers(debugger, found) == [("w7", False, 1)]


def test_what_is_not_computed_yet_has_a_rule_and_no_numbers() -> None:
    debugger = blog("g 14")
    found = of(debugger, "dE/dw1")
    assert found.value == "not computed yet"
    assert found.lines == ["dE/dw1 = dE/dh1 · dh1/dzh1 · dzh1/dw1"]
    assert rows(found)[0] == "dE/dh1 not yet not yet"
    assert rows(found)[2] == "dzh1/dw1 = x1 1.0000 given"


def test_a_stale_value_is_explained_by_the_iteration_before() -> None:
    debugger = blog("g it 2")
    found = of(debugger, "dE/dw7")
    assert found.value == "~0.0765, stale"
    assert found.comes_first
    assert not of(debugger, "zh1").comes_first
    assert found.history == "computed by operation 14 of iteration 1, p=14"
    assert rows(found)[0] == "dE/do1 0.7896 p=10"
    assert readers(debugger, found) == [("w7", False, 2)]


def test_an_update_finds_the_value_before_it() -> None:
    debugger = blog("g it 2 w7")
    found = of(debugger, "w7")
    assert found.value == "0.6985, current"
    assert rows(found)[0] == "w7 0.6992 p=36"
    before = found.sources[0]
    assert before.found_at == Position(41 + 35)
    earlier = origins(debugger, before.slot or 0, before.found_at)
    assert earlier.value == "0.6992, current"
    assert rows(earlier)[0] == "w7 0.7 initial value"


@pytest.mark.parametrize(
    ("name", "value", "history"),
    [
        ("x1", "1, given", "input: no operation computes it"),
        ("t1", "0.1, given", "target: no operation computes it"),
        ("w7", "0.7, current", "the initial value; operation 36 changes it"),
    ],
)
def test_what_is_given(name: str, value: str, history: str) -> None:
    found = of(blog(), name)
    assert (found.value, found.history) == (value, history)


def test_readers_done_come_again_in_the_next_iteration() -> None:
    debugger = blog("g 14")
    assert readers(debugger, of(debugger, "h1")) == [
        ("zo1", True, 2),
        ("zo2", True, 2),
        ("dE/dw7", True, 2),
        ("dE/dw8", False, 1),
        ("dh1/dzh1", False, 1),
    ]
    assert of(debugger, "E").readers == []


def test_an_edit_is_where_a_value_comes_from() -> None:
    debugger = blog("g 3", "e h1 0.5", "g 14")
    found = of(debugger, "h1")
    assert found.value == "0.5, current"
    assert found.history == "edited at p=3, so this is not what the formula gave"
    assert rows(of(debugger, "dE/dw7"))[2] == "dzo1/dw7 = h1 0.5 edited at p=3"
    slot = debugger.program.slot_named("h1")
    assert slot is not None
    assert came_about(debugger.view, slot) == Position(3)
    assert last_written(debugger.view, slot) == 2


def test_long_lists_say_how_much_they_leave_out() -> None:
    size = 3 * MOST
    values = [0.01 * number for number in range(size)]
    equations = ["y = sum(i: w[i]*X[i])", "E = 0.5*(y - T)^2"]
    program = build(written(*equations, w=values, X=values, T=1.0))
    debugger = Debugger(program, 5)
    found = of(debugger, "y")
    assert len(found.sources) == MOST
    assert found.more_sources == 2 * size - MOST
    # Of its readers those are listed that come next.
    read = origins(debugger, program.slot_named("dE/dy") or 0, Position(3))
    assert len(read.readers) + read.more_readers >= size
    assert len(read.readers) == MOST
    last = Position(program.operations - 2)
    coming = origins(debugger, program.slot_named("dE/dy") or 0, last).readers
    assert coming == sorted(coming, key=lambda reader: reader.operation)
