"""The layers shorthand: names and numbers, biases, what is frozen, what is refused."""

from __future__ import annotations

import pytest
from openings import of_data

from bpdebug.models.layers import Bias, Layer, Numbering, network
from bpdebug.models.model import ModelError

from .sessions import Data, after, complaints, gradients, layered, parameters, session


def _numbered(numbering: Numbering, *biases: Bias) -> Data:
    """A 2-3-2 network of which only the names matter: every parameter is given by its own."""
    units = (2, 3, 2)
    layers: list[Data] = [{"name": "x", "units": 2}]
    for name, count, bias in zip("ho", units[1:], biases, strict=True):
        layers.append({"name": name, "units": count, "activation": "identity", "bias": bias})
    return session(
        model={"layers": layers, "numbering": numbering},
        inputs={"x": [1, 10]},
        targets={"t": [0, 0]},
    )


def _names(data: Data) -> list[str]:
    """What parameters a session wants, found out from what it misses."""
    return [path.removeprefix("parameters.") for path in complaints(data)]


@pytest.mark.parametrize(
    ("numbering", "weights"),
    [
        (Numbering.BY_INPUT, [f"w{n}" for n in range(1, 13)]),
        (Numbering.BY_UNIT, [f"w{n}" for n in range(1, 13)]),
        *(
            (each, [f"w{d}_{n}" for d in (1, 2) for n in range(1, 7)])
            for each in (Numbering.BY_INPUT_PER_LAYER, Numbering.BY_UNIT_PER_LAYER)
        ),
    ],
)
def test_names_of_weights_and_biases(numbering: Numbering, weights: list[str]) -> None:
    per_layer = "_" in weights[0]
    for first in Bias:
        for second in Bias:
            counts = [
                {"none": 0, "shared": 1, "unit": size}[b] for b, size in ((first, 3), (second, 2))
            ]
            if per_layer:
                biases = [f"b{d}_{n + 1}" for d in (1, 2) for n in range(counts[d - 1])]
            else:
                biases = [f"b{n + 1}" for n in range(counts[0] + counts[1])]
            assert sorted(_names(_numbered(numbering, first, second))) == sorted(weights + biases)


@pytest.mark.parametrize("numbering", Numbering)
def test_the_weights_sit_where_the_numbering_says(numbering: Numbering) -> None:
    """h2 = w·x1 + w·x2 with the numbers that lead there; weights are their own numbers."""
    data = _numbered(numbering, Bias.NONE, Bias.NONE)
    data["parameters"] = {name: int(name.rpartition("_")[2].strip("w")) for name in _names(data)}
    expected = 2 + 10 * 5 if numbering.startswith("input") else 3 + 10 * 4
    values = after(of_data(data), 1)
    assert values["h2"] == expected
    whole = dict(data)
    by_input = [[1, 2, 3], [4, 5, 6]]
    by_unit = [[1, 2], [3, 4], [5, 6]]
    second = 1 if numbering.endswith("per layer") else 7
    if numbering.startswith("input"):
        matrices = by_input, [[second + 2 * j + k for k in range(2)] for j in range(3)]
    else:
        matrices = by_unit, [[second + 3 * k + j for j in range(3)] for k in range(2)]
    whole["parameters"] = {"W1": matrices[0], "W2": matrices[1]}
    assert after(of_data(whole), 3) == after(of_data(data), 3)


def test_names_given_one_by_one() -> None:
    data = layered(2, 1)
    data |= {"inputs": {"x": [1, 2]}, "targets": {"t": [1]}}
    data["model"]["names"] = {"x": ["height", "weight"], "W1": ["theta", "omega"], "B1": ["bias"]}
    names = gradients(of_data(data))
    assert list(names) == ["theta", "omega", "bias"]
    assert {"height", "weight", "dE/dtheta"} <= set(after(of_data(data), 1))
    data["parameters"] = {"theta": 0.5, "omega": 0.25, "bias": 1}
    assert after(of_data(data), 1)["o1"] == 2.0


