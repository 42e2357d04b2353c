"""A new session from a few choices: layers, activations, loss, data, initial numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from bpdebug.models.initial import Nested, initial_values, rule_named
from bpdebug.models.layers import Bias, Layer, Numbering, ParameterShape, Reduction, network
from bpdebug.models.model import ModelError
from bpdebug.session.data.points import read_points
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION, SessionPart
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.text_file import MOST_BYTES
from bpdebug.session.file.write import session_text
from bpdebug.session.model.assemble import make_debugger

MOST_NAMED = 100
"""Up to this many parameters each has its own key; more are written as whole arrays."""

_OUTPUTS = {
    "binary cross-entropy": "sigmoid",
    "cross-entropy": "softmax",
    "softmax cross-entropy": "identity",
}
"""The activation that a loss asks for in the output layer."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a new session is made from; `units` are the layers' sizes, the input's first.

    `activations` has one name for all layers or one for each. Without `data`, a CSV file,
    inputs and targets are placeholders.
    """

    units: Sequence[int]
    activations: Sequence[str] = ("sigmoid",)
    output_activation: str | None = None
    loss: str = "half squared error"
    bias: Bias = Bias.SHARED
    numbering: Numbering = Numbering.BY_INPUT
    reduction: Reduction = Reduction.SUM
    optimizer: str = "gradient descent"
    learning_rate: float | None = None
    iterations: int = 1000
    init: str = "xavier"
    seed: int = 1
    data: Path | None = None
    batch_size: int | None = None
    title: str | None = None


def new_session(choices: Choices, source: str) -> SessionPart:
    """A session as chosen. Raises SessionError with what is wrong; `source` is its file."""
    try:
        names = layer_names(len(choices.units))
        layers = [
            Layer(name, units, activation, choices.bias)
            for name, units, activation in zip(
                names, choices.units, ("identity", *_activations(choices)), strict=True
            )
        ]
        rule = rule_named(choices.init)
        net = network(layers, choices.loss, choices.numbering)
    except ModelError as error:
        raise SessionError(source, [Problem("", str(error))]) from error
    inputs, targets = _data(choices)
    values = initial_values(net.parameters, choices.numbering, rule, choices.seed)
    optimizer: dict[str, Any] = {"method": choices.optimizer}
    if choices.learning_rate is not None:
        optimizer["settings"] = {"learning_rate": choices.learning_rate}
    fields: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "numerics": "ieee-seq-1",
        "title": choices.title if choices.title is not None else _title(choices, layers),
        "notes": _notes(choices, rule.words),
        "model": {
            "layers": [
                {"name": layers[0].name, "units": layers[0].units},
                *(
                    {"name": e.name, "units": e.units, "activation": e.activation, "bias": e.bias}
                    for e in layers[1:]
                ),
            ],
            "loss": choices.loss,
            "reduction": choices.reduction,
            "numbering": choices.numbering,
        },
        "inputs": {net.inputs: inputs},
        "targets": {net.targets: targets},
        "parameters": _written(net.parameters, values),
        "batches": {"size": choices.batch_size} if choices.batch_size else None,
        "optimizer": optimizer | {"symbols": {"learning_rate": "alpha"}},
        "iterations": choices.iterations,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    # As text and through the loader: what it would refuse is never written.
    part = parse_session(json.dumps(given), source)
    make_debugger(part, source)
    if len(session_text(part)) > MOST_BYTES:
        raise SessionError(source, [Problem("", f"would be larger than {MOST_BYTES >> 20} MiB")])
    return part


def layer_names(count: int) -> list[str]:
    """`x`, `h`, `o`; several hidden layers are `h1`, `h2`, …, and units of theirs `h1[2]`."""
    hidden = max(0, count - 2)
    between = ["h"] if hidden == 1 else [f"h{n}" for n in range(1, hidden + 1)]
    return ["x", *between, "o"][: max(count, 1)]


def _activations(choices: Choices) -> list[str]:
    """The activation of each layer after the input."""
    given, layers = list(choices.activations), len(choices.units) - 1
    output = choices.output_activation
    if len(given) == 1:
        last = output or _OUTPUTS.get(choices.loss, given[0])
        return [*given * (layers - 1), last][: max(layers, 0)]
    if len(given) == layers and output is None:
        return given
    if len(given) == layers - 1:
        return [*given, output or _OUTPUTS.get(choices.loss, given[-1])]
    wanted = f"{layers - 1}" if output else f"{layers - 1} or {layers}"
    raise ModelError(f"found {len(given)} activations, expected 1 for all layers or {wanted}")


def _data(choices: Choices) -> tuple[Nested, Nested]:
    """Inputs and targets: a row for each observation, no rows if there is only one."""
    first, last = choices.units[0], choices.units[-1]
    if choices.data is None:
        low = -1 if choices.loss == "hinge" else 0
        inputs: list[list[float]] = [[(n % 9 + 1) / 10 for n in range(first)]]
        targets: list[list[float]] = [[1, *[low] * (last - 1)]]
    else:
        inputs, targets = read_points(choices.data, first, last)
    if len(inputs) == 1 and choices.batch_size is None:
        return [*inputs[0]], [*targets[0]]
    return [[*row] for row in inputs], [[*row] for row in targets]


def _written(
    parameters: Mapping[str, ParameterShape], values: dict[str, Nested]
) -> dict[str, Nested]:
    """The parameters element by element if they are few, weights first, else as arrays."""
    ordered = sorted(parameters.items(), key=lambda item: len(item[1].shape) < 2)
    few = sum(prod(each.shape) for _, each in ordered) <= MOST_NAMED
    found: dict[str, Nested] = {}
    for name, each in ordered:
        if few or not each.shape:
            found.update(zip(each.names, _flat(values[name]), strict=True))
        else:
            found[name] = values[name]
    return found


def _flat(values: Nested) -> list[float]:
    if isinstance(values, list):
        return [number for each in values for number in _flat(each)]
    return [values]


def _title(choices: Choices, layers: Sequence[Layer]) -> str:
    kinds = dict.fromkeys(layer.activation for layer in layers[1:])
    return f"{'-'.join(map(str, choices.units))} {', '.join(kinds)}"


def _notes(choices: Choices, rule: str) -> str:
    if choices.init == "zeros":
        notes = "All weights and biases are 0 at first."
    else:
        notes = (
            f"Initial weights ({choices.init}): evenly {rule}, by Python's "
            f"random.Random({choices.seed}), to 4 decimals; biases 0."
        )
    if choices.data is None:
        notes += " The inputs and targets are placeholders: replace them with your own."
    else:
        notes += f" The observations come from {choices.data.name}."
    return notes
