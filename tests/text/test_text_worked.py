"""Operations worked out step by step."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notation.expressions import expressions
from openings import blog, of_model

from bpdebug.debugger.actions import perform
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Expression, Number, walk
from bpdebug.program.arithmetic import arithmetic_steps
from bpdebug.program.formula import evaluate, with_values
from bpdebug.text.formula.operation import done_text, next_text
from bpdebug.text.formula.worked import done_worked, just_computed
from bpdebug.text.typeset.operation import OperationPart, set_operation


def values(symbol: object) -> float:
    """Three values none of which is 0 or 1."""
    assert isinstance(symbol, Reference)
    return {"x": 0.5, "w": -1.25}.get(symbol.name, 3.5)


SMALL = expressions(
    leaves=st.sampled_from(["x", "w", "b"]).map(Reference),
    functions=("tanh", "max"),
    indices=(),
)


@given(SMALL)
def test_each_step_computes_one_number_that_stands_in_the_formula(tree: Expression) -> None:
    steps = arithmetic_steps(tree, {})
    trees = [with_values(tree, values, done) for done in range(steps + 1)]
    for before, after in pairwise(trees):
        fresh = just_computed(before, after)
        assert fresh is not None
        assert sum(node is fresh for node in walk(after)) == 1
    if steps:
        last = just_computed(trees[-2], trees[-1])
        assert last is not None
        assert str(last.value) == str(evaluate(tree, values))


@pytest.mark.parametrize(
    ("rule", "computed"),
    [
        ("x*w + b*x", [-0.625, 1.75, 1.125]),
        ("0.5*((x - w)^2 + b)", [1.75, 3.0625, 6.5625, 3.28125]),
        ("x^4", [0.25, 0.125, 0.0625]),
        ("2*x^3", [0.25, 0.125, 0.25]),
    ],
)
def test_in_the_order_of_evaluation(rule: str, computed: list[float]) -> None:
    tree = parse_equation(f"y = {rule}").value
    trees = [with_values(tree, values, done) for done in range(len(computed) + 1)]
    found = [just_computed(*pair) for pair in pairwise(trees)]
    assert [node.value for node in found if node is not None] == computed


def test_a_long_sum_within_a_formula_is_cut_and_says_so() -> None:
    numbers = [0.1 * n for n in range(20)]
    model = {"equations": ["p[i] = w*x[i]", "E = 0.5*sum(i: (p[i] - x[i])^2)"]}
    debugger = of_model(model, inputs={"x": numbers}, parameters={"w": 2})
    perform(debugger, "g E")
    text = done_text(debugger.view)
    assert text is not None
    assert text.rule.startswith("0.5((p1 − x1)² + ")
    assert text.rule.endswith(" + (p12 − x12)² + … 8 more terms)")
    assert text.numbers.startswith("0.5((0 − 0)² + (0.2 − 0.1)² + ")
    assert text.numbers.endswith(" + … 8 more terms)")
    assert text.value == pytest.approx(0.5 * sum(n * n for n in numbers))
    done = done_worked(debugger.view)
    assert done is not None
    found = set_operation(done, 50, 20, 4)
    assert found is not None
    assert sum("… 8 more terms)" in line for line in found.box.lines) == 2
    lower = set_operation(done, 50, 11, 4)
    assert lower is not None
    assert OperationPart.SUM in lower.parts, "the bounds say what is left out"
    assert OperationPart.RULE not in lower.parts


def test_nothing_is_computed_between_the_same() -> None:
    assert just_computed(Number(2.0), Number(2.0)) is None


def test_the_plain_text_says_where_it_stands() -> None:
    view = blog("1i").view
    text = next_text(view)
    assert text.fresh is not None
    assert text.numbers == "0.1 + 0.3(4) + 0.5(5) + 0.5"
    assert text.numbers[slice(*text.fresh)] == "0.1"
    text = next_text(blog("4i").view)
    assert text.fresh is not None
    assert text.numbers == "1.3 + 2.5 + 0.5"
    assert text.numbers[slice(*text.fresh)] == "2.5"


def test_one_term_that_is_left_out_is_not_several() -> None:
    model = {"equations": ["E = sum(i: w*x[i])"]}
    debugger = of_model(model, inputs={"x": [0.1 * n for n in range(13)]}, parameters={"w": 2})
    perform(debugger, "g E")
    text = done_text(debugger.view)
    assert text is not None
    assert text.rule.endswith(" + … 1 more term")
