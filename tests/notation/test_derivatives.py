"""Symbolic derivatives against derivatives found in quite other ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import mpmath
import pytest
from generated import SMOOTH, right_hand_sides
from hypothesis import assume, given, settings
from program.interpreter import COMPLEX, PRECISE, STEP, Arithmetic, Key, key, value
from program.oracle import elements_of, ranges_of

from bpdebug.models.model import Declaration
from bpdebug.notation.derivatives import local_derivatives, unique_sums
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.symbols import Symbol

LARGEST = 1e6
"""Values beyond this make the comparison a question of conditioning."""


class Case:
    """An equation with sizes and values of what it uses, and its local derivatives."""

    def __init__(self, equation: Equation, values: Mapping[Key, float]) -> None:
        self.equation = unique_sums(equation)
        self.values = values
        shapes: dict[str, tuple[int, ...]] = {}
        for ((name, at),) in values:
            old = shapes.get(name, at)
            shapes[name] = tuple(map(max, old, at))
        self.ranges = ranges_of(symbols(self.equation.value), shapes)
        self.derivatives = local_derivatives(self.equation, self.ranges)

    def checks(self) -> Iterator[tuple[Symbol, dict[str, int]]]:
        """Each reference with each way to choose the target's and its own positions."""
        for symbol in self.derivatives:
            indices = (*self.equation.target.indices, *symbol.indices)
            letters = [i for i in dict.fromkeys(indices) if isinstance(i, str)]
            for at in product(*(range(1, self.ranges[letter] + 1) for letter in letters)):
                yield symbol, dict(zip(letters, at, strict=True))

    def result(self, at: Mapping[str, int], moved: Key, by: Any, arithmetic: Arithmetic) -> Any:
        """The target's value at some position, with one element moved."""
        known = {name: arithmetic.number(number) for name, number in self.values.items()}
        known[moved] += by
        tree = self.equation.value
        return value(tree, known.__getitem__, self.ranges, arithmetic, at)

    def symbolic(self, symbol: Symbol, at: Mapping[str, int], arithmetic: Arithmetic) -> Any:
        """The symbolic derivative's value; the target itself may stand in it."""
        target = self.equation.target

        def read(wanted: Key) -> Any:
            if wanted == key(target, at):
                return value(self.equation.value, read, self.ranges, arithmetic, at)
            return arithmetic.number(self.values[wanted])

        return value(self.derivatives[symbol], read, self.ranges, arithmetic, at)


def _values(given: list[Declaration]) -> dict[Key, float]:
    return {name: number for each in given for name, number in elements_of(each).items()}


@given(right_hand_sides())
def test_derivatives_are_complex_step_derivatives(drawn: tuple[Equation, Any]) -> None:
    """Im f(x + ih) / h, at sixty digits, is f'(x) and takes the same side of a kink."""
    case = Case(drawn[0], _values(drawn[1]))
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -40
        for symbol, at in case.checks():
            moved = case.result(at, key(symbol, at), mpmath.mpc(0, step), PRECISE)
            assume(abs(moved) < LARGEST)
            expected = float(moved.imag / step)
            found = float(case.symbolic(symbol, at, PRECISE).real)
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-30), f"{symbol} at {at}"


@given(right_hand_sides(SMOOTH))
@settings(max_examples=60)
def test_derivatives_of_what_is_smooth_are_limits_of_difference_quotients(
    drawn: tuple[Equation, Any],
) -> None:
    """As mpmath finds them from values on the real line alone."""
    case = Case(drawn[0], _values(drawn[1]))
    with mpmath.workdps(50):
        for symbol, at in case.checks():
            moved = key(symbol, at)

            def along(by: Any, at: Any = at, moved: Any = moved) -> Any:
                return case.result(at, moved, by, PRECISE)

            assume(abs(along(0)) < LARGEST)
            found = float(case.symbolic(symbol, at, PRECISE).real)
            expected = float(mpmath.diff(along, 0).real)
            assert found == pytest.approx(expected, rel=1e-10, abs=1e-12), f"{symbol} at {at}"


# Arguments away from singularities and kinks; for two arguments, no two alike.
POINTS = (-3.7, -1.25, -0.3, 0.001, 0.4, 1.0, 2.5, 30.0)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_of_the_table_has_the_right_slope(name: str) -> None:
    """Its rule, evaluated in double precision, is the complex-step derivative in each argument."""
    function = FUNCTIONS[name]
    positive = name in ("log", "sqrt")
    for given_ in product([p for p in POINTS if p > 0 or not positive], repeat=function.arity):
        if len(set(given_)) < len(given_):
            continue
        letters = dict(zip(_letters("u", "v"), map(complex, given_), strict=False))
        result = COMPLEX.functions[name](*letters.values())
        for place, (rule, letter) in enumerate(zip(function.derivatives, letters, strict=True)):
            moved = {**letters, letter: letters[letter] + 1j * STEP}
            expected = COMPLEX.functions[name](*moved.values()).imag / STEP
            known = {**letters, **dict(zip(_letters("y"), [result], strict=True))}
            found = value(parse_expression(rule), known.__getitem__, {}, COMPLEX)
            at = f"d {name}{given_} / d argument {place + 1}"
            assert found == pytest.approx(expected, rel=1e-10, abs=1e-14), at


@pytest.mark.parametrize(
    ("name", "arguments", "slopes"),
    [
        ("relu", (0.0,), (0.0,)),
        ("relu", (-0.0,), (0.0,)),
        ("relu", (5e-324,), (1.0,)),
        ("relu", (-5e-324,), (0.0,)),
        ("abs", (0.0,), (0.0,)),
        ("abs", (-2.0,), (-1.0,)),
        ("max", (1.5, 1.5), (1.0, 0.0)),
        ("max", (1.5, 1.75), (0.0, 1.0)),
        ("min", (1.5, 1.5), (1.0, 0.0)),
        ("min", (1.5, 1.25), (0.0, 1.0)),
        ("step", (0.0,), (0.0,)),
        ("sign", (0.0,), (0.0,)),
        ("round", (0.125, 2.0), (0.0, 0.0)),
    ],
)
def test_at_a_kink_the_slope_is_the_one_chosen(
    name: str, arguments: tuple[float, ...], slopes: tuple[float, ...]
) -> None:
    """At 0 nothing passes relu and abs; at a tie all passes to the first argument."""
    known = dict(zip(_letters("u", "v"), arguments, strict=False))
    rules = [parse_expression(rule) for rule in FUNCTIONS[name].derivatives]
    assert tuple(value(rule, known.__getitem__, {}) for rule in rules) == slopes


def _letters(*names: str) -> list[Key]:
    return [((name, ()),) for name in names]
