"""Derivatives look as they do in a textbook."""

from __future__ import annotations

import pytest

from bpdebug.notation.derivatives import (
    DerivativeError,
    local_derivatives,
    unique_sums,
)
from bpdebug.notation.equation import Equation
from bpdebug.notation.parser import parse_condition, parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference

RANGES = {"i": 3, "j": 2, "k": 2, "n": 4}


def derived(equation: str) -> dict[str, str]:
    """Each reference of an equation with its local derivative, as text."""
    found = local_derivatives(unique_sums(parse_equation(equation)), RANGES | {"i2": 3})
    return {to_text(symbol): to_text(value) for symbol, value in found.items()}


@pytest.mark.parametrize(
    ("equation", "by", "expected"),
    [
        ("o1 = sigmoid(zo1)", "zo1", "o1*(1 - o1)"),
        ("h = tanh(z)", "z", "1 - h^2"),
        ("h = exp(z)", "z", "h"),
        ("h = sqrt(z)", "z", "1/(2*h)"),
        ("h = log(z)", "z", "1/z"),
        ("h = relu(z)", "z", "step(z)"),
        ("E = 0.5*(o1 - t1)^2", "o1", "o1 - t1"),
        ("E = 0.5*(o1 - t1)^2", "t1", "-(o1 - t1)"),
        ("E = (o1 - t1)^2", "o1", "2*(o1 - t1)"),
        ("E = (x - 1)^3", "x", "3*(x - 1)^2"),
        ("zo1 = w7*h1 + w9*h2 + b2", "b2", "1"),
        ("zo1 = w7*h1 + w9*h2 + b2", "w7", "h1"),
        ("zo1 = w7*h1 + w9*h2 + b2", "h2", "w9"),
        ("z = a - b", "b", "-1"),
        ("z = a/b", "a", "1/b"),
        ("z = a/b", "b", "-(a/b^2)"),
        ("z = -(-a)", "a", "1"),
        ("z = a", "a", "1"),
        ("z = step(a)*b", "a", "0"),
    ],
)
def test_the_simplest_form(equation: str, by: str, expected: str) -> None:
    assert derived(equation)[by] == expected


@pytest.mark.parametrize(
    ("equation", "by", "expected"),
    [
        ("z = a + a", "a", "1 + 1"),
        ("z = a*b + a*c", "a", "b + c"),
        ("z = a*a", "a", "a + a"),
        ("z = a*b - a*c", "a", "b - c"),
        ("z = sigmoid(a)*a", "a", "a*sigmoid(a)*(1 - sigmoid(a)) + sigmoid(a)"),
    ],
)
def test_uses_of_one_quantity_add_up(equation: str, by: str, expected: str) -> None:
    assert derived(equation)[by] == expected


@pytest.mark.parametrize(
    ("equation", "by", "expected"),
    [
        ("zh[j] = sum(i: w[i,j]*x[i]) + b", "w[i,j]", "x[i]"),
        ("zh[j] = sum(i: w[i,j]*x[i]) + b", "x[i]", "w[i,j]"),
        ("zh[j] = sum(i: w[i,j]*x[i]) + b", "b", "1"),
        ("h[n,j] = sigmoid(zh[n,j])", "zh[n,j]", "h[n,j]*(1 - h[n,j])"),
        ("E = 0.5*sum(n: sum(k: (o[n,k] - t[n,k])^2))", "o[n,k]", "o[n,k] - t[n,k]"),
    ],
)
def test_an_element_of_a_sum_has_its_terms_derivative(
    equation: str, by: str, expected: str
) -> None:
    """The index that the reference carries is free in the derivative."""
    assert derived(equation)[by] == expected


@pytest.mark.parametrize(
    ("equation", "by", "expected"),
    [
        ("z = sum(i: b*x[i])", "b", "sum(i: x[i])"),
        ("z[i] = sum(j: b*u[j])*x[i]", "b", "sum(j: x[i]*u[j])"),
        ("z = sum(i: b + x[i])", "b", "3"),
        ("z = sum(i: sum(j: b*w[i,j]))", "b", "sum(i: sum(j: w[i,j]))"),
        ("z = sum(i: sum(j: u[j]*w[i,j]))", "u[j]", "sum(i: w[i,j])"),
        ("z = sum(i: sum(j: u[j]*x[i]))", "x[i]", "sum(j: u[j])"),
        ("z = sum(i: sum(j: u[j] + x[i]))", "x[i]", "2"),
        ("z = sum(i: x[i]*sum(j: u[j]))", "u[j]", "sum(i: x[i])"),
        ("E = 0.5*sum(n: (a - t[n])^2)", "a", "sum(n: a - t[n])"),
    ],
)
def test_a_sum_over_an_index_that_the_reference_lacks_stays(
    equation: str, by: str, expected: str
) -> None:
    """All its terms count; where they are all alike their number does."""
    assert derived(equation)[by] == expected


@pytest.mark.parametrize(
    ("equation", "by", "expected"),
    [
        ("q[i] = x[i]*sum(i: u[i])", "x[i]", "sum(i2: u[i2])"),
        ("q[i] = x[i]*sum(i: u[i])", "u[i2]", "x[i]"),
        ("z = sum(i: x[i]*sum(i: u[i]))", "u[i2]", "sum(i: x[i])"),
        ("z = sum(i: x[i]*w[i])*sum(i: x[i])", "x[i]", "sum(i: x[i])*w[i] + sum(i: x[i]*w[i])"),
        ("q[i] = x[i] + sum(i: u[i])*sum(i: u[i])", "u[i2]", "sum(i2: u[i2]) + sum(i2: u[i2])"),
    ],
)
def test_an_index_bound_inside_is_not_the_one_outside(
    equation: str, by: str, expected: str
) -> None:
    assert derived(equation)[by] == expected


@pytest.mark.parametrize("condition", ["a < b", "a < 1 and b < 1", "not a < b"])
def test_what_is_no_arithmetic_has_no_derivative(condition: str) -> None:
    equation = Equation(Reference("z"), parse_condition(condition))
    with pytest.raises(DerivativeError, match="has no derivative"):
        local_derivatives(equation, {})
