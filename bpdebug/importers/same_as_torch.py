"""Whether a session computes what a network of PyTorch computes, except for rounding.

torch computes everything in doubles, with the network's own forward and autograd. How much
rounding matters is measured: inputs and parameters are changed in their tenth digit, several
times, and the two may differ by what that does to a result. So a pre-activation that is 0 except
for rounding, where the slope of a ReLU jumps, is not a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.models.layers import Reduction
from bpdebug.models.losses import LOSSES
from bpdebug.numerics import FloatArray

if TYPE_CHECKING:
    import torch

_CHANGES = 8
"""How often the numbers are changed; one change misses the other side of a kink half the time."""

_CHANGE = 1e-10
_MARGIN = 10
_RELATIVE = 1e-6

_WHOLE = "the output of the network"


@dataclass(frozen=True, slots=True)
class TorchLayer:
    """A Linear and its path, the module after it, if there is one, and that one's name here."""

    path: str
    linear: Any
    activation: Any = None
    name: str = "identity"


@dataclass(frozen=True, slots=True)
class TorchNetwork:
    """A Sequential, its layers, what their outputs are called here, and what it is trained on.

    `inputs` and `targets` are doubles, of one observation or in rows; `loss` is a name.
    """

    module: Any
    layers: Sequence[TorchLayer]
    outputs: Sequence[str]
    inputs: torch.Tensor
    targets: torch.Tensor
    loss: str
    reduction: str


def first_difference(debugger: Debugger, network: TorchNetwork) -> str:
    """What differs first in the first iteration of a session, in words; empty if nothing does."""
    import torch

    random = torch.Generator().manual_seed(1)

    def changed(tensor: torch.Tensor) -> torch.Tensor:
        noise = torch.rand(tensor.shape, generator=random, dtype=torch.float64)
        return tensor * (1 + _CHANGE * (2 * noise - 1))

    with torch.inference_mode(False), torch.enable_grad(), torch.autocast("cpu", enabled=False):
        wanted = _of_torch(network, lambda tensor: tensor)
        others = [_of_torch(network, changed) for _ in range(_CHANGES)]
    for name, array in wanted.items():
        found = _of_session(debugger, network, name).reshape(array.shape)
        allowed = _RELATIVE * _largest(array)
        allowed += _MARGIN * max(_largest(_distance(other[name], array)) for other in others)
        differs = ~(_distance(found, array) <= allowed)
        if differs.any():
            place = tuple(map(int, np.unravel_index(int(np.argmax(differs)), array.shape)))
            return _words(network, name, place, float(found[place]), float(array[place]))
    return ""


def _largest(array: FloatArray) -> float:
    """The largest finite magnitude in an array."""
    return float(np.max(np.abs(array), initial=0.0, where=np.isfinite(array)))


def _distance(one: FloatArray, other: FloatArray) -> FloatArray:
    """How far two arrays are apart, element by element; what is NaN or infinite in both is not."""
    with np.errstate(invalid="ignore"):
        same = (one == other) | (np.isnan(one) & np.isnan(other))
        return np.where(same, 0.0, np.abs(one - other))


def _of_torch(network: TorchNetwork, change: Callable[[Any], Any]) -> dict[str, FloatArray]:
    """What torch computes from numbers that are changed first, by the names of the session.

    In the order of computing: outputs of the layers one by one, those of the whole network, the
    loss, and from the last layer to the first the gradients of what requires one.
    """
    import torch
    from torch.func import functional_call

    doubles = {
        parameter: change(parameter.detach().to("cpu", torch.float64, copy=True)).requires_grad_(
            parameter.requires_grad
        )
        for layer in network.layers
        for parameter in (layer.linear.weight, layer.linear.bias)
        if parameter is not None
    }
    # Copies, because what was made in inference mode cannot be differentiated.
    inputs = reached = change(network.inputs.clone())
    found = {}
    for name, layer in zip(network.outputs, network.layers, strict=True):
        own = {n: doubles[p] for n, p in layer.linear.named_parameters() if p in doubles}
        reached = functional_call(layer.linear, own, (reached,))
        reached = reached if layer.activation is None else layer.activation(reached)
        found[name] = reached
    own = {n: doubles[p] for n, p in network.module.named_parameters() if p in doubles}
    found[_WHOLE] = whole = functional_call(network.module, own, (inputs,))
    found["E"] = error = named_loss(network.loss, network.reduction, whole, network.targets.clone())
    trained = {
        f"dE/d{letter}{depth}": doubles[parameter]
        for depth, layer in reversed(list(enumerate(network.layers, start=1)))
        for letter, parameter in (("W", layer.linear.weight), ("B", layer.linear.bias))
        if parameter is not None and parameter.requires_grad
    }
    if trained:
        gradients = torch.autograd.grad(error, list(trained.values()))
        found |= dict(zip(trained, gradients, strict=True))
    return {name: tensor.detach().numpy() for name, tensor in found.items()}


def named_loss(name: str, reduction: str, outputs: Any, targets: Any) -> Any:
    """The loss of a session by its name as torch has it; classes may be whole numbers."""
    if not targets.is_floating_point() and targets.shape == outputs.shape[:-1]:
        from torch.nn.functional import one_hot

        targets = one_hot(targets, outputs.shape[-1])
    losses = _LOSSES[name](outputs, targets).sum(-1)
    averages = LOSSES[name].averages or reduction == Reduction.MEAN
    return losses.mean() if averages else losses.sum()


def _softmax_cross_entropy(o: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return -t * o.log_softmax(-1)


def _huber(o: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    from torch.nn.functional import huber_loss

    return huber_loss(o, t, reduction="none")


_LOSSES: Mapping[str, Callable[[Any, Any], Any]] = {
    "half squared error": lambda o, t: (o - t) ** 2 / 2,
    "squared error": lambda o, t: (o - t) ** 2,
    "mean squared error": lambda o, t: (o - t) ** 2 / o.shape[-1],
    "absolute error": lambda o, t: (o - t).abs(),
    "huber": _huber,
    "binary cross-entropy": lambda o, t: -(t * o.log() + (1 - t) * (1 - o).log()),
    "cross-entropy": lambda o, t: -t * o.log(),
    "softmax cross-entropy": _softmax_cross_entropy,
    "hinge": lambda o, t: (1 - t * o).relu(),
}
"""What each unit adds to a loss."""


def _of_session(debugger: Debugger, network: TorchNetwork, name: str) -> FloatArray:
    """The same result of the first iteration of a session."""
    program = debugger.program
    quantity = program.quantities[network.outputs[-1] if name == _WHOLE else name]
    memory = debugger.view_at(Position(program.operations)).memory()
    return memory[quantity.offset : quantity.offset + quantity.size]


def _words(
    network: TorchNetwork, name: str, place: tuple[int, ...], here: float, there: float
) -> str:
    at = f"{name}[{','.join(str(n + 1) for n in place)}]" if place else name
    if name in network.outputs:
        layer = network.layers[network.outputs.index(name)]
        at += f", after the Linear at {layer.path},"
    elif name == _WHOLE:
        at = f"what comes out of the whole network, {network.outputs[-1]}{at[len(name) :]},"
    return (
        f"{at} would be {here!r} in the session and is {there!r} in torch, more than rounding can "
        "do; everything before it agrees"
    )
