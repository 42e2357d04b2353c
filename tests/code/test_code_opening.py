"""Programs of people as sessions: what they compute becomes equations with the same numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mutants import PROGRAMS

from bpdebug import api
from bpdebug.cli import main
from bpdebug.importers.numpy import session_and_agreement, session_from
from bpdebug.session.file.errors import SessionError

NET = """import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3))
labels = np.array([0, 1, 1, 0, 2])
W1, b1 = rng.normal(size=(3, 4)), np.zeros(4)
W2 = rng.normal(size=(4, 3))
lr = 0.5


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


for epoch in range(3):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    P = softmax(A1 @ W2)
    loss = -np.log(P[np.arange(5), labels]).mean()
    dZ2 = (P - np.eye(3)[labels]) / 5
    dW2 = A1.T @ dZ2
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
"""


def saved(folder: Path, text: str) -> Path:
    """A program in a file."""
    path = folder / "net.py"
    path.write_text(text)
    return path


def test_a_program_becomes_equations_in_its_own_names(tmp_path: Path) -> None:
    fields, agreement = session_and_agreement(saved(tmp_path, NET))
    assert fields["model"]["equations"] == [
        "Z1[n,i] = sum(j: X[n,j]*W1[j,i]) + b1[i]",
        "A1[n,i] = relu(Z1[n,i])",
        "e_in[n,k] = sum(i: A1[n,i]*W2[i,k])",
        "e_max[n] = max(k: e_in[n,k])",
        "e[n,k] = exp(e_in[n,k] - e_max[n])",
        "P_sum[n] = sum(k: e[n,k])",
        "P[n,k] = e[n,k]/P_sum[n]",
        "loss_in[n] = sum(k: labels_one_hot[n,k]*P[n,k])",
        "loss = -sum(n: log(loss_in[n]))/5",
    ]
    assert {*fields["inputs"]} == {"X"}
    assert {*fields["targets"]} == {"labels_one_hot"}
    assert {*fields["parameters"]} == {"W1", "b1", "W2"}
    assert fields["optimizer"]["settings"] == {"learning_rate": 0.5}
    origins = fields["model"]["origins"]
    assert origins["Z1"] == "net.py:17  Z1 = X @ W1 + b1"
    assert origins["dloss/dW1"] == "net.py:24  dW1 = X.T @ dZ1"
    assert max((agreement.own or {}).values()) < 1e-12
    assert fields["hand_derivations"] == {
        "dloss/de_in[n,k]": "(P[n,k] - labels_one_hot[n,k])/5",
        "dloss/dW2[i,k]": "sum(n: A1[n,i] * dloss/de_in[n,k])",
        "dloss/dZ1[n,i]": "sum(k: dloss/de_in[n,k] * W2[i,k])*step(Z1[n,i])",
        "dloss/dW1[j,i]": "sum(n: X[n,j] * dloss/dZ1[n,i])",
        "dloss/db1[i]": "sum(n: dloss/dZ1[n,i])",
    }
    # And the updates are those of the program, three of them.
    run = api.build(fields)
    run.step("iteration", 3)
    namespace: dict[str, object] = {}
    exec(compile(NET, "net.py", "exec"), namespace)
    assert run.value("W1") == pytest.approx(namespace["W1"], rel=1e-12)


def test_gradients_by_hand_are_figures_to_be_checked(tmp_path: Path) -> None:
    # Nobody updates the data, though they have a gradient.
    also = "dW1 = X.T @ dZ1 * 2\n    dX = dZ1 @ W1.T"
    fields = session_from(saved(tmp_path, NET.replace("dW1 = X.T @ dZ1", also)))
    assert fields["optimizer"]["settings"] == {"learning_rate": 0.5}
    found: Any = api.build(fields).check(causes=False).record()["printed"]
    wrong = {each["of"] for each in fields["printed"] if each["of"].startswith("dloss/dW1")}
    assert len(wrong) == 12
    assert {each["of"] for each in found if each["verdict"] == "disagreement"} == wrong
    assert len(found) == 12 + 4 + 12


SMALLER = {"(5": "(2", "1, 1, 0, 2]": "1]", "/ 5": "/ 2", "3, 4)": "3, 2)", "(4": "(2"}
OTHERWISE = {
    # Divided last, with the other sign, by a function of the backward pass that computes the
    # forward pass a second time, and put together from nothing.
    "dZ2 = (P - np.eye(3)[labels]) / 2": "P2 = softmax(np.fmax(X @ W1, 0) @ W2)\n"
    "    dZ2 = np.eye(3)[labels] - P2",
    "dW2 = A1.T @ dZ2": "dW2 = np.zeros_like(W2)\n    for n in range(2):\n"
    "        dW2 += np.outer(A1[n], dZ2[n]) / 2",
    "dW1 = X.T @ dZ1": "dW1 = X.T.dot(dZ1) / 2",
    "db1 = dZ1.sum(axis=0)": "db1 = dZ1.mean(0)",
    "-= lr": "+= lr",
}


@pytest.mark.parametrize(
    ("changes", "wrong", "line"),
    [
        ({"* (Z1 > 0)": "* 1"}, ["dloss/dZ1"], "net.py:23  dZ1 = (dZ2 @ W2.T) * 1"),
        (OTHERWISE | {"dW2 += np": "dW2 -= np"}, ["dloss/dW2"], ""),
    ],
)
def test_a_backward_pass_is_judged_as_hand_derivations(
    tmp_path: Path, changes: dict[str, str], wrong: list[str], line: str
) -> None:
    text = NET
    for old, new in SMALLER.items():
        text = text.replace(old, new)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    fields = session_from(saved(tmp_path, text))
    report = api.build(fields).check(causes=False)
    checks: Any = report.record()["derivations"]
    assert {"dloss/dW1", "dloss/db1", "dloss/dW2"} <= {each["name"] for each in checks}
    assert [each["name"] for each in checks if not each["verdict"].startswith("right")] == wrong
    assert line in str(report)


@pytest.mark.parametrize("name", ["lstm_time", "conv_loops", "attention_masked"])
def test_gradients_are_those_of_the_program(name: str) -> None:
    _, agreement = session_and_agreement(PROGRAMS / f"{name}.py")
    assert agreement.values > 100
    assert agreement.slopes > 60
    assert max((agreement.own or {}).values()) < 1e-12


LINEAR = """import numpy as np
rng = np.random.default_rng(0)
X, y, w = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
lr, m, v = 0.05, 0, 0
beta1, beta2, eps = 0.8, 0.99, 1e-7
for t in range(1, 50):
    e = X @ w - y
    loss = (e ** 2).mean()
    dw = 2 * X.T @ e / 5
    UPDATE
