"""Slips that are made in many places, in what is given, or in one iteration: each is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from bpdebug.checks.diagnosis.copied import copied
from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.diagnosis.scene import Scene
from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.checks.diagnosis.stems import relative
from bpdebug.checks.diagnosis.values import LastWhere, Values
from bpdebug.checks.figures.figure import Figure, make_figure
from bpdebug.checks.figures.printed import compare
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.notation.tree import SumWhere
from bpdebug.numerics import FloatArray
from checks.test_checks_slips import debugger_with

Numbers = Mapping[str, Any]


def session(
    equations: list[str], given: Numbers, parameters: Numbers, **others: Any
) -> dict[str, Any]:
    repeat = others.pop("repeat", None)
    model = {"equations": equations} | ({"repeat": repeat} if repeat else {})
    return {
        "format": "bpdebug-session",
        "version": "1.5",
        "model": model,
        "inputs": given,
        "parameters": parameters,
        "iterations": 3,
        "style": "delta",
    } | others


def printed(debugger: Debugger, figures: Mapping[str, Any], decimals: int) -> list[Figure]:
    """Arrays by name, perhaps with `@` and an iteration, with so many decimals each."""
    found = []
    for name, values in figures.items():
        family, _, when = name.partition("@")
        labels = debugger.program.quantities[family].labels
        for place, value in enumerate(np.ravel(values).tolist()):
            text = f"{value:.{decimals}f}"
            figure = make_figure(debugger.program, labels(place), text, int(when or 1), "made")
            found.append(figure)
    return found


def first_cause(debugger: Debugger, figures: list[Figure]) -> str:
    diagnosis = finish(diagnosing(debugger, finish(compare(debugger, figures))))
    assert diagnosis is not None
    assert diagnosis.causes
    return " + ".join(
        f"{made.mistake.name} ({made.alteration.where})" for made in diagnosis.causes[0].made
    )


# A line through points, with momentum

X, Y = np.array([1.0, -0.5, 2.0]), np.array([1.4, 0.2, 2.3])


def line(**settings: Any) -> dict[str, Any]:
    return session(
        ["e[n] = w*x[n] + b - y[n]", "L = 0.5*sum(n: e[n]^2)"],
        {"x": X.tolist(), "y": Y.tolist()},
        {"w": 0.3, "b": -0.1},
        optimizer={"method": settings.pop("method"), "settings": settings},
    )


def trained(rule: Callable[[float, float, dict[str, float], int], float]) -> Numbers:
    """Two iterations; a rule makes a new parameter of it, its gradient, what it keeps, and when."""
    w, b = 0.3, -0.1
    kept: tuple[dict[str, float], dict[str, float]] = ({}, {})
    found: dict[str, Any] = {}
    for when in (1, 2):
        e = w * X + b - Y
        found[f"L@{when}"] = 0.5 * np.sum(e**2)
        w, b = rule(w, np.sum(e * X), kept[0], when), rule(b, np.sum(e), kept[1], when)
        found[f"w@{when}"], found[f"b@{when}"] = w, b
    return found


def with_old_velocity(p: float, g: float, kept: dict[str, float], when: int) -> float:
    old = kept.get("v", 0.0)
    kept["v"] = 0.9 * old + g
    return p - 0.05 * old


def up_in_the_second(p: float, g: float, kept: dict[str, float], when: int) -> float:
    return p - 0.05 * g if when == 1 else p + 0.05 * g


def decay_beside_the_brackets(p: float, g: float, kept: dict[str, float], when: int) -> float:
    return p - 0.05 * g - 0.2 * p


# Small nets

x2, W2 = np.array([0.8, -0.5]), np.array([[0.4, -0.3], [0.25, 0.5]])
v2, t2 = np.array([0.6, -0.7]), 0.3
NET = session(
    [
        "z[j] = sum(i: W[j,i]*x[i])",
        "h[j] = sigmoid(z[j])",
        "o = sum(j: v[j]*h[j])",
        "L = 0.5*(o - t)^2",
    ],
    {"x": x2.tolist(), "t": t2},
    {"W": W2.tolist(), "v": v2.tolist()},
)


def net(x: FloatArray = x2, early: int | None = None) -> Numbers:
    z = W2 @ x
    h = 1 / (1 + np.exp(-z))
    h = h if early is None else np.round(h, early)
    o = v2 @ h
    return {
        "z": z,
        "h": h,
        "o": o,
        "dL/dv": (o - t2) * h,
        "dL/dW": np.outer((o - t2) * v2 * h * (1 - h), x),
    }


SINES = session(
    ["z[i] = w[i]*x[i]", "s[i] = sin(z[i])", "L = (sum(i: s[i]) - t)^2"],
    {"x": x2.tolist(), "t": t2},
    {"w": v2.tolist()},
)


def sines() -> Numbers:
    z = v2 * x2
    rest = 2 * (np.sin(np.deg2rad(z)).sum() - t2)
    return {"s": np.sin(np.deg2rad(z)), "dL/dw": rest * np.cos(np.deg2rad(z)) * x2}


SCORES = np.array([[0.3, -0.2, 0.5], [0.1, 0.7, -0.4], [-0.6, 0.2, 0.9]])
SOFTMAX = session(
    [
        "e[n,m] = exp(s[n,m])",
        "c[n] = sum(m: e[n,m])",
        "a[n,m] = e[n,m]/c[n]",
        "L = sum(n: sum(m: a[n,m]^2))",
    ],
    {},
    {"s": SCORES.tolist()},
)


def softmax(base: float, axis: int) -> Numbers:
    a = base**SCORES / (base**SCORES).sum(axis=axis, keepdims=True)
    d = 2 * a
    return {"a": a, "L": (a * a).sum(), "dL/ds": a * (d - (d * a).sum(axis=axis, keepdims=True))}


x7, w3 = np.array([0.5, -1.0, 2.0, 0.3, -0.4, 1.1, 0.7]), np.array([0.3, -0.6, 0.8])
WINDOWS = session(
    ["z[i] = sum(k: w[k]*x[2*i+k-2])", "a[i] = tanh(z[i])", "L = sum(i: a[i]^2)"],
    {"x": x7.tolist()},
    {"w": w3.tolist()},
)


def windows(stride: int = 2, flipped: bool = False) -> Numbers:
    w = w3[::-1] if flipped else w3
    cut = np.array([x7[stride * i : stride * i + 3] for i in range(3)])
    a = np.tanh(cut @ w)
    d = cut.T @ (2 * a * (1 - a**2))
    return {"a": a, "L": (a * a).sum(), "dL/dw": d[::-1] if flipped else d}


rx, U2 = np.array([[0.5, -1.0], [0.3, 0.8], [-0.7, 0.2]]), np.array([[0.5, -0.2], [0.7, 0.3]])
RECURRENT = session(
    [
        "z{t}[j] = sum(i: W[j,i]*X[{t},i]) + sum(k: U[j,k]*h{t-1}[k])",
        "h{t}[j] = tanh(z{t}[j])",
        "L = sum{t: sum(j: h{t}[j]^2)}",
    ],
    {"X": rx.tolist(), "h0": [0.1, -0.2]},
    {"W": W2.tolist(), "U": U2.tolist()},
    repeat={"t": [1, 3]},
)


def recurrent() -> Numbers:
    """Back through time with U where its transpose belongs."""
    h = [np.array([0.1, -0.2])]
    for x in rx:
        h.append(np.tanh(W2 @ x + U2 @ h[-1]))
    of_w, of_u, late = np.zeros((2, 2)), np.zeros((2, 2)), np.zeros(2)
    for t in (3, 2, 1):
        of_z = (2 * h[t] + late) * (1 - h[t] ** 2)
        of_w, of_u = of_w + np.outer(of_z, rx[t - 1]), of_u + np.outer(of_z, h[t - 1])
        late = U2 @ of_z
    return {"dL/dW": of_w, "dL/dU": of_u}


@pytest.mark.parametrize(
    ("spec", "figures", "decimals", "answer"),
    [
        (line(method="momentum", learning_rate=0.05), trained(with_old_velocity), 6, "stale.*v_w"),
        (
            line(method="gradient descent", learning_rate=0.05),
            trained(up_in_the_second),
            6,
            "sign|ascent",
        ),
        (
            line(method="gradient descent with weight decay", learning_rate=0.05, weight_decay=0.2),
            trained(decay_beside_the_brackets),
            6,
            "brackets",
        ),
        (NET, net(x=np.array([0.8, -0.05])), 6, r"misread \(x2 = -0.05 "),
        (NET, net(x=np.array([0.8, -0.58])), 6, r"misread \(x2 = -0.58 "),
        (NET, net(early=2), 6, r"rounded too early \(h"),
        (SINES, sines(), 6, "degrees"),
        (SOFTMAX, softmax(2.0, 1), 6, r"another base \(e"),
        (SOFTMAX, softmax(np.e, 0), 6, r"wrong axis \(c: summed over n in place of m"),
        (WINDOWS, windows(stride=1), 6, "without the stride"),
        (WINDOWS, windows(flipped=True), 6, "w read in reverse"),
        (RECURRENT, recurrent(), 6, "transposed weights.*U"),
    ],
)
def test_it_is_named_first(
    spec: dict[str, Any], figures: Numbers, decimals: int, answer: str
) -> None:
    debugger = debugger_with(spec)
    assert re.search(answer, first_cause(debugger, printed(debugger, figures, decimals)))


def test_a_sum_with_a_place_is_what_a_loop_gives_and_its_last_term_what_assigning_does() -> None:
    debugger = debugger_with(
        session(
            ["h[n] = E[c[n]]*x[n]", "L = sum(n: h[n]^2)"],
            {"x": [0.5, -1.0, 2.0]},
            {"E": [0.3, 0.7]},
            constants={"c": [2, 1, 2]},
        )
    )
    program, memory = debugger.program, debugger.history.state(1)
    (statement,) = [s for s in program.statements if s.target.name == "dL/dE"]
    (whole,) = [n for n in (statement.value,) if isinstance(n, SumWhere)]
    h = memory[program.quantities["h"].span]
    terms = 2 * h * np.array([0.5, -1.0, 2.0])

    def of(tree: SumWhere) -> FloatArray:
        return Values(program).of(tree, statement.indices, statement.ranges, memory)

    np.testing.assert_allclose(of(whole), [terms[1], terms[0] + terms[2]])
    last = LastWhere(whole.indices, whole.position, whole.place, whole.body)
    np.testing.assert_allclose(of(last), [terms[1], terms[2]])


def test_a_letter_of_a_sum_is_not_a_time_step() -> None:
    debugger = debugger_with(RECURRENT)
    text = "sum(j2: dL/dz{0}[j2] * U[j2,j])"
    later, sooner = (
        next(s for s in debugger.program.statements if s.target.name == f"dL/dh{t}") for t in (2, 1)
    )
    one = relative(debugger.program, text.format(3), later)
    assert one == relative(debugger.program, text.format(2), sooner)
    assert one != relative(debugger.program, text.format(3), sooner)


def test_a_number_that_was_copied_wrongly_is_solved_for_and_only_that() -> None:
    debugger = debugger_with(NET)
    figures = printed(debugger, net(x=np.array([0.8, -0.58])), 6)
    scene = Scene.of(debugger, finish(compare(debugger, figures)))
    assert scene is not None
    sheet = Sheet(scene.near)
    course: Course = scene.course(sheet)
    (first,) = [np.flatnonzero(np.char.startswith(sheet.names, "z"))]
    found = [next(iter(together.slips.values())).words for together, _ in copied(course, first)]
    assert "x2 = -0.58 in place of -0.5" in found
