"""Programs that update one number at a time: elements of lists and arrays, attributes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpdebug.code.elements import Elements
from bpdebug.code.holders import numbers
from bpdebug.code.judging import judging
from bpdebug.code.noting import NOTED, Noted, as_written, with_notes
from bpdebug.code.options import Options
from bpdebug.code.source import CodeError
from bpdebug.code.tracing.telling import opening

LISTS = """
import math

w1 = [[0.1, -0.4, 0.3], [0.5, 0.2, -0.6]]
b1 = [0.1, -0.2, 0.05]
w2 = [0.7, -0.3, 0.4]
rate = 0.5
data = [([0.0, 1.0], 1.0), ([0.5, -1.5], 0.0)]


def forward(x):
    h = []
    for j in range(3):
        s = b1[j]
        for i in range(2):
            s += w1[i][j] * x[i]
        h.append(math.tanh(s))
    return h, sum(w2[j] * h[j] for j in range(3))


def total_error():
    return sum((forward(x)[1] - t) ** 2 for x, t in data)


for epoch in range(3):
    for x, t in data:
        h, out = forward(x)
        error = out - t
        back = [0.0] * 3
        for j in range(3):
            back[j] = error * w2[j] * (1 - h[j] ** 2)
        for j in range(3):
            w2[j] -= rate * error * h[j]
        for j in range(3):
            b1[j] -= rate * back[j]
            for i in range(2):
                w1[i][j] = w1[i][j] - rate * back[j] * x[i]
    print(total_error())
"""

OBJECTS = """
class Neuron:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def out(self, x):
        self.inputs = x
        self.output = sum(w * v for w, v in zip(self.weights, x)) + self.bias
        return self.output


class Net:
    LEARNING_RATE = 0.1

    def __init__(self):
        self.first = [Neuron([0.2, -0.5], 0.1), Neuron([0.4, 0.3], -0.2)]
        self.last = Neuron([0.6, -0.7], 0.05)

    def run(self, x):
        return self.last.out([n.out(x) ** 2 for n in self.first])

    def train(self, x, t):
        self.run(x)
        delta = self.last.output - t
        hidden = [0] * 2
        for h in range(2):
            hidden[h] = delta * self.last.weights[h] * 2 * self.first[h].output
        for w in range(len(self.last.weights)):
            step = delta * self.last.inputs[w]
            self.last.weights[w] -= self.LEARNING_RATE * step
        self.last.bias -= self.LEARNING_RATE * delta
        for h in range(2):
            for w in range(2):
                step = hidden[h] * self.first[h].inputs[w]
                self.first[h].weights[w] -= self.LEARNING_RATE * step
            self.first[h].bias -= self.LEARNING_RATE * hidden[h]

    def total_error(self, x, t):
        return 0.5 * (self.run(x) - t) ** 2


net = Net()
for i in range(4):
    net.train([0.3, 0.9], 0.7)
    print(i, net.total_error([0.3, 0.9], 0.7))
"""


VALUES = """
class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents

    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def backward(self, grad=1.0):
        self.grad += grad
        for parent, slope in self.parents:
            parent.backward(slope * grad)


several = [Value(0.3), Value(-0.8)]
for k in range(3):
    out = several[0] * Value(0.5) + several[1] * Value(1.5)
    loss = out * out
    for p in several:
        p.grad = 0.0
    loss.backward()
    for p in several:
        p.data += -0.05 * p.grad
"""


def verdict(
    tmp_path: Path, text: str, old: str = "", new: str = "", seconds: float = 4
) -> Mapping[str, Any]:
    """All that is known at the end of a program in which something was replaced."""
    assert not old or text.count(old) == 1
    path = tmp_path / "net.py"
    path.write_text(text.replace(old, new) if old else text)
    return list(judging(str(path), Options(seconds=seconds)))[-1]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


PROGRAMS = {"lists": (LISTS, 3), "objects": (OBJECTS, 6), "values": (VALUES, 2)}


@pytest.mark.parametrize(("text", "count"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_right_program_is_not_accused(tmp_path: Path, text: str, count: int) -> None:
    record = verdict(tmp_path, text)
    assert record["ok"]
    assert [row["verdict"] for row in record["gradients"]] == ["right"] * count


def test_the_line_is_named_as_it_stands_in_the_program(tmp_path: Path) -> None:
    record = verdict(tmp_path, LISTS, "w2[j] -= rate", "w2[j] += rate")
    assert [r["parameter"] for r in record["gradients"] if r["verdict"] == "wrong"] == ["w2"]
    assert record["findings"][0]["line"] == line_of(LISTS, "w2[j] -= rate")
    assert record["findings"][0]["should_be"] == "w2[j] -= rate * (error * h[j])"


def test_a_weight_that_is_used_after_its_update_is_seen(tmp_path: Path) -> None:
    wanted = "        hidden = [0] * 2\n        for h in range(2):\n"
    start = OBJECTS.index(wanted)
    end = OBJECTS.index("        for w in range(len(")
    stop = OBJECTS.index("        for h in range(2):\n            for w")
    early = OBJECTS[:start] + OBJECTS[end:stop] + OBJECTS[start:end] + OBJECTS[stop:]
    path = tmp_path / "net.py"
    path.write_text(early)
    record = list(judging(str(path), Options(seconds=1)))[-1]
    wrong = {r["parameter"] for r in record["gradients"] if r["verdict"] == "wrong"}
    lines = [each["line"] for each in record["findings"]]
    assert lines == [line_of(early, "self.last.weights[w] -=")]
    assert "too early" in record["findings"][0]["kind"]
    assert wrong == {f"net.first[{n}].{each}" for n in (0, 1) for each in ("weights", "bias")}


def test_what_cannot_be_judged_is_refused_and_not_accused(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match=r"one number at a time|no gradient was found"):
        verdict(tmp_path, LISTS, "w2[j] -= rate * error * h[j]", "w2[j] = descend(w2[j], rate)")
    other = LISTS.replace("(forward(x)[1] - t) ** 2", "abs(forward(x)[1] - t)")
    with pytest.raises(CodeError, match="--loss"):
        verdict(tmp_path, other, seconds=0.2)


PERCEPTRON = """
w = [0.1, -0.2]
bias = 0.0
l_rate = 0.1
for row, t in [([0.0, 0.0], 0), ([0.0, 1.0], 1)]:
    out = 1.0 if bias + w[0] * row[0] + w[1] * row[1] >= 0 else 0.0
    error = t - out
    sum_error = error ** 2
    bias += l_rate * error
    for i in range(2):
        w[i] = w[i] + l_rate * error * row[i]
