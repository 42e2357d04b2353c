"""From a network of PyTorch to a session, with the same numbers; needs the extra `torch`.

Only what is known to be equivalent comes in, and `same_as_torch` compares the numbers of the
session with those of the network before it is given out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bpdebug.importers.same_as_torch import TorchLayer, TorchNetwork, first_difference
from bpdebug.models.layers import MOST_WEIGHTS, Bias, Numbering, Reduction
from bpdebug.models.losses import LOSSES
from bpdebug.records import dataclass
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.model.new import layer_names

if TYPE_CHECKING:
    import torch

_SOURCE = "torch.nn.Sequential"


@dataclass(frozen=True, slots=True)
class _Activation:
    """What a class of torch.nn is called here, and the settings that it has to have."""

    name: str
    settings: str = ""
    suits: Callable[[Any], bool] = lambda module: True


_ACTIVATIONS: Mapping[str, _Activation] = {
    "Sigmoid": _Activation("sigmoid"),
    "Tanh": _Activation("tanh"),
    "ReLU": _Activation("relu"),
    "LeakyReLU": _Activation(
        "leaky_relu", "negative_slope=0.01", lambda m: m.negative_slope == 0.01
    ),
    "ELU": _Activation("elu", "alpha=1", lambda m: m.alpha == 1),
    "Softplus": _Activation(
        "softplus", "beta=1, threshold=20", lambda m: (m.beta, m.threshold) == (1, 20)
    ),
    "SiLU": _Activation("silu"),
    "GELU": _Activation("gelu", "approximate='tanh'", lambda m: m.approximate == "tanh"),
    "Softmax": _Activation("softmax", "dim=-1", lambda m: m.dim == -1),
}


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
    Weights and biases are copied as they are, as doubles; `W1[j,i]` is `weight[j, i]`, and what
    does not require a gradient is frozen. The loss is named as in a session file: `"mean squared
    error"` is torch's `MSELoss()`. Outputs, loss and gradients of the session are those of the
    network on these inputs, computed by torch in doubles, except for rounding.
    Raises SessionError with every module that has no counterpart, with what cannot be a
    session, or with the first number that differs.
    """

    layers = _layers(sequential)
    names = layer_names(len(layers) + 1)
    parameters: dict[str, Any] = {}
    frozen: list[str] = []
    for depth, layer in enumerate(layers, start=1):
        for letter, parameter in (("W", layer.linear.weight), ("B", layer.linear.bias)):
            if parameter is not None:
                parameters[f"{letter}{depth}"] = parameter.detach().double().tolist()
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
        "optimizer": {"settings": {"learning_rate": learning_rate}},
        "iterations": iterations,
    }
    _check(fields, given, wanted)
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


def _layers(sequential: torch.nn.Sequential) -> list[TorchLayer]:
    """The linear modules with what follows them. Raises SessionError."""
    from torch import nn

    layers: list[TorchLayer] = []
    problems: list[Problem] = []
    for path, module in _modules(sequential, ""):
        kind = type(module).__name__
        activation = _ACTIVATIONS.get(kind)
        strange = _strange(module)
        if strange:
            problems.append(Problem(path, strange))
        elif type(module) is nn.Sequential:
            continue
        elif type(module) is nn.Linear:
            problems += [Problem(path, message) for message in _unfit(module, layers)]
            layers.append(TorchLayer(path, module))
        elif type(module) is nn.Identity:
            continue
        elif activation is None or type(module) is not getattr(nn, kind):
            problems.append(Problem(path, _unknown(module)))
        elif not activation.suits(module):
            problems.append(
                Problem(path, f"found {module}, expected {kind}({activation.settings})")
            )
        elif not layers or layers[-1].activation is not None:
            problems.append(
                Problem(path, f"{kind} does not follow a Linear; put Linear modules between them")
            )
        else:
            layers[-1] = TorchLayer(layers[-1].path, layers[-1].linear, module, activation.name)
    weights = sum(layer.linear.in_features * layer.linear.out_features for layer in layers)
    if weights > MOST_WEIGHTS:
        problems.append(
            Problem("", f"found {weights:,} weights, expected at most {MOST_WEIGHTS:,}")
        )
    if not layers and not problems:
        problems.append(Problem("", "there is no Linear in it"))
    if problems:
        raise SessionError(_SOURCE, problems)
    return layers


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


