"""What the language means: precedence, names, indices, derivatives, conditions."""

from __future__ import annotations

import pytest

from bpdebug.notation.equation import Equation
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import (
    parse_condition,
    parse_equation,
    parse_expression,
    parse_symbol,
)
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Greatest,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Sum,
    walk,
)

A, B, C, X = Reference("a"), Reference("b"), Reference("c"), Reference("x")
ONE, TWO = Number(1.0), Number(2.0)
E, W7 = Reference("E"), Reference("w7")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a/b*c", Binary("*", Binary("/", A, B), C)),
        ("a + b*c", Binary("+", A, Binary("*", B, C))),
        ("-x^2", Negation(Power(X, 2))),
        ("(-x)^2", Power(Negation(X), 2)),
        ("-a*b", Binary("*", Negation(A), B)),
        ("a*-b*c", Binary("*", Binary("*", A, Negation(B)), C)),
        ("a - -b", Binary("-", A, Negation(B))),
        ("--a", Negation(Negation(A))),
        ("+a", A),
        ("-+-a", Negation(Negation(A))),
        ("2(a)", Binary("*", TWO, A)),
        ("a(1 - a)", Binary("*", A, Binary("-", ONE, A))),
        ("a (1)", Binary("*", A, ONE)),
        ("(a)(b)(c)", Binary("*", Binary("*", A, B), C)),
        ("a/b(c)", Binary("*", Binary("/", A, B), C)),
        ("a(b)^2", Binary("*", A, Power(B, 2))),
        ("-a(b)", Binary("*", Negation(A), B)),
        ("a[1](b)", Binary("*", Reference("a", (1,)), B)),
        ("x^1", X),
        ("x**3", Power(X, 3)),
        ("x¹⁶", Power(X, 16)),
        ("max(a, b)", Call("max", (A, B))),
        ("σ(x)", Call("sigmoid", (X,))),
        ("σ", Reference("sigma")),
        ("√(x)", Call("sqrt", (X,))),
        ("sum(i: x)", Sum("i", X)),
        ("Σ(i: ∑(j: x))", Sum("i", Sum("j", X))),
        ("max(i: max(x, 1))", Greatest("i", Call("max", (X, Number(1.0))))),
        ("sum(i: x)^2", Power(Sum("i", X), 2)),
        ("a·b × c ÷ 2 − 1", parse_expression("a*b*c/2 - 1")),
    ],
)
def test_expressions(text: str, tree: Expression) -> None:
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e-3", 1e-3), ("1E+3", 1000.0)],
        *[("1e−3", 1e-3), ("007", 7.0), ("1e-400", 0.0), (r"2 \times 10^{-3}", 2e-3)],
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_expression(text) == Number(value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *[("w7", "w7"), ("w₇", "w7"), ("w₁₀", "w10"), ("α", "alpha"), ("α₁", "alpha1")],
        *[("β_h", "beta_h"), ("xα", "xalpha"), ("µ", "mu"), ("ϵ", "epsilon"), ("𝑤", "w")],
        *[("_", "_"), ("größe", "größe"), ("iteration", "iteration"), ("loss", "loss")],
        *[("delta", "delta"), ("prev", "prev"), ("Σ1", "Sigma1"), (r"\alpha_1", "alpha1")],
    ],
)
def test_names(text: str, name: str) -> None:
    assert parse_expression(text) == Reference(name)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("w[2,1]", Reference("w", (2, 1))),
        ("w[ i , j ]", Reference("w", ("i", "j"))),
        ("w[α]", Reference("w", ("alpha",))),
        ("dE/dw7", Derivative(E, W7)),
        ("∂E/∂w₇", Derivative(E, W7)),
        ("∂E / ∂w7", Derivative(E, W7)),
        ("do1/dzo1", Derivative(Reference("o1"), Reference("zo1"))),
        ("dE/dw[i,j]", Derivative(E, Reference("w", ("i", "j")))),
        ("do[n,k]/dzo[n,k]", Derivative(Reference("o", ("n", "k")), Reference("zo", ("n", "k")))),
        ("dE/dα", Derivative(E, Reference("alpha"))),
        ("dE/d_x", Derivative(E, Reference("_x"))),
        (r"\frac{\partial E}{\partial w_7}", Derivative(E, W7)),
        (r"\frac{dE}{dw_{7}}", Derivative(E, W7)),
    ],
)
def test_symbols(text: str, symbol: Expression) -> None:
    assert parse_symbol(text) == symbol
    assert parse_expression(f"({text})") == symbol


