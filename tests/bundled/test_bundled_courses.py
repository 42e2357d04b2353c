"""The sessions for courses: inputs from the seeds of the assignments, gradients of plain NumPy.

What an assignment prints is in the sessions as printed figures; here it is computed once more, in
the manner of the assignment, by code that knows nothing of the package.
"""

# ruff: noqa: N806 (names are those of the assignments)

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bpdebug import api
from bpdebug.cli import main
from bpdebug.session.bundled import bundled_sessions, course_sessions, find_session, is_bundled

Array = npt.NDArray[np.float64]
Arrays = dict[str, Array]


def data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(course_sessions()[name].read_text("utf-8"))
    return found


def given(name: str) -> Arrays:
    """All arrays that a session is given."""
    part = data(name)
    fields = (part.get("inputs", {}), part.get("targets", {}), part["parameters"])
    return {key: np.array(value, float) for field in fields for key, value in field.items()}


def sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def columns(a: Array) -> Array:
    return np.asarray(a.sum(axis=1, keepdims=True))


def shallow(v: Arrays) -> Arrays:
    A1 = np.tanh(v["W1"] @ v["X"] + v["b1"])
    dZ2 = (sigmoid(v["W2"] @ A1 + v["b2"]) - v["Y"]) / 3
    dZ1 = v["W2"].T @ dZ2 * (1 - A1**2)
    return {"W2": dZ2 @ A1.T, "b2": columns(dZ2), "W1": dZ1 @ v["X"].T, "b1": columns(dZ1)}


