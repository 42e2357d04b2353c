"""Whole operations set like mathematics."""

from __future__ import annotations

from collections import defaultdict

import pytest
from openings import blog

from bpdebug.debugger.view import Position
from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.file.read import read_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.text.formula.worked import Worked, done_worked, next_worked
from bpdebug.text.numbers import number
from bpdebug.text.typeset.formulas import symbol_box
from bpdebug.text.typeset.operation import OperationPart, SetOperation, set_operation

from .test_text_tree import long_sum

SIZES = [(20, 5), (36, 6), (56, 12), (96, 30)]


def worked(place: str) -> Worked:
    """The operation of the blog's session at a place."""
    found = done_worked(blog(f"g {place}").view)
    assert found is not None
    return found


def lines(found: SetOperation | None) -> list[str]:
    assert found is not None
    return [line.rstrip() for line in found.box.lines]


def test_the_chain_rule_as_a_textbook_has_it() -> None:
    assert lines(set_operation(worked("dE/dw7"), 40, 8, 4)) == [
        "dE    dE    do1    dzo1",
        "─── = ─── · ──── · ────",
        "dw7   do1   dzo1   dw7",
        "",
        "    = (0.7896)(0.0983)(0.9866)",
        "    = 0.0765",
    ]


def test_a_sum_over_paths_with_its_bounds_its_terms_and_its_numbers() -> None:
    assert lines(set_operation(worked("dE/dh1"), 56, 12, 4)) == [
        "dE     2   dE     do[k]    dzo[k]",
        "─── =  Σ  ───── · ────── · ──────",
        "dh1   k=1 do[k]   dzo[k]   dh[1]",
        "",
        "      dE    do1    dzo1   dE    do2    dzo2",
        "    = ─── · ──── · ──── + ─── · ──── · ────",
        "      do1   dzo1   dh1    do2   dzo2   dh1",
        "",
        "    = (0.7896)(0.0983)(0.7) + (0.7504)(0.1598)(0.8)",
        "    = 0.1502",
    ]


def test_with_less_height_blank_lines_go_first_then_what_is_written_out() -> None:
    operation = worked("dE/dh1")
    parts = [set_operation(operation, 56, height, 4) for height in range(13)]
    said = [
        None if found is None else list(dict.fromkeys(filter(None, found.parts))) for found in parts
    ]
    rest = [OperationPart.NUMBERS, OperationPart.RESULT]
    # The longest usual numbers take two lines.
    assert said[5] is None
    assert said[6] == [OperationPart.RULE, *rest]
    assert said[10] == [OperationPart.RULE, *rest]
    assert said[11] == [OperationPart.SUM, OperationPart.RULE, *rest]
    assert [found.box.height for found in (parts[6], parts[7]) if found] == [5, 6]


def test_an_update_and_a_step_inside_with_what_was_just_computed() -> None:
    assert lines(set_operation(worked("w7"), 40, 8, 4)) == [
        "               dE",
        "w7 := w7 − α · ───",
        "               dw7",
        "",
        "   := 0.7 − (0.01)(0.0765)",
        "   := 0.6992",
    ]
    found = set_operation(next_worked(blog("g 4", "2i").view), 40, 8, 4)
    assert found is not None
    (mark,) = found.box.marks
    assert found.parts[mark.row] is OperationPart.NUMBERS
    line = found.box.lines[mark.row]
    assert line[mark.start : mark.end] == "0.8955"
    assert line.split() == ["=", "0.6906", "+", "0.8955", "+", "0.5"]


@pytest.mark.parametrize("name", bundled_sessions())
def test_it_keeps_to_the_room_it_has_and_says_its_result(name: str) -> None:
    debugger = make_debugger(read_session(find_session(name)), name)
    for operation in range(1, debugger.program.operations + 1):
        view = debugger.view_at(Position(operation))
        done = done_worked(view)
        assert done is not None
        assert done.value is not None
        # Neighbours are alike, so that all digits come with all sizes.
        digits = (2, 4, 17)[operation % 3]
        for width, height in SIZES:
            found = set_operation(done, width, height, digits)
            if found is None:
                continue
            assert found.box.width <= width
            assert found.box.height == len(found.parts) <= height
            assert found.parts[0] is not None
            heads = [line[: found.head].strip(" :=") for line in found.box.lines]
            of_target = symbol_box(done.target).height
            assert sum(map(bool, heads)) == of_target, "what is computed stands there once"
            assert number(done.value, digits) in found.box.lines[-1]
            for line, part in zip(found.box.lines, found.parts, strict=True):
                assert (part is None) == (not line.strip())


@pytest.mark.parametrize("size", SIZES)
def test_operations_of_a_kind_are_all_set_or_all_plain(size: tuple[int, int]) -> None:
    debugger = blog()
    program = debugger.program
    kinds = defaultdict(set)
    for operation in range(1, 3 * program.operations + 1):
        done = done_worked(debugger.view_at(Position(operation)))
        assert done is not None
        found = set_operation(done, *size, 4)
        # A name of three characters takes more room than one of two.
        kind = (program.statement(program.locate(operation)[1]), len(str(done.target)))
        kinds[kind].add(found and found.parts)
    assert all(len({None if each is None else 1 for each in kind}) == 1 for kind in kinds.values())


def test_the_steps_of_an_operation_look_as_its_end_does() -> None:
    debugger = blog()
    for operation in range(debugger.program.operations):
        done = done_worked(debugger.view_at(Position(operation + 1)))
        assert done is not None
        for size in SIZES:
            ways = {
                set_operation(next_worked(debugger.view_at(Position(operation, step))), *size, 4)
                is None
                for step in range(debugger.program.arithmetic(operation + 1))
            }
            assert ways == {set_operation(done, *size, 4) is None}


def test_a_long_sum_is_said_by_its_bounds_and_cut_honestly() -> None:
    view = long_sum().view
    done = done_worked(view)
    assert done is not None
    found = lines(set_operation(done, 40, 16, 4))
    assert found[:3] == ["    15", "s =  Σ  w[i]·x[i]", "    i=1"]
    assert found[-2].endswith("+ … 3 more terms")
    few = lines(set_operation(done, 40, 6, 4))
    assert few[-2].endswith("+ … 12 more terms")
