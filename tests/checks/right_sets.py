"""Right figures as other programs have them: nets of chance, computed in another precision and in
another order, printed in another way.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bpdebug.checks.figures.figure import Figure
from bpdebug.debugger.debugger import Debugger
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.program.arrays import Arithmetic, statement_step
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.bundled import find_session
from bpdebug.session.data.figures import figures_of
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.model.assemble import make_debugger

BUNDLED = ("blog", "attention", "layer-norm", "lstm", "recurrent", "softmax", "xor", "adam")
ITERATIONS = 2


# Nets


def _net(rng: random.Random) -> dict[str, Any]:
    """Layers, some with parameters that are all 0, so that gradients are 0 or cancel."""
    sizes = [rng.randint(1, 4) for _ in range(rng.randint(2, 4))]
    activations = ("sigmoid", "tanh", "relu", "softplus", "identity")
    layers = [
        {"name": name, "units": units, "activation": rng.choice(activations), "bias": "unit"}
        for name, units in zip("xhgo", sizes, strict=False)
    ]
    scale = rng.choice([0.0, 1e-3, 1.0, 1.0, 10.0])
    parameters: dict[str, Any] = {}
    for depth in range(1, len(sizes)):
        parameters[f"W{depth}"] = _array(rng, sizes[depth - 1], sizes[depth], scale=scale)
        parameters[f"B{depth}"] = _array(rng, sizes[depth], scale=scale)
    rows = rng.randint(1, 4)
    return {
        "model": {"layers": layers, "loss": "half squared error"},
        "inputs": {"x": _array(rng, rows, sizes[0])},
        "targets": {"t": _array(rng, rows, sizes[-1])},
        "parameters": parameters,
    }


def _batch_norm(rng: random.Random) -> dict[str, Any]:
    """The bias before it changes nothing: its gradient is nothing but rounding."""
    rows, width = rng.randint(2, 6), rng.randint(1, 4)
    return {
        "model": {
            "equations": [
                "z[n,j] = sum(i: W[i,j]*x[n,i]) + b[j]",
                "mean[j] = sum(n: z[n,j])/count",
                "d[n,j] = z[n,j] - mean[j]",
                "var[j] = sum(n: d[n,j]^2)/count",
                "y[n,j] = g[j]*(d[n,j]/sqrt(var[j] + epsilon)) + c[j]",
                "E = sum(n: sum(j: (y[n,j] - t[n,j])^2))/count",
            ]
        },
        "inputs": {"x": _array(rng, rows, 3)},
        "targets": {"t": _array(rng, rows, width)},
        "constants": {"count": rows, "epsilon": 1e-5},
        "parameters": {
            "W": _array(rng, 3, width),
            "b": _array(rng, width),
            "g": _array(rng, width),
            "c": _array(rng, width),
        },
    }


def _attention(rng: random.Random) -> dict[str, Any]:
    """With great scores it is saturated, and gradients are tiny sums of large terms."""
    part: dict[str, Any] = json.loads(find_session("attention").read_text(encoding="utf-8"))
    scale = rng.choice([1.0, 3.0, 6.0])
    for name in "QKV":
        part["parameters"][name] = _array(rng, 2, 2, scale=scale)
    return {key: part[key] for key in ("model", "inputs", "targets", "constants", "parameters")}


def _array(rng: random.Random, *shape: int, scale: float = 1.0) -> list[Any]:
    if len(shape) == 1:
        return [scale * round(rng.uniform(-1, 1), rng.choice([1, 17])) for _ in range(shape[0])]
    return [_array(rng, *shape[1:], scale=scale) for _ in range(shape[0])]


@cache
def _bundled(name: str) -> Debugger:
    path = find_session(name)
    return make_debugger(read_session(path), str(path))


def net(rng: random.Random) -> Debugger:
    """A net of chance, or a bundled one."""
    kind = rng.choice([_net, _net, _net, _batch_norm, _attention, None])
    if kind is None:
        return _bundled(rng.choice(BUNDLED))
    head = {"format": "bpdebug-session", "version": "1.0", "numerics": "ieee-seq-1"}
    tail = {
        "optimizer": {"method": "gradient descent", "settings": {"learning_rate": 0.1}},
        "iterations": ITERATIONS,
        "style": rng.choice(["expanded", "delta"]),
    }
    return make_debugger(parse_session(json.dumps(head | kind(rng) | tail), "net"), "net")


# Another program


def _functions(kind: DTypeLike) -> dict[str, Callable[..., Any]]:
    """Those of numpy where it has them, in its own precision."""
    own: dict[str, Callable[..., Any]] = {
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "tanh": np.tanh,
        "abs": np.abs,
    }
    own |= {"sigmoid": lambda u: 1 / (1 + np.exp(-u)), "max": np.maximum, "min": np.minimum}

    def cast(form: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *each: np.asarray(form(*(np.asarray(u, kind) for u in each)), kind)

    return {name: cast(own.get(name, each.array)) for name, each in FUNCTIONS.items()}


def _arithmetic(kind: DTypeLike, total: Callable[[Any], Any]) -> Arithmetic:
    def cast(form: Callable[..., Any]) -> Callable[..., Any]:
        return lambda a, b: form(np.asarray(a, kind), np.asarray(b, kind))

    signs = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
    return Arithmetic(_functions(kind), total, {sign: cast(form) for sign, form in signs.items()})


def computed(program: Program, kind: DTypeLike, backward: bool) -> list[NDArray[Any]]:
    """The memory after each iteration, in the precision `kind`, sums taken from their end or as
    numpy likes.
    """

    def total(terms: Any) -> Any:
        terms = np.asarray(terms, kind)
        return np.cumsum(terms[::-1], axis=0)[-1] if backward else np.sum(terms, axis=0)

    arithmetic = _arithmetic(kind, total)
    steps = [statement_step(program, each, arithmetic) for each in program.statements]
    memory = program.start.astype(kind)
    found = []
    with np.errstate(all="ignore"):
        for iteration in range(1, ITERATIONS + 1):
            program.load_observations(memory, iteration)
            for step in steps:
                step(memory)
            found.append(memory.copy())
    return found


# What is handed in


@dataclass(frozen=True)
class RightSet:
    """Right figures of a run, and how they were made."""

    debugger: Debugger
    figures: list[Figure]
    memory: NDArray[Any]
    form: str
    iteration: int
    how: str


FORMS = ("array", "repr", "%.4f", "%.6f", "%.9f", "%.4g", "%.6g", "%.9g")


def right_set(seed: int) -> RightSet:
    """Loss, gradients and new parameters of an iteration."""
    rng = random.Random(seed)
    while True:
        debugger = net(rng)
        kind = rng.choice([np.float64, np.float32])
        memories = computed(debugger.program, kind, rng.random() < 0.5)
        if all(np.isfinite(each).all() for each in memories):
            break
    form, iteration = rng.choice(FORMS), rng.randint(1, ITERATIONS)
    memory = memories[iteration - 1]
    figures = figures_in(debugger, memory, form, iteration)
    how = f"set {seed}: {kind.__name__} as {form}, iteration {iteration}"
    return RightSet(debugger, figures, memory, form, iteration, how)


def spoiled(right: RightSet, seed: int) -> tuple[list[Figure], str]:
    """The same with one gradient that is off by a tenth, and its name; empty where none is large
    enough for its digits to show it.
    """
    program, memory = right.debugger.program, right.memory.copy()
    gradients = program.of_kind(Kind.GRADIENT)
    slots = [s for q in gradients for s in range(q.offset, q.offset + q.size)]
    worth = [slot for slot in slots if abs(memory[slot]) > 1e-2]
    if not worth:
        return [], ""
    slot = random.Random(seed).choice(worth)
    memory[slot] *= 1.1
    return figures_in(right.debugger, memory, right.form, right.iteration), program.name(slot)


def figures_in(debugger: Debugger, memory: NDArray[Any], form: str, iteration: int) -> list[Figure]:
    """The figures of a memory in a form."""
    program = debugger.program
    wanted = program.of_kind(Kind.GRADIENT, Kind.PARAMETER)
    values: dict[str, object] = {}
    for quantity in (program.quantities[program.model.loss], *wanted):
        mine = memory[quantity.offset : quantity.offset + quantity.size]
        if form == "array":
            values[quantity.name] = mine.reshape(quantity.shape)
            continue
        texts = [str(each) if form == "repr" else form % each for each in mine]
        names = map(program.name, range(quantity.offset, quantity.offset + quantity.size))
        values |= dict(zip(names, texts, strict=True))
    return figures_of(values, debugger, iteration).figures
