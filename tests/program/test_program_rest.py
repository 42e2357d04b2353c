"""What is left of an iteration: carried out at once, it gives the bits of one by one."""

from __future__ import annotations

import random

import pytest
from generated import FEW, models, ordered, programs
from hypothesis import given
from hypothesis import strategies as st
from openings import session_of

from bpdebug.numerics import FloatArray
from bpdebug.program.formula import evaluate, formula
from bpdebug.program.program import Program
from bpdebug.program.run import iteration, rest
from bpdebug.session.bundled import bundled_sessions

from .oracle import Trace, first_difference, same_bits


@given(program=programs(models() | ordered()), data=st.data())
@FEW
def test_the_rest_after_any_operation_is_the_iteration(
    program: Program, data: st.DataObject
) -> None:
    """From the memory that the first operations have left, whatever their order, each time."""
    trace = Trace(program, 2)
    carry_out = rest(program)
    length = program.operations
    number = data.draw(st.integers(0, 1))
    expected = trace.states[(number + 1) * length]
    for done in range(length + 1):
        memory = trace.states[number * length + done].copy()
        carry_out(memory, done)
        assert same_bits(memory, expected), (
            f"after operation {done}: {first_difference(program, memory, expected)}"
        )


@given(program=programs(models() | ordered()), data=st.data())
@FEW
def test_the_rest_of_an_edited_iteration_is_that_of_the_brute_force_run(
    program: Program, data: st.DataObject
) -> None:
    """Whatever is there by then is given another value: the rest uses that."""
    done = data.draw(st.integers(0, program.operations))
    there = [s for s, k in enumerate(program.written_at.tolist()) if k <= done]
    there += program.parameter_slots().tolist()
    values = st.sampled_from([0.5, -1.5, 0.0, 3.0, 1e200])
    edits = data.draw(st.dictionaries(st.sampled_from(there), values, min_size=1, max_size=4))
    trace = Trace(program, 1, {done: edits})
    memory = trace.states[done].copy()
    rest(program)(memory, done)
    expected = trace.states[program.operations]
    assert same_bits(memory, expected), first_difference(program, memory, expected)


def one_by_one(program: Program, memory: FloatArray, done: int) -> list[FloatArray]:
    """The memory after each operation that is left, first as it is."""
    found = [memory.copy()]
    for operation in range(done + 1, program.operations + 1):
        written = formula(program, operation)
        values = {
            symbol: float(memory[operand]) if isinstance(operand, int) else operand
            for symbol, operand in written.operands.items()
        }
        memory[written.slot] = evaluate(written.equation.value, values.__getitem__)
        found.append(memory.copy())
    return found


@pytest.mark.parametrize("name", bundled_sessions())
def test_the_rest_of_a_bundled_session_is_its_iteration(name: str) -> None:
    """Interleaved orders, updates in place, optimizers with a memory, edited and as it is."""
    program = session_of(name).debugger.program
    carry_out, chance = rest(program), random.Random(name)
    memory = program.start.copy()
    iteration(program)(memory)
    program.load_observations(memory, 2)
    states = one_by_one(program, memory, 0)
    for done in range(0, program.operations + 1, max(1, program.operations // 100)):
        found = states[done].copy()
        carry_out(found, done)
        assert same_bits(found, states[-1]), first_difference(program, found, states[-1])
    for _ in range(8):
        done = chance.randrange(program.operations)
        found = states[done].copy()
        for slot in chance.sample(range(len(found)), min(3, len(found))):
            found[slot] = chance.uniform(-2.0, 2.0)
        expected = one_by_one(program, found.copy(), done)[-1]
        carry_out(found, done)
        assert same_bits(found, expected), first_difference(program, found, expected)
