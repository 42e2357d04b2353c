"""A Sequential of linear layers and activations as a session of layers.

`same_as_torch` compares the numbers of the session with those of the network before it is given
out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bpdebug.importers.same_as_torch import TorchLayer, TorchNetwork, first_difference
from bpdebug.models.layers import MOST_WEIGHTS, Bias, Numbering
from bpdebug.models.losses import LOSSES
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.new import layer_names

if TYPE_CHECKING:
    import torch

_SOURCE = "torch.nn.Sequential"

OptimizerFields = Callable[[Mapping[int, str], list[str]], dict[str, Any]]
"""What makes the fields of the optimizer, given the names of parameters by identity and those that
are frozen.
"""


@dataclass(frozen=True, slots=True)
class _Activation:
    """What a class of torch.nn is called here, if its settings suit."""

    name: str
    suits: Callable[[Any], bool] = lambda module: True


_ACTIVATIONS: Mapping[str, _Activation] = {
    "Sigmoid": _Activation("sigmoid"),
    "Tanh": _Activation("tanh"),
    "ReLU": _Activation("relu"),
    "LeakyReLU": _Activation("leaky_relu", lambda m: m.negative_slope == 0.01),
    "ELU": _Activation("elu", lambda m: m.alpha == 1),
    "Softplus": _Activation("softplus", lambda m: (m.beta, m.threshold) == (1, 20)),
    "SiLU": _Activation("silu"),
    "GELU": _Activation("gelu", lambda m: m.approximate == "tanh"),
    "Softmax": _Activation("softmax", lambda m: m.dim == -1),
}


def layers_of(module: Any) -> list[TorchLayer] | None:
    """The linear modules of a Sequential with what follows them; None if there is anything else in
    it, or anything strange about it.
    """
    from torch import nn

    layers: list[TorchLayer] = []
    for path, each in _modules(module, ""):
        kind = type(each).__name__
        activation = _ACTIVATIONS.get(kind)
        if _is_strange(each):
            return None
        if type(each) in (nn.Sequential, nn.Identity):
            continue
        if type(each) is nn.Linear:
            if not _fits(each, layers):
                return None
            layers.append(TorchLayer(path, each))
        elif (
            activation is None
            or type(each) is not getattr(nn, kind)
            or not activation.suits(each)
            or not layers
            or layers[-1].activation is not None
        ):
            return None
        else:
            layers[-1] = TorchLayer(layers[-1].path, layers[-1].linear, each, activation.name)
    weights = sum(layer.linear.in_features * layer.linear.out_features for layer in layers)
    return layers if layers and weights <= MOST_WEIGHTS else None


def fields_of(
    sequential: Any,
    layers: list[TorchLayer],
    inputs: Any,
    targets: Any,
    loss: str,
    reduction: str,
    optimizer: OptimizerFields,
    iterations: int,
) -> dict[str, Any]:
    """A session of the layers of a Sequential, `layers_of`.

    Weights and biases are copied as they are, as doubles; `W1[j,i]` is `weight[j, i]`. Outputs,
    loss and gradients of the session are those of the network on these inputs, computed by torch
    in doubles, except for rounding. Raises SessionError with what cannot be a session, or with the
    first number that differs.
    """
    names = layer_names(len(layers) + 1)
    parameters: dict[str, Any] = {}
    frozen: list[str] = []
    named: dict[int, str] = {}
    for depth, layer in enumerate(layers, start=1):
        for letter, parameter in (("W", layer.linear.weight), ("B", layer.linear.bias)):
            if parameter is not None:
                parameters[f"{letter}{depth}"] = parameter.detach().double().tolist()
                named[id(parameter)] = f"{letter}{depth}"
                frozen += [f"{letter}{depth}"] * (not parameter.requires_grad)
    given, wanted = _doubles("inputs", inputs), _doubles("targets", targets)
    fields: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": "-".join(map(str, _units(layers))) + " from PyTorch",
        "model": {
            "layers": [
                {"name": names[0], "units": _units(layers)[0]},
                *(
                    {
                        "name": name,
                        "units": layer.linear.out_features,
                        "activation": layer.name,
                        "bias": str(Bias.NONE if layer.linear.bias is None else Bias.UNIT),
                    }
                    for name, layer in zip(names[1:], layers, strict=True)
                ),
            ],
            "loss": loss,
            "reduction": str(reduction),
            "numbering": str(Numbering.BY_UNIT),
        },
        "inputs": {names[0]: given.tolist()},
        "targets": {"t": wanted.tolist()},
        "parameters": parameters,
        "frozen": frozen,
        "iterations": iterations,
    }
    _check(fields, given, wanted)
    fields |= optimizer(named, frozen)
    debugger = make_debugger(parse_session(json.dumps(fields), _SOURCE), _SOURCE)
    found = first_difference(
        debugger, TorchNetwork(sequential, layers, names[1:], given, wanted, loss, str(reduction))
    )
    if found:
        raise SessionError(_SOURCE, [Problem("", found)])
    return fields


def _doubles(name: str, data: Any) -> torch.Tensor:
    """Somebody's numbers as doubles: a float32 is one, too, and a list is read as doubles.

    Raises SessionError.
    """
    import torch

    try:
        if torch.is_tensor(data) and data.is_complex():
            raise TypeError(f"they are {data.dtype}")
        return torch.as_tensor(data, dtype=torch.float64, device="cpu").detach()
    except (TypeError, ValueError, RuntimeError) as error:
        message = f"expected numbers, one observation or a row for each: {error}"
        raise SessionError(_SOURCE, [Problem(name, message)]) from error


def _units(layers: list[TorchLayer]) -> list[int]:
    return [layers[0].linear.in_features, *(layer.linear.out_features for layer in layers)]


def _check(fields: dict[str, Any], inputs: torch.Tensor, targets: torch.Tensor) -> None:
    """What a session could not say as well. Raises SessionError."""
    problems = []
    if fields["model"]["loss"] not in LOSSES:
        message = f"found {fields['model']['loss']!r:.60}, expected one of: {', '.join(LOSSES)}"
        problems.append(Problem("loss", message))
    layers = fields["model"]["layers"]
    for name, data, units in (
        ("inputs", inputs, layers[0]["units"]),
        ("targets", targets, layers[-1]["units"]),
    ):
        if not 1 <= data.ndim <= 2 or data.shape[-1] != units:
            classes = " (a class is a row of zeros with a 1)" if name == "targets" else ""
            message = f"found the shape {tuple(data.shape)}, expected ({units},) or (n, {units})"
            problems.append(Problem(name, message + classes))
    if not problems and inputs.shape[:-1] != targets.shape[:-1]:
        message = f"found {targets.shape[:-1].numel()} rows, expected {inputs.shape[:-1].numel()}"
        problems.append(Problem("targets", f"{message}, one for each of the inputs"))
    numbers = {"inputs": fields["inputs"], "targets": fields["targets"]} | fields["parameters"]
    for name, values in numbers.items():
        flat = np.ravel(list(values.values())) if isinstance(values, dict) else np.ravel(values)
        if not np.isfinite(flat).all():
            problems.append(Problem(name, "a value is not finite, so nothing can be compared"))
    if problems:
        raise SessionError(_SOURCE, problems)


def _modules(module: torch.nn.Module, path: str) -> Iterator[tuple[str, Any]]:
    """The modules in the order in which they are applied, with their paths; before those of a
    Sequential comes it itself.
    """
    from torch import nn

    yield path, module
    if type(module) is nn.Sequential:
        for name, child in module._modules.items():
            if child is not None:
                yield from _modules(child, f"{path}[{name}]")


_HOOKS = (
    "_forward_pre_hooks",
    "_forward_hooks",
    "_backward_pre_hooks",
    "_backward_hooks",
    "_post_accumulate_grad_hooks",
)
"""Where torch keeps the hooks of a module or a parameter."""


def _is_strange(module: Any) -> bool:
    """Whether it may compute something else than its class does."""
    from torch import nn

    if not isinstance(module, nn.Module) or "forward" in vars(module):
        return True
    owners = (module, *module.parameters(recurse=False))
    return any(getattr(owner, attribute, None) for owner in owners for attribute in _HOOKS)


def _fits(linear: torch.nn.Linear, before: list[TorchLayer]) -> bool:
    """Whether a Linear takes what comes out before it, with parameters of its own."""
    from torch import nn

    own = [each for each in (linear.weight, linear.bias) if each is not None]
    earlier = [p for layer in before for p in (layer.linear.weight, layer.linear.bias)]
    for parameter in own:
        if type(parameter) is not nn.Parameter:
            return False
        if not parameter.is_floating_point() or parameter.is_meta:
            return False
        if any(each is not None and overlap(parameter, each) for each in earlier):
            return False
        earlier.append(parameter)
    return not before or before[-1].linear.out_features == linear.in_features


def overlap(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors may have memory in common."""
    (first, last), (begin, end) = map(_span, (one, other))
    return one.device == other.device and first < end and begin < last


def _span(tensor: torch.Tensor) -> tuple[int, int]:
    """The addresses from the first to behind the last byte of it."""
    reach = sum(
        (size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True)
    )
    return tensor.data_ptr(), tensor.data_ptr() + (reach + 1) * tensor.element_size()
