"""What people get wrong, as settings: updates in place, gradients left to accumulate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from generated import FEW, models
from hypothesis import given
from hypothesis import strategies as st
from openings import of_data
from program.oracle import Trace, same_bits

from bpdebug.models.model import Gradients, Model, Style, UpdateOrder
from bpdebug.models.optimizers import OPTIMIZERS
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.scalars import scalar_iteration

from .sessions import Data, after, gradients, layered, operations, parameters, session


def _mazur(bias: str = "shared", **fields: object) -> Data:
    """The 2-2-2 example: weights unit by unit, shared biases that are not trained."""
    weights = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55]
    layers = [{"name": "x", "units": 2}]
    layers += [{"name": name, "units": 2, "bias": bias} for name in "ho"]
    biases = {"b1": 0.35, "b2": 0.6}
    if bias == "unit":
        biases = {"b1": 0.35, "b2": 0.35, "b3": 0.6, "b4": 0.6}
    return session(
        model={"layers": layers, "numbering": "unit by unit"},
        inputs={"x": [0.05, 0.1]},
        targets={"t": [0.01, 0.99]},
        parameters={f"w{n}": weight for n, weight in enumerate(weights, start=1)} | biases,
        optimizer={"settings": {"learning_rate": 0.5}, "symbols": {"learning_rate": "eta"}},
        iterations=10_000,
        **fields,
    )


FROZEN = ["b1", "b2"]


@pytest.mark.parametrize(
    ("order", "bias", "frozen", "loss"),
    [
        ("simultaneous", "shared", FROZEN, 0.2910277736936),
        ("simultaneous", "unit", [], 0.2804714467914),
        ("simultaneous", "shared", [], 0.2857508866993),
        ("in place", "shared", FROZEN, 0.2910279239054),
        ("in place", "unit", [], 0.280484076606),
        ("in place", "shared", [], 0.2857744700694),
    ],
)
@pytest.mark.parametrize("style", Style)
def test_the_2_2_2_example(
    style: Style, order: str, bias: str, frozen: list[str], loss: float
) -> None:
    """The loss after one update, in every variant."""
    data = _mazur(bias, frozen=frozen, style=style, policies={"update_order": order})
    debugger = of_data(data)
    assert after(debugger, 1)["E"] == pytest.approx(0.29837110876, rel=1e-11)
    assert after(debugger, 2)["E"] == pytest.approx(loss, rel=1e-12)


def test_in_place_changes_the_hidden_gradients_only() -> None:
    plain = after(of_data(_mazur(frozen=FROZEN)), 1)
    wrong = after(of_data(_mazur(frozen=FROZEN, policies={"update_order": "in place"})), 1)
    assert [wrong[f"w{n}"] for n in (1, 2, 3, 4)] == pytest.approx(
        [0.1498176385612, 0.1996352771224, 0.2497881851978, 0.2995763703955], rel=1e-12
    )
    for n in (5, 6, 7, 8):
        assert wrong[f"dE/dw{n}"] == plain[f"dE/dw{n}"]
        assert wrong[f"w{n}"] == plain[f"w{n}"]
    for n in (1, 2, 3, 4):
        assert wrong[f"dE/dw{n}"] != plain[f"dE/dw{n}"]


def test_in_place_updates_a_layer_right_after_its_gradients() -> None:
    plain = operations(of_data(_mazur(frozen=FROZEN)))
    wrong = operations(of_data(_mazur(frozen=FROZEN, policies={"update_order": "in place"})))
    assert sorted(plain) == sorted(wrong)
    assert plain[-8:] == [f"w{n}" for n in range(1, 9)]
    assert wrong.index("w5") < wrong.index("dE/dh1") < wrong.index("w1")
    assert wrong.index("w8") < wrong.index("dE/dw1")
    for n in range(1, 9):
        assert wrong.index(f"dE/dw{n}") < wrong.index(f"w{n}")


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_one_layer_alone_does_not_mind_the_order(method: str) -> None:
    data = layered(3, 2, last="sigmoid")
    data |= {"inputs": {"x": [1, -2, 0.5]}, "targets": {"t": [1, 0]}}
    data["optimizer"] = {"method": method, "schedule": {"name": "linear"}}
    wrong = data | {"policies": {"update_order": "in place"}}
    assert parameters(of_data(data), 10) == parameters(of_data(wrong), 10)


@given(model=models())
@FEW
def test_in_place_is_an_order_that_makes_sense(model: Model) -> None:
    """Each gradient comes before the update that uses it; brute force gives the same bits."""
    program = build(replace(model, update_order=UpdateOrder.IN_PLACE))
    done = [program.name(program.slot(k)) for k in range(1, program.operations + 1)]
    for declaration in program.model.declarations:
        for name in program.quantities[declaration.name].places if declaration.trained else ():
            assert done.index(f"dE/d{name}") < done.index(name), name
    memory = program.start.copy()
    for _ in range(2):
        array_iteration(program)(memory)
    assert same_bits(memory, Trace(program, 2).states[-1])


@given(model=models(), order=st.sampled_from(UpdateOrder))
@FEW
def test_both_forms_agree_on_accumulated_gradients(model: Model, order: UpdateOrder) -> None:
    program = build(replace(model, update_order=order, gradients=Gradients.ACCUMULATED))
    memories = []
    for form in (array_iteration, scalar_iteration):
        memory, iterate = program.start.copy(), form(program)
        for _ in range(3):
            iterate(memory)
        memories.append(memory)
    assert same_bits(*memories)


@pytest.mark.parametrize("style", Style)
def test_gradients_that_are_not_cleared_add_up(style: Style) -> None:
    """With parameters that hardly move: once, twice, three times the gradient."""
    data = _mazur(style=style)
    data["optimizer"]["settings"]["learning_rate"] = 0
    once = gradients(of_data(data))
    left = of_data(data | {"policies": {"gradients": "accumulated"}})
    for times in (1, 2, 3):
        expected = {name: times * slope for name, slope in once.items()}
        assert gradients(left, times) == pytest.approx(expected, rel=1e-15)


def test_accumulated_gradients_are_the_sum_of_those_on_the_way() -> None:
    data = layered(2, 3, 1)
    data |= {"inputs": {"x": [1, -0.5]}, "targets": {"t": [0.25]}}
    left = of_data(data | {"policies": {"gradients": "accumulated"}})
    total = dict.fromkeys(gradients(left), 0.0)
    values = parameters(left, 0)
    for iteration in range(1, 6):
        here = gradients(of_data(data | {"parameters": values}))
        total = {name: total[name] + here[name] for name in total}
        assert gradients(left, iteration) == total
        values = {name: values[name] - 0.01 * total[name] for name in values}
        assert parameters(left, iteration) == values


def test_backward_twice_without_clearing() -> None:
    """c = a + b, e = c·d with a = 3, b = 2, d = 1: d gets 5, then 10."""
    data = session(
        model={"equations": ["c = a + b", "E = c*d"]},
        parameters={"a": 3, "b": 2, "d": 1},
        optimizer={"settings": {"learning_rate": 0}},
        policies={"gradients": "accumulated"},
    )
    debugger = of_data(data)
    assert gradients(debugger, 1) == {"a": 1, "b": 1, "d": 5}
    assert gradients(debugger, 2) == {"a": 2, "b": 2, "d": 10}


@pytest.mark.parametrize("method", ["gradient descent", "momentum", "adam"])
def test_both_mistakes_at_once_step_both_ways(method: str) -> None:
    data = _mazur(policies={"gradients": "accumulated", "update_order": "in place"})
    data["optimizer"] = {"method": method}
    debugger = of_data(data)
    expected = [after(debugger, k)["E"] for k in range(1, 6)]
    assert [after(debugger, k)["E"] for k in range(5, 0, -1)] == expected[::-1]
    assert all(value == value for value in parameters(debugger, 5).values())


def test_in_place_waits_for_a_gradient_that_comes_late() -> None:
    """r and k lie equally deep, and what leads to them is between."""
    data = session(
        model={"equations": ["q = w*x", "r = q*v", "s = u*x", "k = tanh(s*m)", "E = (r + k)^2"]},
        inputs={"x": 1.5},
        parameters={"w": 0.3, "u": 0.4, "v": 0.5, "m": 0.7},
        policies={"update_order": "in place"},
    )
    done = operations(of_data(data))
    for name in "wuvm":
        assert done.index(f"dE/d{name}") < done.index(name), name
