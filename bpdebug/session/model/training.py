"""How a session trains: its optimizer, its learning rate, and how observations are taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod

import numpy as np

from bpdebug.models.layers import ParameterShape
from bpdebug.models.model import Declaration, Feed, ModelError, Role
from bpdebug.models.optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    Optimizer,
    filled,
    optimizer_named,
    state_name,
    update_equations,
)
from bpdebug.notation.symbols import Reference
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import element_labels
from bpdebug.session.file.fields import Fields, shape_text
from bpdebug.session.file.format import ArrayPart

_LETTERS = "ijklmpqr"


def take_in_turn(fields: Fields) -> Feed | None:
    """The feed of a session with batches; what it feeds is declared again, as one batch."""
    batches = fields.part.batches
    if batches is None:
        return None
    data = {
        name: each.values
        for name, each in fields.given.items()
        if each.role in (Role.INPUT, Role.TARGET)
    }
    counts = {len(values) if values.ndim else 0 for values in data.values()}
    if len(counts) != 1 or 0 in counts:
        fields.problem(
            "batches", "inputs and targets need a row for each observation, equally many"
        )
        return None
    (count,) = counts
    order = tuple(n - 1 for n in batches.order) if batches.order else tuple(range(count))
    if max(order) >= count:
        fields.problem("batches.order", f"there is no observation {max(order) + 1}, only {count}")
        return None
    if len(order) % batches.size:
        fields.problem("batches.size", f"{len(order)} observations are not a multiple of it")
        return None
    feed = Feed(data, batches.size, order)
    for name in data:
        fields.given[name] = replace(fields.given[name], values=feed.values(name, 1), names=())
    return feed


def declare_optimizer(fields: Fields) -> Optimizer:
    """The optimizer, with its settings and shared numbers declared."""
    part = fields.part.optimizer
    try:
        optimizer = optimizer_named(part.method)
    except ModelError as error:
        fields.problem("optimizer.method", str(error))
        return next(iter(OPTIMIZERS.values()))
    for field, names in (("settings", part.settings), ("symbols", part.symbols)):
        for name in names:
            if name not in optimizer.settings:
                message = "no such setting" + fields.did_you_mean(name, optimizer.settings)
                fields.problem(f"optimizer.{field}.{name}", message)
    for setting, usual in optimizer.settings.items():
        symbol = part.symbols.get(setting, setting)
        path = f"optimizer.symbols.{setting}"
        fields.check_name(path, symbol)
        value = np.array(part.settings.get(setting, usual))
        fields.declare(path, Declaration(symbol, Role.CONSTANT, value))
    before = iter(filled(optimizer.before, {}, part.symbols))
    for name, first in optimizer.shared.items():
        updates = (next(before),)
        value = _kept(fields, name, np.array(first))
        fields.declare("optimizer", Declaration(name, Role.STATE, value, (), updates))
    _declare_schedule(fields)
    return optimizer


def check_state(fields: Fields, optimizer: Optimizer, trained: Iterable[str]) -> None:
    """What an optimizer keeps must be of this one, and of a parameter that is trained."""
    known = [*optimizer.shared]
    known += [state_name(letter, name) for name in trained for letter in optimizer.states]
    for name in fields.part.optimizer.state.keys() - set(known):
        message = "this optimizer keeps nothing of that name" + fields.did_you_mean(name, known)
        fields.problem(f"optimizer.state.{name}", message)


def _kept(fields: Fields, name: str, usual: FloatArray) -> FloatArray:
    """What an optimizer has kept under a name, or what it begins with."""
    given = fields.part.optimizer.state.get(name)
    if given is None:
        return usual
    path = f"optimizer.state.{name}"
    array = fields.array(path, given)
    if array is None:
        return usual
    if array.shape != usual.shape:
        shapes = shape_text(array.shape), shape_text(usual.shape)
        fields.problem(path, f"found the shape {shapes[0]}, expected {shapes[1]}")
        return usual
    return array


def _declare_schedule(fields: Fields) -> None:
    part = fields.part.optimizer
    if part.schedule is None:
        return
    schedule = SCHEDULES.get(part.schedule.name)
    if schedule is None:
        known = ", ".join(SCHEDULES)
        message = f"there is no schedule {part.schedule.name!r}; there are: {known}"
        fields.problem("optimizer.schedule.name", message)
        return
    for name in part.schedule.settings:
        if name not in schedule.settings:
            message = "no such setting" + fields.did_you_mean(name, schedule.settings)
            fields.problem(f"optimizer.schedule.settings.{name}", message)
    names = {setting: f"rate_{setting}" for setting in schedule.settings}
    rate = part.symbols.get("learning_rate", "learning_rate")
    if rate not in fields.given:
        return
    names |= {"rate": rate, "first_rate": f"first_{rate}", "iterations": "iterations_done"}
    updates = filled(schedule.updates, {}, names)
    numbers = {names[s]: part.schedule.settings.get(s, v) for s, v in schedule.settings.items()}
    if any("first_rate" in rule for rule in schedule.updates):
        numbers[names["first_rate"]] = float(fields.given[rate].values)
    for name, value in numbers.items():
        declaration = Declaration(name, Role.CONSTANT, np.array(value))
        fields.declare("optimizer.schedule", declaration)
    if len(updates) > 1:
        counter = Declaration("iterations_done", Role.CONSTANT, np.array(0.0))
        fields.declare("optimizer.schedule", counter)
    fields.given[rate] = replace(fields.given[rate], updates=updates)


def parameter_declarations(
    fields: Fields, optimizer: Optimizer, name: str, shape: ParameterShape, loss: str
) -> list[Declaration]:
    """A parameter, and what the optimizer keeps of it."""
    if name in fields.given:
        role = fields.given[name].role
        fields.problem(f"parameters.{name}", f"{name} is given already, as {role}")
    values = _initial_values(fields, name, shape)
    if name in fields.part.frozen:
        return [Declaration(name, Role.PARAMETER, values, shape.names, (), False, shape.layer)]
    reference = Reference(name, tuple(_LETTERS[: len(shape.shape)]))
    updates = update_equations(optimizer, reference, loss, fields.part.optimizer.symbols)
    labels = element_labels(name, shape.shape, shape.names)
    found = [Declaration(name, Role.PARAMETER, values, shape.names, updates, True, shape.layer)]
    for letter in optimizer.states:
        names = tuple(state_name(letter, labels(place)) for place in range(values.size))
        found.append(
            Declaration(
                state_name(letter, name),
                Role.STATE,
                _kept(fields, state_name(letter, name), np.zeros(shape.shape)),
                names,
                layer=shape.layer,
            )
        )
    return found


def _initial_values(fields: Fields, name: str, shape: ParameterShape) -> FloatArray:
    """The values of a parameter: given as a whole, or element by element."""
    given = fields.part.parameters
    labels = element_labels(name, shape.shape, shape.names)
    if name in given:
        elements = {labels(place) for place in range(prod(shape.shape))} - {name}
        for element in elements & given.keys():
            fields.problem(f"parameters.{element}", f"given twice: {name} has its value, too")
    if name in given and shape.shape:
        array = fields.array(f"parameters.{name}", given[name])
        if array is not None and array.shape != shape.shape:
            fields.problem(
                f"parameters.{name}",
                f"found the shape {shape_text(array.shape)}, expected {shape_text(shape.shape)}",
            )
            array = None
        return np.zeros(shape.shape) if array is None else array
    values = np.zeros(shape.shape)
    for place in range(values.size):
        element = labels(place)
        value = given.get(element, None if shape.shape else given.get(name))
        if value is None:
            fields.problem(f"parameters.{element}", "missing: its initial value, a number")
        elif isinstance(value, list | ArrayPart):
            fields.problem(f"parameters.{element}", "found a list, expected a number")
        else:
            values.flat[place] = float(value)
    return values
