"""The network as a graph: units in columns, derived from the equations of any model.

A unit is an element of a quantity that data flows through, together with its pre-activation
if it has one. A weight is not a unit, it belongs to an edge; nor is a bias, it belongs to what
it is added to. Only parameters that are neither are units. Edges are unfolded on demand, so
that a big model costs no more than a small one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

from bpdebug.drawing.links import Link, Pattern
from bpdebug.drawing.steps import Steps
from bpdebug.program.program import Program
from bpdebug.program.quantities import Quantity


class Node(NamedTuple):
    """A unit by its place in the drawing order: column and row, both from 0."""

    column: int
    row: int


class Edge(NamedTuple):
    """That `target` is computed from `source`; `weights` are the slots that multiply it."""

    source: Node
    target: Node
    weights: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Group:
    """The units of one quantity.

    `before` is its pre-activation and `answer` the target that the loss compares it with;
    both have its shape. `axis` is the axis that counts observations, None if none does.
    """

    value: Quantity
    before: Quantity | None
    answer: Quantity | None
    axis: int | None
    column: int
    first: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape within one observation."""
        shape = self.value.shape
        return shape if self.axis is None else shape[: self.axis] + shape[self.axis + 1 :]

    @property
    def size(self) -> int:
        """How many units it has."""
        return prod(self.shape)

    def place(self, unit: int, observation: int) -> int:
        """The place of a unit's element in its quantities, both counted from 0."""
        if self.axis is None:
            return unit
        inner = prod(self.value.shape[self.axis + 1 :])
        outer, rest = divmod(unit, inner)
        return (outer * self.value.shape[self.axis] + observation) * inner + rest

    def unit(self, place: int) -> tuple[int, int | None]:
        """The unit and the observation at a place; the inverse of `place`."""
        if self.axis is None:
            return place, None
        inner = prod(self.value.shape[self.axis + 1 :])
        outer, rest = divmod(place, inner)
        outer, observation = divmod(outer, self.value.shape[self.axis])
        return outer * inner + rest, observation

    def node(self, place: int) -> Node:
        """The node of the unit at a place."""
        unit = place if self.axis is None else self.unit(place)[0]
        return Node(self.column, self.first + unit)


@dataclass(frozen=True, eq=False)
class BiasEdge:
    """A parameter that is added to units: `own` if each unit has one to itself."""

    target: Pattern
    pattern: Pattern
    own: bool


@dataclass(frozen=True, eq=False)
class UnitColumn:
    """The units that are drawn above one another."""

    heading: str
    groups: tuple[Group, ...]

    @cached_property
    def size(self) -> int:
        """How many units it has."""
        return self.groups[-1].first + self.groups[-1].size

    @cached_property
    def starts(self) -> list[int]:
        """The first row of each group."""
        return [group.first for group in self.groups]


