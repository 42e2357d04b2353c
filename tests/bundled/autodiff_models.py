"""The bundled networks once more, written by hand for automatic differentiation.

Each function gives the loss from parameters by name and from the session's data. They follow
the sources of the sessions, not their equations: layers are products of matrices here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as np

Values = Mapping[str, Any]
Loss = Callable[[Values, Values], Any]


def sigmoid(z: Any) -> Any:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-z))


def grid(p: Values, name: str, rows: int, columns: int, first: int = 1) -> Any:
    """A matrix: of `w1, w2, …` row by row, counted from `first`, or of `Q1_1, Q1_2, …`."""
    if f"{name}1_1" in p:
        names = [[f"{name}{i + 1}_{j + 1}" for j in range(columns)] for i in range(rows)]
    else:
        names = [[f"{name}{first + i * columns + j}" for j in range(columns)] for i in range(rows)]
    return np.array([[p[each] for each in row] for row in names])


def row(p: Values, *names: str) -> Any:
    """A vector of parameters."""
    return np.array([p[name] for name in names])


def half_squares(o: Any, t: Any) -> Any:
    """Half the sum of the squared errors."""
    return 0.5 * np.sum((t - o) ** 2)


def cross_entropy(o: Any, t: Any) -> Any:
    """The sum of the binary cross-entropies."""
    return -np.sum(t * np.log(o) + (1.0 - t) * np.log(1.0 - o))


def _blog_output(p: Values, x: Any) -> Any:
    h = sigmoid(x @ grid(p, "w", 3, 2) + p["b1"])
    return sigmoid(h @ grid(p, "w", 2, 2, first=7) + p["b2"])


def blog(p: Values, d: Values) -> Any:
    """3-2-2, one bias for each layer; one observation or several, summed."""
    return half_squares(_blog_output(p, d["x"]), d["t"])


def blog_cross_entropy(p: Values, d: Values) -> Any:
    """The same network with another loss."""
    return cross_entropy(_blog_output(p, d["x"]), d["t"])


def two_two_two(p: Values, d: Values) -> Any:
    """2-2-2, one bias for each layer."""
    h = sigmoid(grid(p, "w", 2, 2) @ d["x"] + p["b1"])
    return half_squares(sigmoid(grid(p, "w", 2, 2, first=5) @ h + p["b2"]), d["t"])


def softmax(p: Values, d: Values) -> Any:
    """2-2-3 with the cross-entropy of a softmax."""
    h = sigmoid(grid(p, "w", 2, 2) @ d["x"] + p["b1"])
    o = grid(p, "w", 3, 2, first=5) @ h + p["b2"]
    return np.log(np.sum(np.exp(o))) - np.sum(d["t"] * o)


def two_observations(p: Values, d: Values) -> Any:
    """3-2-1, a bias for each unit, the observation of this iteration."""
    w = np.array([[p[f"w{i}{j}"] for j in (4, 5)] for i in (1, 2, 3)])
    h = sigmoid(d["x"] @ w + row(p, "b4", "b5"))
    return half_squares(sigmoid(h @ row(p, "w46", "w56") + p["b6"]), d["t"])


def xor_step(p: Values, d: Values) -> Any:
    """2-2-1, a bias for each unit, numbered unit by unit."""
    h = sigmoid(grid(p, "w", 2, 2) @ d["x"] + row(p, "b1", "b2"))
    return half_squares(sigmoid(row(p, "w5", "w6") @ h + p["b3"]), d["t"])


def xor(p: Values, d: Values) -> Any:
    """2-2-1, a bias for each unit, numbered input by input; the mean of four observations."""
    h = np.tanh(d["x"] @ grid(p, "w", 2, 2) + row(p, "b1", "b2"))
    o = sigmoid(h @ row(p, "w5", "w6") + p["b3"])
    return cross_entropy(o, d["t"][:, 0]) / 4.0


def recurrent(p: Values, d: Values) -> Any:
    """One hidden number over three steps."""
    h, loss = d["h0"], 0.0
    for t in "123":
        h = np.tanh(p["u"] * h + p["w"] * d["x" + t] + p["b"])
        loss = loss + 0.5 * (p["v"] * h + p["c"] - d["d" + t]) ** 2
    return loss


def lstm(p: Values, d: Values) -> Any:
    """One LSTM cell over two steps."""
    out, state, loss = d["out0"], d["state0"], 0.0
    for x, y in zip(d["x"], d["y"], strict=True):
        z = {g: row(p, f"w{g}1", f"w{g}2") @ x + p["u" + g] * out + p["b" + g] for g in "aifo"}
        state = np.tanh(z["a"]) * sigmoid(z["i"]) + sigmoid(z["f"]) * state
        out = np.tanh(state) * sigmoid(z["o"])
        loss = loss + 0.5 * (out - y) ** 2
    return loss


def attention(p: Values, d: Values) -> Any:
    """One attention head."""
    q, k, v = (d["x"] @ grid(p, name, 2, 2) for name in "QKV")
    e = np.exp(q @ k.T / np.sqrt(d["width"]))
    return half_squares(e / np.sum(e, axis=1, keepdims=True) @ v, d["t"])


def layer_norm(p: Values, d: Values) -> Any:
    """Three units with layer normalisation."""
    z = d["x"] @ grid(p, "w", 2, 3)
    n = (z - np.mean(z)) / np.sqrt(np.var(z) + d["epsilon"])
    return half_squares(row(p, "g1", "g2", "g3") * n + row(p, "b1", "b2", "b3"), d["t"])


def micrograd(p: Values, d: Values) -> Any:
    """The graph of micrograd's README, with its own names."""
    a, b = p["a"], p["b"]
    c, e = a + b, a * b + b**3
    c = c + c + 1
    c = c + 1 + c - a
    e = e + e * 2 + np.maximum(b + a, 0.0)
    e = e + 3 * e + np.maximum(b - a, 0.0)
    f = (c - e) ** 2
    return f / 2.0 + 10.0 / f


