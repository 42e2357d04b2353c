"""What the quantities of a model are to a network: which axis is which, whose weights are whose.

All of it is read off the forward equations; a model that is not a network has less of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bpdebug.notation.symbols import Index, Reference
from bpdebug.notation.tree import Expression, Sum, parts
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind

OBSERVATIONS, UNITS, INPUTS = "observations", "units", "inputs"


@dataclass(slots=True)
class Layer:
    """A layer by the names of its quantities: of its pre-activation z, of what its units put out,
    of its weights and biases, as far as it has them.
    """

    z: str
    a: str
    weights: list[str] = field(default_factory=list)
    biases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Roles:
    """The axes of each quantity by name, `observations`, `units`, `inputs`, and the layers."""

    axes: dict[str, tuple[str, ...]]
    layers: list[Layer]
    observations: int


def roles_of(program: Program) -> Roles:
    """What the quantities of a program are."""
    reader = _Reader(program)
    for statement in program.statements:
        if statement.phase in (Phase.FORWARD, Phase.LOSS):
            target = statement.equation.target
            if isinstance(target, Reference):
                reader.take(target, statement.equation.value)
    return reader.roles()


class _Reader:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._parameters = {each.name for each in program.of_kind(Kind.PARAMETER)}
        self._axes: dict[str, tuple[str, ...]] = {}
        self._layers: list[Layer] = []
        self._within: set[str] = set()

    def take(self, target: Reference, value: Expression) -> None:
        """Learn from a forward equation."""
        nodes = parts(value)
        references = [each for each in nodes if isinstance(each, Reference)]
        summed = {each.index for each in nodes if isinstance(each, Sum)}
        mine = [each for each in references if each.name in self._parameters]
        with_parameters = {index for each in mine for index in each.indices}
        for each in mine:
            self._learn(each, [INPUTS if i in summed else UNITS for i in each.indices])
        known = self._letters(references)
        roles = [
            known.get(i) or (UNITS if i in with_parameters or not mine else OBSERVATIONS)
            for i in target.indices
        ]
        if mine:
            roles = [UNITS if i in with_parameters else OBSERVATIONS for i in target.indices]
        self._learn(target, roles)
        if mine:
            given: dict[Index, str] = dict(zip(target.indices, roles, strict=True))
            for each in references:
                if each.name not in self._parameters:
                    self._learn(each, [given.get(i, UNITS) for i in each.indices])
        self._layer(target, nodes, mine, summed)

    def _letters(self, references: Sequence[Reference]) -> dict[Index, str]:
        """What the letters of an equation stand for, from what is known of its operands."""
        found: dict[Index, str] = {}
        for each in references:
            if each.name not in self._parameters:
                for index, role in zip(each.indices, self._axes.get(each.name, ()), strict=False):
                    found.setdefault(index, role)
        return found

    def _learn(self, reference: Reference, roles: Sequence[str]) -> None:
        quantity = self._program.quantities.get(reference.name)
        if quantity is not None and len(roles) == len(quantity.shape):
            self._axes.setdefault(reference.name, tuple(roles))

    def _layer(
        self,
        target: Reference,
        nodes: Sequence[Expression],
        mine: Sequence[Reference],
        summed: set[str],
    ) -> None:
        """Begin a layer with what sums over weights; or go on with what its units put out."""
        if target.name == self._program.model.loss:
            return
        weights = [each.name for each in mine if summed.intersection(map(str, each.indices))]
        if weights:
            weights = list(dict.fromkeys(weights))
            biases = [each.name for each in mine if each.name not in weights]
            self._layers.append(Layer(target.name, target.name, weights, biases))
            self._within = {target.name}
            return
        used = {each.name for each in nodes if isinstance(each, Reference)}
        if not used & self._within:
            return
        if any(self._is_target(name) for name in used):
            self._within = set()
            return
        self._within.add(target.name)
        layer = self._layers[-1]
        if self._axes.get(target.name) == self._axes.get(layer.z):
            layer.a = target.name

    def _is_target(self, name: str) -> bool:
        quantity = self._program.quantities.get(name)
        return quantity is not None and quantity.kind is Kind.TARGET

    def roles(self) -> Roles:
        """What was learnt."""
        sizes = [
            size
            for name, axes in self._axes.items()
            for size, role in zip(self._program.quantities[name].shape, axes, strict=True)
            if role == OBSERVATIONS
        ]
        return Roles(self._axes, self._layers, max(sizes, default=1))