def test_a_shared_bias_collects_what_single_ones_get() -> None:
    """With equal numbers in it, its gradient is the sum over its units."""
    found = []
    for bias in (Bias.UNIT, Bias.SHARED):
        data = layered(2, 3, 2)
        data |= {"inputs": {"x": [1, -0.5]}, "targets": {"t": [0.5, 1]}}
        for layer in data["model"]["layers"][1:]:
            layer["bias"] = bias
        data["parameters"] |= {"B1": [0.3] * 3, "B2": [0.1] * 2}
        if bias is Bias.SHARED:
            del data["parameters"]["B1"], data["parameters"]["B2"]
            data["parameters"] |= {"b1": 0.3, "b2": 0.1}
        found.append(gradients(of_data(data)))
    single, shared = found
    assert shared["b1"] == pytest.approx(single["b1"] + single["b2"] + single["b3"], rel=1e-12)
    assert shared["b2"] == pytest.approx(single["b4"] + single["b5"], rel=1e-12)
    assert {n: g for n, g in shared.items() if "w" in n} == pytest.approx(
        {n: g for n, g in single.items() if "w" in n}, rel=1e-12
    )


@pytest.mark.parametrize("method", ["gradient descent", "adam"])
def test_what_is_frozen_stays_and_has_no_gradient(method: str) -> None:
    data = layered(2, 3, 2)
    data |= {"inputs": {"x": [1, -0.5]}, "targets": {"t": [0.5, 1]}, "frozen": ["W1", "B2"]}
    data["optimizer"] = {"method": method}
    debugger = of_data(data)
    start, end = parameters(debugger, 0), parameters(debugger, 5)
    still = {name for name in start if start[name] == end[name]}
    assert still == {*(f"w{n}" for n in range(1, 7)), "b4", "b5"}
    assert not still & set(gradients(debugger))


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"loss": "hnige"}, "model", "there is no loss 'hnige'"),
        ({"layers": [{"name": "x", "units": 2}]}, "model", "at least one more"),
        (
            {"layers": [{"name": "x", "units": 2}, {"name": "x", "units": 1}]},
            "model",
            "two layers have the same name",
        ),
        (
            {"layers": [{"name": "x", "units": 2000}, {"name": "o", "units": 2000}]},
            "model",
            "at most 1000000",
        ),
        (
            {"layers": [{"name": "x", "units": 2}, {"name": "o", "units": 1, "activation": "so"}]},
            "model.layers[1].activation",
            "there is no activation 'so'",
        ),
        ({"reduction": "average"}, "model.reduction", "'sum' or 'mean'"),
        ({"numbering": "by chance"}, "model.numbering", "'input by input'"),
    ],
)
def test_what_is_refused(change: Data, path: str, words: str) -> None:
    data = layered(2, 1)
    data |= {"inputs": {"x": [1, 2]}, "targets": {"t": [1]}}
    data["model"] |= change
    found = complaints(data)
    assert words in found[path]


def test_a_single_bias_may_be_called_by_its_layer() -> None:
    """In the second layer it is b1 if the first has none, and B2 in either case."""
    data = _numbered(Numbering.BY_INPUT, Bias.NONE, Bias.SHARED)
    names = _names(data)
    assert "b1" in names
    found = []
    for bias in ("b1", "B2"):
        given = {name: 0.5 for name in names if name != "b1"} | {bias: 0.25}
        found.append(after(of_data(data | {"parameters": given}), 2))
    assert found[0] == found[1]


def test_a_parameter_is_given_once() -> None:
    data = layered(2, 1)
    data |= {"inputs": {"x": [1, 2]}, "targets": {"t": [1]}}
    data["parameters"]["w1"] = 0.5
    assert complaints(data) == {"parameters.w1": "given twice: W1 has its value, too"}


def test_a_parameter_cannot_be_called_like_a_setting() -> None:
    data = session(model={"equations": ["E = beta1^2"]}, parameters={"beta1": 1})
    assert complaints(data) == {}
    data["optimizer"] = {"method": "adam"}
    assert "given already" in complaints(data)["parameters.beta1"]
    data["optimizer"]["symbols"] = {"beta1": "rho"}
    assert complaints(data) == {}


def test_a_loss_with_its_own_softmax_wants_none_before_it() -> None:
    layers = [Layer("x", 2), Layer("o", 2, "softmax")]
    with pytest.raises(ModelError, match="has its own softmax; give layer o the activation"):
        network(layers, "softmax cross-entropy", Numbering.BY_INPUT)
