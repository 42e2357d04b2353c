"""The worked example in other libraries, where they are installed, to see what it takes there."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Steps = Callable[[int], list[float]]
"""Carries out a number of iterations from the start; gives w1 to w10, b1, b2."""

X, T, RATE = (1.0, 4.0, 5.0), (0.1, 0.05), 0.01
START = [*(n / 10 for n in range(1, 10)), 0.1, 0.5, 0.5]


def peers() -> tuple[dict[str, Steps], list[str]]:
    """The peers by name, and the names of those that are not installed."""
    known = {"PyTorch, eager": ("torch", _torch), "micrograd": ("micrograd", _micrograd)}
    known["JAX, compiled step"] = ("jax", _jax)
    found = {name: make() for name, (package, make) in known.items() if find_spec(package)}
    return found, [name for name in known if name not in found]


def _torch() -> Steps:
    torch: Any = import_module("torch")

    def steps(iterations: int) -> list[float]:
        make = {"dtype": torch.float64}
        x, t = torch.tensor(X, **make), torch.tensor(T, **make)
        w = torch.tensor(START[:6], **make).reshape(3, 2).requires_grad_()
        v = torch.tensor(START[6:10], **make).reshape(2, 2).requires_grad_()
        b = torch.tensor(START[10:], **make).requires_grad_()
        for _ in range(iterations):
            h = torch.sigmoid(x @ w + b[0])
            loss = 0.5 * ((torch.sigmoid(h @ v + b[1]) - t) ** 2).sum()
            loss.backward()
            with torch.no_grad():
                for each in (w, v, b):
                    each -= RATE * each.grad
                    each.grad = None
        return [*w.flatten().tolist(), *v.flatten().tolist(), *b.tolist()]

    return steps


def _jax() -> Steps:
    jax: Any = import_module("jax")
    jnp: Any = import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    x, t = jnp.array(X), jnp.array(T)

    def loss(p: Any) -> Any:
        h = jax.nn.sigmoid(x @ p[:6].reshape(3, 2) + p[10])
        o = jax.nn.sigmoid(h @ p[6:10].reshape(2, 2) + p[11])
        return 0.5 * ((o - t) ** 2).sum()

    step = jax.jit(lambda p: p - RATE * jax.grad(loss)(p))
    step(jnp.array(START)).block_until_ready()  # compiling is not measured

    def steps(iterations: int) -> list[float]:
        p = jnp.array(START)
        for _ in range(iterations):
            p = step(p)
        return list(map(float, p))

    return steps


def _micrograd() -> Steps:
    value: Any = import_module("micrograd.engine").Value

    def steps(iterations: int) -> list[float]:
        p = list(map(value, START))

        def sigmoid(z: Any) -> Any:
            return (1 + exponential(-z)) ** -1

        def exponential(z: Any) -> Any:
            # Which micrograd lacks; made as its own functions are.
            out = value(math.exp(z.data), (z,), "exp")

            def backward() -> None:
                z.grad += out.data * out.grad

            out._backward = backward
            return out

        for _ in range(iterations):
            h1 = sigmoid(p[0] * X[0] + p[2] * X[1] + p[4] * X[2] + p[10])
            h2 = sigmoid(p[1] * X[0] + p[3] * X[1] + p[5] * X[2] + p[10])
            o1 = sigmoid(p[6] * h1 + p[8] * h2 + p[11])
            o2 = sigmoid(p[7] * h1 + p[9] * h2 + p[11])
            loss = ((o1 - T[0]) ** 2 + (o2 - T[1]) ** 2) * 0.5
            for each in p:
                each.grad = 0.0
            loss.backward()
            for each in p:
                each.data -= RATE * each.grad
        return [each.data for each in p]

    return steps
