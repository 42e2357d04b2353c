"""From a network of PyTorch to a session: what may be asked, and which way it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bpdebug.importers.torch.layers import fields_of, layers_of
from bpdebug.models.layers import Reduction
from bpdebug.models.losses import LOSSES
from bpdebug.session.file.errors import Problem, SessionError

if TYPE_CHECKING:
    import torch


def session_from(
    module: torch.nn.Module,
    inputs: Any,
    targets: Any = None,
    loss: str | Callable[..., Any] = "mean squared error",
    learning_rate: float = 0.01,
    reduction: str = Reduction.SUM,
    iterations: int = 1000,
    optimizer: torch.optim.Optimizer | None = None,
) -> dict[str, Any]:
    """A session of any `torch.nn.Module`; this runs its forward.

    `inputs` is a tensor, an array or a list, or a tuple or dict of arguments of the forward.
    `loss` is named as in a session file (`"mean squared error"` is torch's `MSELoss()`), or called
    with what comes out and the `targets`: `nn.CrossEntropyLoss()`, or any function. Without targets
    what comes out is the loss. `optimizer` is a `torch.optim.SGD`, `Adam` or `AdamW` with its
    state; without one it is gradient descent with the `learning_rate`.

    A `torch.nn.Sequential` of `Linear` layers and activations, with a named loss, becomes layers;
    the forward of any other module is traced and becomes equations. Outputs, loss and gradients of
    the session are those that torch computes in doubles, except for rounding: at this point, and of
    equations at two nearby, too. Raises SessionError with what cannot be a session, by module and
    line, or with the first number that differs. The module is left as it was.
    """
    from torch import nn

    from bpdebug.importers.torch.optimizers import optimizer_fields

    source = "torch.nn.Module"
    if not isinstance(module, nn.Module):
        message = f"found a {type(module).__name__}, expected a torch.nn.Module"
        raise SessionError(source, [Problem("", message)])
    if isinstance(loss, str) and loss not in LOSSES and targets is not None:
        message = f"found {loss!r:.60}, expected a function, or one of: {', '.join(LOSSES)}"
        raise SessionError(source, [Problem("loss", message)])

    def descent(
        names: Mapping[int, str],
        frozen: list[str],
        rate: str = "learning_rate",
        squeezed: bool = False,
    ) -> dict[str, Any]:
        symbols = {} if rate == "learning_rate" else {"symbols": {"learning_rate": rate}}
        return {"optimizer": {"settings": {"learning_rate": learning_rate}, **symbols}}

    fields = descent if optimizer is None else partial(optimizer_fields, optimizer)
    layers = layers_of(module) if isinstance(loss, str) and targets is not None else None
    if layers is not None and isinstance(loss, str):
        return fields_of(module, layers, inputs, targets, loss, str(reduction), fields, iterations)
    from bpdebug.importers.torch.module import fields_of_module

    return fields_of_module(module, inputs, targets, loss, str(reduction), fields, iterations)
