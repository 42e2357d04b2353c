"""Slopes without the backward pass, and what rounding does to values."""

from __future__ import annotations

import numpy as np
import pytest
from generated import written
from program.test_program_gradients import after_one

from bpdebug.checks.gradients.gradient import GradientVerdict, checking
from bpdebug.checks.gradients.slopes import Slopes, power_of_two, relative
from bpdebug.debugger.state import finish
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.program.build import build

EPSILON = float(np.finfo(np.float64).eps)

POINTS = [-20.0, -2.0, -1.0, -0.3, -1e-9, 0.0, 1e-9, 0.3, 0.8, 1.0, 2.0, 20.0]
"""Far out, at the kinks of functions and right beside them."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_complex_numbers_take_the_slope_that_the_table_says(name: str) -> None:
    """Of every function, at its kinks, too; what has no value below zero has none here."""
    function = FUNCTIONS[name]
    others = ", X" * (function.arity - 1)
    points = [point for point in POINTS if point > 0 or name not in ("log", "sqrt")]
    equation = f"E = sum(i: V[i]*({name}(w[i]{others}) + 0.5*w[i]))"
    program = build(written(equation, X=0.3, V=np.arange(1.0, len(points) + 1), w=points))
    found = finish(checking(program, program.start, after_one(program)))
    assert [each.name for each in found if each.error > 1e-12] == []
    assert {each.verdict for each in found} == {GradientVerdict.AGREES}


def test_along_a_direction_slopes_add_up() -> None:
    program = build(written("E = exp(w[1]) + w[1]*w[2]^2", w=[0.3, -1.1]))
    slopes = Slopes(program, program.start)
    first, second = map(int, program.parameter_slots())
    exact = 2.0 * slopes.exact(first) - 3.0 * slopes.exact(second)
    along = slopes.along(np.array([first, second]), np.array([2.0, -3.0]))
    assert along == pytest.approx(exact, rel=1e-14)
    assert slopes.exact(first) == pytest.approx(np.exp(0.3) + 1.21, rel=1e-14)


def test_the_complex_step_leaves_nothing_of_third_order() -> None:
    """With a step that is not tiny enough the slope of w^3 at 0 would not be 0."""
    program = build(written("E = w^3", w=0.0))
    assert Slopes(program, program.start).exact(int(program.parameter_slots()[0])) == 0


@pytest.mark.parametrize(
    ("equation", "size"),
    [
        ("E = w + X", 1.0),
        ("E = X*w*w*w", 1.0),
        ("E = (w + 1000000*X) - 1000000*X", 1e6),
        ("E = 1 - sigmoid(20*w)", 1.0),
        ("E = gelu(-8*w)", 1.0),
    ],
)
def test_rounding_is_in_the_last_digits_of_the_greatest_value_on_the_way(
    equation: str, size: float
) -> None:
    program = build(written(equation, X=1.0, w=1.0))
    noise = Slopes(program, program.start).loss_noise
    assert EPSILON * size / 4 < noise < 20 * EPSILON * size


def test_shaken_rounding_does_not_choose_another_side_of_a_kink() -> None:
    """The two sums are the same number, but each is rounded in its own way."""
    program = build(written("E = max(0.1*w + 0.2*w, 0.3*w)", w=1.7))
    slopes = Slopes(program, program.start)
    gradient = program.slot_named("dE/dw")
    assert slopes.noise[gradient] < 1e-15
    assert slopes.loss_noise < 1e-15


def test_of_a_rounded_value_it_is_known_whether_it_jumps() -> None:
    """On which steps it is beside a jump, many jumps further, and exactly at one."""
    program = build(written("E = round(w, 2)", w=0.125))
    slopes = Slopes(program, program.start)
    slot = int(program.parameter_slots()[0])
    assert (slopes.moved(slot, 0.0).sides == 0).any()
    assert slopes.difference(slot, 0.001).has_kink
    assert slopes.difference(slot, 0.01).has_kink
    beside = [slopes.moved(slot, by) for by in (0.001, 0.004, 0.006, 0.011, -0.001, -0.011)]
    assert all(each.sides.all() for each in beside)
    for one in beside:
        for two in beside:
            assert np.array_equal(one.sides, two.sides) == (one.loss == two.loss)
    assert slopes.exact(slot) == 0


def test_shaken_rounding_stays_on_the_same_step() -> None:
    program = build(written("E = round(X*w, 2) + w", X=0.1, w=1.25))
    assert 0 < Slopes(program, program.start).loss_noise < 1e-15


def test_relative_differences() -> None:
    assert relative(1.0, 1.1) == relative(1.1, 1.0) == pytest.approx(1 / 11)
    assert relative(0.0, 0.0) == 0
    assert relative(0.0, 1e-300) == 1
    assert relative(float("nan"), 1.0) == relative(float("inf"), 1.0) == float("inf")
    assert relative(float("inf"), float("inf")) == 0


def test_powers_of_two() -> None:
    assert [power_of_two(near) for near in (1.0, 0.3, 6e-6, 1000.0)] == [1, 0.25, 2**-17, 1024]
