"""The gradient check: what it calls right and wrong, and when it says that it cannot tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from generated import models, written
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openings import opened
from program.interpreter import PRECISE, Key
from program.oracle import elements_of
from program.test_program_gradients import after_one, is_tame, loss

from bpdebug.checks.gradients.gradient import (
    GradientCheck,
    GradientReason,
    GradientVerdict,
    checking,
    memories,
)
from bpdebug.checks.gradients.slopes import Slopes
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import History
from bpdebug.debugger.state import Progress, finish
from bpdebug.models.model import Model
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.tree import Call, Expression, children
from bpdebug.program.build import build
from bpdebug.program.program import Program
from bpdebug.session.bundled import bundled_sessions, find_session
from bpdebug.session.session import open_session

FEW = settings(max_examples=settings().max_examples // 2)

MISTAKEN = {
    "blog-published": {"b1"},
    "two-two-two-in-place": {"w1", "w2", "w3", "w4"},
}
"""Bundled sessions with wrong gradients from the first iteration on."""


def checks_of(debugger: Debugger, iteration: int = 1) -> dict[str, GradientCheck]:
    """The checks of an iteration, by the parameter's name."""
    before, after = memories(debugger.history, iteration)
    return {each.name: each for each in finish(checking(debugger.program, before, after))}


def first_checks(model: Model) -> dict[str, GradientCheck]:
    program = build(model)
    found = finish(checking(program, program.start, after_one(program)))
    return {each.name: each for each in found}


def is_smooth(tree: Expression) -> bool:
    here = not isinstance(tree, Call) or FUNCTIONS[tree.function].is_smooth
    return here and all(map(is_smooth, children(tree)))


# Bundled sessions


@pytest.mark.parametrize("name", sorted(bundled_sessions()))
def test_bundled_sessions(name: str) -> None:
    """Those that are wrong are wrong in what they say, all others agree to 1e-12."""
    debugger = opened(name)
    found = checks_of(debugger)
    assert {each.name for each in found.values() if not each.ok} == MISTAKEN.get(name, set())
    if all(is_smooth(equation.value) for equation in debugger.program.model.equations):
        right = [each for each in found.values() if each.ok]
        assert all(each.error <= 1e-12 and each.reason is GradientReason.NONE for each in right)
        assert all(each.central_error <= 1e-6 for each in right)


def test_accumulated_gradients_are_wrong_from_the_second_iteration_on() -> None:
    debugger = opened("backward-twice")
    assert all(each.ok for each in checks_of(debugger, 1).values())
    second = checks_of(debugger, 2).values()
    assert [(each.verdict, each.error) for each in second] == [(GradientVerdict.WRONG, 0.5)] * len(
        second
    )


def test_an_edit_before_the_first_operation_is_part_of_the_iteration() -> None:
    session = open_session(find_session("blog"))
    session.perform("e x1 3")
    found = checks_of(session.debugger)
    assert all(each.ok for each in found.values())
    plain = checks_of(opened("blog"))
    assert found["w1"].complex_step != plain["w1"].complex_step


def test_an_edit_amid_an_iteration_makes_its_gradients_those_of_no_loss() -> None:
    session = open_session(find_session("blog"))
    session.perform("2s")
    session.perform("e h1 0.5")
    assert not checks_of(session.debugger)["w7"].ok
    assert all(each.ok for each in checks_of(session.debugger, 2).values())


# Laws


@FEW
@given(model=models())
def test_what_is_derived_from_the_equations_is_never_called_wrong(model: Model) -> None:
    assume(is_tame(build(model)))
    assert [each for each in first_checks(model).values() if not each.ok] == []


