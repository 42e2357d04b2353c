"""Hand-written derivations in place of the right ones."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from typing import Any

import pytest
from generated import written

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.models.model import Model, ModelError
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.program import formula as formulas
from bpdebug.program.arrays import array_iteration
from bpdebug.program.build import build
from bpdebug.program.run import iteration
from bpdebug.program.scalars import scalar_iteration
from bpdebug.session.bundled import find_session
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger, make_model

from .oracle import Trace, first_difference, same_bits

FOUR_PATHS = " + ".join(
    f"dE/d{o}*d{o}/dz{o}*dz{o}/d{h}*d{h}/dz{h}*dz{h}/db1"
    for h in ("h1", "h2")
    for o in ("o1", "o2")
)


def debugger(session: str = "blog", **changes: Any) -> Debugger:
    """The debugger of a bundled session with some fields changed."""
    fields = json.loads(find_session(session).read_text(encoding="utf-8")) | changes
    return make_debugger(parse_session(json.dumps(fields), session), session)


def value(run: Debugger, name: str) -> float:
    """The value of a quantity at the end of the first iteration."""
    slot = run.program.slot_named(name)
    assert slot is not None
    return run.view_at(Position(run.program.operations)).value(slot)


def one_of_many(units: int) -> Model:
    """Layers of this many units, with a derivation for the first of the weights between them."""
    data = {
        "format": "bpdebug-session",
        "version": "1.0",
        "model": {"equations": ["h[i] = sum(j: W[i,j]*x[j])", "E = sum(i: h[i]^2)"]},
        "inputs": {"x": [0.5] * units},
        "parameters": {"W": [[0.5] * units] * units},
        "derivations": {"dE/dW1_1": "dE/dh1"},
        "iterations": 1,
    }
    return make_model(parse_session(json.dumps(data), "test"), "test")


def test_an_element_of_many_is_replaced_without_asking_each_for_all_others() -> None:
    """Each of the others becomes a statement of its own; their number is not squared."""
    model = one_of_many(20)
    asked = 0

    def count(_: object, event: str, called: object) -> None:
        nonlocal asked
        asked += event == "c_call" and getattr(called, "__name__", "") == "any"

    sys.setprofile(count)
    try:
        program = build(model)
    finally:
        sys.setprofile(None)
    assert len(program.statements) > 400
    assert asked < 10 * len(program.statements)


def test_of_too_many_elements_none_is_replaced() -> None:
    with pytest.raises(ModelError, match=r"5,041 elements, too many .* at most 5,000"):
        build(one_of_many(71))


def test_the_published_derivative_is_what_the_post_prints() -> None:
    run = debugger("blog-published")
    assert value(run, "dE/db1") == pytest.approx(0.000776446843669193, rel=1e-12)
    assert value(run, "b1") == pytest.approx(0.5 - 0.01 * 0.000776446843669193, rel=1e-12)
    assert run.program.operations == 41


def test_nothing_else_changes_in_the_first_iteration() -> None:
    right, published = debugger("blog"), debugger("blog-published")
    for name in right.program.element_names():
        if name not in ("dE/db1", "b1"):
            assert value(right, name) == value(published, name), name


def test_a_derivation_with_all_four_paths_is_right() -> None:
    run = debugger(derivations={"dE/db1": FOUR_PATHS})
    assert value(run, "dE/db1") == pytest.approx(value(debugger(), "dE/db1"), rel=1e-14)


@pytest.mark.parametrize(
    ("derivations", "name", "formula"),
    [
        # one element of an array
        (
            {"dE/dw5": "dE/dh1*h1*(1 - h1)*x3"},
            "dE/dw5",
            "dE/dh1 * h1 * (1 - h1) * x3",
        ),
        ({"dE/dw5": "5*dE/dw1"}, "dE/dw5", "5 * dE/dw1"),
        # derivatives that the expanded style does not name
        ({"dE/dw7": "dE/dzo1*h1"}, "dE/dw7", "dE/do1 * do1/dzo1 * h1"),
        (
            {"dE/db1": "dE/dzh1 + dE/dzh2"},
            "dE/db1",
            "dE/dh1 * dh1/dzh1 + dE/dh2 * dh2/dzh2",
        ),
    ],
)
def test_a_right_derivation_gives_the_right_gradient(
    derivations: dict[str, str], name: str, formula: str
) -> None:
    run = debugger(derivations=derivations)
    assert value(run, name) == pytest.approx(value(debugger(), name), rel=1e-14)
    slot = run.program.slot_named(name)
    assert slot is not None
    written = formulas.formula(run.program, int(run.program.written_at[slot]))
    assert to_text(written.equation.value) == formula


@pytest.mark.parametrize(
    "derivations",
    [
        {"dE/dw5": "-dE/dzh1*x3 + 0.1*w5"},
        {"dE/dw5": "dE/dw1*7", "dE/db1": "dE/dzh2", "dE/dw8": "dE/dzo1*h1/(1 + w8^2)"},
    ],
)
def test_all_forms_of_an_iteration_with_derivations_give_the_same_bits(
    derivations: dict[str, str],
) -> None:
    program = debugger(derivations=derivations).program
    trace = Trace(program, 3)
    scalar, array = program.start.copy(), program.start.copy()
    for number in range(1, 4):
        scalar_iteration(program)(scalar)
        array_iteration(program)(array)
        stepped = trace.states[number * program.operations]
        assert same_bits(scalar, stepped), first_difference(program, scalar, stepped)
        assert same_bits(array, stepped), first_difference(program, array, stepped)


def test_the_published_derivation_runs_for_ten_thousand_iterations() -> None:
    program = debugger("blog-published").program
    memory, iterate = program.start.copy(), iteration(program)
    for _ in range(10_000):
        iterate(memory)
    # A plain loop with the published formula gives these.
    x, t, alpha = (1.0, 4.0, 5.0), (0.1, 0.05), 0.01
    w1 = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    w2 = [[0.7, 0.8], [0.9, 0.1]]
    b1 = b2 = 0.5
    for _ in range(10_000):
        h = [1 / (1 + math.exp(-(sum(w1[i][j] * x[i] for i in range(3)) + b1))) for j in (0, 1)]
        o = [1 / (1 + math.exp(-(sum(w2[j][k] * h[j] for j in (0, 1)) + b2))) for k in (0, 1)]
        d = [(o[k] - t[k]) * o[k] * (1 - o[k]) for k in (0, 1)]
        e = [sum(d[k] * w2[j][k] for k in (0, 1)) * h[j] * (1 - h[j]) for j in (0, 1)]
        # of four paths those by o1 and h1, and by o2 and h2
        wrong = sum(d[n] * w2[n][n] * h[n] * (1 - h[n]) for n in (0, 1))
        for j in (0, 1):
            for k in (0, 1):
                w2[j][k] -= alpha * d[k] * h[j]
            for i in range(3):
                w1[i][j] -= alpha * e[j] * x[i]
        b1, b2 = b1 - alpha * wrong, b2 - alpha * (d[0] + d[1])
    for name, expected in (("b1", b1), ("b2", b2), ("w7", w2[0][0]), ("w10", w2[1][1])):
        slot = program.slot_named(name)
        assert slot is not None
        assert memory[slot] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("derivations", "words"),
    [
        ({"dE/db1": "dE/dq1"}, "uses q1, which is not there"),
        ({"dE/db1": "do1/dh1"}, "uses do[1]/dh[1], which has no value of its own"),
        ({"dE/db1": "dE/dzo[1,2]"}, "uses dE/dzo[1,2], which has no value of its own"),
        ({"dE/db1": "h[k]"}, "uses h[k], which stands for many numbers; put a number for k"),
        ({"dE/dw7": "dE/dw1"}, "uses dE/dW1[1,1], which is computed after it"),
        ({"dE/dh1": "dE/dw1"}, "uses dE/dW1[1,1], which is computed after it"),
        ({"dE/db7": "1"}, "there is no gradient dE/db7"),
        ({"dE/dW1": "1"}, "is many numbers"),
        ({"dE/db1": "sum(j: dh[j]/dzh[j])"}, "write its terms out"),
        ({"dE/db1": "dE/do1 *"}, "derivations.dE/db1: column"),
        ({"dE/db1": "dE/dw1 + b1*w1 + dE/db1"}, "the derivation of dE/db1 uses itself"),
    ],
)
def test_a_derivation_that_makes_no_sense_is_refused(
    derivations: dict[str, str], words: str
) -> None:
    with pytest.raises(SessionError) as caught:
        debugger(derivations=derivations)
    assert words in str(caught.value)


def test_an_equation_for_what_has_other_indices_by_now_is_refused() -> None:
    model = written("z = w*X", "E = (z - T)^2", X=0.7, T=0.2, w=0.9)
    for text in ("w[1] = w", "nothing = w"):
        with pytest.raises(ModelError, match="no equation computes"):
            build(replace(model, replaced=(parse_equation(text),)))
