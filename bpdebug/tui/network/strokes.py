"""The edges of a drawing: which are drawn, and as what lines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain, islice

import numpy as np

from bpdebug.program.quantities import Quantity
from bpdebug.tui.network.braille import braille, line
from bpdebug.tui.network.canvas import Canvas
from bpdebug.tui.network.edge_labels import EdgeLabels
from bpdebug.tui.network.graph import Edge, Graph, Node
from bpdebug.tui.network.labels import Span
from bpdebug.tui.network.marking import edge_mark, edge_name, is_marked, rank
from bpdebug.tui.network.places import Layout
from bpdebug.tui.network.scene import Scene

ALL_EDGES = 64
"""Up to so many edges all are drawn, above it those of the marked units only."""

_EDGES_PER_ROW = 1
"""So many edges a row of the drawing can carry before they run into one grey mass."""

_ROWS_PER_HEAVY_EDGE = 2
"""So many rows an edge must have to itself before heavy lines are told from light ones."""


class Strokes:
    """The edges of one graph on one layout. Lines and label places are computed once."""

    def __init__(self, graph: Graph, layout: Layout, observation: int) -> None:
        self.graph = graph
        self.layout = layout
        self.observation = observation

    def draw(self, canvas: Canvas, scene: Scene) -> dict[Span, Edge]:
        """Draw the edges of a scene; returns which lines stand for which edges."""
        lines: dict[Span, Edge] = {}
        for edge in self.all or self._marked(scene):
            span = self._span(edge)
            # Edges to units that a fold hides share its line: a marked one stands for them.
            if span is not None and (span not in lines or _precedes(edge, lines[span], scene)):
                lines[span] = edge
        self._lines(canvas, scene, lines)
        self._arrows(canvas, scene, lines)
        self._labels.draw(canvas, scene, lines)
        return lines

    @cached_property
    def all(self) -> dict[Edge, Span] | None:
        """All edges of the shown columns, None if they are too many to draw."""
        if self.graph.edge_count > ALL_EDGES or self.layout.folds:
            return None
        found: dict[Edge, Span] = {}
        for edge in self.graph.edges(self.observation):
            span = self._span(edge)
            if span is not None:
                found[edge] = span
        columns = [edge.source.column for edge in found]
        crowded = _EDGES_PER_ROW * (self.layout.bottom - self.layout.top)
        return None if any(columns.count(each) > crowded for each in set(columns)) else found

    @cached_property
    def _labels(self) -> EdgeLabels:
        return EdgeLabels(self.graph.program, self.layout.columns, self.all or {})

    def _marked(self, scene: Scene) -> Iterable[Edge]:
        """The edges of what is marked: the selection, what was just done or comes next, and
        some of those with breakpoints.

        A message to or from a unit that a fold hides is left out.
        """
        first = scene.active if scene.active.slot is not None else scene.next
        for focus in (first, scene.selected):
            shown = [node for node in focus.nodes if node in self.layout.places]
            if shown or not focus.nodes:
                yield from focus.edges
            for node in shown:
                if not focus.edges:
                    yield from self.graph.edges_into(node, self.observation)
        for node in scene.selected.nodes:
            if node in self.layout.places:
                yield from self.graph.edges_from(node, self.observation)
        found = (self.graph.edges_of(at, self.observation) for at in scene.breakpoints.parameters)
        yield from islice(chain.from_iterable(found), ALL_EDGES)

    def _span(self, edge: Edge) -> Span | None:
        """The line of an edge, None if one of its columns is not shown."""
        start, end = self._side(edge.source, right=True), self._side(edge.target, right=False)
        return None if start is None or end is None else Span(*start, *end)

    def _side(self, node: Node, right: bool) -> tuple[int, int] | None:
        place = self.layout.places.get(node)
        if place is not None:
            return (place.right if right else place.left), place.port
        fold = self.layout.fold_of(node)
        if fold is None:
            return None
        return (fold.x + fold.width if right else fold.x - 1), fold.y

    @cached_property
    def _factors(self) -> dict[int, list[Quantity]]:
        """The parameters that weigh the edges out of each column."""
        found: dict[int, dict[str, Quantity]] = {}
        for link in self.graph.links:
            start = self.graph.node_at(link.source.quantity.offset)
            if start is not None:
                for factor in link.factors:
                    found.setdefault(start[0].column, {})[factor.quantity.name] = factor.quantity
        return {column: list(named.values()) for column, named in found.items()}

    def _largest(self, scene: Scene) -> dict[int, float]:
        """The largest size of a weight out of each column, at the start of the iteration."""
        before = scene.view.start
        return {
            column: max(
                float(np.abs(before[each.offset : each.offset + each.size]).max())
                for each in quantities
            )
            for column, quantities in self._factors.items()
        }

    def _crowded(self, edges: Iterable[Edge]) -> set[int]:
        """The columns out of which too many edges go for heavy lines."""
        columns = [edge.source.column for edge in edges]
        rows = self.layout.bottom - self.layout.top
        return {c for c in set(columns) if columns.count(c) * _ROWS_PER_HEAVY_EDGE > rows}

    def _lines(self, canvas: Canvas, scene: Scene, lines: dict[Span, Edge]) -> None:
        largest = self._largest(scene)
        crowded = self._crowded(lines.values())
        dots: dict[tuple[int, int], int] = {}
        owner: dict[tuple[int, int], Edge] = {}
        # What is marked comes last, so that it is on top where lines cross.
        for span, edge in sorted(lines.items(), key=lambda item: rank(item[1], scene)):
            size, negative = _weight(scene, edge)
            column = edge.source.column
            heavy = bool(edge.weights) and column not in crowded and size > largest[column] / 2
            for x, y, bits in line(span.x0, span.y0, span.x1, span.y1, heavy, negative):
                dots[x, y] = dots.get((x, y), 0) | bits
                owner[x, y] = edge
        for (x, y), bits in dots.items():
            edge = owner[x, y]
            canvas.put(x, y, braille(bits), edge_mark(edge, scene), edge_name(edge, scene))

    def _arrows(self, canvas: Canvas, scene: Scene, lines: dict[Span, Edge]) -> None:
        """Arrow heads where a message that goes along whole edges arrives."""
        for span, edge in lines.items():
            if edge in scene.active.edge_set and scene.active.nodes:
                x, y, head = (span.x0, span.y0, "◂") if scene.backward else (span.x1, span.y1, "▸")
                canvas.put(x, y, head, scene.phase_mark, edge_name(edge, scene))


def _precedes(edge: Edge, other: Edge, scene: Scene) -> bool:
    """Whether an edge rather than another one is seen on the line that they share."""
    if is_marked(edge, scene):
        return True
    return bool(scene.breakpoints.edge(edge)) and not is_marked(other, scene)


def _weight(scene: Scene, edge: Edge) -> tuple[float, bool]:
    """The size of what multiplies an edge, and whether it is negative."""
    product = 1.0
    for slot in edge.weights:
        product *= scene.view.value(slot)
    return abs(product), product < 0
