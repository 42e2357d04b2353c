"""The network as SVG, for pages and notebooks: units in columns, lines between them.

Text and outlines have the colour of the page around, so it can be read on a light and a dark one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice

from bpdebug.debugger.view import Status, View
from bpdebug.drawing.block_derive import block_graph
from bpdebug.drawing.block_svg import BlockDrawing
from bpdebug.drawing.derive import network_graph
from bpdebug.drawing.graph import Edge, Graph, Node
from bpdebug.drawing.svg_values import PLAIN, Drawn, line_of
from bpdebug.notation.names import with_greek
from bpdebug.text.numbers import DIGITS, number

MOST_UNITS = 8
"""Of a column with more units only the first are drawn, with how many others there are."""

MOST_COLUMNS = 12
MOST_EDGES = 200
_LABELLED_EDGES = 24

_SHARES = (0.25, 0.75, 0.5, 0.15, 0.85, 0.35, 0.65)
"""How far along a line the name of its weight may stand, the best first."""

_LABEL_WIDTH, _LABEL_HEIGHT = 44, 11
"""What a name and a number take, about."""

_UNIT_WIDTH, _UNIT_HEIGHT = 96, 40
_GAP_X, _GAP_Y, _MARGIN = 110, 18, 16


def network_svg(view: View, digits: int = DIGITS) -> str:
    """The network with the values at a position, as an `svg` element.

    Of several observations the first is drawn. Big columns are cut, as is a long row of columns;
    what is left out is said. Values, the boxes around them and lines have the slots that they show
    as `data-value`, `data-unit` and `data-weight`, so that a page can go on to another position.
    """
    graph = network_graph(view.program)
    blocks = block_graph(graph)
    if blocks is None:
        return _Drawing(graph, view, digits).svg()
    drawing = BlockDrawing(blocks, view, digits)
    title = _title(graph, len(blocks.columns) - drawing.columns)
    return _element(*drawing.size, title, drawing.parts())


def drawn_values(view: View, digits: int = DIGITS) -> dict[int, Drawn]:
    """All that changes in the drawing from one position to another, by slots."""
    graph = network_graph(view.program)
    blocks = block_graph(graph)
    if blocks is None:
        return _Drawing(graph, view, digits).values()
    return BlockDrawing(blocks, view, digits).values()


def _title(graph: Graph, left_out: int) -> str:
    observations = graph.observations
    of = f", observation 1 of {observations}" if observations > 1 else ""
    more = f", {left_out} more columns are not drawn" if left_out > 0 else ""
    return f"the network{of}{more}"


def _element(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" '
        'style="max-width:100%;height:auto" font-family="sans-serif" font-size="12" '
        f'fill="currentColor"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _free_place(
    start: tuple[int, int], end: tuple[int, int], taken: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Where on a line a label hides none of those before, or few."""
    (x1, y1), (x2, y2) = start, end
    found = [(x1 + share * (x2 - x1), y1 + share * (y2 - y1) - 3) for share in _SHARES]
    return min(
        found,
        key=lambda at: sum(
            abs(at[0] - x) < _LABEL_WIDTH and abs(at[1] - y) < _LABEL_HEIGHT for x, y in taken
        ),
    )


