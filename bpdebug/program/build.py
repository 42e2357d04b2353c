"""Building a program from a model."""

from __future__ import annotations

from math import prod

import numpy as np

from bpdebug.models.budget import OpeningBudget
from bpdebug.models.model import Gradients, Model, ModelError, Role, UpdateOrder
from bpdebug.notation.equation import Equation
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.numerics import FloatArray
from bpdebug.program.altering import altered
from bpdebug.program.backward import Backward, derive
from bpdebug.program.looking_up import check_look_ups, look_up_tables
from bpdebug.program.program import Leaf, NamedLocal, Names, Phase, Program, Statement
from bpdebug.program.quantities import (
    DerivativeLabels,
    Kind,
    Labels,
    Numbered,
    Prefixed,
    Quantity,
    element_labels,
)
from bpdebug.program.schedule import schedule
from bpdebug.program.shapes import Ranges, forward_shapes, index_ranges
from bpdebug.program.statements import Draft, make_statement

_KINDS = {
    Role.INPUT: Kind.INPUT,
    Role.TARGET: Kind.TARGET,
    Role.PARAMETER: Kind.PARAMETER,
    Role.STATE: Kind.STATE,
    Role.CONSTANT: Kind.CONSTANT,
}


_MANY = 1_000

MOST_ELEMENTS = 4_000_000
"""How many elements all quantities may have together."""


def build(model: Model, budget: OpeningBudget | None = None) -> Program:
    """The program of `model`, within what opening a session may cost.

    Raises ModelError if the equations do not fit together or with the numbers given.
    """
    return _Builder(model).program(budget)


