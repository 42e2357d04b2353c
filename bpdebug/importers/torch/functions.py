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
"""How far the gradients of a backward may be from those of its forward, of the greatest."""


@dataclass(frozen=True)
class Call:
    """A function that was applied, to copies of these arguments."""

    function: Any
    arguments: tuple[Any, ...]


class Functions:
    """The functions of somebody's own while a network computes.

    What they compute is noted in `calls`, `inside` says whether one is at it. If they are to be
    `derived`, their backward is what torch derives of their forward.
    """

    def __init__(self, derived: bool) -> None:
        self.calls: list[Call] = []
        self.inside = 0
        self._derived = derived

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch all functions there are; they are as they were afterwards."""
        before = [
            (cls, name, vars(cls)[name])
            for cls in _all(torch.autograd.Function)
            for name in ("forward", "setup_context", "backward")
            if name in vars(cls)
        ]
        try:
            for cls, name, _ in before:
                usual = getattr(cls, name)
                if name == "backward" and self._derived:
                    setattr(cls, name, staticmethod(_derived_backward))
                elif name == "forward":
                    setattr(cls, name, staticmethod(self._forward(usual)))
                elif name == "setup_context":
                    setattr(cls, name, staticmethod(self._setup(usual)))
            yield
        finally:
            for cls, name, old in before:
                setattr(cls, name, old)

    def _forward(self, usual: Any) -> Any:
        def forward(*arguments: Any, **named: Any) -> Any:
            context = arguments[0] if arguments else None
            if isinstance(context, torchs.BackwardCFunction):
                self._note(context, arguments[1:])
            self.inside += 1
            try:
                return usual(*arguments, **named)
            finally:
                self.inside -= 1

        forward.usual = usual  # type: ignore[attr-defined]
        return forward

    def _setup(self, usual: Any) -> Any:
        def setup_context(ctx: Any, inputs: Any, output: Any) -> Any:
            if isinstance(ctx, torchs.BackwardCFunction):
                self._note(ctx, inputs)
            return usual(ctx, inputs, output)

        return setup_context

    def _note(self, context: Any, arguments: Any) -> None:
        call = Call(type(context)._forward_cls, tuple(map(_copy, arguments)))
        self.calls.append(call)
        context.bpdebug_call = call


def _all(base: Any) -> Iterator[Any]:
    """The classes below one, but for those of torch."""
    for cls in base.__subclasses__():
        if not cls.__module__.startswith("torch."):
            yield cls
        yield from _all(cls)


def _derived_backward(ctx: Any, *gradients: Any) -> Any:
    """What torch derives of a forward."""
    call: Call = ctx.bpdebug_call
    arguments, results = _again(call)
    own = [each for each in arguments if _is_real(each)]
    kept = [
        (each, gradient)
        for each, gradient in zip(results, gradients, strict=False)
        if _is_real(each) and each.requires_grad and gradient is not None
    ]
    found = iter(
        torch.autograd.grad(
            [each for each, _ in kept], own, [each for _, each in kept], allow_unused=True
        )
        if kept
        else [None] * len(own)
    )
    told = tuple(next(found) if _is_real(each) else None for each in arguments)
    return told if len(told) != 1 else told[0]


def _again(call: Call) -> tuple[list[Any], tuple[Any, ...]]:
    """The arguments of a call, and what its forward gives for them, derivable."""
    arguments = [_copy(each) for each in call.arguments]
    for each in arguments:
        if _is_real(each):
            each.requires_grad_()
    with torch.enable_grad():
        # What is changed in place must not be a leaf.
        inner = tuple(each.clone() if _is_real(each) else each for each in arguments)
        results = _forward(call.function, inner)
    return arguments, results if isinstance(results, tuple) else (results,)


def _copy(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def _forward(cls: Any, arguments: tuple[Any, ...]) -> Any:
    """What the forward of a function computes, derivable."""
    forward = getattr(cls.forward, "usual", cls.forward)
    if cls.setup_context is not torch.autograd.Function.setup_context:
        return forward(*arguments)
    context: Any = torchs.FunctionCtx()
    context.needs_input_grad = tuple(
        isinstance(each, torch.Tensor) and each.requires_grad for each in arguments
    )
    return forward(context, *arguments)


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
    if derived:
        arguments, results = _again(call)
    else:
        arguments = [_copy(each) for each in call.arguments]
        for each in arguments:
            if _is_real(each):
                each.requires_grad_()
        inner = [each.clone() if _is_real(each) else each for each in arguments]
        found = call.function.apply(*inner)
        results = found if isinstance(found, tuple) else (found,)
    own = [each for each in arguments if _is_real(each)]
    random = torch.Generator().manual_seed(1)
    total = sum(
        (each * torch.rand(each.shape, generator=random, dtype=each.dtype)).sum()
        for each in results
        if _is_real(each)
    )
    if not isinstance(total, torch.Tensor) or not total.requires_grad:
        return [None for _ in own]
    return list(torch.autograd.grad(total, own, allow_unused=True))


def _is_real(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def _place(cls: Any) -> str:
    try:
        line = inspect.getsourcelines(cls.backward)[1]
        file = Path(inspect.getsourcefile(cls.backward) or "").name
        return f"{file}:{line}, the backward of {cls.__name__}"
    except (OSError, TypeError):
        return f"the backward of {cls.__name__}"