_HOOKS = {
    "_forward_pre_hooks": "forward pre-hook",
    "_forward_hooks": "forward hook",
    "_backward_pre_hooks": "backward pre-hook",
    "_backward_hooks": "backward hook",
    "_post_accumulate_grad_hooks": "hook behind its gradient",
}
"""Where torch keeps the hooks of a module or a parameter."""


def _strange(module: torch.nn.Module) -> str:
    """Why it may compute something else than its class does; empty if it does not."""
    from torch import nn

    kind = type(module).__name__
    if not isinstance(module, nn.Module):
        return f"found a {kind}, expected a torch.nn.Sequential of modules"
    if "forward" in vars(module):
        return f"this {kind} has a forward of its own; build it again without one"
    for owner, what in ((module, kind), *_own_parameters(module)):
        for attribute, hook in _HOOKS.items():
            if getattr(owner, attribute, None):
                return (
                    f"this {what} has a {hook}, which may change its numbers; take it away "
                    "(handle.remove()), and undo weight_norm, spectral_norm or pruning"
                )
    return ""


def _own_parameters(module: torch.nn.Module) -> list[tuple[Any, str]]:
    kind = type(module).__name__
    return [(each, f"{kind}.{name}") for name, each in module.named_parameters(recurse=False)]


def _unfit(linear: torch.nn.Linear, before: list[TorchLayer]) -> list[str]:
    """What is wrong with the numbers of a Linear that follows others."""
    from torch import nn

    found = []
    parameters = {"weight": linear.weight, "bias": linear.bias}
    earlier = [p for layer in before for p in (layer.linear.weight, layer.linear.bias)]
    for name, parameter in parameters.items():
        if parameter is None:
            continue
        if type(parameter) is not nn.Parameter:
            found.append(f"its {name} is a {type(parameter).__name__}, expected a Parameter")
        elif not parameter.is_floating_point() or parameter.is_meta:
            kind = "has no values yet" if parameter.is_meta else f"is {parameter.dtype}"
            found.append(f"its {name} {kind}, expected floating-point numbers")
        elif any(each is not None and _overlap(parameter, each) for each in earlier):
            found.append(
                f"shares its {name} with a layer before it, and a session would train them apart; "
                "give it a copy, or write the equations by hand"
            )
        earlier.append(parameter)
    if before and before[-1].linear.out_features != linear.in_features:
        units = before[-1].linear.out_features
        found.append(f"takes {linear.in_features} inputs, and there are {units} before it")
    return found


def _overlap(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors may have memory in common."""
    (first, last), (begin, end) = map(_span, (one, other))
    return one.device == other.device and first < end and begin < last


def _span(tensor: torch.Tensor) -> tuple[int, int]:
    """The addresses from the first to behind the last byte of it."""
    reach = sum(
        (size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True)
    )
    return tensor.data_ptr(), tensor.data_ptr() + (reach + 1) * tensor.element_size()


def _unknown(module: torch.nn.Module) -> str:
    from torch import nn

    kind = type(module).__name__
    if isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward:
        return f"{kind} is a subclass of Sequential; put torch.nn.Sequential(*net) in its place"
    bases = [each for each in ("Linear", *_ACTIVATIONS) if isinstance(module, getattr(nn, each))]
    if bases:
        return f"{kind} is a subclass, which may compute something else; use torch.nn.{bases[0]}"
    if any(module.children()):
        return (
            f"what the forward of {kind} computes cannot be read; write it as a "
            "torch.nn.Sequential of modules, or the equations by hand (docs/equations.md)"
        )
    known = ", ".join(["Linear", *_ACTIVATIONS, "Identity"])
    return f"{kind} has no counterpart here; these have: {known}"