@FEW
@given(model=models(), data=st.data())
def test_a_gradient_that_is_off_is_called_wrong(model: Model, data: st.DataObject) -> None:
    """By a millionth of the greatest gradient, and only that one."""
    program = build(model)
    assume(is_tame(program))
    after = after_one(program)
    right = finish(checking(program, program.start, after))
    assume(right)
    slot = data.draw(st.sampled_from([each.slot for each in right]))
    gradient = program.gradient_slot(slot)
    assert gradient is not None
    after[gradient] += 1e-6 * max(1.0, *(abs(each.backprop) for each in right))
    found = finish(checking(program, program.start, after))
    at_kink = [each.slot for each in found if each.reason is GradientReason.KINK_HERE]
    assert [each.slot for each in found if not each.ok] == [slot] * (slot not in at_kink)


SMALL = {
    "two layers": written(
        "h[j] = tanh(sum(i: w[i,j]*X[i]) + b)",
        "y = sum(j: v[j]*h[j])",
        "E = 0.5*(y - T)^2 + 0.1*softplus(y)",
        X=[0.7, -1.2],
        T=0.3,
        w=[[0.7, -1.1], [0.3, 1.9]],
        v=[0.31, -0.83],
        b=0.2,
    ),
    "divisions": written(
        "s = sum(i: exp(w[i]))",
        "E = -log(exp(w[1])/s) + sqrt(1 + w[2]^2)*silu(w[2])/X",
        X=3.0,
        w=[0.4, -0.6, 1.3],
    ),
}


def difference(model: Model, moved: Key, step: mpmath.mpf) -> float:
    """The central difference of the loss in the arithmetic of mpmath."""
    low, high = (loss(model, moved, by, PRECISE) for by in (-step, step))
    return float((high.real - low.real) / (2 * step))


@pytest.mark.parametrize("name", SMALL)
def test_the_values_are_those_of_fifty_digits(name: str) -> None:
    """The central difference and the derivative, from the equations alone."""
    model = SMALL[name]
    program = build(model)
    noise = Slopes(program, program.start).loss_noise
    found = iter(first_checks(model).values())
    with mpmath.workdps(50):
        for declaration in model.declarations:
            if not declaration.trained:
                continue
            for key in elements_of(declaration):
                each = next(found)
                central = difference(model, key, mpmath.mpf(each.step))
                exact = difference(model, key, mpmath.mpf(10) ** -20)
                assert each.complex_step == pytest.approx(exact, rel=1e-14)
                assert abs(each.central - central) <= 10 * noise / each.step
    assert next(found, None) is None


# Where there is no telling


def only(*equations: str, **values: Any) -> GradientCheck:
    """The check of the parameter w."""
    return first_checks(written(*equations, **values))["w"]


def test_a_kink_within_the_step() -> None:
    """The step is 2^-17: relu has its kink at −w, which is nearer."""
    found = only("E = relu(w) + 3*w", w=1e-7)
    assert (found.ok, found.reason) == (True, GradientReason.KINK)
    assert found.error == 0
    assert found.central != pytest.approx(4.0, rel=0.1)
    assert only("E = relu(w) + 3*w", w=1e-4).reason is GradientReason.NONE


@pytest.mark.parametrize("function", ["relu(w)", "abs(w)", "max(w, 0)", "leaky_relu(w)"])
def test_a_kink_at_the_point(function: str) -> None:
    """Whatever slope backpropagation chooses there, it is not called wrong."""
    program = build(written(f"E = 2*{function} + X*w", X=0.5, w=0.0))
    after = after_one(program)
    gradient = program.slot_named("dE/dw")
    for slope in (float(after[gradient]), 0.0, 0.75, 1.0):
        after[gradient] = slope
        (found,) = finish(checking(program, program.start, after))
        assert found.ok
        agree = found.backprop == found.complex_step == found.central
        assert found.reason is (GradientReason.NONE if agree else GradientReason.KINK_HERE)


def test_a_kink_at_the_point_that_a_parameter_does_not_move_is_none() -> None:
    found = first_checks(written("E = relu(u)*3 + w^2", u=0.0, w=1.0))
    assert found["u"].reason is GradientReason.KINK_HERE
    assert found["w"].reason is GradientReason.NONE


