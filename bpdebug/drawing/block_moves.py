"""Moving a selection over blocks with the arrow keys: over units, then along arrows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bpdebug.drawing.blocks import Block, BlockGraph
from bpdebug.drawing.graph import Edge, Node
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.spatial import Way

_MOST_EDGES = 2048


def block_step(graph: BlockGraph, scene: Scene, way: Way) -> str | None:
    """The name of what lies that way from the selection; None if nothing does.

    Without a selection in the drawing it is what was just done, or the first unit.
    """
    mover = _Mover(graph, scene)
    focus = scene.selected
    if focus.edges and not focus.nodes:
        return mover.from_weight(focus.edges[0], focus.slot, way)
    for node in focus.nodes:
        return mover.from_unit(node, way)
    for slot in focus.biases:
        return mover.from_bias(slot, way)
    for node in sorted(scene.active.nodes):
        return mover.value(node)
    return mover.value(graph.columns[0].blocks[0].node(0))


class _Mover:
    def __init__(self, graph: BlockGraph, scene: Scene) -> None:
        self._graph = graph
        self._units = graph.graph
        self._seen = scene.observation

    def value(self, node: Node) -> str:
        """The name of a unit."""
        return self._units.program.name(self._units.value_slot(node, self._seen))

    def from_unit(self, node: Node, way: Way) -> str | None:
        """Over the rows and columns of a block; from its sides along an arrow, from its ends to
        the blocks above and below.
        """
        block = self._graph.block(node)
        place = block.place(node)
        row, column = divmod(place, block.columns)
        match way:
            case Way.UP if row > 0:
                return self.value(block.node(place - block.columns))
            case Way.DOWN if row + 1 < block.rows:
                return self.value(block.node(place + block.columns))
            case Way.UP | Way.DOWN:
                return self._beside(block, column, -1 if way is Way.UP else 1)
            case Way.LEFT if column > 0:
                return self.value(block.node(place - 1))
            case Way.RIGHT if column + 1 < block.columns:
                return self.value(block.node(place + 1))
            case Way.LEFT:
                edges = self._units.edges_into(node, self._seen)
            case Way.RIGHT:
                edges = self._units.edges_from(node, self._seen)
        return self._along(edges, way)

    def _beside(self, block: Block, column: int, by: int) -> str | None:
        blocks = self._graph.columns[block.column].blocks
        at = blocks.index(block) + by
        if not 0 <= at < len(blocks):
            return None
        other = blocks[at]
        row = 0 if by > 0 else other.rows - 1
        return self.value(other.node(row * other.columns + min(column, other.columns - 1)))

    def _along(self, edges: Iterator[Edge], way: Way) -> str | None:
        """The first weight along edges that lead to another column, else what they lead to."""
        found = list(islice(edges, _MOST_EDGES))
        across = [e for e in found if len({self._graph.block(n).column for n in e[:2]}) > 1]
        for edge in [*across, *found]:
            if edge.weights:
                return self._units.program.name(edge.weights[0])
            return self.value(edge.source if way is Way.LEFT else edge.target)
        return None

    def from_weight(self, edge: Edge, slot: int | None, way: Way) -> str | None:
        """To the units that it connects, or to the elements before and behind it."""
        match way:
            case Way.LEFT:
                return self.value(edge.source)
            case Way.RIGHT:
                return self.value(edge.target)
        weight = edge.weights[0]
        quantity = self._units.program.quantity_at(weight)
        at = weight + (1 if way is Way.DOWN else -1)
        inside = quantity.offset <= at < quantity.offset + quantity.size
        return self._units.program.name(at) if inside else None

    def from_bias(self, slot: int, way: Way) -> str | None:
        """To the block that it is added to, or to the elements before and behind it."""
        quantity = self._units.program.quantity_at(slot)
        at = slot + {Way.DOWN: 1, Way.UP: -1}.get(way, 0)
        if at != slot and quantity.offset <= at < quantity.offset + quantity.size:
            return self._units.program.name(at)
        for block in self._graph.blocks:
            if quantity in block.biases:
                return self.from_unit(block.node(0), way) or self.value(block.node(0))
        return None
