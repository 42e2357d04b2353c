"""The V: how wrong central differences are with each step."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from generated import written
from openings import opened

from bpdebug.checks.gradients.gradient import memories
from bpdebug.checks.gradients.slopes import Slopes
from bpdebug.checks.gradients.step_sizes import StepSizes, step_sizes
from bpdebug.debugger.state import finish
from bpdebug.program.build import build


def of(equation: str, **values: Any) -> StepSizes:
    """The V of the parameter w."""
    program = build(written(equation, **values))
    slot = program.slot_named("w")
    assert slot is not None
    return finish(step_sizes(program, program.start, slot))


@pytest.mark.parametrize(
    ("equation", "w", "third"),
    [("E = exp(w)", 0.3, 1.0), ("E = w^3 + w", 2.0, 6 / 13), ("E = log(w)", 3.0, 2 / 9)],
)
def test_truncation_is_a_sixth_of_the_third_derivative(
    equation: str, w: float, third: float
) -> None:
    """As a share of the derivative."""
    assert of(equation, w=w).truncation == pytest.approx(third / 6, rel=0.05)


@pytest.mark.parametrize("name", ["w5", "w7", "b1"])
def test_both_sides_of_the_v(name: str) -> None:
    """Wide steps follow the truncation, small ones scatter below the rounding."""
    debugger = opened("blog")
    slot = debugger.program.slot_named(name)
    assert slot is not None
    before, _ = memories(debugger.history, 1)
    found = finish(step_sizes(debugger.program, before, slot))
    assert found.truncation is not None
    assert found.predicted is not None
    wide = [p for p in found.points if 10 * found.predicted < p.step < 1e-2]
    small = [p for p in found.points if 1e-13 < p.step < found.predicted / 10]
    assert len(wide) > 3
    assert len(small) > 15
    for point in wide:
        assert point.error == pytest.approx(found.truncation * point.step**2, rel=0.05)
    assert found.rounding is not None
    scatter = [point.error * point.step / found.rounding for point in small]
    assert max(scatter) < 20
    assert 0.3 < median(scatter) < 3
    # As much as the loss is rounded by, in the last digit at least.
    slopes = Slopes(debugger.program, before)
    loss = abs(slopes.moved(slot, 0.0).loss)
    rounded = found.rounding * abs(found.exact)
    assert 2**-53 * loss / 4 < rounded < slopes.loss_noise
    assert found.best is not None
    assert found.predicted / 30 < found.best.step < found.predicted * 30


def test_steps_halve_from_half_the_size_of_the_parameter() -> None:
    for w, widest in ((0.3, 0.5), (1000.0, 512.0)):
        steps = [point.step for point in of("E = exp(0.001*w)", w=w).points]
        assert steps[0] == widest
        assert all(wide == 2 * half for wide, half in pairwise(steps))
        assert len(steps) == 50


def test_of_a_parabola_nothing_is_left_out() -> None:
    found = of("E = 0.5*w^2", w=0.3)
    assert found.truncation is None
    assert found.predicted is None
    assert found.points[0].error < 1e-15


def test_steps_with_a_kink_within_are_marked() -> None:
    """The kink is 0.1 away."""
    found = of("E = relu(w) + exp(w)", w=0.1)
    assert [point.step for point in found.points if point.kink] == [0.5, 0.25, 0.125]
    assert found.kink_from == 0.125
    assert found.truncation == pytest.approx(math.exp(0.1) / (1 + math.exp(0.1)) / 6, rel=0.05)


def test_without_a_slope_there_is_no_relative_error() -> None:
    found = of("E = w^2", w=0.0)
    assert found.exact == 0
    assert found.best is None
    assert of("E = log(w)", w=-1.0).best is None


def test_what_is_not_finite_has_no_error() -> None:
    """Half a step to the left of 0.4 there is no logarithm."""
    found = of("E = log(w)", w=0.4)
    assert math.isnan(found.points[0].error)
    assert found.points[1].error > 0
    assert found.best is not None