"""

ADALINE = (
    PERCEPTRON.replace("1.0 if", "")
    .replace(">= 0 else 0.0", "")
    .replace("    sum_error = error ** 2\n", "")
)


@pytest.mark.parametrize("text", [PERCEPTRON, ADALINE], ids=["perceptron", "adaline"])
def test_a_program_without_a_smooth_loss_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CodeError, match="--loss"):
        verdict(tmp_path, text, seconds=0.2)


UPDATES = """
import numpy as np
rate = 0.25
W, V = np.arange(6.0).reshape(2, 3), [[1.0, 2.0], [3.0, 4.0]]
class Box: pass
box = Box()
box.b, box.c = 1.5, [0.5, 0.25]
d = {"w": [1.0, -1.0]}
for i in range(2):
    for j in range(3):
        W[i, j] -= rate * (i + 2.0 * j)
        W.T[j][i] -= rate * 0.5 * j
    V[-1][i] = V[-1][i] - rate * i * 3.0
    V[0][i] += -rate * 2.0
    box.c[i] += rate * V[0][i]
    d["w"][-1] -= rate * 0.5
box.b -= 0.1 * rate * box.c[0]
"""


def test_noted_updates_that_are_made_too_leave_what_the_program_leaves() -> None:
    plain: dict[str, Any] = {"__name__": "__main__"}
    exec(UPDATES, plain)
    noting = with_notes(ast.parse(UPDATES))
    assert noting is not None
    code = compile(noting.tree, "noted", "exec")
    noted = Noted(noting.sign)
    made: dict[str, Any] = {"__name__": "__main__", NOTED: noted}
    with noted.applied():
        exec(code, made)
    assert np.allclose(made["W"], plain["W"], 1e-14)
    for name in ("V", "d"):
        assert made[name] == plain[name]
    assert (made["box"].b, made["box"].c) == (plain["box"].b, plain["box"].c)
    # Without being made they leave what was there, and add up to the gradients.
    noted.clear()
    exec(code, made)
    assert np.array_equal(made["W"], np.arange(6.0).reshape(2, 3))
    wanted = [[i + 2.0 * j + 0.5 * j for j in range(3)] for i in range(2)]
    assert np.allclose(noted.of(made["W"]), wanted)
    assert noted.of(made["V"]) == [[2.0, 2.0], [0.0, 3.0]]
    assert numbers([1.0, "a"]) is None
    # A statement is told as a person would write it.
    written = [
        as_written(each, noting.sign)
        for each in ast.walk(noting.tree)
        if isinstance(each, ast.AugAssign)
    ]
    assert "V[0][i] -= rate * 2.0" in {ast.unparse(each) for each in written}


LOOPS = {
    "for j in range(3):\n W[i][j] -= rate * g[j]": True,
    "for n in layer:\n for j in range(2):\n  n.weights[j] -= rate * n.delta": True,
    "for layer in layers:\n for n in layer.neurons:\n  n.bias -= rate * n.delta": True,
    "for p, g in zip(params, grads):\n p.data -= rate * g": True,
    "for n in layer:\n n.descend(rate)": True,
    "for n in layer:\n change(n, rate)": True,
    "for x, t in data:\n for j in range(3):\n  W[j] -= rate * x[j]": False,
    "for row in data:\n change(net, row)": False,
    "for epoch in range(9):\n net.descend(rate)": False,
    "for x in data:\n z = x[:-1]\n for j in range(len(z)):\n  W[j] -= rate * z[j]": False,
    "while k < 9:\n W[j] -= rate\n k += 1": False,
    "while k < 9:\n W[k] -= rate\n k += 1": True,
}


@pytest.mark.parametrize("text", LOOPS, ids=range(len(LOOPS)))
def test_which_loops_go_through_elements(text: str) -> None:
    functions: Mapping[str, Sequence[ast.FunctionDef]] = {
        "descend": _functions("def descend(self, rate):\n self.bias -= rate * self.delta"),
        "change": _functions("def change(what, rate):\n what.bias -= rate * what.delta"),
    }

    def target(node: ast.stmt) -> ast.expr | None:
        match node:
            case ast.AugAssign(target=changed, op=ast.Sub()):
                return changed
        return None

    loop = ast.parse(text).body[0]
    assert isinstance(loop, ast.For | ast.While)
    assert Elements(target, functions).goes_through(loop) is LOOPS[text]


def _functions(text: str) -> list[ast.FunctionDef]:
    return [each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]


def test_such_a_program_is_not_opened_as_something_else(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(LISTS)
    with pytest.raises(CodeError, match="one number at a time; bpdebug check judges"):
        next(opening(str(path), Options()))
