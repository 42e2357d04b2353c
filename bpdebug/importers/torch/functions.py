"""`torch.autograd.Function`s of somebody's own: the derivation of their forward, and a check of
their backward beside it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.autograd import function as torchs

_AGREE = 1e-8
"""How far the gradients of a backward may be from those of its forward, relative to the greatest."""


@dataclass(frozen=True)
class Call:
    """A function that was applied, to copies of these arguments."""

    function: Any
    arguments: tuple[Any, ...]


@contextmanager
def written_out(derived: bool) -> Iterator[list[Call]]:
    """Note the functions that are applied; if they are to be `derived`, their forward is computed
    as if it stood in their place, so that torch derives it itself.
    """
    calls: list[Call] = []
    base = torchs._SingleLevelFunction
    usual = base.__dict__.get("apply")

    def apply(cls: Any, *arguments: Any) -> Any:
        calls.append(Call(cls, tuple(map(_copy, arguments))))
        if derived:
            return _forward(cls, arguments)
        return super(base, cls).apply(*arguments)

    base.apply = classmethod(apply)
    try:
        yield calls
    finally:
        if usual is None:
            del base.apply
        else:
            base.apply = usual


def _copy(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def _forward(cls: Any, arguments: tuple[Any, ...]) -> Any:
    """What the forward of a function computes, derivable."""
    if cls.setup_context is not torchs._SingleLevelFunction.setup_context:
        return cls.forward(*arguments)
    context = torchs.FunctionCtx()
    context.needs_input_grad = tuple(
        isinstance(each, torch.Tensor) and each.requires_grad for each in arguments
    )
    return cls.forward(context, *arguments)


def slips(calls: list[Call]) -> list[str]:
    """What is wrong with the backwards of functions, in words; each function is told once."""
    found: dict[Any, str] = {}
    for call in calls:
        if call.function not in found:
            told = _slip(call)
            if told:
                found[call.function] = told
    return [*found.values()]


def _slip(call: Call) -> str:
    try:
        own = _gradients(call, derived=False)
        right = _gradients(call, derived=True)
    except Exception as error:
        return f"{_place(call.function)}: cannot be checked: {type(error).__name__}: {error}"[:300]
    for number, (one, other) in enumerate(zip(own, right, strict=True), start=1):
        if other is None or one is None:
            if other is not None and bool(other.abs().max() > 0):
                return f"{_place(call.function)}: it gives no gradient for argument {number}"
            continue
        apart = (one - other).abs()
        if bool((apart > _AGREE * other.abs().max().clamp_min(1e-300)).any()):
            worst = int(apart.argmax())
            here, there = float(one.reshape(-1)[worst]), float(other.reshape(-1)[worst])
            return (
                f"{_place(call.function)}: its gradient for argument {number} is {here:.6g} where "
                f"the derivative of its forward is {there:.6g}"
            )
    return ""


def _gradients(call: Call, derived: bool) -> list[Any]:
    """The gradients of the arguments that have any, for gradients of the results that are drawn."""
    arguments = [_copy(each) for each in call.arguments]
    own = [n for n, each in enumerate(arguments) if _is_real(each)]
    for n in own:
        arguments[n].requires_grad_()
    # What is changed in place must not be a leaf.
    inner = [each.clone() if n in own else each for n, each in enumerate(arguments)]
    with torch.enable_grad():
        results = _forward(call.function, tuple(inner)) if derived else call.function.apply(*inner)
        results = results if isinstance(results, tuple | list) else (results,)
        random = torch.Generator().manual_seed(1)
        total = sum(
            (each * torch.rand(each.shape, generator=random, dtype=each.dtype)).sum()
            for each in results
            if _is_real(each)
        )
        if not isinstance(total, torch.Tensor) or not total.requires_grad:
            return [None for _ in own]
        return list(
            torch.autograd.grad(total, [arguments[n] for n in own], allow_unused=True)
        )


def _is_real(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def _place(cls: Any) -> str:
    try:
        line = inspect.getsourcelines(cls.backward)[1]
        file = Path(inspect.getsourcefile(cls.backward) or "").name
        return f"{file}:{line}, the backward of {cls.__name__}"
    except (OSError, TypeError):
        return f"the backward of {cls.__name__}"