def deep(v: Arrays) -> Arrays:
    m = v["X"].shape[1]
    Z1 = v["W1"] @ v["X"] + v["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = v["W2"] @ A1 + v["b2"]
    A2 = np.maximum(0, Z2)
    dZ3 = (sigmoid(v["W3"] @ A2 + v["b3"]) - v["Y"]) / m
    dZ2 = (v["W3"].T @ dZ3) * (Z2 > 0)
    dZ1 = (v["W2"].T @ dZ2) * (Z1 > 0)
    weights = {"W3": dZ3 @ A2.T, "W2": dZ2 @ A1.T, "W1": dZ1 @ v["X"].T}
    return weights | {"b3": columns(dZ3), "b2": columns(dZ2), "b1": columns(dZ1)}


def rnn(v: Arrays) -> Arrays:
    a = [v["a0"]]
    for t in range(4):
        a.append(np.tanh(v["Wax"] @ v["x"][:, :, t] + v["Waa"] @ a[-1] + v["ba"]))
    found = {name: np.zeros_like(v[name]) for name in ("x", "Wax", "Waa", "ba")}
    after = np.zeros_like(v["a0"])
    for t in reversed(range(4)):
        dz = (v["above"][:, :, t] + after) * (1 - a[t + 1] ** 2)
        found["x"][:, :, t] = v["Wax"].T @ dz
        found["Wax"] += dz @ v["x"][:, :, t].T
        found["Waa"] += dz @ a[t].T
        found["ba"] += columns(dz)
        after = v["Waa"].T @ dz
    return found | {"a0": after}


def lstm_cell(v: Arrays) -> Arrays:
    z = {gate: v[f"W{gate}"] @ v["concat"] + v[f"b{gate}"] for gate in "fico"}
    f, i, o = (sigmoid(z[gate]) for gate in "fio")
    candidate = np.tanh(z["c"])
    s = np.tanh(f * v["c_prev"] + i * candidate)
    dc = v["c_above"] + v["a_above"] * o * (1 - s**2)
    dz = {
        "f": dc * v["c_prev"] * f * (1 - f),
        "i": dc * candidate * i * (1 - i),
        "c": dc * i * (1 - candidate**2),
        "o": v["a_above"] * s * o * (1 - o),
    }
    found = {f"W{gate}": each @ v["concat"].T for gate, each in dz.items()}
    found |= {f"b{gate}": columns(each) for gate, each in dz.items()}
    back = [v[f"W{gate}"].T @ each for gate, each in dz.items()]
    return found | {"c_prev": dc * f, "concat": np.sum(back, axis=0)}


def two_layer(v: Arrays) -> Arrays:
    h = np.maximum(0, v["X"] @ v["W1"] + v["b1"])
    counts = np.exp(h @ v["W2"] + v["b2"])
    dscores = (counts / columns(counts) - v["y"]) / 5
    dh = (dscores @ v["W2"].T) * (h > 0)
    weights = {"W2": h.T @ dscores + 0.1 * v["W2"], "W1": v["X"].T @ dh + 0.1 * v["W1"]}
    return weights | {"b2": dscores.sum(0), "b1": dh.sum(0)}


def mlp(v: Arrays) -> Arrays:
    a = [v["x"]]
    for layer in (1, 2, 3):
        a.append(np.tanh(a[-1] @ v[f"W{layer}"].T + v[f"b{layer}"]))
    found: Arrays = {}
    da = 2 * (a[3] - v["y"])
    for layer in (3, 2, 1):
        dz = da * (1 - a[layer] ** 2)
        found |= {f"W{layer}": dz.T @ a[layer - 1], f"b{layer}": dz.sum(0)}
        da = dz @ v[f"W{layer}"]
    return found


def makemore(v: Arrays) -> Arrays:
    """With a batch norm before tanh if there is one."""
    n = len(v["X"])
    embedded = (v["X"] @ v["C"]).reshape(n, -1)
    W1 = v["W1"].reshape(-1, v["W1"].shape[-1])
    before = embedded @ W1 + v["b1"]
    raw, scale = before, np.ones(before.shape[1])
    hpre = before
    if "bngain" in v:
        scale = 1 / np.sqrt(before.var(axis=0, ddof=1) + 1e-5)
        raw = (before - before.mean(0)) * scale
        hpre = v["bngain"] * raw + v["bnbias"]
    h = np.tanh(hpre)
    counts = np.exp(h @ v["W2"] + v["b2"])
    dlogits = (counts / columns(counts) - v["Y"]) / n
    dhpre = (dlogits @ v["W2"].T) * (1 - h**2)
    found = {"W2": h.T @ dlogits, "b2": dlogits.sum(0)}
    dbefore = dhpre
    if "bngain" in v:
        found |= {"bngain": (raw * dhpre).sum(0), "bnbias": dhpre.sum(0)}
        # As on one line at the end of the lecture's third exercise.
        inner = n * dhpre - dhpre.sum(0) - n / (n - 1) * raw * (dhpre * raw).sum(0)
        dbefore = v["bngain"] * scale / n * inner
    dembedded = (dbefore @ W1.T).reshape(*v["X"].shape[:2], -1)
    dC = np.einsum("ncv,ncd->vd", v["X"], dembedded)
    weights = {"W1": (embedded.T @ dbefore).reshape(v["W1"].shape), "C": dC}
    return found | weights | {"b1": dbefore.sum(0)}


BACKWARD: dict[str, Callable[[Arrays], Arrays]] = {
    "cs231n-two-layer": two_layer,
    "dlai-deep": deep,
    "dlai-gradient-check": deep,
    "dlai-lstm-cell": lstm_cell,
    "dlai-rnn": rnn,
    "dlai-shallow": shallow,
    "makemore-biases": makemore,
    "makemore-hidden": makemore,
    "micrograd-mlp": mlp,
}


def test_all_are_known() -> None:
    assert set(course_sessions()) == set(BACKWARD)
    assert not set(course_sessions()) & set(bundled_sessions())
    assert all(find_session(name) == path for name, path in course_sessions().items())
    assert all(map(is_bundled, course_sessions().values()))


@pytest.mark.parametrize("name", BACKWARD)
def test_gradients_are_those_of_plain_numpy(name: str) -> None:
    run = api.open(name)
    run.step("iteration")
    found = BACKWARD[name](given(name))
    assert set(found) == set(data(name)["parameters"])
    for parameter, gradient in found.items():
        given_here = np.asarray(run.gradient(parameter), float)
        assert np.allclose(given_here, gradient, rtol=1e-10, atol=1e-14), parameter


PRINTED = [name for name in BACKWARD if "printed" in data(name)]


@pytest.mark.parametrize("name", PRINTED)
def test_what_the_assignment_prints_comes_out(name: str) -> None:
    figures = {each["of"]: each["figure"] for each in data(name)["printed"]}
    checked = api.open(name).check(figures, iteration=1, causes=False)
    assert {str(each.verdict) for each in checked.report.comparisons} == {"agreement"}


@pytest.mark.parametrize("name", [name for name in BACKWARD if "hand_derivations" in data(name)])
def test_lines_of_the_assignment_are_right_but_for_the_two_mistakes(name: str) -> None:
    checked = api.open(name).check(derivations=data(name)["hand_derivations"], iteration=1)
    wrong = {each.title for each in checked.report.derivations if not each.ok}
    assert wrong == ({"dJ/dW2", "dJ/db1"} if name == "dlai-gradient-check" else set())
    told = str(checked)
    if wrong:
        assert "all three paths are wrong (2 times as much as it should be)" in told
        assert "all nine paths are wrong (4 times as much as it should be)" in told
    assert "only with these numbers" not in told
    assert "but not the derivative in general" not in told


# Inputs, as the assignments draw them


def drawn(seed: int, *shapes: tuple[int, ...]) -> list[Array]:
    np.random.seed(seed)
    return [np.random.randn(*shape) for shape in shapes]


def same(name: str, **arrays: Array) -> None:
    found = given(name)
    for key, array in arrays.items():
        assert np.array_equal(found[key], array), key


def test_inputs_are_those_of_the_seeds() -> None:
    X, Y = drawn(1, (2, 3), (1, 3))
    W1, W2 = drawn(2, (4, 2), (1, 4))
    same(
        "dlai-shallow",
        X=X,
        Y=np.where(Y > 0, 1.0, 0.0),
        W1=(0.01 * W1).round(8),
        W2=(0.01 * W2).round(8),
    )
    shapes = ((4, 5), (4, 1), (3, 4), (3, 1), (1, 3), (1, 1))
    names = ("X", "W1", "b1", "W2", "b2", "W3", "b3")
    same("dlai-deep", **dict(zip(names, drawn(6, (5, 4), *shapes), strict=True)))
    shapes = ((5, 4), (5, 1), (3, 5), (3, 1), (1, 3), (1, 1))
    same("dlai-gradient-check", **dict(zip(names, drawn(1, (4, 3), *shapes), strict=True)))
    x, a0, Wax, Waa, _, ba, _, above = drawn(
        1, (3, 10, 4), (5, 10), (5, 3), (5, 5), (2, 5), (5, 1), (2, 1), (5, 10, 4)
    )
    same("dlai-rnn", x=x, a0=a0, Wax=Wax, Waa=Waa, ba=ba, above=above)
    cell = drawn(
        1, (3, 10), (5, 10), (5, 10), *((5, 8), (5, 1)) * 4, (2, 5), (2, 1), *((5, 10),) * 2
    )
    weights = dict(zip(("Wf", "bf", "Wi", "bi", "Wo", "bo", "Wc", "bc"), cell[3:], strict=False))
    same("dlai-lstm-cell", concat=np.concatenate([cell[1], cell[0]]), c_prev=cell[2], **weights)
    same("dlai-lstm-cell", a_above=cell[-2], c_above=cell[-1])
    W1, W2 = (0.1 * each for each in drawn(0, (4, 10), (10, 3)))
    same("cs231n-two-layer", W1=W1, W2=W2, X=10 * drawn(1, (5, 4))[0], y=np.eye(3)[[0, 1, 2, 2, 1]])


def test_parameters_of_micrograd_are_drawn_unit_by_unit() -> None:
    draw = random.Random(1337)
    found = given("micrograd-mlp")
    for layer, (inputs, units) in enumerate(((3, 4), (4, 4), (4, 1)), 1):
        for unit in range(units):
            numbers = [draw.uniform(-1, 1) for _ in range(inputs + 1)]
            assert [*found[f"W{layer}"][unit], found[f"b{layer}"][unit]] == numbers


def test_the_difference_that_the_assignment_on_gradient_checking_prints() -> None:
    values = given("dlai-gradient-check")
    right = deep(values)
    wrong = right | {"W2": 2 * right["W2"], "b1": 4 * right["b1"]}
    names = ("W1", "b1", "W2", "b2", "W3", "b3")
    a, b = (np.concatenate([each[name].ravel() for name in names]) for each in (wrong, right))
    difference = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
    # The course's numeric gradients are off by 1e-7.
    assert abs(difference - 0.285093156781) < 1e-7


def test_one_command_from_printed_arrays_to_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = shallow(given("dlai-shallow"))
    arrays = {f"d{name}": array for name, array in right.items()}
    np.savez(tmp_path / "mine.npz", **arrays)  # type: ignore[arg-type]
    assert main(["check", "dlai-shallow", "--against", str(tmp_path / "mine.npz")]) == 0
    arrays["dW1"] = 3 * arrays["dW1"]
    np.savez(tmp_path / "mine.npz", **arrays)  # type: ignore[arg-type]
    assert (
        main(["check", "dlai-shallow", "--no-causes", "--against", str(tmp_path / "mine.npz")]) == 1
    )
    said = capsys.readouterr().out
    assert "disagreement" in said


PASTED = {
    "dlai-shallow": """dW1 = [[ 0.00301023 -0.00747267]
 [ 0.00257968 -0.00641288]
 [-0.00156892  0.003893  ]
 [-0.00652037  0.01618243]]
db1 = [[ 0.00176201]
 [ 0.00150995]
 [-0.00091736]
 [-0.00381422]]
dW2 = [[ 0.00078841  0.01765429 -0.00084166 -0.01022527]]
db2 = [[-0.16655712]]""",
    "dlai-rnn": """gradients["dx"][1][2] = [-2.07101689 -0.59255627  0.02466855  0.01483317]
gradients["dx"].shape = (3, 10, 4)
gradients["da0"][2][3] = -0.314942375127
gradients["dWax"][3][1] = 11.2641044965
gradients["dWaa"][1][2] = 2.30333312658
gradients["dba"][4] = [-0.74747722]""",
    "dlai-lstm-cell": """gradients["dc_prev"][2][3] = 0.797522038797
gradients["dWf"][3][1] = -0.147954838164
gradients["dbf"][4] = [ 0.18864637]""",
}


@pytest.mark.parametrize("name", PASTED)
def test_what_the_assignment_prints_is_read_as_it_is(name: str) -> None:
    checked = api.open(name).check(PASTED[name], causes=False)
    assert len(checked.report.comparisons) == {"dlai-shallow": 17, "dlai-rnn": 8}.get(name, 3)
    assert checked.ok
    changed = PASTED[name].replace("-0.", "-1.", 1)
    assert not api.open(name).check(changed, causes=False, layout="session").ok


def test_several_numbers_for_an_element_are_refused() -> None:
    with pytest.raises(api.SessionError, match=r"dW2\[0\]\[1\] is one number, and 2 numbers were"):
        api.open("dlai-shallow").check("dW2[0][1] = 2-0.147")


def test_the_list_names_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--courses"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n{name} " in f"\n{said}" for name in BACKWARD)
    assert "deeplearning.ai, Sequence Models, week 1" in said
    assert main(["list", "--courses", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["source"] for row in rows if row["name"] == "dlai-rnn"]