@pytest.mark.parametrize(("function", "slope"), [("elu", 1.0), ("softplus", 0.5), ("huber", 0.0)])
def test_where_the_pieces_of_a_smooth_function_meet_there_is_no_kink(
    function: str, slope: float
) -> None:
    found = only(f"E = {function}(w) + w", w=0.0)
    assert (found.complex_step, found.backprop) == (1 + slope, 1 + slope)
    assert (found.verdict, found.reason) == (GradientVerdict.AGREES, GradientReason.NONE)


@pytest.mark.parametrize("function", ["sigmoid", "tanh"])
def test_saturation(function: str) -> None:
    """y(1 − y) is 0 where y is rounded to 1; the derivative is not, but nothing can show it."""
    found = only(f"y = {function}(w)", "E = (y - 0.5)^2", w=40.0)
    assert found.backprop == 0 < found.complex_step
    assert (found.ok, found.verdict, found.reason) == (
        True,
        GradientVerdict.UNSURE,
        GradientReason.SATURATED,
    )


def test_a_unit_that_is_off_agrees() -> None:
    found = only("y = relu(w)", "E = (y - 0.5)^2", w=-3.0)
    assert (found.backprop, found.complex_step, found.central) == (0, 0, 0)
    assert (found.verdict, found.reason) == (GradientVerdict.AGREES, GradientReason.NONE)


def test_cancellation() -> None:
    """The loss is so great beside its derivative that a difference has no digits."""
    found = only("E = X + 1e-9*w", X=1000.0, w=0.3)
    assert (found.verdict, found.reason) == (GradientVerdict.AGREES, GradientReason.ROUNDING)
    assert found.central_error > 1e-3


def test_truncation() -> None:
    found = only("E = sigmoid(1000000*w)", w=1e-6)
    assert (found.verdict, found.reason) == (GradientVerdict.AGREES, GradientReason.TRUNCATION)


def test_what_is_not_finite() -> None:
    """No slope, no loss, a slope that only backpropagation misses."""
    assert not only("E = sqrt(w)", w=0.0).ok
    assert not only("E = log(w)", w=-1.0).ok
    found = only("E = 1/(1 + exp(-w))", w=-800.0)
    assert (found.ok, found.reason) == (False, GradientReason.NOT_FINITE)


def test_great_and_tiny_parameters() -> None:
    """The step goes with the size of what is moved."""
    assert first_checks(written("E = log(w)", w=1e12))["w"].central_error < 1e-6
    assert first_checks(written("E = w^2 + w", w=1e-12))["w"].central_error < 1e-6


def test_only_some_parameters_and_the_progress() -> None:
    program: Program = build(SMALL["two layers"])
    after = after_one(program)
    slots = [program.slot_named(name) for name in ("v2", "b")]
    check = checking(program, program.start, after, slots)  # type: ignore[arg-type]
    assert [next(check), next(check)] == [Progress(1, 1, 2), Progress(2, 2, 2)]
    assert [each.name for each in finish(check)] == ["v2", "b"]


def test_what_has_no_gradient_cannot_be_checked() -> None:
    program = build(SMALL["two layers"])
    check = checking(program, program.start, after_one(program), [program.slot_named("y") or 0])
    with pytest.raises(ValueError, match="y is not a parameter with a derivative dE/dy to check"):
        finish(check)


def test_the_memories_are_not_written_to() -> None:
    history = History(build(SMALL["two layers"]), 10**6)
    before, after = memories(history, 3)
    kept = before.copy(), after.copy()
    finish(checking(build(SMALL["two layers"]), before, after))
    assert np.array_equal(before, kept[0], equal_nan=True)
    assert np.array_equal(after, kept[1], equal_nan=True)


def test_a_loss_of_rounded_numbers_has_no_slope_to_compare_with() -> None:
    model = written("z = w*X", "E = (z - T)^2", X=0.7, T=0.2, w=0.9)
    rounding = replace(model, replaced=(parse_equation("z = round(w*X, 2)"),))
    checks = first_checks(rounding).values()
    assert {each.reason for each in checks} == {GradientReason.STAIRCASE}
    assert {each.verdict for each in checks} == {GradientVerdict.UNSURE}
