"""Figures as people write them: their value, their precision, and what is wrong with a text."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openings import session_of

from bpdebug.checks.figures.figure import (
    Figure,
    FigureError,
    Rounding,
    make_figure,
    read_figure,
    read_number,
    value_of,
)
from bpdebug.debugger.debugger import Debugger
from bpdebug.program.program import Program


def debugger(name: str = "blog") -> Debugger:
    return session_of(name).debugger


def program() -> Program:
    return debugger().program


NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, st.integers(0, 7))
@example(0.5, 0)
@example(-0.0004, 3)
def test_a_number_rounded_to_decimals_agrees_with_what_it_was(value: float, decimals: int) -> None:
    text = f"{value:.{decimals}f}"
    found, rounding = read_number(text)
    assert Decimal(found) == Decimal(float(text))
    assert rounding == Rounding(decimals=decimals)
    figure = make_figure(program(), "w7", text, 1, "test")
    assert figure.half == pytest.approx(float(Decimal(10) ** -decimals / 2))
    assert figure.agrees(value)
    assert rounding.round(value) == found
    off = float(Decimal(text) + Decimal(10) ** -decimals)
    assert not figure.agrees(off)


@given(NUMBERS, st.integers(1, 12))
@example(0.0, 3)
@example(9.996, 3)
def test_a_number_with_a_power_of_ten_has_significant_digits(value: float, digits: int) -> None:
    text = f"{value:.{digits - 1}e}"
    _, rounding = read_number(text)
    figure = make_figure(program(), "w7", text, 1, "test")
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    assert figure.half == pytest.approx(float(Decimal(10) ** exponent / 2))
    assert figure.agrees(value)
    if value:
        assert rounding == Rounding(digits=digits)
        assert rounding.round(value) == float(text)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: len(repr(v)) > 22))
def test_all_digits_of_a_double_are_not_rounded(value: float) -> None:
    figure = make_figure(program(), "w7", repr(value), 1, "test")
    assert figure.rounding is None
    assert figure.half == pytest.approx(1e-9 * abs(value))


@pytest.mark.parametrize(
    ("text", "name", "value", "half", "iteration"),
    [
        ("dE/dw5 = 0.07614", "dE/dw5", 0.07614, 5e-6, 1),
        ("E = 0.291027924 @ 2", "E", 0.291027924, 5e-10, 2),
        ("it 2 E = 0.29", "E", 0.29, 5e-3, 2),
        ("iteration 12 E=0.29", "E", 0.29, 5e-3, 12),
        ("E = 0.29 @ it 3", "E", 0.29, 5e-3, 3),
        ("loss = .5", "E", 0.5, 0.05, 1),
        ("∂E/∂w7 ≈ 0.0765", "dE/dw7", 0.0765, 5e-5, 1),
        ("dE / dw₁₀ := 7.6e-2", "dE/dw10", 0.076, 5e-4, 1),
        ("w7 = −0.0800", "w7", -0.08, 5e-5, 1),
        ("w7 = 7.60·10⁻²", "w7", 0.076, 5e-5, 1),
        ("w7 = 7.6 x 10^2", "w7", 760.0, 5.0, 1),
        ("w7 = +3", "w7", 3.0, 0.5, 1),
        ("w7 = 3.", "w7", 3.0, 0.5, 1),
        ("w7 = 0e-3", "w7", 0.0, 5e-4, 1),
        ("α = 0.01", "alpha", 0.01, 5e-3, 1),
    ],
)
def test_a_figure_as_people_type_it(
    text: str, name: str, value: float, half: float, iteration: int
) -> None:
    figure = read_figure(program(), text)
    assert (figure.name, figure.value, figure.iteration) == (name, value, iteration)
    assert program().name(figure.slot) == name
    assert figure.half == pytest.approx(half)
    assert figure.source == "typed in"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write a name, =, and a number: dE/dw1 = 0.0765"),
        ("0.0765", "write a name"),
        ("dE/dw77 = 0.0765", "there is no quantity dE/dw77; did you mean dE/dw7?"),
        (
            "dE/dW2 = 0.0765",
            "dE/dW2 is not a single number; name one of its elements, such as dE/dw7",
        ),
        ("w7 = 0,0765", "expected a number; write 0.0765"),
        ("w7 = 1,234.5", "expected a number; write 1234.5"),
        ("w7 = 1,234", "expected a number; write 1.234 or 1234"),
        ("w7 = 7.6·10⁴", "expected a number"),
        ("w7 = seven", "found 'seven', expected a number"),
        ("w7 = .", "expected a number"),
        ("w7 = NaN", "expected a number"),
        ("w7 = 1e999", "too large for a double"),
        ("w7 = 1_000", "expected a number"),
        ("w7 = ٣", "expected a number"),
        ("w7 = 1 @ 0", "there is no iteration 0; they count from 1"),
        ("it 2 w7 = 1 @ 2", "two iterations"),
        ("w7 = 1 = 2", "write a name"),
        ("w" * 300 + " = 1", "write a name"),
        ("w7 = \x1b[2J", "found '\\x1b[2J'"),
    ],
)
def test_what_is_no_figure_is_refused_with_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(FigureError) as caught:
        read_figure(program(), text)
    assert words in str(caught.value)


def test_the_true_value_is_what_the_operation_gives() -> None:
    """A parameter's new value, and the loss after one update in the second iteration."""
    for name, iteration, value in (
        ("zh1", 1, 4.3),
        ("dE/db1", 1, 0.00238820119373159),
        ("w7", 1, 0.699234648715941),
        ("x2", 5, 4.0),
        ("b2", 10_000, -1.60813216722175),
    ):
        figure = make_figure(program(), name, "0", iteration, "test")
        assert value_of(debugger(), figure) == pytest.approx(value, rel=1e-12)
    after = make_figure(debugger("two-two-two").program, "E", "0", 2, "test")
    assert value_of(debugger("two-two-two"), after) == pytest.approx(0.2910277736936, rel=1e-12)


def test_what_is_given_is_that_of_its_iteration() -> None:
    """Observations taken in turn."""
    turns = debugger("two-observations")
    figures = [make_figure(turns.program, "x3", "1", iteration, "test") for iteration in (1, 2, 3)]
    assert [value_of(turns, figure) for figure in figures] == [1, 0, 1]


def test_there_is_no_value_beyond_the_run() -> None:
    figure = Figure("E", 0, 10_001, "1", 1.0, 0.5, "test")
    with pytest.raises(FigureError, match="there is no iteration 10001; they go from 1 to 10000"):
        value_of(debugger(), figure)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_nothing_agrees_with_what_is_not_finite(value: float) -> None:
    assert not make_figure(program(), "w7", "0.7", 1, "test").agrees(value)
    assert math.isnan(value) == math.isnan(Rounding(decimals=2).round(value))