print(open("nothing"))
"""
UPDATES = [
    ("w -= lr * dw", "gradient descent", [0.05]),
    ("w = w - lr * 0.5 * (dw + 0.1 * w)", "gradient descent with weight decay", [0.025, 0.1]),
    ("v = 0.9 * v - lr * dw; w = w + v", "momentum", [0.05, 0.9]),
    ("m = beta1*m + (1-beta1)*dw; w -= lr * m", "momentum with dampening", [0.05, 0.8, 0.8]),
    ("v = beta1*v + dw; w -= lr * (dw + beta1*v)", "nesterov", [0.05, 0.8]),
    ("v = 0.95*v + 0.05*dw**2; w -= lr * dw / (v**0.5 + eps)", "rmsprop", [0.05, 0.95, 1e-7]),
    (
        "m = beta1*m + (1-beta1)*dw; v = beta2*v + (1-beta2)*dw**2; "
        "w -= lr * m / (1-beta1**t) / (np.sqrt(v / (1-beta2**t)) + eps)",
        "adam",
        [0.05, 0.8, 0.99, 1e-7],
    ),
    ("w -= lr / t * dw", "gradient descent", [0.05]),
    # What the second iteration does to the process costs nothing but the updates.
    ("w -= lr * dw; w[t - 1] += t > 1 and __import__('os')._exit(3)", "gradient descent", [0.05]),
]


@pytest.mark.parametrize(("update", "method", "settings"), UPDATES)
def test_what_a_program_does_to_its_parameters_is_recognised(
    tmp_path: Path, update: str, method: str, settings: list[float]
) -> None:
    text = LINEAR.replace("UPDATE", "\n    ".join(update.split("; ")))
    fields, agreement = session_and_agreement(saved(tmp_path, text))
    # However it is used, the gradient is the one that is called so, and right.
    assert {*(agreement.own or {})} == {"w"}
    assert fields["optimizer"]["method"] == method
    assert [*fields["optimizer"]["settings"].values()] == settings
    assert ("assumed" in agreement.updates) == ("t * dw" in update or "exit" in update)


PARTS = """
def rnn():
    h = np.zeros((6, 4))
    for t in range(5):
        h[t + 1] = np.tanh(X[t] @ W + h[t] @ V + b)
    return (h[1:] ** 2).sum() + h[-1].sum()


def heads():
    q = (E @ V).reshape(6, 2, 2).transpose(1, 0, 2)
    s = q @ q.transpose(0, 2, 1) / np.sqrt(2) + np.triu(np.full((6, 6), -np.inf), 1)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return ((e / e.sum(-1, keepdims=True)) @ q).transpose(1, 0, 2).reshape(6, 4).std(axis=0).sum()


