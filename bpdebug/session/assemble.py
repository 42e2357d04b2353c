"""From the fields of a session to a model and a debugger, with cross-checks."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import numpy as np

from bpdebug.debugger.breakpoints import Breakpoint, BreakpointError
from bpdebug.debugger.debugger import Debugger, PositionError
from bpdebug.debugger.view import Position
from bpdebug.models.layers import Layer, ParameterShape, network
from bpdebug.models.model import Declaration, Model, ModelError, Role, values_of
from bpdebug.models.optimizers import OPTIMIZERS, Optimizer, optimizer_named, update_equations
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_equation, parse_symbol
from bpdebug.notation.tree import Derivative, Equation, Reference, symbols
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.quantities import element_labels
from bpdebug.session.errors import Problem, SessionError
from bpdebug.session.format import SessionPart, Values

_LETTERS = "ijklmpqr"


def make_debugger(part: SessionPart, source: str) -> Debugger:
    """The debugger of a session, standing at its cursor. Raises SessionError."""
    model = make_model(part, source)
    try:
        debugger = Debugger(build(model), part.iterations)
    except ModelError as error:
        raise SessionError(source, [Problem("model", str(error))]) from error
    problems = []
    for index, each in enumerate(part.breakpoints):
        if each.number in debugger.breakpoints:
            message = f"there are two breakpoints {each.number}"
            problems.append(Problem(f"breakpoints[{index}].number", message))
            continue
        breakpoint_ = Breakpoint(
            each.number, each.on, each.access, each.condition, each.enabled, each.hits
        )
        try:
            debugger.restore_breakpoint(breakpoint_)
        except BreakpointError as error:
            problems.append(Problem(f"breakpoints[{index}]", str(error)))
    try:
        debugger.go_to(Position(part.cursor.operation, part.cursor.arithmetic))
    except PositionError as error:
        problems.append(Problem("cursor", str(error)))
    for index, digest in enumerate(part.digests):
        if digest.operation > debugger.end.operation:
            message = f"positions go from 0 to {debugger.end.operation}"
            problems.append(Problem(f"digests[{index}].operation", message))
    if problems:
        raise SessionError(source, problems)
    return debugger


def make_model(part: SessionPart, source: str) -> Model:
    """The model that a session describes. Raises SessionError with all that is wrong."""
    return _Assembly(part, source).model()


class _Assembly:
    def __init__(self, part: SessionPart, source: str) -> None:
        self.part = part
        self.source = source
        self.problems: list[Problem] = []

    def model(self) -> Model:
        part = self.part
        given: dict[str, Declaration] = {}
        self._arrays("inputs", part.inputs, Role.INPUT, given)
        self._arrays("targets", part.targets, Role.TARGET, given)
        self._arrays("constants", part.constants, Role.CONSTANT, given)
        equations, wanted, layers = self._equations(given)
        optimizer = self._optimizer(given)
        self._stop()
        loss = equations[-1].target.family
        declarations = list(given.values())
        for name, shape in wanted.items():
            values = self._parameter(name, shape)
            trained = name not in part.frozen
            updates: tuple[Equation, ...] = ()
            if trained:
                reference = Reference(name, tuple(_LETTERS[: len(shape.shape)]))
                updates = update_equations(optimizer, reference, loss, part.optimizer.symbols)
            declarations.append(
                Declaration(
                    name, Role.PARAMETER, values, shape.names, updates, trained, shape.layer
                )
            )
        self._check_unknown(wanted)
        self._stop()
        order = {phase: tuple(entries) for phase, entries in part.order.items()}
        return Model(equations, tuple(declarations), loss, part.style, order, layers)

    def _stop(self) -> None:
        if self.problems:
            raise SessionError(self.source, self.problems)

    def _problem(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def _arrays(
        self,
        field: str,
        values: Mapping[str, Values],
        role: Role,
        given: dict[str, Declaration],
    ) -> None:
        """Put the quantities of a field into `given`."""
        for name, value in values.items():
            path = f"{field}.{name}"
            self._check_name(path, name)
            array = self._array(path, value)
            if array is not None:
                names = self._names(name, array.size)
                self._give(path, Declaration(name, role, array, names), given)

    def _give(self, path: str, each: Declaration, given: dict[str, Declaration]) -> None:
        if each.name in given:
            self._problem(path, f"{each.name} is given already, as {given[each.name].role}")
        given[each.name] = each

    def _array(self, path: str, values: Values) -> FloatArray | None:
        wrong = _first_not_number(values, path)
        if wrong is not None:
            self._problem(*wrong)
            return None
        try:
            array = values_of(values)
        except ModelError as error:
            self._problem(path, str(error))
            return None
        if 0 in array.shape:
            self._problem(path, "an empty list; a quantity has at least one element")
            return None
        return array

    def _names(self, name: str, size: int) -> tuple[str, ...]:
        names = tuple(self.part.model.names.get(name, ()))
        if names and len(names) != size:
            self._problem(f"model.names.{name}", f"found {len(names)} names, expected {size}")
            return ()
        for index, each in enumerate(names):
            self._check_name(f"model.names.{name}[{index}]", each)
        return names

    def _check_name(self, path: str, name: str) -> bool:
        """Whether `name` can be a quantity's; a problem if not."""
        try:
            symbol = parse_symbol(name)
        except NotationError:
            symbol = None
        if symbol != Reference(name):
            self._problem(path, f"{name!r} is no name: write letters, digits and _ only")
            return False
        return True

    def _equations(
        self, given: dict[str, Declaration]
    ) -> tuple[tuple[Equation, ...], dict[str, ParameterShape], Mapping[str, int]]:
        model = self.part.model
        if (model.layers is None) == (model.equations is None):
            self._problem("model", "give either layers or equations")
            return (), {}, {}
        if model.layers is not None:
            return self._from_layers(given)
        equations = []
        for index, text in enumerate(model.equations or ()):
            path = f"model.equations[{index}]"
            try:
                equation = parse_equation(text)
            except NotationError as error:
                self._problem(path, str(error))
                continue
            equations.append(equation)
            if equation.assigns:
                self._problem(path, "an equation of a model is written with =, not with :=")
            if any(isinstance(s, Derivative) for s in (equation.target, *symbols(equation.value))):
                self._problem(path, "derivatives are found by bpdebug, a model uses none")
        if not model.equations:
            self._problem("model.equations", "at least one equation, the loss, is needed")
        if model.loss is not None and equations and equations[-1].target.family != model.loss:
            self._problem("model.loss", f"the last equation has to compute {model.loss}")
        known = {*given, *(equation.target.family for equation in equations)}
        used = dict.fromkeys(
            s.name for e in equations for s in symbols(e.value) if isinstance(s, Reference)
        )
        wanted = {}
        for name in used:
            if name not in known:
                shape = self._given_shape(name, model.names.get(name))
                if shape is not None:
                    wanted[name] = shape
        return tuple(equations), wanted, {}

    def _from_layers(
        self, given: dict[str, Declaration]
    ) -> tuple[tuple[Equation, ...], dict[str, ParameterShape], Mapping[str, int]]:
        model = self.part.model
        layers = [
            Layer(each.name, each.units, each.activation, each.bias) for each in model.layers or ()
        ]
        names = [
            self._check_name(f"model.layers[{index}].name", layer.name)
            for index, layer in enumerate(layers)
        ]
        if not all(names):
            return (), {}, {}
        try:
            net = network(layers, model.loss or "half squared error", model.numbering)
        except ModelError as error:
            self._problem("model", str(error))
            return (), {}, {}
        sizes = ((net.inputs, layers[0].units), (net.targets, layers[-1].units))
        for field, (name, units) in zip(("inputs", "targets"), sizes, strict=True):
            values = given[name].values if name in given else None
            if values is None:
                if not any(problem.path.startswith(field) for problem in self.problems):
                    self._problem(f"{field}.{name}", f"missing: a list of {units} numbers")
            elif values.shape != (units,):
                message = f"found the shape {_shape(values.shape)}, expected {units} numbers"
                self._problem(f"{field}.{name}", message)
        # Weights first: that is how a textbook lists them, and how they are updated.
        ordered = sorted(net.parameters.items(), key=lambda item: len(item[1].shape) < 2)
        return net.equations, dict(ordered), net.layers

    def _given_shape(self, name: str, names: list[str] | None) -> ParameterShape | None:
        values = self.part.parameters.get(name)
        path = f"parameters.{name}"
        if values is None:
            self._problem(path, f"missing; the equations use {name}, and nothing computes it")
            return None
        array = self._array(path, values)
        if array is None:
            return None
        return ParameterShape(array.shape, self._names(name, array.size), 0)

    def _parameter(self, name: str, shape: ParameterShape) -> FloatArray:
        """The values of a parameter: given as a whole, or element by element."""
        given = self.part.parameters
        if name in given and shape.shape:
            array = self._array(f"parameters.{name}", given[name])
            if array is not None and array.shape != shape.shape:
                message = f"found the shape {_shape(array.shape)}, expected {_shape(shape.shape)}"
                self._problem(f"parameters.{name}", message)
            return np.zeros(shape.shape) if array is None else array
        values = np.zeros(shape.shape)
        labels = element_labels(name, shape.shape, shape.names)
        for place in range(values.size):
            element = labels(place)
            value = given.get(element)
            if value is None:
                self._problem(f"parameters.{element}", "missing: its initial value, a number")
            elif isinstance(value, list):
                self._problem(f"parameters.{element}", "found a list, expected a number")
            else:
                values.flat[place] = value
        return values

    def _check_unknown(self, wanted: Mapping[str, ParameterShape]) -> None:
        known = set(wanted)
        for name, shape in wanted.items():
            labels = element_labels(name, shape.shape, shape.names)
            known.update(labels(place) for place in range(int(np.prod(shape.shape, dtype=int))))
        for name in self.part.parameters:
            if name not in known:
                self._problem(f"parameters.{name}", "no such parameter" + did_you_mean(name, known))
        for index, name in enumerate(self.part.frozen):
            if name not in wanted:
                message = "no such parameter" + did_you_mean(name, wanted)
                self._problem(f"frozen[{index}]", message)

    def _optimizer(self, given: dict[str, Declaration]) -> Optimizer:
        part = self.part.optimizer
        try:
            optimizer = optimizer_named(part.method)
        except ModelError as error:
            self._problem("optimizer.method", str(error))
            return next(iter(OPTIMIZERS.values()))
        for field, names in (("settings", part.settings), ("symbols", part.symbols)):
            for name in names:
                if name not in optimizer.settings:
                    message = "no such setting" + did_you_mean(name, optimizer.settings)
                    self._problem(f"optimizer.{field}.{name}", message)
        for setting, usual in optimizer.settings.items():
            symbol = part.symbols.get(setting, setting)
            self._check_name(f"optimizer.symbols.{setting}", symbol)
            value = np.array(part.settings.get(setting, usual))
            path = f"optimizer.symbols.{setting}"
            self._give(path, Declaration(symbol, Role.CONSTANT, value), given)
        return optimizer


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean w1?` if a known name is near, else nothing."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _first_not_number(values: object, path: str) -> tuple[str, str] | None:
    if isinstance(values, list):
        for index, each in enumerate(values):
            wrong = _first_not_number(each, f"{path}[{index}]")
            if wrong is not None:
                return wrong
        return None
    if isinstance(values, bool) or not isinstance(values, int | float):
        return path, f"found {values!r:.40}, expected a number"
    return None


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if shape else "a single number"
