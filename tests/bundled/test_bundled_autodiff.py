"""The bundled networks against a library for automatic differentiation.

The library trains each network on its own, from the numbers in the session's file and from the
functions in autodiff_models.py. Gradients and parameters are compared in each of the first 100
iterations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from math import sqrt
from typing import Any

import numpy as np
import pytest
from autograd import grad
from openings import opened

from bpdebug import api
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import bundled_sessions, find_session

from .autodiff_models import MODELS

FIRST = 100
"""How many iterations are compared."""
TOLERANCE = 1e-12
"""How far two values may be apart, relative to their scale.

The scale of a parameter is its own value. That of a gradient is the largest gradient up to then: it
is a sum whose terms cancel each other as the loss falls, and they do not get smaller with it.
"""
NEAR_ZERO = 1e-2
"""A parameter smaller than this part of the largest one has that part for its scale."""
LEFT_OUT = {"blog-published", "two-two-two-in-place"}
"""Sessions about a mistake: their gradients are meant to be others."""

Named = dict[str, Any]


def elements(given: Named) -> Named:
    """Numbers by the names of their elements: `w7`, and of arrays `Q1_2`."""
    found: Named = {}
    for name, values in given.items():
        for place, value in np.ndenumerate(np.array(values, dtype=np.float64)):
            found[name + "_".join(str(index + 1) for index in place)] = float(value)
    return found


@cache
def _fields(name: str) -> Named:
    fields: Named = json.loads(find_session(name).read_text("utf-8"))
    return fields


def trained(name: str) -> Iterator[tuple[Named, Named]]:
    """Gradients and new parameters, iteration by iteration, by the library."""
    fields = _fields(name)
    model, optimizer = MODELS[name], fields["optimizer"]
    settings = optimizer["settings"]
    given = {
        key: np.array(value, dtype=np.float64)
        for part in ("inputs", "targets", "constants")
        for key, value in fields.get(part, {}).items()
    }
    accumulated = fields.get("policies", {}).get("gradients") == "accumulated"
    start = elements(fields["parameters"])
    frozen = {key: start.pop(key) for key in fields.get("frozen", ())}
    p = start
    total, m, s = (dict.fromkeys(start, 0.0) for _ in range(3))
    for iteration in range(1, FIRST + 1):
        d = given
        if "batches" in fields:
            assert fields["batches"] == {"size": 1}
            d = {key: rows[(iteration - 1) % len(rows)] for key, rows in given.items()}

        def loss(values: Named, d: Named = d) -> Any:
            return model({**{key: values[key] for key in start}, **frozen}, d)

        g = grad(loss)(p)
        if accumulated:
            g = total = {key: total[key] + g[key] for key in p}
        if optimizer["method"] == "adam":
            beta1, beta2, rate = (settings[key] for key in ("beta1", "beta2", "learning_rate"))
            m = {key: beta1 * m[key] + (1 - beta1) * g[key] for key in p}
            s = {key: beta2 * s[key] + (1 - beta2) * g[key] ** 2 for key in p}
            long = {key: m[key] / (1 - beta1**iteration) for key in p}
            wide = {key: sqrt(s[key] / (1 - beta2**iteration)) for key in p}
            p = {key: p[key] - rate * long[key] / (wide[key] + settings["epsilon"]) for key in p}
        else:
            assert optimizer["method"] == "gradient descent"
            p = {key: p[key] - settings["learning_rate"] * g[key] for key in p}
        yield g, {**p, **frozen}


def computed(debugger: Debugger, iteration: int) -> tuple[Named, Named]:
    """Gradients and parameters after an iteration, by bpdebug."""
    program, memory = debugger.program, debugger.history.state(iteration)
    gradients, parameters = {}, {}
    for slot in map(int, program.parameter_slots()):
        parameters[program.name(slot)] = float(memory[slot])
        gradient = program.gradient_slot(slot)
        if gradient is not None:
            gradients[program.name(slot)] = float(memory[gradient])
    return gradients, parameters


def worst(found: Named, expected: Named, least: float) -> float:
    """The largest difference, each relative to the value but at least to `least`."""
    assert found.keys() >= expected.keys()
    scales = {key: max(abs(value), least) for key, value in expected.items()}
    return float(max(abs(found[key] - expected[key]) / scales[key] for key in expected))


def size(values: Named) -> float:
    """The largest of some numbers."""
    return float(max(map(abs, values.values())))


@pytest.mark.parametrize("name", MODELS)
def test_the_first_iterations_are_those_of_automatic_differentiation(name: str) -> None:
    debugger = opened(name)
    last, largest = min(FIRST, debugger.iterations), 0.0
    for iteration, (gradients, parameters) in enumerate(islice(trained(name), last), start=1):
        found_gradients, found_parameters = computed(debugger, iteration)
        largest = max(largest, size(gradients))
        assert worst(found_gradients, gradients, largest) <= TOLERANCE, iteration
        assert found_parameters.keys() == parameters.keys()
        near_zero = NEAR_ZERO * size(parameters)
        assert worst(found_parameters, parameters, near_zero) <= TOLERANCE, iteration


def test_no_bundled_session_is_forgotten() -> None:
    lessons = {name for name in bundled_sessions() if name.startswith("lesson-")}
    assert set(bundled_sessions()) - LEFT_OUT - lessons == set(MODELS)


@pytest.mark.parametrize("name", [n for n in bundled_sessions() if n.startswith("lesson-")])
def test_lessons_have_the_gradients_of_the_complex_step(name: str) -> None:
    record = api.open(name).check(causes=False).record()
    checks = record["gradients"]
    assert isinstance(checks, list)
    assert checks
    assert [each["name"] for each in checks if each["verdict"] != "agrees"] == []


def test_a_wrong_gradient_is_noticed() -> None:
    """The comparison sees the mistake of updating in place, small as it is."""
    debugger = opened("two-two-two-in-place")
    gradients, parameters = next(trained("two-two-two"))
    found_gradients, found_parameters = computed(debugger, 1)
    assert worst(found_gradients, gradients, size(gradients)) > 1e6 * TOLERANCE
    assert worst(found_parameters, parameters, 0.0) > 1e6 * TOLERANCE