class _Drawing:
    def __init__(self, graph: Graph, view: View, digits: int) -> None:
        self._view = view
        self._digits = digits
        self._graph = graph
        columns = self._graph.columns[:MOST_COLUMNS]
        self._rows = [min(column.size, MOST_UNITS) for column in columns]
        more = [column.size > MOST_UNITS for column in columns]
        tallest = max(n + cut for n, cut in zip(self._rows, more, strict=True))
        self._height = 2 * _MARGIN + 20 + tallest * (_UNIT_HEIGHT + _GAP_Y)
        count = len(columns)
        self._width = 2 * _MARGIN + count * _UNIT_WIDTH + (count - 1) * _GAP_X

    def svg(self) -> str:
        title = _title(self._graph, len(self._graph.columns) - MOST_COLUMNS)
        return _element(self._width, self._height, title, [*self._edges(), *self._units()])

    def values(self) -> dict[int, Drawn]:
        """What `svg` shows of each slot."""
        slots = [
            self._graph.value_slot(Node(column, row), 0)
            for column, rows in enumerate(self._rows)
            for row in range(rows)
        ]
        found = {slot: Drawn(self._value(slot), None) for slot in slots}
        for edge in islice(self._drawn_edges(), MOST_EDGES):
            if len(edge.weights) == 1:
                (slot,) = edge.weights
                found[slot] = Drawn(self._value(slot), line_of(self._view, slot))
        return found

    def _corner(self, node: Node) -> tuple[int, int]:
        """The upper left corner of a unit."""
        rows = self._rows[node.column]
        used = rows * (_UNIT_HEIGHT + _GAP_Y)
        top = _MARGIN + 20 + (self._height - 2 * _MARGIN - 20 - used) // 2
        x = _MARGIN + node.column * (_UNIT_WIDTH + _GAP_X)
        return x, top + node.row * (_UNIT_HEIGHT + _GAP_Y)

    def _is_drawn(self, node: Node) -> bool:
        return node.column < len(self._rows) and node.row < self._rows[node.column]

    def _edges(self) -> Iterator[str]:
        drawn = list(islice(self._drawn_edges(), MOST_EDGES))
        labelled = len(drawn) <= _LABELLED_EDGES
        places: list[tuple[float, float]] = []
        for edge in drawn:
            (x1, y1), (x2, y2) = self._corner(edge.source), self._corner(edge.target)
            x1, y1, y2 = x1 + _UNIT_WIDTH, y1 + _UNIT_HEIGHT // 2, y2 + _UNIT_HEIGHT // 2
            yield self._line(edge, (x1, y1), (x2, y2))
            if labelled and len(edge.weights) == 1:
                x, y = _free_place((x1, y1), (x2, y2), places)
                places.append((x, y))
                name = with_greek(self._view.program.name(edge.weights[0]))
                yield (
                    f'<text x="{x:.0f}" y="{y:.0f}" font-size="10" text-anchor="middle" '
                    'class="weight">'
                    f'{escape(name)} <tspan data-value="{edge.weights[0]}">'
                    f"{escape(self._value(edge.weights[0]))}</tspan></text>"
                )

    def _drawn_edges(self) -> Iterator[Edge]:
        graph = self._graph
        for column, rows in enumerate(self._rows):
            for row in range(rows):
                for edge in islice(graph.edges_into(Node(column, row), 0), MOST_EDGES):
                    if self._is_drawn(edge.source) and self._is_drawn(edge.target):
                        yield edge

    def _line(self, edge: Edge, start: tuple[int, int], end: tuple[int, int]) -> str:
        (colour, width), slot = PLAIN, ""
        if len(edge.weights) == 1:
            colour, width = line_of(self._view, edge.weights[0])
            slot = f'data-weight="{edge.weights[0]}" '
        # What passes by other columns must not hide them.
        opacity = 1.0 if edge.target.column - edge.source.column == 1 else 0.35
        return (
            f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" '
            f'{slot}stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}"/>'
        )

    def _units(self) -> Iterator[str]:
        program = self._view.program
        for number_, rows in enumerate(self._rows):
            column = self._graph.columns[number_]
            if column.heading:
                x, _ = self._corner(Node(number_, 0))
                yield f'<text x="{x}" y="{_MARGIN + 8}">{escape(column.heading)}</text>'
            for row in range(rows):
                slot = self._graph.value_slot(Node(number_, row), 0)
                x, y = self._corner(Node(number_, row))
                yield (
                    f'<rect x="{x}" y="{y}" width="{_UNIT_WIDTH}" height="{_UNIT_HEIGHT}" rx="8" '
                    f'fill="none" stroke="currentColor" data-unit="{slot}"/>'
                    f'<text x="{x + 8}" y="{y + 16}" font-weight="bold">'
                    f"{escape(with_greek(program.name(slot)))}</text>"
                    f'<text x="{x + 8}" y="{y + 32}" data-value="{slot}">'
                    f"{escape(self._value(slot))}</text>"
                )
            if column.size > rows:
                x, y = self._corner(Node(number_, rows))
                yield f'<text x="{x}" y="{y + 12}">… {column.size - rows:,} more</text>'

    def _value(self, slot: int) -> str:
        match self._view.status(slot):
            case Status.UNKNOWN:
                return "not yet"
            case Status.STALE:
                return f"~{number(self._view.value(slot), self._digits)}"
        return number(self._view.value(slot), self._digits)
