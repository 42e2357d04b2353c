"""The array form, the scalar form and stepping give the bits of the brute-force run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from generated import FEW, models, ordered, programs, written
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.numerics import FloatArray
from bpdebug.program import arrays
from bpdebug.program.access import gather
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.finite import telling
from bpdebug.program.formula import evaluate, formula
from bpdebug.program.program import Integers, Program
from bpdebug.program.scalars import scalar_iteration

from .oracle import Trace, first_difference, same_bits

ITERATIONS = 3


def stepping(program: Program) -> Callable[[FloatArray], None]:
    """One iteration by evaluating the written-out formula of each operation."""

    def iterate(memory: FloatArray) -> None:
        for operation in range(1, program.operations + 1):
            written = formula(program, operation)
            values = {
                symbol: float(memory[operand]) if isinstance(operand, int) else operand
                for symbol, operand in written.operands.items()
            }
            memory[written.slot] = evaluate(written.equation.value, values.__getitem__)

    return iterate


def in_pieces(program: Program) -> Callable[[FloatArray], None]:
    """The array form, in which of no sum more than a few terms are there at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "MOST_TERMS", 2)
        return array_iteration(program)


FORMS = {
    "array": array_iteration,
    "array in pieces": in_pieces,
    "scalar": scalar_iteration,
    "stepping": stepping,
}


def test_a_sum_in_pieces_holds_each_of_its_slots_once() -> None:
    model = written(
        "h[j] = sum(i: v[j,i]*X[i])", "E = sum(j: h[j]^2)", v=[[0.5] * 300] * 3, X=[2.0] * 300
    )
    program, held = build(model), list[int]()

    def counted(*given: Any, **named: Any) -> Integers:
        slots = gather(*given, **named)
        held.append(slots.size if slots.base is None else slots.base.size)
        return slots

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "MOST_TERMS", 12)
        patch.setattr(arrays, "gather", counted)
        array_iteration(program)
    assert len(held) > 2 * 300 / 4
    assert sum(held) < 12 * 300


@pytest.mark.parametrize("form", FORMS)
@given(program=programs(models() | ordered()))
@FEW
def test_a_form_gives_the_bits_of_the_brute_force_run(form: str, program: Program) -> None:
    """Whatever the model and the order of its operations, after each of three iterations."""
    trace = Trace(program, ITERATIONS)
    iterate = FORMS[form](program)
    memory = program.start.copy()
    for number in range(1, ITERATIONS + 1):
        iterate(memory)
        expected = trace.states[number * program.operations]
        assert same_bits(memory, expected), (
            f"iteration {number}, {form} form, {first_difference(program, memory, expected)}"
        )


@given(program=programs(), exponents=st.lists(st.sampled_from([0, 80, 160, 307]), min_size=1))
@FEW
def test_some_values_tell_whether_all_are_finite(program: Program, exponents: list[int]) -> None:
    memory = program.start.copy()
    factors = [float(f"1e{exponent}") for exponent in exponents]
    with np.errstate(all="ignore"):
        memory *= np.resize(factors, memory.shape)
    for _ in range(2):
        scalar_iteration(program)(memory)
        told = np.isfinite(memory[list(telling(program))]).all()
        assert told == np.isfinite(memory[program.written_at > 0]).all()


@given(program=programs())
@FEW
def test_an_operation_writes_the_element_that_its_name_says(program: Program) -> None:
    """A slot is found by the name of what is in it, and names are as in the equations."""
    trace = Trace(program, 1)
    for operation, done in enumerate(trace.operations, start=1):
        name = program.name(done.slot)
        assert program.slot_named(name) == done.slot
        families = "/".join(
            f"d{family}" if len(done.target) == 2 else family for family, _ in done.target
        )
        assert program.statement(operation).equation.target.family == families
