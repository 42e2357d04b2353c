"""From the model part of a session to equations, and to the parameters that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import prod
from typing import NamedTuple

from bpdebug.models.activations import ACTIVATIONS
from bpdebug.models.layers import MOST_WEIGHTS, Layer, ParameterShape, network
from bpdebug.models.model import ModelError
from bpdebug.models.repeat import repeated
from bpdebug.notation.equation import Equation
from bpdebug.notation.errors import NotationError
from bpdebug.notation.names import called_names, no_such_function
from bpdebug.notation.parser import parse_equation, parse_symbol
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.program.shapes import Shapes, computed_shape
from bpdebug.session.file.fields import Fields, shape_text
from bpdebug.session.file.format import ArrayPart


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
        texts = repeated(model.equations or [], model.repeat, fields.budget)
    except ModelError as error:
        fields.problem("model.equations", str(error))
        return Expanded()
    equations = []
    # What a refused equation would compute and data that were refused are not missing besides.
    known = {*fields.given, *fields.part.inputs, *fields.part.targets, *fields.part.constants}
    computed = ""
    for index, text in enumerate(texts):
        equation = _parsed(fields, _path(fields, index, len(texts)), text)
        if equation is not None:
            equations.append(equation)
        computed = _target(text) if equation is None else equation.target.family
        known.add(computed)
    if not texts:
        fields.problem("model.equations", "at least one equation, the loss, is needed")
    if model.loss is not None and (computed or model.loss) != model.loss:
        fields.problem("model.loss", f"the last equation has to compute {model.loss}")
    used = dict.fromkeys(s.name for e in equations for s in e.uses if isinstance(s, Reference))
    written = enumerate(model.equations or ())
    called = {name: index for index, text in written for name in called_names(text)}
    wanted = {}
    for name in used:
        # An equation that does not even say what it computes may compute what is missing.
        if name not in known and ("" not in known or name in fields.part.parameters):
            shape = _given_shape(fields, name, called)
            if shape is not None:
                wanted[name] = shape
    return Expanded(tuple(equations), wanted)


def _target(text: str) -> str:
    """What an equation that cannot be read would compute, empty if it does not say."""
    try:
        return parse_symbol(text.partition("=")[0].rstrip().removesuffix(":")).family
    except NotationError:
        return ""


def _path(fields: Fields, index: int, count: int) -> str:
    """Where an equation stands. Repetition moves the numbers; the message says which is meant."""
    moved = count != len(fields.part.model.equations or ())
    return "model.equations" if moved else f"model.equations[{index}]"


def check_equations(fields: Fields, equations: Sequence[Equation], declared: Shapes) -> None:
    """Note which equations do not fit together or with what is declared, each on its own.

    What uses a quantity that is itself in doubt is passed over.
    """
    shapes = dict(declared)
    computed: set[str] = set()
    doubtful: set[str] = set()
    for index, equation in enumerate(equations):
        name = equation.target.family
        path = _path(fields, index, len(equations))
        if name in computed:
            fields.problem(path, f"equation for {name}: {name} is computed twice")
            continue
        computed.add(name)
        used = {s.name for s in equation.uses if isinstance(s, Reference)}
        try:
            if used & doubtful:
                doubtful.add(name)
            else:
                shapes[name] = computed_shape(equation, shapes)
        except ModelError as error:
            fields.problem(path, str(error))
            doubtful.add(name)
    if doubtful or fields.problems:
        fields.stop_if_bad()


def _parsed(fields: Fields, path: str, text: str) -> Equation | None:
    """An equation of a model; None, and a problem, if it is none."""
    try:
        equation = parse_equation(text)
    except NotationError as error:
        fields.problem(path, str(error))
        return None
    if equation.assigns:
        fields.problem(path, "an equation of a model is written with =, not with :=")
    if any(isinstance(s, Derivative) for s in (equation.target, *equation.uses)):
        fields.problem(path, "derivatives are found by bpdebug, a model uses none")
    return equation


def _given_shape(fields: Fields, name: str, called: Mapping[str, int]) -> ParameterShape | None:
    """The shape of a parameter that the equations use; `called` says which write it as a call."""
    values = fields.part.parameters.get(name)
    path = f"parameters.{name}"
    if values is None:
        if name in called:
            fields.problem(f"model.equations[{called[name]}]", no_such_function(name))
        else:
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
    for index, layer in enumerate(layers):
        if layer.activation not in ACTIVATIONS:
            message = f"there is no activation {layer.activation!r}" + (
                fields.did_you_mean(layer.activation, ACTIVATIONS)
                or f"; there are: {', '.join(ACTIVATIONS)}"
            )
            fields.problem(f"model.layers[{index}].activation", message)
            layers[index] = replace(layer, activation="identity")
    needed = sum(below.units * layer.units for below, layer in pairwise(layers))
    # Of more weights than there may be, `network` says that.
    if max(_MANY, _numbers(fields)) < needed <= MOST_WEIGHTS:
        message = f"missing: the layers have {needed:,} weights, so that many numbers must be given"
        fields.problem("parameters", message)
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
    _check_data(fields, "inputs", net.inputs, "first", layers[0].units, observations)
    _check_data(fields, "targets", net.targets, "last", layers[-1].units, observations)
    parameters = {
        name: replace(shape, names=fields.names(name, len(shape.names)) or shape.names)
        for name, shape in net.parameters.items()
    }
    # Weights first: that is how a textbook lists them, and how they are updated.
    ordered = sorted(parameters.items(), key=lambda item: len(item[1].shape) < 2)
    return Expanded(net.equations, dict(ordered), net.layers)


_MANY = 50_000
"""Of fewer weights each one that is missing is named."""


def _numbers(fields: Fields) -> int:
    """At least how many numbers are given for parameters."""
    return sum(map(_size, fields.part.parameters.values()))


def _size(values: object) -> int:
    if isinstance(values, ArrayPart):
        return prod(values.shape)
    return sum(map(_size, values)) if isinstance(values, list) else 1


def _observations(fields: Fields, inputs: str) -> int | None:
    """How many observations an iteration has; None for one that needs no index."""
    declaration = fields.given.get(inputs)
    if declaration is None or declaration.values.ndim < 2:
        return None
    return len(declaration.values)


def _check_data(
    fields: Fields, field: str, name: str, which: str, units: int, observations: int | None
) -> None:
    """The data must have a number for each unit, and a row for each observation."""
    declaration = fields.given.get(name)
    wanted = (units,) if observations is None else (observations, units)
    if declaration is None:
        if not any(problem.path.startswith(field) for problem in fields.problems):
            fields.problem(f"{field}.{name}", f"missing: {shape_text(wanted)} numbers")
    elif declaration.values.shape != wanted:
        fields.problem(f"{field}.{name}", _misfit(name, declaration.values.shape, which, wanted))


def _misfit(name: str, found: tuple[int, ...], which: str, wanted: tuple[int, ...]) -> str:
    """What is wrong with the width or the number of rows of data."""
    units = f"the {which} layer {_count(wanted[-1], 'unit')}"
    if len(found) != len(wanted):
        return f"{name} is {_form(found)}, expected {_form(wanted)}"
    if len(found) == 1:
        return f"{name} has {_count(found[0], 'value')}, {units}"
    if found[1] != wanted[1]:
        return f"{name} has {_count(found[1], 'value')} in a row, {units}"
    return f"{name} has {_count(found[0], 'row')}, the inputs {wanted[0]}"


def _form(shape: tuple[int, ...]) -> str:
    match shape:
        case ():
            return "a single number"
        case (count,):
            return f"a list of {_count(count, 'number')}"
        case (rows, count):
            return f"{_count(rows, 'row')} of {_count(count, 'number')}"
    return f"{shape_text(shape)} numbers"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
