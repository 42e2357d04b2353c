"""What is found in programs whose names say little: gradients, losses, statements with a part."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bpdebug.code.changes import grown_edits, plain_edits
from bpdebug.code.edits import Scope
from bpdebug.code.finding import first_iteration
from bpdebug.code.fitting import loss_that_fits
from bpdebug.code.iteration import Iteration
from bpdebug.code.judging import judging
from bpdebug.code.options import Options
from bpdebug.code.source import read_source
from bpdebug.code.tape import Taped, events, reached


def iteration_of(tmp_path: Path, text: str) -> Iteration:
    path = tmp_path / "net.py"
    path.write_text("import numpy as np\nr = np.random.RandomState(3)\n" + text)
    return first_iteration(read_source(str(path)))


DATA = """
x, y = r.randn(5, 3), r.randn(5, 2)
"""

OPTIMIZERS = {
    "a rate with another name": """
m, c = r.randn(3, 2), np.zeros(2)
step = 0.1
for turn in range(3):
    e = x @ m + c - y
    loss = 0.5 * np.sum(e * e)
    one, two = x.T @ e, e.sum(0)
    m -= step * one
    c -= step * two
""",
    "an optimizer that remembers": """
class Box:
    def __init__(self, v):
        self.v, self.d, self.m = v, np.zeros_like(v), np.zeros_like(v)

boxes = [Box(r.randn(3, 2)), Box(np.zeros(2))]

def both(p=boxes):
    e = x @ p[0].v + p[1].v - y
    p[0].d[:], p[1].d[:] = x.T @ e, e.sum(0)
    return 0.5 * np.sum(e * e)

def update(several=boxes):
    for p in several:
        p.m += p.d * p.d
        p.v += -(0.1 * p.d / np.sqrt(p.m + 1e-8))

for turn in range(3):
    loss = both()
    update()
""",
    "lists that are joined": """
ws, bs = [r.randn(3, 2)], [np.zeros(2)]

def adam(params, several, state):
    for n, (p, q) in enumerate(zip(params, several)):
        state[n] = 0.9 * state[n] + 0.1 * q
        p -= 0.1 * (state[n] / (np.abs(state[n]) + 1e-8) + 0.01 * p)

state = [0.0, 0.0]
for turn in range(3):
    e = x @ ws[0] + bs[0] - y
    loss = 0.5 * np.sum(e * e)
    pw, pb = [x.T @ e], [e.sum(0)]
    adam(ws + bs, pw + pb, state)
""",
    "a branch": """
class Net:
    def __init__(self):
        self.w, self.b = r.randn(3, 2), np.zeros(2)

    def back(self, e, rate):
        sw, sb = x.T @ e, e.sum(0)
        self.w -= rate * sw
        self.b -= rate * sb

net = Net()

def epoch(data, learns=True):
    for xs in data:
        e = xs @ net.w + net.b - y
        loss = 0.5 * np.sum(e * e)
        if learns:
            net.back(e, 0.1)
    return loss

for turn in range(3):
    now = epoch([x, x])
""",
}


@pytest.mark.parametrize("text", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_updates_show_which_gradient_is_whose(tmp_path: Path, text: str) -> None:
    iteration = iteration_of(tmp_path, DATA + text)
    _, slopes, gradients = loss_that_fits(iteration, Options())
    assert len(iteration.pairs) == 2
    by_name = {each.parameter.name: each for each in slopes}
    for pair in iteration.pairs:
        value = gradients[pair.gradient.text]
        assert by_name[pair.parameter.text].verdict(value) == "right"


def test_a_gradient_of_0_is_not_what_an_optimizer_remembers(tmp_path: Path) -> None:
    text = OPTIMIZERS["an optimizer that remembers"]
    wrong = text.replace("p[0].d[:], p[1].d[:] = x.T @ e, e.sum(0)", "p[0].d[:] = x.T @ e")
    pairs = iteration_of(tmp_path, DATA + wrong).pairs
    assert {(p.parameter.text, p.gradient.text) for p in pairs} == {
        ("boxes[0].v", "boxes[0].d"),
        ("boxes[1].v", "boxes[1].d"),
    }


BATCH = """
w = r.randn(3, 2)

