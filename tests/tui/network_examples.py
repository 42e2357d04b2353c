"""Models to draw, and views of them at a position."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

import numpy as np

from bpdebug.debugger.edits import Segment
from bpdebug.debugger.view import Position, View
from bpdebug.drawing.canvas import Canvas
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import scene
from bpdebug.models.layers import Bias, Layer, Numbering, network
from bpdebug.models.model import Declaration, Model, Role, values_of
from bpdebug.models.optimizers import optimizer_named, update_equations
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.symbols import Reference
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.program import Program
from bpdebug.text.numbers import DIGITS, number

_ORDER = {
    "forward": ("j: zh, h", "k: zo, o"),
    "backward": ("dE/do", "do/dzo", "dE/dW2", "dE/db2", "j: dE/dh, dh/dzh, dE/dW1", "dE/db1"),
}


def _parameter(
    name: str, values: object, names: tuple[str, ...] = (), layer: int = 0
) -> Declaration:
    array = values_of(values)
    target = Reference(name, tuple("ij"[: array.ndim]))
    method = optimizer_named("gradient descent")
    updates = update_equations(method, target, "E", {"learning_rate": "alpha"})
    return Declaration(name, Role.PARAMETER, array, names, updates, True, layer)


_ALPHA = Declaration("alpha", Role.CONSTANT, values_of(0.01))


@lru_cache
def blog() -> Program:
    """The 3-2-2 network of the worked example, in its order of operations."""
    layers = [Layer("x", 3), Layer("h", 2), Layer("o", 2)]
    net = network(layers, "half squared error", Numbering.BY_INPUT)
    values: Mapping[str, object] = {
        "W1": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
        "W2": [[0.7, 0.8], [0.9, 0.1]],
        "b1": 0.5,
        "b2": 0.5,
    }
    ordered = sorted(net.parameters.items(), key=lambda item: item[0][0] != "W")
    declarations = (
        Declaration("x", Role.INPUT, values_of([1, 4, 5])),
        Declaration("t", Role.TARGET, values_of([0.1, 0.05])),
        _ALPHA,
        *(_parameter(name, values[name], each.names, each.layer) for name, each in ordered),
    )
    return build(Model(net.equations, declarations, "E", order=_ORDER, layers=net.layers))


@lru_cache
def layered(*sizes: int, bias: Bias = Bias.SHARED) -> Program:
    """A network of sigmoid layers with weights of both signs."""
    names = ("x", *(f"h{n}_" if len(sizes) > 4 else "hgf"[n] for n in range(len(sizes) - 2)), "o")
    layers = [Layer(name, size, bias=bias) for name, size in zip(names, sizes, strict=True)]
    net = network(layers, "half squared error", Numbering.BY_INPUT)
    random = np.random.default_rng(7)

    def some(*shape: int) -> object:
        return np.round(random.uniform(-1, 1, shape), 2)

    declarations = (
        Declaration("x", Role.INPUT, values_of(some(sizes[0]))),
        Declaration("t", Role.TARGET, values_of(some(sizes[-1]))),
        _ALPHA,
        *(
            _parameter(name, some(*each.shape), each.names, each.layer)
            for name, each in net.parameters.items()
        ),
    )
    return build(Model(net.equations, declarations, "E", layers=net.layers))


def free(equations: str, parameters: Mapping[str, object], **given: object) -> Program:
    """A model written as equations, one a line; targets are what is given as `t`."""
    declarations = [
        Declaration(name, Role.TARGET if name == "t" else Role.INPUT, values_of(values))
        for name, values in given.items()
    ]
    trained = [_parameter(name, values) for name, values in parameters.items()]
    lines = tuple(parse_equation(line) for line in equations.strip().splitlines())
    return build(Model(lines, (*declarations, _ALPHA, *trained)))


@lru_cache
def scalars() -> Program:
    """A 2-2-1 network written as scalar equations; its first bias is shared."""
    return free(
        """zh1 = w1*x1 + w3*x2 + b1
           h1 = sigmoid(zh1)
           zh2 = w2*x1 + w4*x2 + b1
           h2 = sigmoid(zh2)
           zo = w5*h1 + w6*h2 + b2
           o = sigmoid(zo)
           E = 0.5*(o - t)^2""",
        {"w1": 0.1, "w2": -0.2, "w3": 0.3, "w4": 0.4, "w5": -0.5, "w6": 0.6, "b1": 0.5, "b2": 0.2},
        x1=1,
        x2=-2,
        t=0.3,
    )


@lru_cache
def xor() -> Program:
    """Four observations of a 2-2-1 network; each unit has its own bias."""
    return free(
        """zh[n,j] = sum(i: W1[i,j]*x[n,i]) + b1[j]
           h[n,j] = tanh(zh[n,j])
           zo[n] = sum(j: W2[j]*h[n,j]) + b2
           o[n] = sigmoid(zo[n])
           E = 0.5*sum(n: (o[n]-t[n])^2)""",
        {"W1": [[0.5, -0.4], [0.3, 0.8]], "b1": [0.1, -0.2], "W2": [0.7, -0.9], "b2": 0.3},
        x=[[0, 0], [0, 1], [1, 0], [1, 1]],
        t=[0, 1, 1, 0],
    )


@lru_cache
def softmax() -> Program:
    """A layer whose outputs depend on all pre-activations."""
    return free(
        """z[k] = sum(i: W[i,k]*x[i]) + b[k]
           s = sum(k: exp(z[k]))
           p[k] = exp(z[k])/s
           E = -sum(k: t[k]*log(p[k]))""",
        {"W": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], "b": [0.0, 0.1, 0.2]},
        x=[1, 2],
        t=[0, 1, 0],
    )


@lru_cache
def circuit() -> Program:
    """Parameters and nothing else at the leaves, one of them used late."""
    return free("q = x + y\nE = q*z", {"x": -2, "y": 5, "z": -4})


@lru_cache
def decayed() -> Program:
    """A weight that the loss is computed from directly, too, and an offset only it knows."""
    return free(
        """o[k] = sum(i: w[i,k]*x[i])
           E = 0.5*sum(k: (o[k] - t[k] + c)^2) + 0.1*sum(i: sum(k: w[i,k]^2))""",
        {"w": [[0.5, -0.4], [0.3, 0.8]], "c": 0.2},
        x=[1, 2],
        t=[0, 1],
    )


@lru_cache
def chain(length: int) -> Program:
    """One unit after another."""
    names = ["x", *(f"a{n}" for n in range(1, length + 1))]
    lines = [f"a{n} = w{n}*{names[n - 1]}" for n in range(1, length + 1)]
    weights = {f"w{n}": 0.1 * n - 0.55 for n in range(1, length + 1)}
    return free("\n".join([*lines, f"E = (a{length} - t)^2"]), weights, x=1, t=0.3)


graph_of = lru_cache(maxsize=4)(network_graph)
"""The graph of a program, which is made once for all that is drawn of it."""


@lru_cache(maxsize=4)
def _iterations(program: Program) -> list[np.ndarray]:
    """The memory before each iteration and after it, as far as it has been computed."""
    return [program.start.copy()]


def view_at(program: Program, position: int) -> View:
    """The view after `position` operations."""
    done = max(0, position - 1) // program.operations
    memories = _iterations(program)
    if len(memories) < done + 2:
        run = array_iteration(program)
        while len(memories) < done + 2:
            memories.append(memories[-1].copy())
            run(memories[-1])
    operation = position - done * program.operations
    segments = (Segment(0, *memories[done : done + 2]),)
    return View(program, Position(position), done + 1, operation, segments)


def draw(
    program: Program,
    position: int,
    width: int,
    height: int,
    selected: str | None = None,
    digits: int = DIGITS,
) -> tuple[Canvas, Raster]:
    """A drawing and what it was drawn with."""
    graph = graph_of(program)
    raster = Raster(graph)
    seen = scene(graph, view_at(program, position), selected, partial(number, digits=digits))
    return raster.draw(seen, width, height), raster
