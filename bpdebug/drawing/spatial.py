"""Moving a selection over the drawing with the arrow keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from bpdebug.drawing.graph import Edge, Graph, Node
from bpdebug.drawing.labels import EdgeSpan
from bpdebug.drawing.places import Layout
from bpdebug.drawing.scene import Scene


class Way(StrEnum):
    """A direction on the screen."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class DrawnNetwork:
    """What can be selected in a drawing: nodes with their places, weighted edges, biases."""

    graph: Graph
    layout: Layout
    lines: Mapping[EdgeSpan, Edge]
    observation: int


def step(picture: DrawnNetwork, scene: Scene, way: Way) -> str | None:
    """The name of what lies that way from the selection; None if nothing does.

    Without a selection in the drawing it is what was just done, or the first unit.
    """
    focus = scene.selected
    if len(focus.edges) >= 1 and not focus.nodes:
        return _from_edge(picture, focus.edges[0], way)
    for node in focus.nodes:
        return _from_node(picture, node, way)
    for slot in focus.biases:
        return _from_bias(picture, slot, way)
    for node in sorted(scene.active.nodes):
        return _value(picture, node)
    return _value(picture, min(picture.layout.places))


def _value(picture: DrawnNetwork, node: Node) -> str:
    graph = picture.graph
    return graph.program.name(graph.value_slot(node, picture.observation))


def _weight(picture: DrawnNetwork, edge: Edge) -> str:
    return picture.graph.program.name(edge.weights[0])


def _from_node(picture: DrawnNetwork, node: Node, way: Way) -> str | None:
    size = picture.graph.columns[node.column].size
    match way:
        case Way.UP if node.row > 0:
            return _value(picture, Node(node.column, node.row - 1))
        case Way.UP:
            biases = picture.graph.shared_biases(node.column)
            return picture.graph.program.name(biases[0]) if biases else None
        case Way.DOWN if node.row + 1 < size:
            return _value(picture, Node(node.column, node.row + 1))
        case Way.LEFT:
            drawn = (edge for edge in _ordered(picture) if edge.target == node)
            rest = picture.graph.edges_into(node, picture.observation)
            return _first(picture, chain(drawn, rest), way)
        case Way.RIGHT:
            drawn = (edge for edge in _ordered(picture) if edge.source == node)
            rest = picture.graph.edges_from(node, picture.observation)
            return _first(picture, chain(drawn, rest), way)
        case _:
            return None


def _first(picture: DrawnNetwork, edges: Iterable[Edge], way: Way) -> str | None:
    """The first edge of a node, or the node behind it if it has no weight."""
    for edge in edges:
        if edge.weights:
            return _weight(picture, edge)
        return _value(picture, edge.source if way is Way.LEFT else edge.target)
    return None


def _from_edge(picture: DrawnNetwork, edge: Edge, way: Way) -> str | None:
    match way:
        case Way.LEFT:
            return _value(picture, edge.source)
        case Way.RIGHT:
            return _value(picture, edge.target)
    beside = [e for e in _ordered(picture) if e.weights and e.source.column == edge.source.column]
    if edge not in beside:
        return _weight(picture, beside[0]) if beside else None
    at = beside.index(edge) + (1 if way is Way.DOWN else -1)
    return _weight(picture, beside[at]) if 0 <= at < len(beside) else None


def _from_bias(picture: DrawnNetwork, slot: int, way: Way) -> str | None:
    """From a bias above its column: down to its units, sideways to other biases."""
    graph = picture.graph
    for number in picture.layout.columns:
        if slot in graph.shared_biases(number):
            if way is Way.DOWN:
                return _value(picture, Node(number, 0))
            if way is Way.UP:
                return None
            columns = range(number + 1, len(graph.columns))
            if way is Way.LEFT:
                columns = range(number - 1, -1, -1)
            for beside in columns:
                if graph.shared_biases(beside):
                    return graph.program.name(graph.shared_biases(beside)[0])
    own = sorted(graph.nodes_biased_by(slot, picture.observation))
    return _from_node(picture, own[0], way) if own else None


def _ordered(picture: DrawnNetwork) -> list[Edge]:
    """The edges that are drawn, from top to bottom at half their way."""

    def height(item: tuple[EdgeSpan, Edge]) -> tuple[int, int]:
        span = item[0]
        return span.y0 + span.y1, span.y0

    return [edge for _, edge in sorted(picture.lines.items(), key=height)]
