"""Whatever is printed reads back as the same tree, in every form."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bpdebug.notation import parser
from bpdebug.notation.equation import Equation
from bpdebug.notation.names import is_letter, is_reserved, spelled
from bpdebug.notation.parser import (
    parse_condition,
    parse_equation,
    parse_expression,
    parse_symbol,
)
from bpdebug.notation.printing import Form, to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol, calculated
from bpdebug.notation.tree import Binary, Expression, Negation, Number, Power, Sum, SumWhere

from . import expressions

FORMS: tuple[Form, ...] = get_args(Form)
A, B, C = Reference("a"), Reference("b"), Reference("c")


@given(expressions.expressions())
@settings(max_examples=250)
def test_expressions_read_back(tree: Expression) -> None:
    for form in FORMS:
        assert parse_expression(to_text(tree, form)) == tree, to_text(tree, form)


@given(expressions.equations())
@settings(max_examples=150)
def test_equations_read_back(equation: Equation) -> None:
    for form in FORMS:
        assert parse_equation(to_text(equation, form)) == equation, to_text(equation, form)


@given(expressions.conditions())
@settings(max_examples=150)
def test_conditions_read_back(tree: Expression) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # The limit is about what people type; a printed condition may be longer.
        patch.setattr(parser, "MAX_CONDITION", 100_000)
        for form in FORMS:
            assert parse_condition(to_text(tree, form)) == tree, to_text(tree, form)


@given(expressions.symbols())
@settings(max_examples=150)
def test_symbols_read_back(symbol: Symbol) -> None:
    for form in FORMS:
        assert parse_symbol(to_text(symbol, form)) == symbol, to_text(symbol, form)


@given(
    st.text(
        st.sampled_from("_0123456789dαδΣσxE") | st.characters(categories=["L"]),
        min_size=1,
        max_size=6,
    )
)
@example("ſ")
@example("ŉ7")
def test_any_name_reads_back(written: str) -> None:
    name = spelled(written)
    assume(all(is_letter(c) or c in "_0123456789" for c in name))
    assume(not name[0].isdigit() and not is_reserved(name))
    assume(name not in ("and", "or", "not", "sum"))
    trees: list[Expression] = [
        Reference(name),
        Reference(name, (name, 7)),
        Derivative(Reference(name), Reference(name)),
        Binary("/", Reference(name), Reference(name)),
        Binary("*", Reference(name), Binary("+", A, Number(1.0))),
        Sum(name, Reference(name)),
    ]
    for tree in trees:
        for form in FORMS:
            assert parse_expression(to_text(tree, form)) == tree, to_text(tree, form)


@pytest.mark.parametrize(
    "tree",
    [
        Binary("-", A, Binary("-", B, C)),
        Binary("-", Binary("-", A, B), C),
        Binary("*", A, Binary("*", B, C)),
        Binary("/", A, Binary("*", B, C)),
        Binary("*", Binary("/", A, B), C),
        Binary("/", Binary("/", A, B), C),
        Binary("/", A, Binary("/", B, C)),
        Binary("*", Negation(A), B),
        Negation(Binary("*", A, B)),
        Negation(Binary("+", A, B)),
        Negation(Negation(A)),
        Negation(Number(1.0)),
        Binary("+", A, Negation(B)),
        Binary("*", A, Negation(B)),
        Binary("-", A, Binary("*", Negation(B), C)),
        Power(Negation(A), 2),
        Negation(Power(A, 2)),
        Power(Power(A, 2), 3),
        Power(Number(1e-8), 2),
        Power(Derivative(A, B), 2),
        Power(Sum("i", A), 2),
        Binary("*", Number(2.0), Binary("+", A, B)),
        Binary("*", Number(2.0), Number(3.0)),
        Binary("/", Reference("dE"), Reference("dw7")),
        Binary("/", Binary("/", Derivative(A, B), Reference("dx")), Reference("dy")),
        Binary("*", Reference("sigma"), Binary("-", Number(1.0), Reference("sigma"))),
        Binary("*", Reference("sigm"), Binary("-", Number(1.0), A)),
        Binary("*", Reference("delta"), Binary("-", Number(1.0), A)),
        Reference("w7"),
        Reference("w", (7,)),
        Reference("w7", (7,)),
        Reference("w", (1, 2)),
        Reference("w1", (2,)),
        Reference("w_7"),
        Sum("k_2", SumWhere((), calculated([(-1, "i")], 0), 1, A)),
    ],
    ids=lambda tree: to_text(tree, "unicode"),
)
def test_delicate_trees_read_back(tree: Expression) -> None:
    for form in FORMS:
        assert parse_expression(to_text(tree, form)) == tree, to_text(tree, form)


@pytest.mark.parametrize("form", FORMS)
def test_the_deepest_trees_read_back(form: Form) -> None:
    left: Expression = A
    right: Expression = A
    power: Expression = A
    for _ in range(parser.MAX_DEPTH - 1):
        left = Binary("/", left, B)
        right = Binary("/", B, right)
        power = Power(power, 2)
    for tree in (left, right, power):
        assert parse_expression(to_text(tree, form)) == tree
