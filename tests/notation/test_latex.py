r"""LaTeX as people write it: without `\cdot`, with spaces, sizes, fonts and dollars."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings

from bpdebug.notation.parser import (
    NotationError,
    parse_condition,
    parse_equation,
    parse_expression,
)
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Binary, Expression, Sum

from . import expressions

EXPRESSIONS = [
    # Products without a sign
    (r"$(o_1 - t_1) o_1 (1-o_1) h_1$", "(o1 - t1)*o1*(1 - o1)*h1"),
    (r"2 w_{1} x_{1} + 0.5x_1x_2", "2*w1*x1 + 0.5*x1*x2"),
    (r"\left(a+b\right)\left(a-b\right)c", "(a + b)*(a - b)*c"),
    (r"-a b^2 c^{3} \cdot d", "-a*b^2*c^3*d"),
    (r"$a b/c d$", "a*b/c*d"),
    (r"$\alpha x \exp(x) y \left|z\right| w$", "alpha*x*exp(x)*y*abs(z)*w"),
    (r"2\frac{a b}{c d}e\sqrt{f g}h", "2*(a*b/(c*d))*e*sqrt(f*g)*h"),
    (r"$w_{i,j} x_{j} w_i x$", "w[i,j]*x[j]*w[i]*x"),
    # Functions and other names before a parenthesis
    (r"\sigma(z_1) \sigma\left(z_2\right) \tanh\!\left(z\right) \ln(x)",
     "sigmoid(z1)*sigmoid(z2)*tanh(z)*log(x)"),
    (r"\mathrm{softplus}(x) \operatorname{relu}\bigl(y\bigr) \max(a b, c)",
     "softplus(x)*relu(y)*max(a*b, c)"),
    (r"\delta_1(1 - h_1) + \delta (1 - h) + x_1 (y)", "delta1*(1 - h1) + delta*(1 - h) + x1*(y)"),
    # Derivatives
    (r"\frac{\partial E}{\partial o_1} \frac{\partial o_1}{\partial zo_1}"
     r"\frac{\partial zo_1}{\partial w_5}", "dE/do1 * do1/dzo1 * dzo1/dw5"),
    (r"\dfrac{dE}{do_1}\,\tfrac{\mathrm{d} o_1}{\text{d}h_1}", "dE/do1 * do1/dh1"),
    (r"\frac{\partial\,\mathrm{net}_1}{\partial \text{out}_{1}} h", "dnet1/dout1 * h"),
    (r"\mathrm{d}E/\mathrm{d}w_5\, \partial E / \partial \eta", "dE/dw5 * dE/deta"),
    (r"\frac{d x}{2} + \frac{\mathrm{d}}{2}", "d*x/2 + d/2"),
    # Sums
    (r"\sum_j w_j x_j + b", "sum(j: w[j]*x[j]) + b"),
    (r"\sum_{j} a_j - \sum\limits_{k} b_k / 2", "sum(j: a[j]) - sum(k: b[k]/2)"),
    (r"\sum_n \sum_k -a \frac{x_n}{y_k} + c", "sum(n: sum(k: -a*(x[n]/y[k]))) + c"),
    (r"2 \sum_{j}\bigl(a_j + b\bigr) \cdot c", "2*sum(j: a[j] + b)*c"),
    (r"\sum_k (o_k - t_k) o_k (1 - o_k) v_k + 1",
     "sum(k: (o[k] - t[k])*o[k]*(1 - o[k])*v[k]) + 1"),
    (r"\frac12 \sum_k (o_k - t_k)^2", "(1/2)*sum(k: (o[k] - t[k])^2)"),
    (r"\left(\sum_k o_k - t_k\right)^2", "(sum(k: o[k]) - t[k])^2"),
    (r"(\sum_i a_i b) c + \max(\sum_i a_i, \sum_i b_i)",
     "sum(i: a[i]*b)*c + max(sum(i: a[i]), sum(i: b[i]))"),
    # Spaces, sizes, fonts and what stands around the whole
    (r"\displaystyle a\,b\;c\!d\quad e~f \qquad g\:h \thinspace k", "a*b*c*d*e*f*g*h*k"),
    (r" $$ a b $$ ", "a*b"),
    (r"\(a b\)", "a*b"),
    (r"\[ \Bigl( a + \biggl( b \biggr) \Bigr) c \]", "(a + b)*c"),
    (r"\bigl|a b\bigr| \left\lvert c \right\rvert \lvert d \rvert", "abs(a*b)*abs(c)*abs(d)"),
    (r"\mathbf{w}_1 \boldsymbol{x}_{2} \mathit{dE} w_\text{top}", "w1*x2*dE*w[top]"),
    (r"\varepsilon \eta _1 w_ {2}", "epsilon*eta1*w2"),
]  # fmt: skip
"""LaTeX, and the ASCII text that gives the same tree."""


@pytest.mark.parametrize(("latex", "text"), EXPRESSIONS)
def test_expressions(latex: str, text: str) -> None:
    assert parse_expression(latex) == parse_expression(text)


def test_equations_and_conditions() -> None:
    assert parse_equation(r"$w_5 := w_5 - \eta \frac{dE}{dw_5}$") == parse_equation(
        "w5 := w5 - eta * dE/dw5"
    )
    assert parse_equation(
        r"\[ \dfrac{\partial E}{\partial w_7} = (o_1 - t_1) h_1 \]"
    ) == parse_equation("dE/dw7 = (o1 - t1)*h1")
    assert parse_condition(r"$2 w_1 < \delta(w_7) \text{ and } x_1 y \ge 1$") == parse_condition(
        "2*w1 < delta(w7) and x1*y >= 1"
    )


@given(expressions.expressions([n for n in expressions.NAMES if n != "d"], indices=()))
@settings(max_examples=60)
def test_how_a_product_is_spelled_does_not_change_a_tree(tree: Expression) -> None:
    """Left out are the names that say `d` alone: `d E` above `d w` is a derivative."""
    text = re.sub(r" \\cdot (?=[^\W\d_]|\\(?!left))", " ", to_text(tree, "latex"))
    text = text.replace(r"\frac", r"\dfrac").replace(" + ", r"\,+~")
    text = text.replace(r"\left(", r"\bigl(").replace(r"\right)", r"\bigr)")
    for around in ("${}$", r"\[ {} \]"):
        assert parse_expression(around.replace("{}", text)) == tree, text


@given(expressions.expressions(max_leaves=6))
@settings(max_examples=60)
def test_a_sum_reaches_to_the_next_plus_or_minus(tree: Expression) -> None:
    body = to_text(tree, "latex")
    added = isinstance(tree, Binary) and tree.operator in "+-"
    assume(not added and not body.startswith(r"\left("))
    rest = Reference("rest")
    for sign in "+-":
        text = rf"\sum_{{j}} {body} {sign} rest"
        assert parse_expression(text) == Binary(sign, Sum("j", tree), rest), text


REFUSED = [
    (r"$2 3$", 4, r'found "3"; to multiply, write "\cdot"'),
    (r"$x_1 2$", 6, r'found "2"; to multiply, write "\cdot"'),
    (r"x_12 \cdot y", 3, 'without braces only one digit is a subscript; write "_{12}"'),
    (r"\frac{a}{b}_1", 12, 'expected an operator, found "_"; only a name has a subscript'),
    (r"$w_1_2$", 5, 'expected an operator, found "_"; only a name has a subscript, and only one'),
    (r"\exp x", 6, 'expected "(" after the function exp, found "x"'),
    (r"\mathrm{sigmiod}(x)", 9, "sigmiod is not a function; did you mean sigmoid?"),
    (r"\frac{1}{1 + e^{-x}}", 16, r"write e^{x} as \exp(x) and x^{0.5} as \sqrt{x}"),
    (r"x^{-1}", 4, 'found "-1"; write x^-2 as 1/x^2'),
    (r"\sum_{i=1}^{n} x_i", 8, r"write \sum_{i} without bounds"),
    (r"\sum_{i}^{n} x_i", 9, r"write \sum_{i} without bounds"),
    (r"\sum_{i,j} x_i", 8, r"a sum has one index; write \sum_{i} \sum_{j}"),
    (r"\sum_i", 7, 'expected a number, a name or "(", found the end'),
    (r"\sigma'(z)", 7, r"is not a sign of the language; write σ'(z) as \sigma(z)(1"),
    (r"\hat{y}", 1, r'"\hat" is not a command of the language; give the quantity a name'),
    (r"\{a + b\}", 1, r'"\{" is not a command of the language; write "(" or ")"'),
    (r"\begin{aligned}", 1, r'"\begin" is not a command of the language; write each equation'),
    (r"a_1 $b$", 5, '"$" is not a sign of the language; $…$ goes around the whole text'),
    (r"$a b", 5, 'expected "$" at the end'),
    (r"\[a \)", 7, r'expected "\]" at the end'),
    (r"\frac{\partial}{\partial w} E", 15, "write the derivative of E by w as ∂E/∂w"),
    (r"\left[ a + b \right] c", 6, "brackets are for indices"),
    (r"1{,}5 x", 2, r"braces may only follow \frac, \sqrt, _ and ^"),
    (r"w_{k j}", 6, 'expected "," or "}"'),
    (r"|x| \cdot y", 1, r'"|" is not a sign of the language; write \left|x\right|'),
    (r"w_{7}(a) (b", 12, 'expected an operator or ")", found the end'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "message"), REFUSED)
def test_what_is_refused_says_what_would_be_right(text: str, column: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_expression(text)
    assert caught.value.column == column, caught.value
    assert message in caught.value.message


@pytest.mark.parametrize("text", ["(o_1 - t_1) o_1", "2x", "a b", "(a)b", "w_1 x_1"])
def test_without_a_sign_of_latex_products_have_one_of_their_own(text: str) -> None:
    with pytest.raises(NotationError, match='to multiply, write "\\*"'):
        parse_expression(text)
    parse_expression(f"${text}$")
