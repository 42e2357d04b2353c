"""Every activation and every loss: the gradients of whole sessions are derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from openings import of_data
from program.oracle import same_bits
from program.test_program_gradients import check

from bpdebug.models.activations import ACTIVATIONS
from bpdebug.models.losses import LOSSES
from bpdebug.models.model import Style
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.numerics import FloatArray, composed

from .sessions import Data, after, gradients, layered, parameters

Rows = list[list[float]]

ONE_HOT: Rows = [[0, 1, 0], [1, 0, 0]]
SIGNS: Rows = [[1, -1, 1], [-1, -1, 1]]
REAL: Rows = [[0.3, -1.7, 2.5], [0.1, 0.8, -0.4]]

FITTING: dict[str, tuple[str, Rows]] = {
    "half squared error": ("identity", REAL),
    "squared error": ("tanh", REAL),
    "mean squared error": ("identity", REAL),
    "absolute error": ("identity", REAL),
    "huber": ("identity", REAL),
    "binary cross-entropy": ("sigmoid", ONE_HOT),
    "cross-entropy": ("softmax", ONE_HOT),
    "softmax cross-entropy": ("identity", ONE_HOT),
    "hinge": ("identity", SIGNS),
}
"""For each loss an activation of the output, and targets that make sense with it."""

INPUTS = [[1, 0.5], [-0.7, 2]]


def _with_data(data: Data, targets: Rows, several: bool) -> Data:
    data["inputs"] = {"x": INPUTS if several else INPUTS[0]}
    data["targets"] = {"t": targets if several else targets[0]}
    return data


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_with_a_fitting_output(loss: str, several: bool) -> None:
    last, targets = FITTING[loss]
    for style in Style:
        data = _with_data(layered(2, 3, 3, last=last, loss=loss), targets, several)
        check(of_data(data | {"style": style}).program.model)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_in_hidden_layers_and_at_the_output(activation: str) -> None:
    for seed, style in enumerate(Style):
        data = layered(2, 3, 2, 2, activation=activation, last=activation, seed=seed)
        targets = [row[:2] for row in REAL]
        check(of_data(_with_data(data, targets, True) | {"style": style}).program.model)


@pytest.mark.parametrize("loss", LOSSES)
def test_following_the_gradient_lowers_every_loss(loss: str) -> None:
    last, targets = FITTING[loss]
    debugger = of_data(_with_data(layered(2, 3, 3, last=last, loss=loss), targets, True))
    assert after(debugger, 30)["E"] < after(debugger, 1)["E"]


def test_losses_are_what_their_names_say() -> None:
    """Each from its outputs, by numpy."""
    formulas: dict[str, Callable[[FloatArray, FloatArray], Any]] = {
        "half squared error": lambda o, t: 0.5 * ((o - t) ** 2).sum(),
        "squared error": lambda o, t: ((o - t) ** 2).sum(),
        "mean squared error": lambda o, t: ((o - t) ** 2).mean(),
        "absolute error": lambda o, t: np.abs(o - t).sum(),
        "huber": lambda o, t: np.where(
            np.abs(o - t) <= 1, (o - t) ** 2 / 2, np.abs(o - t) - 0.5
        ).sum(),
        "binary cross-entropy": lambda o, t: -(t * np.log(o) + (1 - t) * np.log(1 - o)).sum(),
        "cross-entropy": lambda o, t: -(t * np.log(o)).sum(),
        "softmax cross-entropy": lambda o, t: np.log(np.exp(o).sum(axis=1)).sum() - (t * o).sum(),
        "hinge": lambda o, t: np.maximum(0, 1 - t * o).sum(),
    }
    assert set(formulas) == set(LOSSES)
    for loss, formula in formulas.items():
        last, targets = FITTING[loss]
        debugger = of_data(_with_data(layered(2, 3, 3, last=last, loss=loss), targets, True))
        found = after(debugger, 1)
        outputs = np.array([[found[f"o{n}_{k}"] for k in (1, 2, 3)] for n in (1, 2)])
        assert found["E"] == pytest.approx(formula(outputs, np.array(targets)), rel=1e-12), loss


def test_softmax_with_cross_entropy_has_the_famous_gradient() -> None:
    """dE/dz is p - t, whether the softmax is the output's activation or part of the loss."""
    found = []
    for loss in ("cross-entropy", "softmax cross-entropy"):
        last, targets = FITTING[loss]
        found.append(
            gradients(of_data(_with_data(layered(2, 3, last=last, loss=loss), targets, False)))
        )
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    data = _with_data(layered(2, 3, loss="softmax cross-entropy"), ONE_HOT, False)
    values = after(of_data(data), 1)
    for k in (1, 2, 3):
        assert values[f"dE/db{k}"] == pytest.approx(values[f"p{k}"] - values[f"t{k}"], rel=1e-12)