def in_place(z):
    z *= 2
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    z[0, 1] = 2.0
    z[z < 0.01] = 0
    return z.sum() + z[:, 0].dot(z[:, 1])


def conv(x, k):
    out = np.zeros((2, 3, 2))
    for i in range(3):
        for j in range(2):
            out[:, i, j] = np.sum(x[:, i : i + 2, 2 * j : 2 * j + 3] * k, axis=(1, 2))
    return np.maximum(out, 0).reshape(2, -1)


def accumulated(b):
    total = np.zeros_like(b)
    for k in range(3):
        total += b * k
        total[k] -= 1.5 * b[0]
    return (total**2).sum()


def scattered(b):
    found = np.ones((4, 2))
    np.add.at(found, ids % 4, np.stack([b[:3], b[1:]])[:, :, None])
    np.subtract.at(found, [1, 1], b[:2, None])
    return found


def parts():
    yield np.where(X @ W > 0, X @ W, 0.1 * np.exp(X @ W) - 0.1).sum() + np.clip(b, -0.5, 0.7).sum()
    yield np.einsum("ni,ij,kj->nk", X, W, V).sum() ** 2 + np.tensordot(X, W, axes=1).var(ddof=1)
    yield np.outer(b, b).sum() + np.inner(b, b) + np.dot(b, b) + np.linalg.norm(V)
    yield np.hstack((np.ones((5, 1)), X @ W)).T.dot(np.ones(5)).sum() ** 2
    yield np.pad(X @ W, ((1, 1), (0, 0)))[1:-1, ::2].sum() ** 2 + np.diag(V).sum() ** 2
    yield (E[ids].mean(axis=1) @ V).sum() ** 2 + np.log(np.cumsum(b**2)).sum()
    yield math.exp(b[0]) * float(b[1]) + max(b[0], b[1]) + sum(v * v for v in b) + abs(b[3])
    yield np.logaddexp(0, b).sum() + (b**2 + 1).sum() ** -1 + (b**2 + 1).sum() ** 1.5 + 2.0 ** b[0]
    yield np.array([[b[0], b[1]], [b[2], 1.0]]).sum() ** 2 + (W / np.linalg.norm(W, axis=0)).sum()
    yield np.roll(b, 1) @ b + b[::-1] @ b + np.stack([b, 2 * b]).prod(axis=0).min()
    yield np.sum(np.where((b > -1) & ~(b > 1), b, np.sign(b))) + (b * (rng.random(4) < 0.5)).sum()
    yield (np.sin(b) * np.cos(b) + np.tan(0.3 * b) + np.sinh(b) / np.cosh(V)).sum() + math.erf(b[2])
    yield (scattered(b) ** 2).sum()
    yield rnn() + heads() + in_place(X @ W) + (conv(img, K) ** 2).sum() + accumulated(b)
"""


def test_what_programs_write_in_numpy_is_traced(tmp_path: Path) -> None:
    """All of it in one program, to which a gradient that is wrong does no harm."""
    head = """import math
import numpy as np

rng = np.random.default_rng(3)
X, W, V = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
b, K, E = rng.normal(size=4), rng.normal(size=(2, 3)), rng.normal(size=(6, 4))
img, ids = rng.normal(size=(2, 4, 5)), np.array([[0, 3, 5], [2, 2, 1]])
"""
    tail = "".join(f"d{name} = 0 * {name}\n" for name in "WVbKE")
    path = saved(
        tmp_path, f"{head}{PARTS}\nloss = 0.0\nfor part in parts():\n    loss += part\n{tail}"
    )
    fields, agreement = session_and_agreement(path)
    assert {*"WVbKE"} <= {*fields["parameters"]}
    assert agreement.slopes > 60


REFUSED = [
    ("np.arctan(X @ W)", "line 4: np.arctan is not a function of the notation"),
    ("np.array((X @ W).tolist()) * W[0, 0]", "the gradient of W differs"),
    ("np.linalg.inv(W.T @ W)", "line 4: np.inv is not traced"),
]


@pytest.mark.parametrize(("computed", "reason"), REFUSED, ids=lambda each: str(each)[:16])
def test_what_cannot_be_traced_is_refused_by_line_and_call(
    tmp_path: Path, computed: str, reason: str
) -> None:
    text = f"""import numpy as np
X, W = np.arange(6.0).reshape(2, 3) / 9, np.eye(3, 2) + 0.5
def forward(X, W):
    return np.sum({computed})