@dataclass(frozen=True, eq=False)
class Graph:
    """Columns of units and the links between them.

    `observations` counts the parallel copies of the network, one for each observation;
    `letters` are the index letters that run over them. A drawing shows one copy. `direct` are the
    parameters that the loss is computed from past all units, such as those of a weight decay.
    `steps` are the time steps of a recurrent model.
    """

    program: Program
    columns: tuple[UnitColumn, ...]
    links: tuple[Link, ...]
    biases: tuple[BiasEdge, ...]
    direct: tuple[Quantity, ...]
    observations: int
    letters: frozenset[str]
    steps: Steps | None

    @cached_property
    def _owners(self) -> dict[str, Group]:
        owners: dict[str, Group] = {}
        for column in self.columns:
            for group in column.groups:
                for quantity in (group.value, group.before, group.answer):
                    if quantity is not None:
                        owners[quantity.name] = group
        return owners

    @cached_property
    def loss(self) -> Node:
        """The node of the loss."""
        group = self._owners[self.program.model.loss]
        return Node(group.column, group.first)

    @cached_property
    def edge_count(self) -> int:
        """How many edges one observation's network has."""
        return sum(link.count(self.observed(0)) for link in self.links)

    @cached_property
    def weighted(self) -> frozenset[int]:
        """The columns that edges with weights go out of."""
        links = [link for link in self.links if link.factors]
        return frozenset(self._owners[link.source.quantity.name].column for link in links)

    def group(self, node: Node) -> Group:
        """The group that a node belongs to."""
        column = self.columns[node.column]
        return column.groups[bisect_right(column.starts, node.row) - 1]

    def slot(self, node: Node, quantity: Quantity, observation: int) -> int:
        """The slot of a node's element of one of its group's quantities."""
        group = self.group(node)
        return quantity.offset + group.place(node.row - group.first, observation)

    def value_slot(self, node: Node, observation: int) -> int:
        """The slot of a node's value: its activation, where it has one."""
        return self.slot(node, self.group(node).value, observation)

    def node_at(self, slot: int) -> tuple[Node, int | None] | None:
        """The node whose value, pre-activation or target is in `slot`, and its observation."""
        quantity = self.program.quantity_at(slot)
        group = self._owners.get(quantity.name)
        if group is None:
            return None
        unit, observation = group.unit(slot - quantity.offset)
        return Node(group.column, group.first + unit), observation

    def edges(self, observation: int) -> Iterator[Edge]:
        """All edges; for small graphs only (see `edge_count`)."""
        for link in self.links:
            yield from self._unfold(link, {}, observation)

    def edges_into(self, node: Node, observation: int) -> Iterator[Edge]:
        """The edges that end at a node."""
        for link, slot in self.links_into(node, observation):
            yield from self._at(link, link.target, slot, observation)

    def links_into(self, node: Node, observation: int) -> Iterator[tuple[Link, int]]:
        """The links that edges to a node may belong to, each with the slot that they end in."""
        group = self.group(node)
        for quantity in (group.before, group.value):
            if quantity is not None:
                slot = self.slot(node, quantity, observation)
                for link in self.links:
                    if link.target.quantity is quantity:
                        yield link, slot

    def edges_from(self, node: Node, observation: int) -> Iterator[Edge]:
        """The edges that start at a node."""
        slot = self.value_slot(node, observation)
        for link in self.links:
            if link.source.quantity is self.group(node).value:
                yield from self._at(link, link.source, slot, observation)

    def edges_of(self, parameter: int, observation: int) -> Iterator[Edge]:
        """The edges that the parameter in a slot multiplies."""
        for link in self.links:
            for factor in link.factors:
                if factor.quantity is self.program.quantity_at(parameter):
                    yield from self._at(link, factor, parameter, observation)

    def biases_of(self, node: Node, observation: int, own: bool) -> Iterator[int]:
        """The slots of the biases of a node: its own, or those it shares with others."""
        group = self.group(node)
        for bias in self.biases:
            if bias.own is own and bias.target.quantity in (group.before, group.value):
                slot = self.slot(node, bias.target.quantity, observation)
                places = bias.target.match(slot)
                if places is not None and set(bias.pattern.letters) <= set(places):
                    yield bias.pattern.slot(places)

    def own_biases(self, node: Node, observation: int) -> frozenset[int]:
        """The slots of the biases that a node has to itself, found once."""
        found = self._own_biases.get((node, observation))
        if found is None:
            found = frozenset(self.biases_of(node, observation, own=True))
            self._own_biases[node, observation] = found
        return found

    @cached_property
    def _own_biases(self) -> dict[tuple[Node, int], frozenset[int]]:
        return {}

    def shared_biases(self, column: int) -> list[int]:
        """The slots of the biases that units of a column share, each once."""
        found: dict[int, None] = {}
        for group in self.columns[column].groups:
            found |= dict.fromkeys(self.biases_of(Node(column, group.first), 0, own=False))
        return list(found)

    def nodes_biased_by(self, parameter: int, observation: int) -> Iterator[Node]:
        """The node that has the bias in a slot to itself; none if it is shared."""
        for bias in self.biases:
            places = bias.pattern.match(parameter)
            if bias.own and places is not None:
                at = self.observed(observation) | places
                found = self.node_at(bias.target.slot(at))
                if found is not None:
                    yield found[0]

    def observed(self, observation: int) -> dict[str, int]:
        """Where the letters stand that run over observations."""
        return dict.fromkeys(self.letters, observation + 1)

    def _at(self, link: Link, pattern: Pattern, slot: int, observation: int) -> Iterator[Edge]:
        """The edges of a link for which a pattern in it refers to a slot."""
        places = pattern.match(slot)
        if places is None or pattern.is_plain:
            yield from self._unfold(link, places, observation)
            return
        free = [each for each in dict.fromkeys(pattern.letters) if each not in places]
        for at in product(*(range(1, link.ranges[each] + 1) for each in free)):
            there = {**places, **dict(zip(free, at, strict=True))}
            if pattern.slot(there) == slot:
                yield from self._unfold(link, there, observation)

    def _unfold(
        self, link: Link, places: dict[str, int] | None, observation: int
    ) -> Iterator[Edge]:
        sources = self._owners.get(link.source.quantity.name)
        targets = self._owners.get(link.target.quantity.name)
        if places is None or sources is None or targets is None:
            return
        first, behind = link.source.quantity.offset, link.target.quantity.offset
        seen = -1
        to = self.loss
        for source, target, weights in link.unfold(self.observed(observation) | places):
            if target != seen:
                seen, to = target, targets.node(target - behind)
            yield Edge(sources.node(source - first), to, weights)
