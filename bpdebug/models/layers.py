"""The layers shorthand: fully connected layers, written out as equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bpdebug.models.activations import ACTIVATIONS
from bpdebug.models.losses import LOSSES
from bpdebug.models.model import ModelError
from bpdebug.notation.equation import Equation
from bpdebug.notation.parser import parse_equation

MOST_WEIGHTS = 1_000_000
"""How many weights layers may have together."""

_LETTERS = "ijklmpqrsuv"
_OBSERVATION = "n"


class Bias(StrEnum):
    """How many biases a layer has."""

    SHARED = "shared"
    UNIT = "unit"
    NONE = "none"


class Numbering(StrEnum):
    """How weights and biases are numbered: `w1`, `w2`, … or, layer by layer, `w1_1`, …"""

    BY_INPUT = "input by input"
    BY_UNIT = "unit by unit"
    BY_INPUT_PER_LAYER = "input by input, per layer"
    BY_UNIT_PER_LAYER = "unit by unit, per layer"


class Reduction(StrEnum):
    """What becomes of the losses of several observations."""

    SUM = "sum"
    MEAN = "mean"


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
    targets: str = "t"


def network(
    layers: Sequence[Layer],
    loss: str,
    numbering: Numbering,
    observations: int | None = None,
    reduction: Reduction = Reduction.SUM,
) -> Network:
    """The equations of a fully connected network with weights `W1`, `W2`, … and biases.

    `W1[i,j]` leads from input i to unit j; numbered unit by unit it is `W1[j,i]`. Its elements
    are called `w1`, `w2`, … in that order. With `observations` every quantity of a layer
    carries the index n of an observation, too. `loss` is a name, or an equation.
    Raises ModelError if there are fewer than two layers, a layer without units, too many layers
    or weights, or an unknown activation or loss; NotationError if the equation is none.
    """
    _check(layers, loss)
    expansion = _Expansion(numbering, observations)
    for depth, (below, layer) in enumerate(pairwise(layers), start=1):
        expansion.add(depth, below, layer)
    expansion.add_loss(len(layers), layers[-1], loss, reduction)
    return Network(
        tuple(map(parse_equation, expansion.equations)),
        expansion.parameters,
        expansion.depths,
        layers[0].name,
    )


class _Expansion:
    def __init__(self, numbering: Numbering, observations: int | None) -> None:
        self.numbering = numbering
        self.observations = observations
        self.equations: list[str] = []
        self.parameters: dict[str, ParameterShape] = {}
        self.depths: dict[str, int] = {}
        self.weights = 0
        self.biases = 0

    def add(self, depth: int, below: Layer, layer: Layer) -> None:
        """The equations of one layer."""
        i, j = _LETTERS[depth - 1], _LETTERS[depth]
        weight = self._add_weights(depth, below.units, layer.units, i, j)
        total = f"sum({i}: {weight}*{below.name}[{self._unit(i)}])"
        if layer.bias is not Bias.NONE:
            shared = layer.bias is Bias.SHARED
            total += f" + {self._add_bias(depth, 1 if shared else layer.units, shared, j)}"
        activation = ACTIVATIONS[layer.activation]
        name = f"z{layer.name}" if activation else layer.name
        self._write(depth, f"{name}[{self._unit(j)}] = {total}")
        for template in activation:
            self._write(depth, self._filled(template, a=layer.name, j=j))

    def add_loss(self, depth: int, output: Layer, loss: str, reduction: Reduction) -> None:
        """The equations of the loss, or the one that is given instead of a name."""
        if _is_equation(loss):
            self._write(depth, loss)
            return
        entry = LOSSES[loss]
        names = {"o": output.name, "j": _LETTERS[depth - 1], "units": str(output.units)}
        for template in entry.before:
            self._write(depth, self._filled(template, **names))
        error = self._filled(entry.expression, **names)
        if self.observations is not None:
            error = f"sum({_OBSERVATION}: {error})"
            if entry.averages or reduction is Reduction.MEAN:
                error += f"/{self.observations}"
        self._write(depth, f"E = {error}")

    def _filled(self, template: str, j: str, **names: str) -> str:
        several = "" if self.observations is None else f"[{_OBSERVATION}]"
        return template.format(k=self._unit(j), j=j, n=several, **names)

    def _unit(self, letter: str) -> str:
        return letter if self.observations is None else f"{_OBSERVATION},{letter}"

    def _write(self, depth: int, equation: str) -> None:
        self.equations.append(equation)
        self.depths[equation.partition("=")[0].partition("[")[0].strip()] = depth

    def _add_weights(self, depth: int, inputs: int, units: int, i: str, j: str) -> str:
        """Add the weights of a layer; returns how an equation refers to one."""
        stem, before = self._numbered("w", depth, self.weights)
        names = tuple(f"{stem}{before + 1 + n}" for n in range(inputs * units))
        self.weights += inputs * units
        by_input = self.numbering in (Numbering.BY_INPUT, Numbering.BY_INPUT_PER_LAYER)
        shape, letters = (
            ((inputs, units), f"{i},{j}") if by_input else ((units, inputs), f"{j},{i}")
        )
        self.parameters[f"W{depth}"] = ParameterShape(shape, names, depth)
        return f"W{depth}[{letters}]"

    def _add_bias(self, depth: int, count: int, shared: bool, letter: str) -> str:
        """Add the biases of a layer; returns how an equation refers to a unit's."""
        stem, before = self._numbered("b", depth, self.biases)
        self.biases += count
        names = tuple(f"{stem}{before + 1 + n}" for n in range(count))
        if shared and names == (f"b{depth}",):
            self.parameters[names[0]] = ParameterShape((), names, depth)
            return names[0]
        self.parameters[f"B{depth}"] = ParameterShape(() if shared else (count,), names, depth)
        return f"B{depth}" if shared else f"B{depth}[{letter}]"

    def _numbered(self, letter: str, depth: int, before: int) -> tuple[str, int]:
        """The stem of a layer's names, and the number before its first."""
        per_layer = (Numbering.BY_INPUT_PER_LAYER, Numbering.BY_UNIT_PER_LAYER)
        return (f"{letter}{depth}_", 0) if self.numbering in per_layer else (letter, before)


def _is_equation(loss: str) -> bool:
    return "=" in loss


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
        raise ModelError(f"the layers have {weights} weights; at most {MOST_WEIGHTS} are possible")
    if len({layer.name for layer in layers}) < len(layers):
        raise ModelError("two layers have the same name")
    if _is_equation(loss):
        return
    if loss not in LOSSES:
        raise ModelError(f"there is no loss {loss!r}; there are: {', '.join(LOSSES)}")
    if LOSSES[loss].before and layers[-1].activation == "softmax":
        raise ModelError(
            f"the loss {loss} has its own softmax; give layer {layers[-1].name} the activation "
            "identity, or take the loss cross-entropy"
        )
