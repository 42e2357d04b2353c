"""From a network of PyTorch to a session, with the same numbers; needs the extra `torch`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bpdebug.models.layers import Bias, Numbering, Reduction
from bpdebug.session.errors import Problem, SessionError
from bpdebug.session.format import FORMAT, VERSION
from bpdebug.session.new import layer_names

if TYPE_CHECKING:
    import torch

_SOURCE = "torch.nn.Sequential"

_ACTIVATIONS: Mapping[str, tuple[str, str, Callable[[Any], bool]]] = {
    "Sigmoid": ("sigmoid", "", lambda m: True),
    "Tanh": ("tanh", "", lambda m: True),
    "ReLU": ("relu", "", lambda m: True),
    "LeakyReLU": ("leaky_relu", "negative_slope=0.01", lambda m: m.negative_slope == 0.01),
    "ELU": ("elu", "alpha=1", lambda m: m.alpha == 1),
    "Softplus": ("softplus", "beta=1", lambda m: m.beta == 1),
    "SiLU": ("silu", "", lambda m: True),
    "GELU": ("gelu", "approximate='tanh'", lambda m: m.approximate == "tanh"),
    "Softmax": ("softmax", "dim=-1", lambda m: m.dim == -1),
}
"""What a class of torch.nn is called here, and the settings that it has to have."""


def session_from(
    sequential: torch.nn.Sequential,
    inputs: Any,
    targets: Any,
    loss: str = "mean squared error",
    learning_rate: float = 0.01,
    reduction: str = Reduction.SUM,
    iterations: int = 1000,
) -> dict[str, Any]:
    """A session of a `torch.nn.Sequential` of `Linear` layers and known activations.

    `inputs` and `targets` are tensors, arrays or lists: one observation, or a row for each.
    Weights and biases are copied as they are, as doubles; `W1[j,i]` is `weight[j, i]`. The
    loss is named as in a session file: `"mean squared error"` is torch's `MSELoss()`.
    Raises SessionError with every module that has no counterpart.
    """
    import torch

    linears, activations = _layers(sequential)
    names = layer_names(len(linears) + 1)
    layers: list[dict[str, Any]] = [{"name": names[0], "units": linears[0].in_features}]
    parameters: dict[str, Any] = {}
    for depth, (linear, activation) in enumerate(zip(linears, activations, strict=True), start=1):
        bias = Bias.NONE if linear.bias is None else Bias.UNIT
        layers.append(
            {
                "name": names[depth],
                "units": linear.out_features,
                "activation": activation,
                "bias": str(bias),
            }
        )
        parameters[f"W{depth}"] = linear.weight.detach().double().tolist()
        if linear.bias is not None:
            parameters[f"B{depth}"] = linear.bias.detach().double().tolist()
    # A float32 is a double, too; a list is read as doubles from the start.
    given, wanted = (
        torch.as_tensor(data, dtype=torch.float64).tolist() for data in (inputs, targets)
    )
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": "-".join(str(layer["units"]) for layer in layers) + " from PyTorch",
        "model": {
            "layers": layers,
            "loss": loss,
            "reduction": str(reduction),
            "numbering": str(Numbering.BY_UNIT),
        },
        "inputs": {names[0]: given},
        "targets": {"t": wanted},
        "parameters": parameters,
        "optimizer": {"settings": {"learning_rate": learning_rate}},
        "iterations": iterations,
    }


def _layers(sequential: torch.nn.Sequential) -> tuple[list[Any], list[str]]:
    """The linear modules, and for each the name of the activation after it."""
    from torch import nn

    linears: list[Any] = []
    activations: list[str] = []
    problems: list[Problem] = []
    for path, module in _modules(sequential, ""):
        kind = type(module).__name__
        activation, settings, suits = _ACTIVATIONS.get(kind, ("", "", lambda m: False))
        if type(module) is nn.Linear:
            if any(module.weight is other.weight for other in linears):
                problems.append(Problem(path, "shares its weights with a layer before it"))
            linears.append(module)
            activations.append("identity")
        elif type(module) is nn.Identity:
            continue
        elif not activation or type(module) is not getattr(nn, kind):
            known = ", ".join(["Linear", *_ACTIVATIONS, "Identity"])
            problems.append(Problem(path, f"{kind} has no counterpart here; these have: {known}"))
        elif not suits(module):
            problems.append(Problem(path, f"found {module}, expected {kind}({settings})"))
        elif not activations or activations[-1] != "identity":
            problems.append(Problem(path, f"{kind} does not follow a Linear"))
        else:
            activations[-1] = activation
    if not linears and not problems:
        problems.append(Problem("", "there is no Linear in it"))
    if problems:
        raise SessionError(_SOURCE, problems)
    return linears, activations


def _modules(sequential: torch.nn.Sequential, before: str) -> Iterator[tuple[str, Any]]:
    """The modules in order with their paths, those of a Sequential within it one by one."""
    from torch import nn

    for name, module in sequential._modules.items():
        path = f"{before}[{name}]"
        if type(module) is nn.Sequential:
            yield from _modules(module, path)
        else:
            yield path, module
