"""Numbers as people read them."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bpdebug.drawing.figures import figure
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.symbols import Reference, Symbol
from bpdebug.notation.tree import Binary, Expression, Number, rebuild
from bpdebug.text.findings.gradients import error_text
from bpdebug.text.formula.tree_rows import share_text
from bpdebug.text.numbers import exact, number, significant, with_marked_numbers, with_numbers
from bpdebug.text.values import fitted

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.7, 4, "0.7"),
        (0.995, 4, "0.995"),
        (0.995033198349943, 4, "0.9950"),
        (0.1 + 0.2, 4, "0.3000"),
        (0.00005, 4, "0.0001"),
        (0.0000499, 4, "4.99e−5"),
        (-0.0000404, 4, "−4.04e−5"),
        (0.0, 4, "0"),
        (5, 4, "5"),
        (100.0, 2, "100"),
        (9_999_999.0, 4, "9999999"),
        (1e7, 4, "1.00e7"),
        (1.25e300, 4, "1.25e300"),
        (0.004, 2, "4.0e−3"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"),
        (math.nan, 4, "NaN"),
    ],
)
def test_number(value: float, digits: int, expected: str) -> None:
    assert number(value, digits) == expected


def test_a_number_in_a_column_has_all_its_decimals() -> None:
    assert [number(value, 4, fixed=True) for value in (0.7, 5, -0.4)] == [
        "0.7000",
        "5.0000",
        "−0.4000",
    ]


@given(st.floats(-1e300, 1e300), st.integers(2, 17))
def test_what_is_shown_is_right_to_the_last_digit_shown(value: float, digits: int) -> None:
    text = number(value, digits).replace("−", "-")
    _, _, exponent = text.partition("e")
    decimals = digits if not exponent else max(1, digits - 2)
    unit = 10.0 ** (int(exponent or 0) - decimals)
    assert abs(float(text) - value) <= 0.5000001 * unit + abs(value) * 2e-16


@given(finite, st.integers(2, 17))
def test_zero_is_shown_for_nothing_but_zero(value: float, digits: int) -> None:
    assert (float(number(value, digits).replace("−", "-")) == 0) == (value == 0)


@given(st.floats(), st.integers(0, 17))
@example(-0.0, 4)
def test_a_zero_has_no_sign(value: float, digits: int) -> None:
    texts = [number(value, digits), number(value, digits, fixed=True)]
    texts += [significant(value, digits + 1), fitted(value, digits, 9), error_text(value)]
    texts += [share_text(value), figure(value, 7, number)]
    for text in texts:
        assert not re.fullmatch(r"−0*[.]?0*(e.*)?( %)?", text), text


@given(finite)
def test_a_trailing_zero_says_that_something_is_rounded_off(value: float) -> None:
    text = number(value)
    if "." in text and "e" not in text and text.endswith("0"):
        assert float(text.replace("−", "-")) != value


@given(finite)
def test_exact_reads_back_as_the_same_double(value: float) -> None:
    back = float(exact(value).replace("−", "-"))
    assert math.copysign(1, back) == math.copysign(1, value)
    assert back == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [(6.0, "6"), (1e-5, "1e−5"), (-1e300, "−1e300"), (math.inf, "∞"), (math.nan, "NaN")],
)
def test_exact_is_written_as_all_other_numbers_are(value: float, expected: str) -> None:
    assert exact(value) == expected


def _put_in(text: str) -> Expression:
    """The right-hand side of an equation with the value 0.5 for every name but `neg`."""

    def value(tree: Expression) -> Expression:
        if isinstance(tree, Reference):
            return Number(-0.5 if tree.name == "neg" else 0.5)
        return rebuild(tree, value)

    return value(parse_equation(f"y = {text}").value)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("w*x + b", "0.5(0.5) + 0.5"),
        ("w*neg + b", "0.5(−0.5) + 0.5"),
        ("neg*w", "(−0.5)(0.5)"),
        ("a*b*c", "(0.5)(0.5)(0.5)"),
        ("a - b", "0.5 − 0.5"),
        ("a - neg", "0.5 − (−0.5)"),
        ("a - (b - c)", "0.5 − (0.5 − 0.5)"),
        ("a*(1 - a)", "0.5(1 − 0.5)"),
        ("0.5*(a - t)^2", "0.5(0.5 − 0.5)²"),
        ("0.5*a^2", "0.5(0.5²)"),
        ("1 - neg^2", "1 − (−0.5)²"),
        ("-a", "−0.5"),
        ("a/(b*c)", "0.5 / (0.5(0.5))"),
        ("exp(2*a)", "exp(2(0.5))"),
        ("max(a, neg)", "max(0.5, −0.5)"),
    ],
)
def test_a_formula_with_its_numbers(rule: str, expected: str) -> None:
    assert with_numbers(_put_in(rule)) == expected


def test_every_factor_of_a_chain_stands_in_parentheses() -> None:
    assert with_numbers(_put_in("a - l*g"), parenthesised=True) == "0.5 − (0.5)(0.5)"
    assert with_numbers(_put_in("g*exp(2*a)"), parenthesised=True) == "0.5(exp(2(0.5)))"


def test_only_arithmetic_can_be_written_with_numbers() -> None:
    symbol: Symbol = Reference("w")
    with pytest.raises(TypeError, match="not arithmetic"):
        with_numbers(symbol)


@given(st.floats(-9e6, 9e6), st.integers(2, 17))
def test_every_decimal_is_that_of_the_double_itself(value: float, digits: int) -> None:
    """At 17 decimals 0.1 is 0.10000000000000001, for that is what the double is."""
    text = number(value, digits, fixed=True).replace("−", "-")
    if "e" not in text:
        with localcontext() as context:
            context.prec = 60
            unit = Decimal(1).scaleb(-digits)
            assert Decimal(text) == Decimal(value).quantize(unit, ROUND_HALF_EVEN)


def test_a_number_can_be_marked_in_its_formula() -> None:
    node = Number(0.25)
    tree = Binary("+", Number(0.25), Binary("*", node, Number(-3.0)))
    text, span = with_marked_numbers(tree, 4, True, node)
    assert text == with_numbers(tree, 4, parenthesised=True) == "0.25 + (0.25)(−3)"
    assert span == (8, 12)
    assert with_marked_numbers(tree, 4, True, None) == (text, None)