def neuron(p: Values, d: Values) -> Any:
    """One tanh neuron."""
    return np.tanh(p["x1"] * p["w1"] + p["x2"] * p["w2"] + p["b"])


def neuron_exp(p: Values, d: Values) -> Any:
    """The same, tanh from exp; its factor 2 has a gradient, too."""
    e = np.exp(p["c2"] * (p["x1"] * p["w1"] + p["x2"] * p["w2"] + p["b"]))
    return (e - 1.0) / (e + 1.0)


MODELS: dict[str, Loss] = {
    "adam": lambda p, d: p["theta"] ** 2,
    "attention": attention,
    "backward-twice": lambda p, d: (p["a"] + p["b"]) * p["d"],
    "blog": blog,
    "blog-cross-entropy": blog_cross_entropy,
    "blog-observations": blog,
    "circuit-1": lambda p, d: (p["x"] + p["y"]) * p["z"],
    "circuit-2": lambda p, d: sigmoid(p["w0"] * p["x0"] + p["w1"] * p["x1"] + p["w2"]),
    "circuit-3": lambda p, d: 2.0 * (p["x"] * p["y"] + np.maximum(p["z"], p["w"])),
    "diamond": lambda p, d: (p["a"] + p["a"]) + (p["a"] + p["a"]),
    "layer-norm": layer_norm,
    "lstm": lstm,
    "micrograd": micrograd,
    "micrograd-lecture": lambda p, d: (p["a"] * p["b"] + p["c"]) * p["f"],
    "neuron": neuron,
    "neuron-exp": neuron_exp,
    "recurrent": recurrent,
    "softmax": softmax,
    "two-observations": two_observations,
    "two-paths": lambda p, d: (p["a"] * p["b"]) * (p["a"] + p["b"]),
    "two-two-two": two_two_two,
    "xor": xor,
    "xor-step": xor_step,
}
"""The loss of each bundled network by the name of its session.

Of those that are not here, the gradients are meant to be wrong.
"""
