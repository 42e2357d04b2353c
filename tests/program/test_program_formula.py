"""Formulas: an operation written out, and carried out one arithmetic step at a time."""

from __future__ import annotations

import math

import pytest
from generated import FEW, free_form, numbers, programs, right_hand_sides
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.models.model import Declaration, Model
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference, Symbol
from bpdebug.notation.tree import Expression, Number, Sum, Terms
from bpdebug.program.arithmetic import arithmetic_steps
from bpdebug.program.build import build
from bpdebug.program.formula import evaluate, formula, make_formula, with_values
from bpdebug.program.program import Program


def read(symbol: Symbol) -> float:
    """A value for any symbol, the same each time."""
    return (sum(map(ord, to_text(symbol))) % 17 - 8) / 7


def same(a: float, b: float) -> bool:
    return a.hex() == b.hex() or (math.isnan(a) and math.isnan(b))


@given(program=programs(free_form()) | programs(), data=st.data())
@FEW
def test_an_operation_takes_as_many_arithmetic_steps_as_it_says(
    program: Program, data: st.DataObject
) -> None:
    """Its value is there after exactly that many, and is the value that evaluation gives."""
    operation = data.draw(st.integers(1, program.operations))
    tree = formula(program, operation).equation.value
    expected = evaluate(tree, read)
    least = next(n for n in range(10_000) if isinstance(with_values(tree, read, n), Number))
    # Taking over a value counts as a step of its own, so that it can be stepped to.
    assert program.arithmetic(operation) == max(1, least)
    before = program.arithmetic_before
    assert before[operation] - before[operation - 1] == program.arithmetic(operation)
    for steps in range(least + 3):
        partly = with_values(tree, read, steps)
        assert isinstance(partly, Number) == (steps >= least)
        assert same(evaluate(partly, read), expected), f"{to_text(partly)} after {steps} steps"


@given(program=programs(free_form()), data=st.data())
@FEW
def test_each_step_leaves_less_to_do(program: Program, data: st.DataObject) -> None:
    operation = data.draw(st.integers(1, program.operations))
    tree = formula(program, operation).equation.value
    sizes = [
        arithmetic_steps(with_values(tree, read, steps), {})
        for steps in range(program.arithmetic(operation) + 1)
    ]
    if sizes[0]:
        assert sizes == list(range(sizes[0], -1, -1))


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("a*b + c*d", ["2*3 + 5*7", "6 + 5*7", "6 + 35", "41"]),
        ("a - b - c", ["2 - 3 - 5", "-1 - 5", "-6"]),
        ("a^3", ["2^3", "4*2", "8"]),
        ("a^4", ["2^4", "4*2^2", "8*2", "16"]),
        ("-(a + b)", ["-(2 + 3)", "-5"]),
        ("max(a*b, c + d)", ["max(2*3, 5 + 7)", "max(6, 5 + 7)", "max(6, 12)", "12"]),
        ("a", ["2"]),
        ("step(a - b)", ["step(2 - 3)", "step(-1)", "0"]),
    ],
)
def test_steps_go_from_the_inside_out_and_from_left_to_right(text: str, stages: list[str]) -> None:
    values = {"a": 2.0, "b": 3.0, "c": 5.0, "d": 7.0}
    tree = parse_expression(text)
    found = [
        to_text(with_values(tree, lambda symbol: values[symbol.family], steps))
        for steps in range(len(stages))
    ]
    assert found == stages


@given(right_hand_sides(), st.data())
def test_a_tree_without_sums_counts_its_own_operators(
    drawn: tuple[Equation, list[Declaration]], data: st.DataObject
) -> None:
    """The count of a written-out formula is that of the equation it comes from."""
    equation, given_ = drawn
    value = equation.value
    total: Expression = Reference("y", equation.target.indices)
    for index in equation.target.indices:
        total = Sum(str(index), total)
    program = build(Model((equation, Equation(Reference("E"), total)), tuple(given_)))
    operation = data.draw(st.integers(1, program.operations))
    written = formula(program, operation).equation.value
    assert program.arithmetic(operation) == max(1, arithmetic_steps(written, {})), to_text(value)


@given(st.lists(numbers(), min_size=2, max_size=6))
def test_a_chain_of_terms_is_added_from_the_left(values: list[float]) -> None:
    """As in a loop; never in pairs, never compensated."""
    names = [f"v{number}" for number in range(len(values))]
    known = dict(zip(names, values, strict=True))
    total = values[0]
    for each in values[1:]:
        total = total + each
    tree = parse_expression(" + ".join(names))
    assert same(evaluate(tree, lambda symbol: known[symbol.family]), total)


@given(program=programs(free_form()) | programs(), data=st.data())
@FEW
def test_terms_written_when_they_are_looked_at_are_those_written_at_once(
    program: Program, data: st.DataObject
) -> None:
    operation = data.draw(st.integers(1, program.operations))
    at_once = make_formula(program, operation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpdebug.program.formula.LONG", 1)
        looked_at, untouched = (make_formula(program, operation) for _ in range(2))
    # From the last term to the first, one by one, with what each reads.
    match at_once.equation.value, looked_at.equation.value:
        case Terms(terms), Terms(late):
            assert len(terms) == len(late)
            for number in reversed(range(len(terms))):
                assert late[number] == terms[number]
                assert late[number] is late[number - len(late)]
                for symbol in symbols(late[number]):
                    assert looked_at.operands[symbol] == at_once.operands[symbol]
            assert late[1:] == terms[1:]
    assert at_once == looked_at == untouched
    assert hash(at_once.equation) == hash(untouched.equation)
    assert list(at_once.operands.items()) == list(untouched.operands.items())
    assert {*at_once.slots_read} == {*untouched.slots_read}


@given(program=programs(free_form()) | programs(), data=st.data())
@FEW
def test_a_value_is_that_of_all_its_arithmetic_steps(program: Program, data: st.DataObject) -> None:
    tree = formula(program, data.draw(st.integers(1, program.operations))).equation.value
    stepped = with_values(tree, read, 10_000)
    assert isinstance(stepped, Number)
    assert same(evaluate(tree, read), stepped.value)


@given(program=programs(), data=st.data())
@FEW
def test_a_formula_is_written_once(program: Program, data: st.DataObject) -> None:
    operation = data.draw(st.integers(1, program.operations))
    assert formula(program, operation) is formula(program, operation)
