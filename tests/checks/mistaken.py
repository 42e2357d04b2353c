"""Small models in which each mistake of the catalogue can be made."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.catalogue import NAMED
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger

_SETTINGS = {"learning_rate": 0.1}
_ADAM = _SETTINGS | {"epsilon": 0.01}

_DECOUPLED = _ADAM | {"weight_decay": 0.3}

_SPECS: dict[str, dict[str, Any]] = {
    "shared": {"sizes": (2, 2, 2), "bias": "shared"},
    "frozen": {"sizes": (1, 2, 1), "bias": "unit", "frozen": ["B1", "B2"]},
    "units": {"sizes": (1, 2, 1), "bias": "unit"},
    "observations": {"sizes": (1, 1, 1), "bias": "unit", "rows": 2},
    "adam": {"sizes": (1, 1, 1), "bias": "unit", "method": "adam", "settings": _ADAM},
    "dampening": {"sizes": (1, 1, 1), "bias": "unit", "method": "momentum with dampening"},
    "decoupled": {"sizes": (1, 1, 1), "bias": "unit", "method": "adamw", "settings": _DECOUPLED},
    "decay": {"sizes": (1, 1, 1), "bias": "unit", "method": "gradient descent with weight decay"},
}

_WHERE = {
    "bias for each unit": "shared",
    "bias shared": "units",
    "first step undamped": "dampening",
    "frozen parameter updated": "frozen",
    "gradients not cleared": "units",
    "missing paths": "units",
    "no bias correction": "adam",
    "no square root": "adam",
    "observations": "observations",
    "sum or mean": "observations",
    "transposed weights": "shared",
    "weight decay forgotten": "decay",
    "weight decay misplaced": "decoupled",
    "weight of the new gradient": "adam",
    "weights misread": "shared",
    "ε misplaced": "adam",
}
"""The model in which a mistake is made, if not in the usual one."""


def model_for(mistake: str) -> str:
    """The name of a small model in which a mistake can be made."""
    return _WHERE.get(mistake, "units")


@cache
def part_of(name: str) -> SessionPart:
    """The session of a small model."""
    spec = _SPECS[name]
    sizes, bias, rows = spec["sizes"], spec["bias"], spec.get("rows", 0)
    rng = random.Random(3)

    def number() -> float:
        return round(rng.uniform(-1, 1), 2)

    layers = [
        {"name": n, "units": units, "activation": activation, "bias": bias}
        for n, units, activation in zip("xho", sizes, ("tanh", "tanh", "sigmoid"), strict=True)
    ]
    parameters: dict[str, Any] = {}
    for depth in (1, 2):
        below, size = sizes[depth - 1], sizes[depth]
        parameters[f"W{depth}"] = [[number() for _ in range(size)] for _ in range(below)]
        if bias == "unit":
            parameters[f"B{depth}"] = [number() for _ in range(size)]
        else:
            parameters[f"b{depth}"] = number()
    x = [[number() for _ in range(sizes[0])] for _ in range(rows or 1)]
    t = [[number() for _ in range(sizes[-1])] for _ in range(rows or 1)]
    text = {
        "format": "bpdebug-session",
        "version": "1.3",
        "model": {"layers": layers, "loss": "half squared error"},
        "inputs": {"x": x if rows else x[0]},
        "targets": {"t": t if rows else t[0]},
        "parameters": parameters,
        "frozen": spec.get("frozen", []),
        "optimizer": {
            "method": spec.get("method", "gradient descent"),
            "settings": spec.get("settings", _SETTINGS),
        },
        "iterations": 5,
    }
    return parse_session(json.dumps(text), name)


def debugger_of(name: str) -> Debugger:
    """A debugger of a small model."""
    return make_debugger(part_of(name), name)


def trial_of(debugger: Debugger, iterations: int) -> Trial:
    """Its first iterations, to be altered."""
    before = debugger.history.state(0).copy()
    debugger.program.load_observations(before, 1)
    return Trial(debugger.program, before, 1, iterations)


def alterations_of(mistake: str, debugger: Debugger) -> list[Alteration]:
    """All the ways of making a mistake."""
    return list(NAMED[mistake].alterations(debugger.program))
