"""How trees look in each form."""

from __future__ import annotations

import pytest

from bpdebug.notation.parser import parse_condition, parse_equation, parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Binary, Negation, Number, Terms

EXPRESSIONS = [
    ("sum(i: w[i,j]*x[i]) + b1", "Σ(i: w[i,j]·x[i]) + b1"),
    ("o1*(1 - o1)", "o1(1 − o1)"),
    ("(o1 - t1)^2", "(o1 − t1)²"),
    ("w1*x1 + w3*x2 + w5*x3 + b1", "w1·x1 + w3·x2 + w5·x3 + b1"),
    ("dE/do1 * do1/dzo1 * h1", "dE/do1 · do1/dzo1 · h1"),
    ("w7 - alpha * dE/dw7", "w7 − α · dE/dw7"),
    ("0.1*1 + 0.3*4 + 0.5*5 + 0.5", "0.1(1) + 0.3(4) + 0.5(5) + 0.5"),
    ("a/b*(1 - c)", "a/b·(1 − c)"),
    ("dt / dx", "dt / dx"),
    ("(dE/dw7)^2", "(dE/dw7)²"),
    ("exp(x)*(1 - exp(x))", "exp(x)·(1 − exp(x))"),
    ("-x^2", "−x²"),
    ("(-x)^16", "(−x)¹⁶"),
    ("a - (b - c) - (-d)", "a − (b − c) − (−d)"),
    ("max(a, b + 1)", "max(a, b + 1)"),
    ("1e-08*x", "1e-08·x"),
    ("4*beta_1*alphabet", "4·β_1·alphabet"),
    ("dE/dtheta[i]", "dE/dθ[i]"),
    ("sigmoid(-sigma)", "sigmoid(−σ)"),
]

LATEX = [
    ("dE/dw7", r"\frac{dE}{dw_{7}}"),
    ("a/b", r"\frac{a}{b}"),
    ("sum(i: w[i,j]*x[i]) + b1", r"\sum_{i}\left(w_{i,j} \cdot x_{i}\right) + b_{1}"),
    ("o1*(1 - o1)", r"o_{1}\left(1 - o_{1}\right)"),
    ("(o1 - t1)^2", r"\left(o_{1} - t_{1}\right)^{2}"),
    ("sigmoid(zh1)", r"\sigma\left(zh_{1}\right)"),
    ("w[7] + w7 + w7[1] + w[1,2]", r"w_{[7]} + w_{7} + w_{7[1]} + w_{1,2}"),
    ("alpha * dE/dw_a", r"\alpha \cdot \frac{dE}{dw\_a}"),
    ("sqrt(abs(x))", r"\sqrt{\left|x\right|}"),
    ("relu(x) + tanh(x)", r"\operatorname{relu}\left(x\right) + \tanh\left(x\right)"),
    ("1e-08", r"1 \times 10^{-8}"),
    ("dt / dx", r"\frac{\mathit{dt}}{dx}"),
]


@pytest.mark.parametrize(("ascii_text", "unicode_text"), EXPRESSIONS)
def test_ascii_and_unicode(ascii_text: str, unicode_text: str) -> None:
    tree = parse_expression(ascii_text)
    assert to_text(tree, "ascii") == ascii_text
    assert to_text(tree, "unicode") == unicode_text
    assert parse_expression(unicode_text) == tree


@pytest.mark.parametrize(("text", "latex"), LATEX)
def test_latex(text: str, latex: str) -> None:
    tree = parse_expression(text)
    assert to_text(tree, "latex") == latex
    assert parse_expression(latex) == tree


@pytest.mark.parametrize("text", ["E = a + b", "w7 := w7 - alpha * dE/dw7", "dE/db[j] = x"])
def test_equations(text: str) -> None:
    assert to_text(parse_equation(text)) == text


def test_an_assignment_in_unicode() -> None:
    text = "w₇ := w₇ − α·∂E/∂w₇"
    assert to_text(parse_equation(text), "unicode") == "w7 := w7 − α · dE/dw7"


@pytest.mark.parametrize(
    ("text", "unicode_text", "latex"),
    [
        ("w7 <= 0.69 and abs(x) != 1", "w7 ≤ 0.69 and abs(x) ≠ 1", None),
        ("0 < x < 1 or not isnan(x)", "0 < x < 1 or not isnan(x)", None),
        ("not (a < b or b < a) and a >= 1", "not (a < b or b < a) and a ≥ 1", None),
        ("(a < b or b < a) and not a == b", "(a < b or b < a) and not a == b", None),
        ("a < b and b <= 1", "a < b and b ≤ 1", r"a < b \land b \le 1"),
        ("prev(w7) > 1", "prev(w7) > 1", r"\operatorname{prev}\left(w_{7}\right) > 1"),
    ],
)
def test_conditions(text: str, unicode_text: str, latex: str | None) -> None:
    tree = parse_condition(text)
    assert to_text(tree, "ascii") == text
    assert to_text(tree, "unicode") == unicode_text
    assert latex is None or to_text(tree, "latex") == latex


def test_a_sum_written_out_has_its_terms_side_by_side() -> None:
    tree = Terms((Reference("a"), Negation(Reference("b")), Binary("+", Number(1), Number(2))))
    assert to_text(tree) == "a + (-b) + (1 + 2)"
    assert to_text(Binary("*", Number(2.0), tree), "unicode") == "2(a + (−b) + (1 + 2))"


def test_numbers_may_be_rounded() -> None:
    tree = parse_expression("w7 - 0.01*0.0765351284058738")
    assert to_text(tree, "unicode", number=lambda value: f"{value:.4g}") == "w7 − 0.01(0.07654)"


def test_a_negative_number_put_in_is_shown_with_its_sign() -> None:
    tree = Binary("*", Number(-0.39), Binary("+", Number(-1.0), Number(-2.0)))
    assert to_text(tree, "unicode") == "−0.39(−1 + (−2))"
