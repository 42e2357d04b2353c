"""The edges of a drawing: which are drawn, and as what lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import chain, islice

import numpy as np

from bpdebug.drawing.braille import braille, line
from bpdebug.drawing.bundles import EdgesInto
from bpdebug.drawing.canvas import Canvas, CellMark
from bpdebug.drawing.edge_labels import EdgeLabels
from bpdebug.drawing.focus import Focus
from bpdebug.drawing.forms import NUMBER
from bpdebug.drawing.graph import Edge, Graph, Node
from bpdebug.drawing.labels import EdgeSpan
from bpdebug.drawing.marking import edge_mark, edge_name, rank
from bpdebug.drawing.places import Layout
from bpdebug.drawing.scene import Scene
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import Quantity

ALL_EDGES = 64
"""The most edges that are all drawn; of more, those of the marked units only."""

_EDGES_PER_ROW = 1
"""The edges that a row of the drawing can carry before they run into one another."""

_MOST_PER_ROW = 3
"""Those that it can carry where nothing is marked, so that no edge would be drawn otherwise."""

_ROWS_PER_HEAVY_EDGE = 2
"""The rows that an edge must have to itself before heavy lines are told from light ones."""


class Strokes:
    """The edges of one graph on one layout. Lines and label places are computed once."""

    def __init__(self, graph: Graph, layout: Layout, observation: int) -> None:
        self.graph = graph
        self.layout = layout
        self.observation = observation
        self._starts = _Sides(layout, right=True)
        self._ends = _Sides(layout, right=False)
        self._measured: tuple[FloatArray, dict[int, float]] | None = None

    def draw(self, canvas: Canvas, scene: Scene) -> dict[EdgeSpan, Edge]:
        """Draw the edges of a scene; returns which lines stand for which edges."""
        lines: dict[EdgeSpan, Edge] = {}
        ranks: dict[EdgeSpan, int] = {}
        for edge in self.all or list(self._marked(scene)) or self._crowd:
            span = self._span(edge)
            if span is None:
                continue
            # Edges to units that a fold hides share its line: the one that matters most, and of
            # those alike one with a breakpoint, stands for them.
            precedence = 2 * rank(edge, scene)
            if scene.breakpoints.parameters:
                precedence += bool(scene.breakpoints.edge(edge))
            if precedence > ranks.get(span, -1):
                lines[span], ranks[span] = edge, precedence
        self._lines(canvas, scene, lines)
        self._arrows(canvas, scene, lines)
        self._labels.draw(canvas, scene, lines)
        return lines

    @cached_property
    def all(self) -> dict[Edge, EdgeSpan] | None:
        """All edges of the shown columns, None if they are too many to draw."""
        found = self._crowd
        return found if found and self._edges_per_row(found) <= _EDGES_PER_ROW else None

    @cached_property
    def _crowd(self) -> dict[Edge, EdgeSpan]:
        """All edges of the shown columns even where they run into one another; none where they
        would be nothing but a grey mass.
        """
        if self.graph.edge_count > ALL_EDGES or self.layout.folds:
            return {}
        spans = {edge: self._span(edge) for edge in self.graph.edges(self.observation)}
        found = {edge: span for edge, span in spans.items() if span is not None}
        return found if self._edges_per_row(found) <= _MOST_PER_ROW else {}

    def _edges_per_row(self, edges: Iterable[Edge]) -> float:
        """How many edges go out of a column for each row, where that is most."""
        columns = Counter(edge.source.column for edge in edges)
        return max(columns.values(), default=0) / max(1, self.layout.bottom - self.layout.top)

    @cached_property
    def _labels(self) -> EdgeLabels:
        longest = max(NUMBER, self.layout.form.number)
        return EdgeLabels(self.graph.program, self.layout.columns, self.all or {}, longest)

    @property
    def named(self) -> bool:
        """Whether every edge that can have one has a label with the name of its weight."""
        return self.all is None or self._labels.named

    def _marked(self, scene: Scene) -> Iterable[Edge]:
        """The edges of what is marked: the selection, what was just done or comes next, and
        some of those with breakpoints.

        A message to or from a unit that a fold hides is left out.
        """
        first = scene.active if scene.active.slot is not None else scene.next
        for focus in (first, scene.selected):
            shown = [node for node in focus.nodes if node in self.layout.places]
            told = self._told(focus, scene)
            if shown or not focus.nodes:
                yield from told
            # What has no message to be seen, such as an activation, is still shown connected.
            if not any(map(self._span, told)):
                for node in shown:
                    yield from self.graph.edges_into(node, self.observation)
        for node in scene.selected.nodes:
            if node in self.layout.places:
                yield from self.graph.edges_from(node, self.observation)
        found = (self.graph.edges_of(at, self.observation) for at in scene.breakpoints.parameters)
        yield from islice(chain.from_iterable(found), ALL_EDGES)

    def _told(self, focus: Focus, scene: Scene) -> Iterable[Edge]:
        """Its edges, of very many only those that may stand for a line.

        Of edges alike the first stands for the line that they share. Not alike are those that
        are also part of something else that is marked.
        """
        if len(focus.edges) <= ALL_EDGES or scene.breakpoints.parameters:
            return focus.edges
        apart: list[Edge] = []
        others = (each for each in (scene.selected, scene.active, scene.next) if each is not focus)
        for each in others:
            if not isinstance(each.edges, EdgesInto):
                apart += (edge for edge in each.edges if edge in focus.edge_set)
            elif not isinstance(focus.edges, EdgesInto):
                apart += (edge for edge in focus.edges if edge in each.edge_set)
            elif each.nodes == focus.nodes:
                return focus.edges
        edges: Iterable[Edge] = focus.edges
        if isinstance(edges, EdgesInto):
            folds = ((fold.column, fold.first, fold.last) for fold in self.layout.folds)
            edges = edges.standing_for_lines(self.layout.places, folds)
        firsts: dict[object, Edge] = {}
        for edge in edges:
            start, end = self._starts[edge.source], self._ends[edge.target]
            if start is not None and end is not None:
                firsts.setdefault((start, end), edge)
        return [*firsts.values(), *sorted(set(apart))]

    def _span(self, edge: Edge) -> EdgeSpan | None:
        """The line of an edge, None if one of its columns is not shown."""
        start, end = self._starts[edge.source], self._ends[edge.target]
        return None if start is None or end is None else EdgeSpan(*start, *end)

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
        if self._measured is not None and self._measured[0] is before:
            return self._measured[1]
        largest = {
            column: max(
                float(np.abs(before[each.offset : each.offset + each.size]).max())
                for each in quantities
            )
            for column, quantities in self._factors.items()
        }
        self._measured = before, largest
        return largest

    def _crowded(self, edges: Iterable[Edge]) -> set[int]:
        """The columns out of which too many edges go for heavy lines."""
        columns = [edge.source.column for edge in edges]
        rows = self.layout.bottom - self.layout.top
        return {c for c in set(columns) if columns.count(c) * _ROWS_PER_HEAVY_EDGE > rows}

    def _lines(self, canvas: Canvas, scene: Scene, lines: dict[EdgeSpan, Edge]) -> None:
        largest = self._largest(scene)
        crowded = self._crowded(lines.values())
        dots: dict[tuple[int, int], int] = {}
        owner: dict[tuple[int, int], tuple[CellMark, str | None]] = {}
        # What is marked comes last, so that it is on top where lines cross.
        for span, edge in sorted(lines.items(), key=lambda item: rank(item[1], scene)):
            if not canvas.sees(*span.box):
                continue
            size, negative = _weight(scene, edge)
            column = edge.source.column
            large = bool(edge.weights) and size > largest[column] / 2
            mark = edge_mark(edge, scene)
            if mark is CellMark.EDGE and large:
                mark = CellMark.EDGE_STRONG
            look = mark, edge_name(edge, scene)
            heavy = large and column not in crowded
            for x, y, bits in line(span.x0, span.y0, span.x1, span.y1, heavy, negative):
                dots[x, y] = dots.get((x, y), 0) | bits
                owner[x, y] = look
        for (x, y), bits in dots.items():
            canvas.put(x, y, braille(bits), *owner[x, y])

    def _arrows(self, canvas: Canvas, scene: Scene, lines: dict[EdgeSpan, Edge]) -> None:
        """Arrow heads where a message that goes along whole edges arrives."""
        for span, edge in lines.items():
            if edge in scene.active.edge_set and scene.active.nodes:
                x, y, head = (span.x0, span.y0, "◂") if scene.backward else (span.x1, span.y1, "▸")
                canvas.put(x, y, head, scene.phase_mark, edge_name(edge, scene))


class _Sides(dict[Node, tuple[int, int] | None]):
    """The cells where edges leave units, or where they arrive, each found once; None for a unit
    that is not in the drawing.
    """

    def __init__(self, layout: Layout, right: bool) -> None:
        self._layout = layout
        self._right = right

    def __missing__(self, node: Node) -> tuple[int, int] | None:
        found = self[node] = self._found(node)
        return found

    def _found(self, node: Node) -> tuple[int, int] | None:
        place = self._layout.places.get(node)
        if place is not None:
            return (place.right if self._right else place.left), place.port
        fold = self._layout.fold_of(node)
        if fold is None:
            return None
        return (fold.x + fold.width if self._right else fold.x - 1), fold.y


def _weight(scene: Scene, edge: Edge) -> tuple[float, bool]:
    """The size of what multiplies an edge, and whether it is negative."""
    product = 1.0
    for slot in edge.weights:
        product *= scene.view.value(slot)
    return abs(product), product < 0
