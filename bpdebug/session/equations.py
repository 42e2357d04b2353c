"""From the model part of a session to equations, and to the parameters that they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from bpdebug.models.layers import Layer, ParameterShape, network
from bpdebug.models.model import ModelError
from bpdebug.models.repeat import repeated
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.tree import Derivative, Equation, Reference, symbols
from bpdebug.session.fields import Fields, shape_text


class Expanded(NamedTuple):
    """Forward equations, the parameters that they need by name, and the layers if it has any."""

    equations: tuple[Equation, ...] = ()
    parameters: Mapping[str, ParameterShape] = {}
    layers: Mapping[str, int] = {}


def expand(fields: Fields) -> Expanded:
    """The equations of the model; nothing, and problems, if there are none."""
    model = fields.part.model
    if (model.layers is None) == (model.equations is None):
        fields.problem("model", "give either layers or equations")
        return Expanded()
    return _from_equations(fields) if model.layers is None else _from_layers(fields)


def _from_equations(fields: Fields) -> Expanded:
    model = fields.part.model
    try:
        texts = repeated(model.equations or [], model.repeat)
    except ModelError as error:
        fields.problem("model.equations", str(error))
        return Expanded()
    equations = []
    for index, text in enumerate(texts):
        # Repetition moves the numbers; the text says which equation is meant then.
        path = f"model.equations[{index}]" if texts == model.equations else "model.equations"
        equation = _parsed(fields, path, text)
        if equation is not None:
            equations.append(equation)
    if not texts:
        fields.problem("model.equations", "at least one equation, the loss, is needed")
    if model.loss is not None and equations and equations[-1].target.family != model.loss:
        fields.problem("model.loss", f"the last equation has to compute {model.loss}")
    known = {*fields.given, *(equation.target.family for equation in equations)}
    used = dict.fromkeys(
        s.name for e in equations for s in symbols(e.value) if isinstance(s, Reference)
    )
    wanted = {}
    for name in used:
        if name not in known:
            shape = _given_shape(fields, name)
            if shape is not None:
                wanted[name] = shape
    return Expanded(tuple(equations), wanted)


def _parsed(fields: Fields, path: str, text: str) -> Equation | None:
    """An equation of a model; None, and a problem, if it is none."""
    try:
        equation = parse_equation(text)
    except NotationError as error:
        fields.problem(path, str(error))
        return None
    if equation.assigns:
        fields.problem(path, "an equation of a model is written with =, not with :=")
    if any(isinstance(s, Derivative) for s in (equation.target, *symbols(equation.value))):
        fields.problem(path, "derivatives are found by bpdebug, a model uses none")
    return equation


def _given_shape(fields: Fields, name: str) -> ParameterShape | None:
    values = fields.part.parameters.get(name)
    path = f"parameters.{name}"
    if values is None:
        message = f"missing; the equations use {name}, and nothing computes it"
        fields.problem(path, message)
        return None
    array = fields.array(path, values)
    if array is None:
        return None
    return ParameterShape(array.shape, fields.names(name, array.size), 0)


def _from_layers(fields: Fields) -> Expanded:
    model = fields.part.model
    layers = [
        Layer(each.name, each.units, each.activation, each.bias) for each in model.layers or ()
    ]
    names = [
        fields.check_name(f"model.layers[{index}].name", layer.name)
        for index, layer in enumerate(layers)
    ]
    if not all(names):
        return Expanded()
    observations = _observations(fields, layers[0].name) if layers else None
    loss = model.loss or "half squared error"
    if "=" in loss and _parsed(fields, "model.loss", loss) is None:
        return Expanded()
    try:
        net = network(layers, loss, model.numbering, observations, model.reduction)
    except ModelError as error:
        fields.problem("model", str(error))
        return Expanded()
    _check_data(fields, "inputs", net.inputs, layers[0].units, observations)
    _check_data(fields, "targets", net.targets, layers[-1].units, observations)
    parameters = {
        name: replace(shape, names=fields.names(name, len(shape.names)) or shape.names)
        for name, shape in net.parameters.items()
    }
    # Weights first: that is how a textbook lists them, and how they are updated.
    ordered = sorted(parameters.items(), key=lambda item: len(item[1].shape) < 2)
    return Expanded(net.equations, dict(ordered), net.layers)


def _observations(fields: Fields, inputs: str) -> int | None:
    """How many observations an iteration has; None for one that needs no index."""
    declaration = fields.given.get(inputs)
    if declaration is None or declaration.values.ndim < 2:
        return None
    return len(declaration.values)


def _check_data(
    fields: Fields, field: str, name: str, units: int, observations: int | None
) -> None:
    """The data must have a number for each unit, and a row for each observation."""
    declaration = fields.given.get(name)
    wanted = (units,) if observations is None else (observations, units)
    if declaration is None:
        if not any(problem.path.startswith(field) for problem in fields.problems):
            fields.problem(f"{field}.{name}", f"missing: {shape_text(wanted)} numbers")
    elif declaration.values.shape != wanted:
        found = shape_text(declaration.values.shape)
        fields.problem(
            f"{field}.{name}", f"found the shape {found}, expected {shape_text(wanted)} numbers"
        )