class _Builder:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.quantities: dict[str, Quantity] = {}
        self.taken: dict[str, str] = {}
        self.numbered: list[Quantity] = []
        self.end = 0
        declared = {each.name: each.values.shape for each in model.declarations}
        if len(declared) < len(model.declarations):
            raise ModelError("a quantity is declared twice")
        self.shapes = forward_shapes(model.equations, declared)
        if self.shapes.get(model.loss) != ():
            raise ModelError(f"no equation computes the loss {model.loss} as a single number")
        updates = [equation for each in model.declarations for equation in each.updates]
        written = (*model.equations, *updates, *model.replaced)
        self.look_ups = look_up_tables(model, written)
        self.layers = self._layers()

    def program(self, budget: OpeningBudget | None) -> Program:
        """All statements with their quantities, scheduled."""
        model = self.model
        for each in model.declarations:
            labels = element_labels(each.name, each.values.shape, each.names)
            layer = self.layers.get(each.name, 0)
            self._add(each.name, _KINDS[each.role], each.values.shape, labels, layer)
        for equation in model.equations:
            name = equation.target.family
            labels = element_labels(name, self.shapes[name], ())
            self._add(name, Kind.COMPUTED, self.shapes[name], labels, self.layers[name])
        trained = [each.name for each in model.declarations if each.trained]
        accumulates = model.gradients is Gradients.ACCUMULATED
        backward = derive(
            model.equations, model.loss, trained, self.shapes, model.style, accumulates, budget
        )
        locals_ = self._add_derivatives(backward.equations)
        self._add_intermediates()
        self._check_numbered()
        leaves = [
            Leaf(each.target, each.value)
            for each in backward.leaves
            if isinstance(each.target, Derivative)
        ]
        names = Names(model.loss, self.quantities, locals_, leaves, self.look_ups)

        drafts = self._drafts(backward)
        if model.is_altered:
            drafts = altered(drafts, model, self.quantities, names, backward.written_out)
        check_look_ups((each.equation for each in drafts), self.look_ups, self.shapes)
        statements = [make_statement(each, self.shapes, names) for each in drafts]
        if model.update_order is UpdateOrder.IN_PLACE:
            statements = _in_place(statements)
        plan = schedule(tuple(statements), model.order, names, self.end)
        return Program(
            model=model,
            quantities=self.quantities,
            statements=tuple(statements),
            names=names,
            start=self._start(),
            statement_of=plan.statement_of,
            element_of=plan.element_of,
            written_at=plan.written_at,
            arithmetic_before=plan.arithmetic_before,
        )

    def _drafts(self, backward: Backward) -> list[Draft]:
        """All equations, with their phases and layers, in their natural order."""
        model = self.model
        found = []
        for equation in model.equations:
            name = equation.target.family
            # Layers may have steps on the way to the loss that belong to it, such as softmax.
            of_layers = model.layers.get(name, 0)
            in_loss = name == model.loss or of_layers == model.layers.get(model.loss, -1)
            phase = Phase.LOSS if in_loss else Phase.FORWARD
            found.append(Draft(equation, phase, self.layers[name]))
        for equation, owner in zip(backward.equations, backward.layer_of, strict=True):
            found.append(Draft(equation, Phase.BACKWARD, self.layers[owner]))
        # What a learning-rate schedule does to the rate comes after the updates with it.
        for each in sorted(model.declarations, key=lambda d: d.role is Role.CONSTANT):
            layer = self.layers.get(each.name, 0)
            found += [Draft(equation, Phase.UPDATE, layer) for equation in each.updates]
        return found

    def _start(self) -> FloatArray:
        """The memory before the first iteration."""
        start = np.full(self.end, np.nan)
        for quantity in self.quantities.values():
            if quantity.kind is Kind.GRADIENT and self.model.gradients is Gradients.ACCUMULATED:
                start[quantity.offset : quantity.offset + quantity.size] = 0.0
        for each in self.model.declarations:
            offset = self.quantities[each.name].offset
            values = each.values
            if self.model.feed is not None and each.name in self.model.feed.data:
                values = self.model.feed.values(each.name, 1)
            start[offset : offset + each.values.size] = values.ravel()
        return start

    def _add_intermediates(self) -> None:
        """The quantities that updates name with `=`, such as Adam's corrected moments."""
        for each in self.model.declarations:
            owner = self.quantities[each.name]
            for equation in each.updates:
                name = equation.target.family
                if not equation.assigns:
                    labels = Prefixed(name.removesuffix(each.name), owner.labels)
                    self._add(name, Kind.INTERMEDIATE, owner.shape, labels, owner.layer)
                    self.shapes[name] = owner.shape

    def _layers(self) -> dict[str, int]:
        """The layer of each quantity: as the model says, or its depth in the equations.

        A parameter belongs to the layer of the first quantity computed from it.
        """
        layers = {each.name: each.layer for each in self.model.declarations}
        parameters = {e.name for e in self.model.declarations if e.role is Role.PARAMETER}
        for equation in self.model.equations:
            used = {symbol.family for symbol in equation.uses}
            depth = 1 + max((layers[name] for name in used - parameters), default=0)
            layer = self.model.layers.get(equation.target.family, depth)
            layers[equation.target.family] = layer
            for name in used & parameters:
                layers[name] = layers[name] or layer
        return layers

    def _add(
        self, name: str, kind: Kind, shape: tuple[int, ...], labels: Labels, layer: int
    ) -> Quantity:
        if name in self.quantities:
            raise ModelError(f"two quantities are called {name}")
        if self.end + prod(shape) > MOST_ELEMENTS:
            raise ModelError(f"{name}: all quantities have at most {MOST_ELEMENTS:,} elements")
        quantity = Quantity(name, kind, shape, self.end, labels, layer)
        if kind not in (Kind.LOCAL, Kind.GRADIENT):
            self._check_labels(quantity)
        self.quantities[name] = quantity
        self.end += quantity.size
        return quantity

    def _check_labels(self, quantity: Quantity) -> None:
        if isinstance(quantity.labels, Numbered) and quantity.size > _MANY:
            # Its names differ; whether others are among them is asked when all are there.
            self.numbered.append(quantity)
            return
        labels = dict.fromkeys(map(quantity.labels, range(quantity.size)))
        if len(labels) < quantity.size:
            raise ModelError(f"{quantity.name}: two of its elements have the same name")
        for label in labels:
            owner = self.taken.setdefault(label, quantity.name)
            if owner != quantity.name or label in FUNCTIONS:
                what = "a function" if label in FUNCTIONS else f"an element of {owner}"
                raise ModelError(f"{quantity.name}: the name {label} is taken by {what}")

    def _check_numbered(self) -> None:
        """That no other element has a name of a large quantity whose names are not made."""
        first = {quantity.labels(0): quantity.name for quantity in self.numbered}
        for quantity in self.numbered:
            for label, owner in (self.taken | first).items():
                if owner != quantity.name and quantity.find(label) is not None:
                    message = f"the name {label} is taken by an element of {quantity.name}"
                    raise ModelError(f"{owner}: {message}")

    def _add_derivatives(self, equations: tuple[Equation, ...]) -> list[NamedLocal]:
        locals_: list[NamedLocal] = []
        for equation in equations:
            target = equation.target
            assert isinstance(target, Derivative)
            of, by = self.quantities[target.of.name], self.quantities[target.by.name]
            if target.of.name == self.model.loss:
                if target.family not in self.quantities:
                    labels: Labels = Prefixed(f"d{self.model.loss}/d", by.labels)
                    self._add(target.family, Kind.GRADIENT, by.shape, labels, by.layer)
                continue
            ranges = self._target_ranges(target)
            letters = tuple(index for index in target.indices if isinstance(index, str))
            shape = tuple(ranges[letter] for letter in letters)
            labels = DerivativeLabels(of, by, target.of.indices, target.by.indices, letters, shape)
            name, count = target.family, 1
            while name in self.quantities:
                count += 1
                name = f"{target.family}#{count}"
            quantity = self._add(name, Kind.LOCAL, shape, labels, of.layer)
            locals_.append(NamedLocal(target, quantity))
        return locals_

    def _target_ranges(self, target: Derivative) -> Ranges:
        return index_ranges(Equation(target, Reference(self.model.loss)), self.shapes)


def _in_place(statements: list[Statement]) -> list[Statement]:
    """The statements with each layer's updates right after its part of the backward pass.

    What an optimizer does once an iteration comes before the first of them.
    """
    backward = [each for each in statements if each.phase is Phase.BACKWARD]
    last = {each.layer: each for each in backward}
    updates = [each for each in statements if each.phase is Phase.UPDATE]
    once = [each for each in updates if each.layer == 0 and each.target.kind is Kind.STATE]
    rest = [each for each in updates if each not in once]
    ordered: list[Statement] = []
    for each in statements:
        if each.phase is Phase.UPDATE:
            continue
        ordered.append(each)
        if each.phase is Phase.BACKWARD and last[each.layer] is each:
            mine = [update for update in rest if update.layer == each.layer]
            if mine:
                ordered += once
                once = []
            ordered += mine
            rest = [update for update in rest if update.layer != each.layer]
    return ordered + once + rest
