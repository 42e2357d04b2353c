"""Sessions for tests, as people write them: data that becomes JSON text and a debugger."""

from __future__ import annotations

import random
from typing import Any

from openings import of_data

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.notation.printing import to_text
from bpdebug.session.file.errors import SessionError

Data = dict[str, Any]


def session(**fields: Any) -> Data:
    """The data of a session with the given fields."""
    return {"format": "bpdebug-session", "version": "1.0", **fields}


def layered(
    *units: int, activation: str = "tanh", last: str = "identity", seed: int = 1, **model: Any
) -> Data:
    """A session of fully connected layers `x`, `h`, `g`, …, `o` with biases for each unit and
    round starting values; it has no data yet."""
    names = ["x", *"hgabcd"[: len(units) - 2], "o"]
    layers: list[Data] = [{"name": "x", "units": units[0]}]
    for name, count in zip(names[1:], units[1:], strict=True):
        kind = last if name == "o" else activation
        layers.append({"name": name, "units": count, "activation": kind, "bias": "unit"})
    chance = random.Random(seed)
    parameters: Data = {}
    for depth in range(1, len(units)):
        inputs, outputs = units[depth - 1], units[depth]
        parameters[f"W{depth}"] = [_numbers(chance, outputs) for _ in range(inputs)]
        parameters[f"B{depth}"] = _numbers(chance, outputs)
    return session(model={"layers": layers, **model}, parameters=parameters, iterations=50)


def _numbers(chance: random.Random, count: int) -> list[float]:
    return [round(chance.uniform(-1, 1), 3) for _ in range(count)]


def after(debugger: Debugger, iteration: int) -> dict[str, float]:
    """All values at the end of an iteration by name; at the start for iteration 0."""
    program = debugger.program
    memory = debugger.view_at(Position(iteration * program.operations)).memory()
    return {program.name(slot): float(memory[slot]) for slot in range(len(memory))}


def parameters(debugger: Debugger, iteration: int) -> dict[str, float]:
    """The parameters at the end of an iteration, by name."""
    program, found = debugger.program, after(debugger, iteration)
    return {(name := program.name(int(s))): found[name] for s in program.parameter_slots()}


def gradients(debugger: Debugger, iteration: int = 1) -> dict[str, float]:
    """The derivatives of the loss by what is trained, by the parameters' names."""
    found, loss = after(debugger, iteration), debugger.program.model.loss
    names = parameters(debugger, iteration)
    return {n: found[f"d{loss}/d{n}"] for n in names if f"d{loss}/d{n}" in found}


def formulas(debugger: Debugger) -> list[str]:
    """The equations of the model as text."""
    return [to_text(equation) for equation in debugger.program.model.equations]


def operations(debugger: Debugger) -> list[str]:
    """What the operations of an iteration compute, by name, in their order."""
    program = debugger.program
    return [program.name(program.slot(k)) for k in range(1, program.operations + 1)]


def complaints(data: Data) -> dict[str, str]:
    """What opening a session complains about, by place."""
    try:
        of_data(data)
    except SessionError as error:
        return {problem.path: problem.message for problem in error.problems}
    return {}
