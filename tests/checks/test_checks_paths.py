"""Paths from an element down to another, and the sum over them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from generated import layered, programs, written
from hypothesis import given, settings
from hypothesis import strategies as st
from openings import session_of

from bpdebug.checks.derivations.paths import MOST_PATHS, PathGraph, TooManyError, paths
from bpdebug.numerics import FloatArray
from bpdebug.program.arrays import PROFILE, array_forward
from bpdebug.program.build import build
from bpdebug.program.formula import formula
from bpdebug.program.program import Phase, Program
from bpdebug.program.run import iteration

SOME = settings(max_examples=settings().max_examples // 3)


def loss_slot(program: Program) -> int:
    return program.quantities[program.model.loss].offset


def trained_slots(program: Program) -> list[int]:
    slots = program.parameter_slots().tolist()
    return [slot for slot in slots if program.gradient_slot(slot) is not None]


def ways(program: Program, of: int, by: int) -> Iterator[tuple[int, ...]]:
    """All ways down, found by trying every operand."""
    if of == by:
        yield (by,)
        return
    operation = int(program.written_at[of])
    if operation and program.statement(operation).phase in (Phase.FORWARD, Phase.LOSS):
        for operand in formula(program, operation).operands.values():
            assert isinstance(operand, int)
            for rest in ways(program, operand, by):
                yield (of, *rest)


def forward(program: Program) -> FloatArray:
    memory = program.start.copy()
    array_forward(program, PROFILE)(memory)
    return memory


@SOME
@given(programs(), st.randoms(use_true_random=False))
def test_the_sum_over_all_paths_is_the_gradient_of_the_program(
    program: Program, random: Random
) -> None:
    slots = trained_slots(program)
    after = program.start.copy()
    iteration(program)(after)
    memory, graph, loss = forward(program), PathGraph(program), loss_slot(program)
    for slot in random.sample(slots, min(3, len(slots))):
        between = graph.between(loss, slot)
        gradient = program.gradient_slot(slot)
        assert gradient is not None
        values = {edge: np.array([edge.value(memory)]) for edge in between.edges}
        total = between.total(values, 1)
        if between.count() > MOST_PATHS or not np.isfinite(after[gradient]):
            continue
        products = [path.product(memory) for path in between.paths()]
        scale = float(np.abs(products).sum()) if products else 0.0
        assert len(products) == between.count()
        assert abs(total[0] - after[gradient]) <= 1e-11 * scale
        assert abs(sum(products) - after[gradient]) <= 1e-11 * scale


@SOME
@given(programs(layered(("sigmoid", "tanh"))))
def test_the_paths_are_those_that_trying_every_operand_finds(program: Program) -> None:
    loss = loss_slot(program)
    slot = trained_slots(program)[0]
    found = [(*(each.of for each in path.edges), slot) for path in paths(program, loss, slot)]
    assert len(set(found)) == len(found)
    assert set(found) == set(ways(program, loss, slot))


def test_the_paths_of_the_shared_bias_of_the_blog() -> None:
    program = session_of("blog").debugger.program
    slot = program.slot_named("b1")
    assert slot is not None
    found = paths(program, loss_slot(program), slot)
    # From the parameter up, as the derivative tree lists them.
    assert [str(path) for path in found] == [
        "E → o1 → h1 → b1",
        "E → o2 → h1 → b1",
        "E → o1 → h2 → b1",
        "E → o2 → h2 → b1",
    ]
    first = found[0].edges
    names = [f"d{program.name(edge.of)}/d{program.name(edge.by)}" for edge in first]
    assert names == ["dE/do1", "do1/dzo1", "dzo1/dh1", "dh1/dzh1", "dzh1/db1"]
    assert all(above.by == below.of for above, below in pairwise(first))


def test_an_element_that_is_used_twice_in_an_operation_is_one_step_of_a_path() -> None:
    program = build(written("E = w*w*w + exp(w)", w=2.0))
    (path,) = paths(program, loss_slot(program), 1)
    assert path.product(forward(program)) == pytest.approx(12 + np.exp(2.0), rel=1e-14)


def test_a_term_that_is_a_call_keeps_its_own_value_as_operand_of_its_slope() -> None:
    # exp(w1) is not the whole of E, though nothing else in E uses w1.
    program = build(written("E = sum(i: exp(w[i]))", w=[0.5, 1.5]))
    (path,) = paths(program, loss_slot(program), 1)
    assert path.product(forward(program)) == pytest.approx(np.exp(0.5), rel=1e-14)


def test_what_does_not_depend_has_no_path() -> None:
    program = session_of("blog").debugger.program
    of, by = program.slot_named("o1"), program.slot_named("w8")
    assert of is not None
    assert by is not None
    assert paths(program, of, by) == ()


def test_too_many_paths_are_counted_and_not_listed() -> None:
    equations = ["q0 = w"]
    for n in range(12):
        equations += [f"a{n} = tanh(q{n})", f"b{n} = sigmoid(q{n})", f"q{n + 1} = a{n}*b{n}"]
    program = build(written(*equations, "E = q12", w=0.3))
    slot = program.slot_named("w")
    assert slot is not None
    between = PathGraph(program).between(loss_slot(program), slot)
    assert between.count() == 2**12
    with pytest.raises(TooManyError, match="there are 4,096 paths; at most 2,000 are listed"):
        between.paths()
