"""The layers shorthand: fully connected layers, written out as equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from bpdebug.models.model import ModelError
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.tree import Equation

ACTIVATIONS: Mapping[str, str] = {
    "identity": "z",
    "sigmoid": "sigmoid(z)",
    "tanh": "tanh(z)",
    "relu": "relu(z)",
}
"""Each activation by name, as an expression in the pre-activation `z`."""

LOSSES: Mapping[str, str] = {
    "half squared error": "0.5 * sum(k: (o[k] - t[k])^2)",
    "squared error": "sum(k: (o[k] - t[k])^2)",
}
"""Each loss by name, as an expression in the output `o[k]` and the target `t[k]`."""

MOST_WEIGHTS = 1_000_000
"""How many weights layers may have together."""

_LETTERS = "ijklmpqrsuv"


class Bias(StrEnum):
    """How many biases a layer has."""

    SHARED = "shared"
    UNIT = "unit"
    NONE = "none"


class Numbering(StrEnum):
    """How weights are numbered, continuously over the layers."""

    BY_INPUT = "input by input"
    BY_UNIT = "unit by unit"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its units' common name, how many there are, and what they compute.

    The first layer of a network is its input; of it only name and number count.
    """

    name: str
    units: int
    activation: str = "sigmoid"
    bias: Bias = Bias.SHARED


@dataclass(frozen=True, slots=True)
class ParameterShape:
    """A parameter that a network needs: its shape, its elements' names, its layer."""

    shape: tuple[int, ...]
    names: tuple[str, ...]
    layer: int


@dataclass(frozen=True, slots=True)
class Network:
    """What layers expand to: equations, and the parameters that they need by name."""

    equations: tuple[Equation, ...]
    parameters: Mapping[str, ParameterShape]
    layers: Mapping[str, int]
    inputs: str
    targets: str = field(default="t")


def network(layers: Sequence[Layer], loss: str, numbering: Numbering) -> Network:
    """The equations of a fully connected network with weights `W1`, `W2`, … and biases.

    `W1[i,j]` leads from input i to unit j; its elements are called `w1`, `w2`, … as
    `numbering` says. Raises ModelError if there are fewer than two layers, a layer without
    units, too many layers or weights, or an unknown activation or loss.
    """
    _check(layers, loss)
    equations: list[str] = []
    parameters: dict[str, ParameterShape] = {}
    depths: dict[str, int] = {}
    weights = 0
    for depth, (below, layer) in enumerate(pairwise(layers), start=1):
        i, j = _LETTERS[depth - 1], _LETTERS[depth]
        weight, bias = f"W{depth}", f"b{depth}"
        names = _weight_names(below.units, layer.units, weights, numbering)
        weights += below.units * layer.units
        parameters[weight] = ParameterShape((below.units, layer.units), names, depth)
        total = f"sum({i}: {weight}[{i},{j}]*{below.name}[{i}])"
        if layer.bias is Bias.SHARED:
            parameters[bias] = ParameterShape((), (bias,), depth)
            total += f" + {bias}"
        elif layer.bias is Bias.UNIT:
            parameters[bias] = ParameterShape((layer.units,), (), depth)
            total += f" + {bias}[{j}]"
        if layer.activation == "identity":
            equations.append(f"{layer.name}[{j}] = {total}")
        else:
            equations.append(f"z{layer.name}[{j}] = {total}")
            activation = ACTIVATIONS[layer.activation].replace("z", f"z{layer.name}[{j}]")
            equations.append(f"{layer.name}[{j}] = {activation}")
        depths |= {f"z{layer.name}": depth, layer.name: depth}
    output = layers[-1]
    k = _LETTERS[len(layers) - 1]
    error = LOSSES[loss].replace("k", k).replace("o[", f"{output.name}[")
    equations.append(f"E = {error}")
    depths["E"] = len(layers)
    return Network(tuple(map(parse_equation, equations)), parameters, depths, layers[0].name)


def _check(layers: Sequence[Layer], loss: str) -> None:
    if len(layers) < 2:
        raise ModelError("a network needs an input layer and at least one more")
    if len(layers) >= len(_LETTERS):
        raise ModelError(f"at most {len(_LETTERS) - 1} layers; write the equations for more")
    for layer in layers:
        if layer.units < 1:
            raise ModelError(f"layer {layer.name}: a layer has at least one unit")
        if layer.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ModelError(f"there is no activation {layer.activation!r}; there are: {known}")
    weights = 0
    for below, layer in pairwise(layers):
        weights += below.units * layer.units
    if weights > MOST_WEIGHTS:
        raise ModelError(f"layers have at most {MOST_WEIGHTS:,} weights, these have {weights:,}")
    if len({layer.name for layer in layers}) < len(layers):
        raise ModelError("two layers have the same name")
    if loss not in LOSSES:
        raise ModelError(f"there is no loss {loss!r}; there are: {', '.join(LOSSES)}")


def _weight_names(inputs: int, units: int, before: int, numbering: Numbering) -> tuple[str, ...]:
    """The names of W[i,j] row by row, the numbers going on from `before`."""
    if numbering is Numbering.BY_INPUT:
        return tuple(f"w{before + 1 + n}" for n in range(inputs * units))
    return tuple(f"w{before + 1 + j * inputs + i}" for i in range(inputs) for j in range(units))
