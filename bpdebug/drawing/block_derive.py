"""From a network of units to its arrays, in columns by depth or by time step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from bpdebug.drawing.blocks import Arrow, Block, BlockColumn, BlockGraph
from bpdebug.drawing.graph import Graph, Group
from bpdebug.program.quantities import Kind, Quantity

ALL_EDGES = 64
"""The most edges of which a drawing shows all between single units."""

_UPRIGHT = 8
"""The most numbers of a vector that may stand upright."""


def block_graph(graph: Graph) -> BlockGraph | None:
    """The network as arrays; None if its single units make the better drawing.

    That is so for layers of units. Arrays are drawn for a model with time steps; and for one
    with more edges than can be drawn that has matrices, or several quantities side by side.
    """
    if graph.program.model.layers:
        return None
    if graph.steps is None:
        groups = [column.groups for column in graph.columns]
        matrices = any(len(group.shape) > 1 for members in groups for group in members)
        beside = any(sum(map(_is_computed, members)) > 1 for members in groups)
        if graph.edge_count <= ALL_EDGES or not (matrices or beside):
            return None
    return _Builder(graph).blocks()


def _is_computed(group: Group) -> bool:
    return group.value.kind is Kind.COMPUTED


@dataclass(frozen=True, order=True, slots=True)
class _Place:
    """Where a column stands: before the steps, at a step, after them; then by depth."""

    part: int
    number: int


class _Builder:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._steps = graph.steps
        self._groups = [group for column in graph.columns for group in column.groups]
        self._owner = {
            quantity.name: group
            for group in self._groups
            for quantity in (group.value, group.before)
            if quantity is not None
        }
        self._after = self._found_after()
        self._parted = self._found_parted()

    def blocks(self) -> BlockGraph:
        parts = [
            (group, start, shape) for group in self._groups for start, shape in self._parts(group)
        ]
        places = {self._place(group, start): None for group, start, _ in parts}
        columns: list[BlockColumn] = []
        number = 0
        for place in sorted(places):
            members: list[Block] = []
            for group, start, shape in parts:
                if self._place(group, start) == place:
                    biases = tuple(dict.fromkeys(self._biases(group)))
                    title = self._title(group, start, shape)
                    rows, across = self._written(shape)
                    block = Block(
                        number, len(columns), group, start, shape, rows, across, title, biases
                    )
                    members.append(block)
                    number += 1
            step = place.number if place.part == 1 else None
            columns.append(BlockColumn(self._heading(place, members), tuple(members), step))
        made = BlockGraph(self._graph, tuple(columns), (), self._steps is not None)
        return BlockGraph(self._graph, made.columns, self._arrows(made), made.stepped)

    def _written(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """The rows and columns that numbers are written in.

        Steps are read from left to right with one line for a quantity; elsewhere a short vector
        stands upright.
        """
        if len(shape) == 1 and self._steps is None and shape[0] <= _UPRIGHT:
            return shape[0], 1
        return prod(shape[:-1]), shape[-1] if shape else 1

    def _step_of(self, name: str) -> int | None:
        return None if self._steps is None else self._steps.of.get(name)

    def _found_after(self) -> set[str]:
        """What is computed after the steps, from what they computed."""
        found: set[str] = set()
        for link in self._graph.links:
            source, target = (self._owner.get(e.quantity.name) for e in (link.source, link.target))
            if source is None or target is None or self._step_of(target.value.name) is not None:
                continue
            if source.value.name in found or self._step_of(source.value.name) is not None:
                found.add(target.value.name)
        return found

    def _found_parted(self) -> dict[str, dict[int, set[int | None]]]:
        """What is read one part at each step: the steps that read each part, counted from 1."""
        if self._steps is None:
            return {}
        found: dict[str, dict[int, set[int | None]]] = {}
        whole: set[str] = set()
        for link in self._graph.links:
            group = self._owner.get(link.source.quantity.name)
            if group is None or group.value.kind is not Kind.INPUT or not group.shape:
                continue
            indices = [each for axis, each in enumerate(link.source.indices) if axis != group.axis]
            step = self._step_of(link.target.quantity.name)
            if isinstance(indices[0], int) and step is not None:
                found.setdefault(group.value.name, {}).setdefault(indices[0], set()).add(step)
            else:
                whole.add(group.value.name)
        return {name: parts for name, parts in found.items() if name not in whole}

    def _parts(self, group: Group) -> Iterable[tuple[int, tuple[int, ...]]]:
        if group.value.name not in self._parted:
            return [(0, group.shape)]
        shape = group.shape[1:]
        return [(number * prod(shape), shape) for number in range(group.shape[0])]

    def _place(self, group: Group, start: int) -> _Place:
        name = group.value.name
        step = self._step_of(name)
        if group.column == self._graph.loss.column:
            step = None
        if step is None and self._steps is not None and name not in self._steps.initial:
            step = self._read_at(group, start)
        if self._steps is None:
            return _Place(0, group.column)
        if group.value.kind is Kind.TARGET:
            # It is compared with several quantities: where the loss is.
            return _Place(2, self._graph.loss.column)
        if step is not None:
            return _Place(1, step)
        late = name in self._after or group.column == self._graph.loss.column
        return _Place(2 if late else 0, group.column)

    def _read_at(self, group: Group, start: int) -> int | None:
        """The one step at which an input is read, None if there are several or none."""
        if group.value.kind is not Kind.INPUT:
            return None
        name = group.value.name
        if name in self._parted:
            number = start // prod(group.shape[1:]) + 1
            found = self._parted[name].get(number, set())
        else:
            found = {
                self._step_of(link.target.quantity.name)
                for link in self._graph.links
                if link.source.quantity is group.value
            }
        return next(iter(found)) if len(found) == 1 else None

    def _title(self, group: Group, start: int, shape: tuple[int, ...]) -> str:
        name = group.value.name
        if not shape:
            return group.value.labels(group.place(start, 0))
        if name not in self._parted:
            return name
        first, last = (
            group.value.labels(group.place(start + at, 0)) for at in (0, prod(shape) - 1)
        )
        alike = (n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
        found = first[: next(alike, len(first))].rstrip("_,[")
        number = start // prod(shape) + 1
        return found if found.startswith(name) and found != name else f"{name}[{number}]"

    def _heading(self, place: _Place, members: list[Block]) -> str:
        if place.part == 1:
            return f"step {place.number + 1}"
        heading = self._graph.columns[place.number].heading
        if self._steps is not None and place.part == 0 and heading == "inputs":
            initial = {block.group.value.name for block in members} <= self._steps.initial
            return "start" if initial else heading
        return heading

    def _biases(self, group: Group) -> Iterable[Quantity]:
        for bias in self._graph.biases:
            if bias.target.quantity in (group.value, group.before):
                yield bias.pattern.quantity

    def _arrows(self, made: BlockGraph) -> tuple[Arrow, ...]:
        by_name: dict[str, list[Block]] = {}
        for block in made.blocks:
            by_name.setdefault(block.group.value.name, []).append(block)
        found: dict[tuple[int, int], dict[str, Quantity]] = {}
        for link in self._graph.links:
            sources = self._owner.get(link.source.quantity.name)
            targets = self._owner.get(link.target.quantity.name)
            if sources is None or targets is None:
                continue
            start = by_name[sources.value.name]
            if len(start) > 1 or sources.value.name in self._parted:
                axis = 1 if sources.axis == 0 else 0
                index = link.source.indices[axis]
                start = [start[index - 1]] if isinstance(index, int) else start
            for source in start:
                for target in by_name[targets.value.name]:
                    factors = found.setdefault((source.number, target.number), {})
                    factors.update((each.quantity.name, each.quantity) for each in link.factors)
        return tuple(
            Arrow(source, target, tuple(factors.values()))
            for (source, target), factors in found.items()
            if source != target
        )