def test_at_a_kink_the_stated_side_is_taken() -> None:
    """All pre-activations are 0 there; the page on equations names the slopes."""
    for activation, slope in {"relu": 0.0, "leaky_relu": 0.01, "elu": 1.0}.items():
        data = layered(1, 1, last=activation)
        data["parameters"] = {"w1": 0, "b1": 0}
        data |= {"inputs": {"x": [1]}, "targets": {"t": [1]}}
        assert gradients(of_data(data)) == {"w1": -slope, "b1": -slope}, activation


COMPOSED = [name for name in vars(composed) if name in FUNCTIONS]


def test_the_composed_functions_are_found() -> None:
    assert set(COMPOSED) >= {"leaky_relu", "elu", "softplus", "silu", "gelu", "huber"}


SPECIAL = (
    *(sign * value for value in (0.0, 1.0, np.inf, 5e-324, 2.3e-308, 1.7e308) for sign in (1, -1)),
    *(np.nan, 1e-17, -1e-17, 0.03125, 1 + 2**-52, 1 - 2**-53, 20.0, 37.0, 709.8, -745.2, -746.0),
)


@pytest.mark.parametrize("name", COMPOSED)
def test_both_forms_of_a_composed_function_give_the_same_bits(name: str) -> None:
    function = FUNCTIONS[name]
    chance = np.random.default_rng(3)
    bits = chance.integers(0, (1 << 64) - 1, 2000, dtype=np.uint64).view(np.float64)
    x = np.concatenate((np.array(SPECIAL), bits, chance.uniform(-40, 40, 3000)))
    one_by_one = np.array([function.scalar(value) for value in x.tolist()])
    assert same_bits(function.array(x), one_by_one)
    for value, expected in zip(SPECIAL, one_by_one, strict=False):
        assert same_bits(function.array(np.array([value])), np.array([expected])), value


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("leaky_relu", {np.inf: np.inf, -np.inf: -np.inf, 0.0: 0.0, -100.0: -1.0}),
        ("elu", {np.inf: np.inf, -np.inf: -1.0, 0.0: 0.0, 5.0: 5.0}),
        ("softplus", {np.inf: np.inf, -np.inf: 0.0, 800.0: 800.0, -800.0: 0.0}),
        ("silu", {np.inf: np.inf, 0.0: 0.0, 800.0: 800.0}),
        ("gelu", {np.inf: np.inf, 0.0: 0.0, 50.0: 50.0, -50.0: 0.0}),
        ("huber", {np.inf: np.inf, -np.inf: np.inf, 1.0: 0.5, -3.0: 2.5, 0.5: 0.125}),
    ],
)
def test_composed_functions_at_the_ends_of_the_line(name: str, values: dict[float, float]) -> None:
    for argument, expected in values.items():
        assert FUNCTIONS[name].scalar(argument) == expected, argument
    assert np.isnan(FUNCTIONS[name].scalar(np.nan))


def test_parameters_move_against_their_gradients() -> None:
    data = _with_data(layered(2, 3, 3), REAL, True)
    debugger = of_data(data | {"optimizer": {"settings": {"learning_rate": 0.25}}})
    before, slopes = parameters(debugger, 0), gradients(debugger)
    assert parameters(debugger, 1) == {n: v - 0.25 * slopes[n] for n, v in before.items()}
