"""The optimizer of a session from one of torch, with its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from bpdebug.models.optimizers import state_name
from bpdebug.session.file.arrays import compact
from bpdebug.session.file.errors import Problem, SessionError

_NOTHING = {
    "maximize": "it maximizes; negate the loss instead",
    "amsgrad": "amsgrad has no counterpart here",
}


def optimizer_fields(
    optimizer: Any,
    names: Mapping[int, str],
    frozen: list[str],
    rate: str = "learning_rate",
    squeezed: bool = False,
) -> dict[str, Any]:
    """The fields of a session for `torch.optim.SGD`, `Adam` or `AdamW`.

    `names` says what the parameters are called, by identity; those that the optimizer does not have
    are frozen. `rate` is what the learning rate is called; `squeezed` parameters have lost axes of
    length 1. Raises SessionError with what has no
    counterpart.
    """
    kind = type(optimizer)
    if kind not in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        raise _refused(f"found {kind.__name__}, expected SGD, Adam or AdamW of torch.optim")
    groups = [_settings(group) for group in optimizer.param_groups]
    for number, group in enumerate(groups[1:], start=2):
        for setting, value in group.items():
            if value != groups[0][setting]:
                raise _refused(
                    f"{setting} is {value} in group {number} of the parameters and "
                    f"{groups[0][setting]} in the first; a session has one for all"
                )
    group = groups[0]
    for setting, words in _NOTHING.items():
        if group.get(setting):
            raise _refused(words)
    trained = [each for one in optimizer.param_groups for each in one["params"]]
    own = {
        id(each): each for each in trained if id(each) in names and names[id(each)] not in frozen
    }
    left = [name for key, name in names.items() if key not in own and name not in frozen]
    states = {names[key]: optimizer.state.get(each, {}) for key, each in own.items()}
    make = _descent if kind is torch.optim.SGD else _adam
    method, settings, kept = make(kind, group, states)
    fields: dict[str, Any] = {"method": method, "settings": settings}
    if rate != "learning_rate":
        fields["symbols"] = {"learning_rate": rate}
    state = {name: _numbers(value, squeezed) for name, value in kept.items()}
    if state:
        fields["state"] = state
    return {"optimizer": fields, "frozen": [*frozen, *left]}


def _settings(group: Mapping[str, Any]) -> dict[str, Any]:
    """What a group of parameters is trained with, as plain numbers."""
    found = {}
    for name, value in group.items():
        if name in ("params", "param_names", "initial_lr", "foreach", "fused", "capturable"):
            continue
        if name == "differentiable":
            continue
        if isinstance(value, torch.Tensor):
            value = float(value)
        found[name] = tuple(map(float, value)) if isinstance(value, tuple) else value
    return found


def _descent(
    kind: Any, group: Mapping[str, Any], states: Mapping[str, Any]
) -> tuple[str, dict[str, float], dict[str, Any]]:
    rate, momentum = float(group["lr"]), float(group["momentum"])
    decay, dampening = float(group["weight_decay"]), float(group["dampening"])
    settings = {"learning_rate": rate}
    if momentum == 0:
        if decay == 0:
            return "gradient descent", settings, {}
        return "gradient descent with weight decay", settings | {"weight_decay": decay}, {}
    settings["momentum"] = momentum
    buffers = {
        name: state["momentum_buffer"]
        for name, state in states.items()
        if state.get("momentum_buffer") is not None
    }
    found = {state_name("v", name): each for name, each in buffers.items()}
    if dampening:
        if decay:
            raise _refused("dampening together with weight_decay has no counterpart here")
        if len(buffers) < len(states):
            raise _refused(
                "SGD with dampening takes the first gradient whole, and a session does not; take "
                "one step with it, then import it"
            )
        return "momentum with dampening", settings | {"dampening": dampening}, found
    method = "nesterov" if group["nesterov"] else "momentum"
    if decay:
        return f"{method} with weight decay", settings | {"weight_decay": decay}, found
    return method, settings, found


def _adam(
    kind: Any, group: Mapping[str, Any], states: Mapping[str, Any]
) -> tuple[str, dict[str, float], dict[str, Any]]:
    beta1, beta2 = group["betas"]
    settings = {
        "learning_rate": float(group["lr"]),
        "beta1": beta1,
        "beta2": beta2,
        "epsilon": float(group["eps"]),
    }
    method = "adam"
    decay = float(group["weight_decay"])
    if kind is torch.optim.AdamW or group.get("decoupled_weight_decay"):
        method, settings = "adamw", settings | {"weight_decay": decay}
    elif decay:
        method, settings = "adam with weight decay", settings | {"weight_decay": decay}
    steps = {float(state["step"]) if state else 0.0 for state in states.values()}
    if len(steps) > 1:
        raise _refused(
            f"some parameters have made {min(steps):.0f} steps and others {max(steps):.0f}; a "
            "session counts them together"
        )
    count = steps.pop() if steps else 0.0
    if count == 0:
        return method, settings, {}
    found: dict[str, Any] = {"beta1_power": beta1**count, "beta2_power": beta2**count}
    for name, state in states.items():
        found[state_name("m", name)] = state["exp_avg"]
        found[state_name("s", name)] = state["exp_avg_sq"]
    return method, settings, found


def _numbers(value: Any, squeezed: bool) -> Any:
    """Numbers as written in a session."""
    if not isinstance(value, torch.Tensor):
        return value
    found = value.detach().double().cpu()
    return compact((found.squeeze() if squeezed else found).tolist())


def _refused(message: str) -> SessionError:
    return SessionError("torch.optim", [Problem("optimizer", message)])
