"""Optimizers and learning-rate schedules against loops written out plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import exp, sqrt

import pytest
from openings import of_data

from bpdebug.debugger.view import Position
from bpdebug.models.optimizers import OPTIMIZERS, SCHEDULES

from .sessions import Data, after, complaints, session

START = {"a": 0.8, "b": -0.3}
ITERATIONS = 20


def _model(**fields: object) -> Data:
    """E = (a - 1)^2 + 3(b - a)^2·e^b, with two parameters that pull at each other."""
    return session(
        model={"equations": ["E = (a - 1)^2 + 3*(b - a)^2*exp(b)"]},
        parameters=START,
        iterations=ITERATIONS,
        **fields,
    )


def _slopes(p: dict[str, float]) -> dict[str, float]:
    """The gradient by hand."""
    a, b = p["a"], p["b"]
    return {
        "a": 2 * (a - 1) - 6 * (b - a) * exp(b),
        "b": 6 * (b - a) * exp(b) + 3 * (b - a) ** 2 * exp(b),
    }


Step = Callable[[float, float, dict[str, float], int], float]
"""From a parameter, its gradient, what is kept of it, and the iteration: its new value."""


def _run(step: Step) -> Iterator[dict[str, float]]:
    p, kept = dict(START), {name: dict.fromkeys("vms", 0.0) for name in START}
    for t in range(1, ITERATIONS + 1):
        g = _slopes(p)
        p = {name: step(p[name], g[name], kept[name], t) for name in p}
        yield p


LR, MU, WD, EPS = 0.05, 0.8, 0.1, 1e-6


def _descent(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return p - LR * g


def _decayed(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return p - LR * (g + WD * p)


def _momentum(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["v"] = MU * kept["v"] + g
    return p - LR * kept["v"]


def _rate_inside(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["v"] = MU * kept["v"] - LR * g
    return p + kept["v"]


def _dampened(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["v"] = MU * kept["v"] + (1 - 0.25) * g
    return p - LR * kept["v"]


def _momentum_decayed(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return _momentum(p, g + WD * p, kept, t)


def _momentum_decoupled(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return _momentum(p, g, kept, t) - LR * WD * p


def _nesterov(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["v"] = MU * kept["v"] + g
    return p - LR * (g + MU * kept["v"])


def _nesterov_decayed(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return _nesterov(p, g + WD * p, kept, t)


def _adagrad(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["s"] += g * g
    return p - LR * g / (sqrt(kept["s"]) + EPS)


def _rmsprop(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["s"] = 0.7 * kept["s"] + (1 - 0.7) * g * g
    return p - LR * g / (sqrt(kept["s"]) + EPS)


def _adam(p: float, g: float, kept: dict[str, float], t: int) -> float:
    kept["m"] = 0.7 * kept["m"] + 0.3 * g
    kept["s"] = 0.9 * kept["s"] + 0.1 * g * g
    m, s = kept["m"] / (1 - 0.7**t), kept["s"] / (1 - 0.9**t)
    return p - LR * m / (sqrt(s) + EPS)


def _adam_decayed(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return _adam(p, g + WD * p, kept, t)


def _adamw(p: float, g: float, kept: dict[str, float], t: int) -> float:
    return _adam(p, g, kept, t) - LR * WD * p


REFERENCES: dict[str, tuple[Step, dict[str, float]]] = {
    "gradient descent": (_descent, {}),
    "gradient descent with weight decay": (_decayed, {"weight_decay": WD}),
    "momentum": (_momentum, {"momentum": MU}),
    "momentum, rate inside": (_rate_inside, {"momentum": MU}),
    "momentum with dampening": (_dampened, {"momentum": MU, "dampening": 0.25}),
    "momentum with weight decay": (_momentum_decayed, {"momentum": MU, "weight_decay": WD}),
    "momentum with decoupled weight decay": (
        _momentum_decoupled,
        {"momentum": MU, "weight_decay": WD},
    ),
    "nesterov": (_nesterov, {"momentum": MU}),
    "nesterov with weight decay": (_nesterov_decayed, {"momentum": MU, "weight_decay": WD}),
    "adagrad": (_adagrad, {"epsilon": EPS}),
    "rmsprop": (_rmsprop, {"decay": 0.7, "epsilon": EPS}),
    "adam": (_adam, {"beta1": 0.7, "beta2": 0.9, "epsilon": EPS}),
    "adam with weight decay": (
        _adam_decayed,
        {"beta1": 0.7, "beta2": 0.9, "epsilon": EPS, "weight_decay": WD},
    ),
    "adamw": (_adamw, {"beta1": 0.7, "beta2": 0.9, "epsilon": EPS, "weight_decay": WD}),
}


def _optimizer(method: str) -> Data:
    return {"method": method, "settings": {"learning_rate": LR, **REFERENCES[method][1]}}


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_every_optimizer_is_its_reference(method: str) -> None:
    assert set(OPTIMIZERS[method].settings) == {"learning_rate", *REFERENCES[method][1]}
    debugger = of_data(_model(optimizer=_optimizer(method)))
    for iteration, expected in enumerate(_run(REFERENCES[method][0]), start=1):
        found = after(debugger, iteration)
        assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_states_step_back_like_everything_else(method: str) -> None:
    debugger = of_data(_model(optimizer=_optimizer(method)))
    program = debugger.program
    states = [f"{letter}_{name}" for letter in OPTIMIZERS[method].states for name in START]
    assert set(states) <= set(program.element_names())
    length = program.operations
    forward = [debugger.view_at(Position(p)).memory().tobytes() for p in range(3 * length)]
    for position in reversed(range(3 * length)):
        debugger.go_to(Position(position))
        assert debugger.view.memory().tobytes() == forward[position]
    start = after(debugger, 0)
    assert [start[name] for name in states] == [0.0] * len(states)


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_without_settings_the_usual_ones_hold(method: str) -> None:
    found = after(of_data(_model(optimizer={"method": method})), 1)
    for setting, usual in OPTIMIZERS[method].settings.items():
        assert found[setting] == usual


def test_adam_by_hand_on_theta_squared() -> None:
    """Three iterations from theta = 5, worked out elsewhere."""
    data = session(
        model={"equations": ["E = theta^2"]},
        parameters={"theta": 5},
        optimizer={"method": "adam", "settings": {"learning_rate": 0.1}},
    )
    rows = [
        (10.0, 1.0, 0.1, 10.0, 100.0, 4.9000000001),
        (
            9.8000000002,
            1.88000000002,
            0.1959400000039,
            9.894736842211,
            98.01900950671,
            4.80005775687,
        ),
        (
            9.600115513738,
            2.652011551392,
            0.287906277881,
            9.78602048484,
            96.06479206414,
            4.70021329133,
        ),
    ]
    debugger = of_data(data)
    for iteration, row in enumerate(rows, start=1):
        found = after(debugger, iteration)
        names = ("dE/dtheta", "m_theta", "s_theta", "mh_theta", "sh_theta", "theta")
        assert [found[name] for name in names] == pytest.approx(row, rel=1e-11), iteration


RATES: dict[str, tuple[dict[str, float], Callable[[int], float]]] = {
    "exponential": ({"decay": 0.9}, lambda t: LR * 0.9**t),
    "inverse time": ({"decay": 0.5}, lambda t: LR / (1 + 0.5 * t)),
    "linear": ({"length": 8}, lambda t: LR * max(0.0, 1 - t / 8)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_its_formula(name: str) -> None:
    """The rate that iteration t uses is the one after t - 1 iterations."""
    settings, rate = RATES[name]
    data = _model(optimizer=_optimizer("gradient descent"))
    data["optimizer"]["schedule"] = {"name": name, "settings": settings}
    debugger = of_data(data)

    def step(p: float, g: float, kept: dict[str, float], t: int) -> float:
        return p - rate(t - 1) * g

    for iteration, expected in enumerate(_run(step), start=1):
        found = after(debugger, iteration)
        assert found["learning_rate"] == pytest.approx(rate(iteration), rel=1e-12)
        assert {n: found[n] for n in expected} == pytest.approx(expected, rel=1e-12)
    assert after(debugger, 0)["learning_rate"] == LR


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("method", ["momentum, rate inside", "adamw", "rmsprop"])
def test_a_rate_may_have_another_name_and_a_schedule(method: str, name: str) -> None:
    data = _model(optimizer=_optimizer(method) | {"schedule": {"name": name}})
    plain = of_data(data)
    data["optimizer"]["symbols"] = {"learning_rate": "eta"}
    renamed = of_data(data)
    assert set(SCHEDULES[name].settings) == set(RATES[name][0])
    for iteration in (0, 1, ITERATIONS):
        found, expected = after(renamed, iteration), after(plain, iteration)
        assert found["eta"] == expected["learning_rate"]
        assert found["a"] == expected["a"]


@pytest.mark.parametrize(
    ("optimizer", "path", "words"),
    [
        ({"method": "adan"}, "optimizer.method", "there is no optimizer 'adan'"),
        ({"settings": {"momentum": 1}}, "optimizer.settings.momentum", "no such setting"),
        (
            {"method": "adam", "settings": {"beta_1": 0.5}},
            "optimizer.settings.beta_1",
            "did you mean beta1?",
        ),
        ({"symbols": {"rate": "eta"}}, "optimizer.symbols.rate", "no such setting"),
        ({"symbols": {"learning_rate": "a b"}}, "optimizer.symbols.learning_rate", "not a name"),
        ({"schedule": {"name": "cosine"}}, "optimizer.schedule.name", "there is no schedule"),
        (
            {"schedule": {"name": "linear", "settings": {"lenght": 5}}},
            "optimizer.schedule.settings.lenght",
            "did you mean length?",
        ),
    ],
)
def test_what_is_refused(optimizer: Data, path: str, words: str) -> None:
    assert words in complaints(_model(optimizer=optimizer))[path]


@pytest.mark.parametrize("name", ["mh_w", "m_w", "beta1_power"])
def test_what_an_optimizer_computes_has_a_name_of_its_own(name: str) -> None:
    data = session(
        model={"equations": [f"{name} = w*x", f"E = {name}^2"]},
        inputs={"x": 1.5},
        parameters={"w": 0.5},
        optimizer={"method": "adam"},
    )
    assert any(name in text for text in complaints(data).values())


@pytest.mark.parametrize("method", ["momentum", "adam"])
def test_a_state_from_earlier_goes_on(method: str) -> None:
    """After five iterations, then five from what is there, as after ten."""
    whole = after(of_data(_model(optimizer=_optimizer(method))), 10)
    half = after(of_data(_model(optimizer=_optimizer(method))), 5)
    kept = [*OPTIMIZERS[method].shared]
    kept += [f"{letter}_{name}" for letter in OPTIMIZERS[method].states for name in START]
    fields = _model(optimizer=_optimizer(method) | {"state": {name: half[name] for name in kept}})
    found = after(of_data(fields | {"parameters": {name: half[name] for name in START}}), 5)
    assert {name: found[name] for name in START} == {name: whole[name] for name in START}


def test_a_state_that_is_not_there_or_does_not_fit_is_refused() -> None:
    state = {"v_c": 1.0, "v_a": [1.0, 2.0]}
    told = complaints(_model(optimizer=_optimizer("momentum") | {"state": state}))
    assert told["optimizer.state.v_c"].startswith("this optimizer keeps nothing of that name")
    assert told["optimizer.state.v_a"] == "found the shape 2, expected a single number"