def cost(data):
    return sum(0.5 * np.sum((a @ w - b) ** 2) for a, b in data) / len(data)

data = list(zip(x, y))
for turn in range(3):
    batch = data[:4]
    dw = sum(np.outer(a, a @ w - b) for a, b in batch)
    w -= 0.1 / len(batch) * dw
    print(cost(data))
"""


def test_the_gradient_of_a_sum_may_be_divided_by_the_update(tmp_path: Path) -> None:
    iteration = iteration_of(tmp_path, DATA + BATCH)
    assert loss_that_fits(iteration, Options())[0].text == "4 * (cost(batch))"
    # Without the division it is the gradient that is wrong.
    iteration = iteration_of(tmp_path, DATA + BATCH.replace(" / len(batch) *", " *"))
    assert not loss_that_fits(iteration, Options())[0].text.startswith("4")


SCALED = """
g, w = np.ones(3), r.randn(3, 2)
for turn in range(3):
    e = (x * g) @ w - y
    loss = 0.5 * np.sum(e * e)
    back = e @ w.T
    dg = (back * x).sum(0)
    dw = x.T @ e
    print(back.sum())
    g -= 0.1 * dg
    w -= 0.1 * dw
"""


def test_a_slip_shows_though_a_scale_is_1(tmp_path: Path) -> None:
    iteration_of(tmp_path, DATA + SCALED)
    path = str(tmp_path / "net.py")
    *_, record = judging(path, Options(seconds=3))
    assert not record["ok"]
    assert record["findings"][0]["line"] == 12
    assert "g" in record["findings"][0]["new"]


def test_statements_have_a_part_in_some_gradients(tmp_path: Path) -> None:
    iteration = iteration_of(tmp_path, DATA + SCALED)
    loss, _, _ = loss_that_fits(iteration, Options())
    trimmed = iteration.trimmed(loss)
    kept = {ast.unparse(each.node) for each in trimmed.planned}
    assert "print(back.sum())" not in kept
    assert "dw = x.T @ e" in kept
    taped = Taped(trimmed)
    nodes = {id(each.site.node) for each in events(taped)}
    found = reached(taped, nodes)
    sites = iteration.source.sites
    by_text = {ast.unparse(s.node): found.get(id(s.node), frozenset()) for s in sites}
    assert by_text["back = e @ w.T"] == frozenset({"dg"})
    assert by_text["e = x * g @ w - y"] == frozenset({"dg", "dw"})
    assert by_text["dw = x.T @ e"] == frozenset({"dw"})


SLIPS = [
    ("d = np.einsum('ij,jk->ik', a, b)", "d = np.einsum('ji,jk->ik', a, b)"),
    ("d = a.reshape(-1, n)", "d = a.transpose(0, 2, 3, 1).reshape(-1, n)"),
    ("d[mask] = 0", "d[~mask] = 0"),
    ("d[words] += e", "np.add.at(d, words, e)"),
    ("d = a * z * (1 - z)", "d = a * s * (1 - s)"),
    ("d = a * f(c)", "d = a * f(f(c))"),
    ("d = np.hstack([a, b])", "d = np.hstack([b, a])"),
]


@pytest.mark.parametrize(("wrong", "right"), SLIPS)
def test_slips_are_undone(tmp_path: Path, wrong: str, right: str) -> None:
    path = tmp_path / "net.py"
    path.write_text(wrong)
    site = read_source(str(path)).sites[0]
    scope = Scope(("a", "b", "z", "s"), ("n",), ("f",), (), ())
    made = {
        ast.unparse(edit.statement)
        for edits in (plain_edits(site, scope), grown_edits(site, scope))
        for edit in edits
        if edit.statement is not None
    }
    assert right in made
