"""Bundles of edges: all that end at one unit, each made when it is looked at.

A unit with 784 inputs has 784 edges, of which a drawing shows as many as it has lines for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from bpdebug.drawing.graph import Edge, Graph, Node


@dataclass(frozen=True, slots=True)
class Bundle:
    """Edges from rows of one column to one unit; `weights` are the slots of each factor."""

    column: int
    rows: range
    target: Node
    weights: tuple[Sequence[int], ...]

    def edge(self, number: int) -> Edge:
        """An edge, counted from 0."""
        weights = tuple([slots[number] for slots in self.weights])
        return Edge(Node(self.column, self.rows[number]), self.target, weights)

    def find(self, edge: Edge) -> int | None:
        """The number of an edge, None if it is of another bundle."""
        source = edge.source
        if edge.target != self.target or source.column != self.column:
            return None
        if source.row not in self.rows:
            return None
        number = self.rows.index(source.row)
        return number if tuple([slots[number] for slots in self.weights]) == edge.weights else None

    def first_within(self, first: int, last: int) -> int | None:
        """The number of the first edge that starts in some rows, None if none does."""
        number = max(0, -((self.rows.start - first) // self.rows.step))
        return number if number < len(self.rows) and first <= self.rows[number] <= last else None


class EdgesInto(Sequence[Edge]):
    """The edges of bundles, one bundle after the other."""

    def __init__(self, bundles: Sequence[Bundle]) -> None:
        self.bundles = bundles

    def __len__(self) -> int:
        return sum(len(each.rows) for each in self.bundles)

    @overload
    def __getitem__(self, at: int) -> Edge: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Edge, ...]: ...

    def __getitem__(self, at: int | slice) -> Edge | tuple[Edge, ...]:
        return tuple(self)[at]

    def __iter__(self) -> Iterator[Edge]:
        return (each.edge(number) for each in self.bundles for number in range(len(each.rows)))

    def __contains__(self, edge: object) -> bool:
        return isinstance(edge, Edge) and any(each.find(edge) is not None for each in self.bundles)

    def standing_for_lines(
        self, shown: Iterable[Node], hidden: Iterable[tuple[int, int, int]]
    ) -> Iterator[Edge]:
        """The edges that start at nodes that are shown, and the first of those that start in rows
        that are hidden together: a column, its first row and its last.
        """
        rows_of: dict[int, list[int]] = {}
        for node in shown:
            rows_of.setdefault(node.column, []).append(node.row)
        folds = list(hidden)
        for each in self.bundles:
            found = {each.rows.index(r) for r in rows_of.get(each.column, ()) if r in each.rows}
            for column, first, last in folds:
                number = each.first_within(first, last) if column == each.column else None
                if number is not None:
                    found.add(number)
            yield from map(each.edge, sorted(found))


def bundles_into(graph: Graph, node: Node, observation: int) -> EdgesInto | None:
    """The edges that end at a node; None if they do not lie at equal distances."""
    found: list[Bundle] = []
    for link, slot in graph.links_into(node, observation):
        if not (link.source.is_plain and link.target.is_plain):
            return None
        matched = link.target.match(slot)
        if matched is None:
            continue
        places = graph.observed(observation) | matched
        free = [letter for letter in link.letters if letter not in places]
        if len(free) != 1:
            return None
        (letter,) = free
        count = link.ranges[letter]
        slots = link.source.slots(places, letter, count)
        first, second = (graph.node_at(slots[number]) for number in (0, min(1, count - 1)))
        if first is None or second is None:
            continue
        start, step = first[0].row, max(1, second[0].row - first[0].row)
        if graph.node_at(slots[-1]) != (
            Node(first[0].column, start + step * (count - 1)),
            first[1],
        ):
            return None
        weights = tuple(factor.slots(places, letter, count) for factor in link.factors)
        rows = range(start, start + step * count, step)
        found.append(Bundle(first[0].column, rows, node, weights))
    return EdgesInto(found)