loss = forward(X, W)
dW = 0 * W
"""
    with pytest.raises(SessionError, match=reason):
        session_from(saved(tmp_path, text))


def test_commands_that_take_a_session_take_a_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They trace what `open` writes; a command without a use for a program says so."""
    path = str(saved(tmp_path, NET.replace("dW1 =", "G = 2 *").replace("* dW1", "* G")))
    assert main(["trace", path, "--gradient", "W1=G", "--to", "1", "--json"]) == 0
    out, told = capsys.readouterr()
    assert json.loads(out)["target"] == "Z1[1,1]"
    assert "compared with the program: " in told
    assert "; its own gradient of W1 is wrong: bpdebug check says where" in told
    assert main(["run", "blog", "--loss", "L"]) == 2
    assert main(["validate", path]) == 2
    told = capsys.readouterr().err
    assert "--loss is for programs, and blog is a session" in told
    assert "is a program, not a session" in told


def test_a_program_is_written_as_a_session_that_replaces_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path, NET + "open('ran', 'w')\nprint('printed')\n")

    def opened() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bpdebug", "open", path.name, "-o", "net.json"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    first = opened()
    assert (first.returncode, first.stdout) == (0, "")
    written = (tmp_path / "net.json").read_text()
    path.unlink()
    run = api.open(tmp_path / "net.json")
    run.step("phase", 3)
    assert run.gradient("W1") is not None
    assert opened().returncode == 2
    assert (tmp_path / "net.json").read_text() == written


def test_a_derivative_that_cancels_is_not_accused(tmp_path: Path) -> None:
    """The bias before a batch normalisation, of which there are too many paths to list."""
    text = """import numpy as np
rng = np.random.default_rng(4)
x, t, W = rng.normal(size=(12, 2)), rng.normal(size=12), rng.normal(size=(2, 2))
b, g = np.zeros(2), np.ones(2) * 0.7
for epoch in range(2):
    a = x @ W + b
    mu = a.mean(axis=0)
    xc = a - mu
    inv = 1 / np.sqrt((xc ** 2).mean(axis=0) + 1e-5)
    xhat = xc * inv
    h = np.tanh(xhat * g) @ np.ones((2, 3))
    loss = ((h.sum(axis=1) - t) ** 2).mean()
    dh = np.outer((h.sum(axis=1) - t) / 6, np.ones(3))
    ds = (dh @ np.ones((3, 2))) * (1 - np.tanh(xhat * g) ** 2)
    dg = (ds * xhat).sum(axis=0)
    dxhat = ds * g
    dvar = -0.5 * (dxhat * xc).sum(axis=0) * inv ** 3
    da = dxhat * inv + 2 * dvar * xc / 12 - (dxhat * inv).mean(axis=0)
    dW = x.T @ da
    db = da.sum(axis=0)
    W -= 0.1 * dW
    b -= 0.1 * db
    g -= 0.1 * dg
"""
    fields = session_from(saved(tmp_path, text))
    checks: Any = api.build(fields).check(causes=False).record()["derivations"]
    (of_b,) = (each for each in checks if each["name"] == "dloss/db")
    assert "paths" in of_b["summary"]
    assert all(each["verdict"].startswith("right") for each in checks)


EMBEDDED = """
import numpy as np

rng = np.random.default_rng(3)
E, W = rng.normal(size=(5, 2)), rng.normal(size=(6, 1))
words = np.array([[1, 4, 1], [0, 2, 3]])
t = np.array([[0.5], [1.0]])
for step in range(3):
    e = E[words]
    flat = e.reshape(2, 6)
    y = flat @ W
    loss = ((y - t) ** 2).mean()
    dy = 2 * (y - t) / 2
    dW = flat.T @ dy
    dE = np.zeros_like(E)
    np.add.at(dE, words, (dy @ W.T).reshape(2, 3, 2))
    E -= 0.1 * dE
    W -= 0.1 * dW
"""


def test_rows_of_an_embedding_are_looked_up(tmp_path: Path) -> None:
    fields, agreement = session_and_agreement(saved(tmp_path, EMBEDDED))
    assert fields["model"]["equations"][0] == "y[i] = sum(j: E[words[i,j],y_columns[j]]*W[j])"
    assert fields["constants"]["words"] == [[2, 2, 5, 5, 2, 2], [1, 1, 3, 3, 4, 4]]
    assert max((agreement.own or {}).values()) < 1e-12
    run = api.build(fields)
    run.step("iteration", 3)
    namespace: dict[str, object] = {}
    exec(compile(EMBEDDED, "net.py", "exec"), namespace)
    assert run.value("E") == pytest.approx(namespace["E"], rel=1e-12)