@pytest.mark.parametrize("text", ["dt / dx", "dt /dx", "dt/ dx", "(dt)/dx", "dt/(dx)"])
def test_a_quotient_of_differentials_has_spaces(text: str) -> None:
    assert parse_expression(text) == Binary("/", Reference("dt"), Reference("dx"))


@pytest.mark.parametrize(
    ("text", "names"), [("d/dx", ("d", "dx")), ("d1/d2", ("d1", "d2")), ("δ/dx", ("delta", "dx"))]
)
def test_what_only_looks_like_a_derivative(text: str, names: tuple[str, str]) -> None:
    assert parse_expression(text) == Binary("/", *map(Reference, names))


def test_derivatives_are_operands() -> None:
    chain = parse_expression("a/dE/dw7/dx(b)")
    first = Binary("/", Binary("/", A, Derivative(E, W7)), Reference("dx"))
    assert chain == Binary("*", first, B)


def test_equations() -> None:
    assert parse_equation("E = a") == Equation(E, A)
    assert parse_equation("w7 := a") == Equation(W7, A, assigns=True)
    assert parse_equation("w[1]:=a").target == Reference("w", (1,))
    assert parse_equation("dE/dw7 = a").target == Derivative(E, W7)
    assert parse_equation("E\n  = a\n  + b") == Equation(E, Binary("+", A, B))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("0 < x <= 1", Comparison((Number(0.0), X, ONE), ("<", "<="))),
        ("a ≤ b ≠ c", Comparison((A, B, C), ("<=", "!="))),
        ("a + b == c", Comparison((Binary("+", A, B), C), ("==",))),
        ("isnan(a) and isfinite(b)", Logic("and", (Call("isnan", (A,)), Call("isfinite", (B,))))),
        ("not not isnan(a)", Not(Not(Call("isnan", (A,))))),
        ("not a < b", Not(Comparison((A, B), ("<",)))),
        ("¬ isnan(a) ∧ b ≥ c", parse_condition("(not isnan(a)) and (b >= c)")),
        ("δ(w7) > 0", parse_condition("delta(w7) > 0")),
        ("iteration == 3", Comparison((Reference("iteration"), Number(3.0)), ("==",))),
    ],
)
def test_conditions(text: str, tree: Expression) -> None:
    assert parse_condition(text) == tree


def test_and_binds_tighter_than_or_and_chains_stay_flat() -> None:
    a, b, c = (Comparison((name, ONE), ("<",)) for name in (A, B, C))
    mixed = parse_condition("a < 1 or b < 1 and c < 1 or a < 1")
    assert mixed == Logic("or", (a, Logic("and", (b, c)), a))
    nested = parse_condition("(a < 1 and b < 1) and c < 1")
    assert nested == Logic("and", (Logic("and", (a, b)), c))


def test_the_worked_example() -> None:
    for text in (
        "zh1 = w1·x1 + w3·x2 + w5·x3 + b1",
        "h1 = sigmoid(zh1)",
        "E = 0.5*((o1 - t1)^2 + (o2 - t2)^2)",
        "dE/dw7 = dE/do1 · do1/dzo1 · dzo1/dw7",
        "dE/dh1 = dE/do1 · do1/dzo1 · dzo1/dh1 + dE/do2 · do2/dzo2 · dzo2/dh1",
        "w7 := w7 − α · dE/dw7",
        "zh[n,j] = sum(i: w[i,j] * x[n,i]) + b1",
        "E = 0.5 * sum(n: sum(k: (o[n,k] - t[n,k])^2))",
    ):
        parse_equation(text)
    numbers = parse_expression("(0.7896)(0.0983)(0.9866)")
    assert numbers == parse_expression("0.7896*0.0983*0.9866")
    assert parse_expression("0.1(1) + 0.3(4)") == parse_expression("0.1*1 + 0.3*4")


def test_quantities_of_older_files_may_be_called_like_functions_that_came_later() -> None:
    for name in ("sin", "cos", "erf"):
        text = f"{name} * (1 - {name}(a))"
        tree = parse_expression(text)
        assert {each.name for each in walk(tree) if isinstance(each, Reference)} == {name, "a"}
        assert to_text(parse_expression(to_text(tree))) == to_text(tree)
    with pytest.raises(NotationError):
        parse_expression("exp * 2")
