"""Formulas in Python: the same bits as the profile's, however deep they are."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bpdebug.export.python_source import docstring, python_formula, python_number, python_string
from bpdebug.notation.symbols import Reference, Symbol
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, Power, Terms
from bpdebug.program.formula import evaluate

X, Y = Reference("x"), Reference("y")
NUMBERS = st.sampled_from([0.0, 1.0, 2.0, 7.0, 999_999.0, 0.1, 1e300])
TREES = st.recursive(
    st.sampled_from([X, Y]) | NUMBERS.map(Number),
    lambda inner: (
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner)
        | st.builds(Negation, inner)
        | st.builds(Power, inner, st.integers(2, 5))
        | st.lists(inner, min_size=2, max_size=4).map(lambda terms: Terms(tuple(terms)))
        | st.builds(lambda a, b: Call("max", (a, b)), inner, inner)
        | st.builds(lambda a: Call("abs", (a,)), inner)
    ),
    max_leaves=12,
)


def _computed(tree: Expression, x: float, y: float = 0.0) -> object:
    """What Python makes of a formula, written as a program of one line a part."""
    found = python_formula(tree, {X: "x", Y: "y"}, "part{}".format)
    rows = [f"{name} = {text}\n" for name, text in (*found.parts, ("value", found.text))]
    scope: dict[str, object] = {"x": x, "y": y, "math": math, "square": lambda u: u * u}
    exec(compile("".join(rows), "formula", "exec"), scope)
    return scope["value"]


@given(TREES, NUMBERS, NUMBERS)
@example(Power(Number(999_999.0), 4), 1.0, 1.0)
@example(Binary("*", Negation(Number(0.0)), X), 1.0, 1.0)
@example(Call("max", (Number(0.0), Negation(Number(0.0)))), 1.0, 1.0)
def test_the_same_bits(tree: Expression, x: float, y: float) -> None:
    def read(symbol: Symbol) -> float:
        return x if symbol == X else y

    try:
        found = _computed(tree, x, y)
    except ZeroDivisionError:
        assume(False)
    assert isinstance(found, float)
    assert found.hex() == evaluate(tree, read).hex()


def _nested(step: Callable[[Expression], Expression], times: int) -> Expression:
    tree: Expression = X
    for _ in range(times):
        tree = step(tree)
    return tree


@pytest.mark.parametrize(
    "step",
    [
        lambda tree: Binary("+", tree, X),
        lambda tree: Binary("-", X, tree),
        lambda tree: Call("abs", (Negation(tree),)),
        lambda tree: Power(Binary("*", tree, X), 3),
        lambda tree: Terms((X, tree, X)),
    ],
)
def test_no_depth_is_too_deep(step: Callable[[Expression], Expression]) -> None:
    """Python itself refuses 200 parentheses, and sums of some thousand terms."""
    levels = 3_000
    found = _computed(_nested(step, levels), 1.0)
    value = 1.0
    for _ in range(levels):
        value = evaluate(step(Y), lambda symbol, last=value: last if symbol == Y else 1.0)  # type: ignore[misc]
    assert found == value


def test_a_sum_of_many_terms_is_added_from_the_left() -> None:
    tree = Terms((X, *[Y] * 20_000))
    assert _computed(tree, 1.0, 1e-16) == 1.0


@given(st.text())
@example('"""')
@example("\\")
@example('a""""')
@example("\0\r\n\x1b\u2028\ud800")
def test_literals_of_any_text(text: str) -> None:
    assert eval(python_string(text)) == text
    rows = "\n".join(docstring([text.replace("\n", " "), "end"]))
    assert eval(rows) == text.replace("\n", " ") + "\nend\n"


@given(st.floats())
def test_numbers_are_floats_with_the_same_bits(value: float) -> None:
    found = eval(python_number(value), {"math": math})
    assert isinstance(found, float)
    assert found.hex() == value.hex()
