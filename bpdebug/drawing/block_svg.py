"""Arrays and the arrows between them as SVG: the picture of the terminal, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape

from bpdebug.debugger.view import View
from bpdebug.drawing.block_layout import complete_layout
from bpdebug.drawing.block_places import BlockPlace, Panel
from bpdebug.drawing.blocks import BlockGraph
from bpdebug.drawing.figures import UNKNOWN, state
from bpdebug.drawing.graph import Node
from bpdebug.drawing.svg_values import PLAIN, Drawn, line_of
from bpdebug.drawing.wires import Wire, wires
from bpdebug.notation.names import with_greek
from bpdebug.text.numbers import number

MOST_COLUMNS = 12
_CELL_WIDTH, _CELL_HEIGHT, _MARGIN = 8, 20, 12
_FIGURE = 7


class BlockDrawing:
    """The drawing at a position: of its first columns, and of the first rows of its arrays."""

    def __init__(self, graph: BlockGraph, view: View, digits: int) -> None:
        self._graph = graph
        self._view = view
        self._write = partial(number, digits=digits)
        self._layout = complete_layout(graph, MOST_COLUMNS)
        self._wires = wires(self._layout)

    @property
    def columns(self) -> int:
        """How many columns are drawn."""
        return len(self._layout.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height."""
        layout = self._layout
        return (
            2 * _MARGIN + layout.width * _CELL_WIDTH,
            2 * _MARGIN + layout.height * _CELL_HEIGHT,
        )

    def parts(self) -> Iterator[str]:
        """Its elements: lines first, so that nothing is hidden by one."""
        for wire in self._wires:
            yield self._line(wire)
        for tag in self._layout.tags:
            yield self._text(tag.x, tag.y, tag.text)
        for place in self._layout.blocks.values():
            yield from self._block(place)
        for wire in self._wires:
            yield from self._label(wire)

    def values(self) -> dict[int, Drawn]:
        """What is drawn of each slot."""
        found: dict[int, Drawn] = {}
        for place in self._layout.blocks.values():
            for _, node, _ in _units(place):
                slot = self._slot(node)
                found[slot] = Drawn(self._figure(slot), None)
        for wire in self._wires:
            weight = _weight(wire)
            if weight is not None:
                found[weight] = Drawn(self._figure(weight), line_of(self._view, weight))
        return found

    def _slot(self, node: Node) -> int:
        return self._graph.graph.value_slot(node, 0)

    def _figure(self, slot: int) -> str:
        text = state(self._view, slot, _FIGURE, self._write)
        return "not yet" if text == UNKNOWN else text

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return _MARGIN + x * _CELL_WIDTH, _MARGIN + y * _CELL_HEIGHT

    def _text(self, x: float, y: float, text: str, more: str = "") -> str:
        left, top = self._at(x, y)
        return f'<text x="{left:.0f}" y="{top + 14:.0f}"{more}>{escape(text)}</text>'

    def _line(self, wire: Wire) -> str:
        points = [self._at(x + 0.5, y + 0.5) for x, y in wire.corners]
        (left, top), (right, bottom) = points[0], points[-1]
        points[0] = left - _CELL_WIDTH / 2, top
        points[-1] = right + (-_CELL_WIDTH if wire.back else _CELL_WIDTH) / 2, bottom
        slot = _weight(wire)
        (colour, width), data = PLAIN, ""
        if slot is not None:
            colour, width = line_of(self._view, slot)
            data = f' data-weight="{slot}"'
        way = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        x, y = points[-1]
        tip = 5 if wire.back else -5
        return (
            f'<polyline points="{way}" fill="none"{data} stroke="{colour}" '
            f'stroke-width="{width}" stroke-opacity="0.7"/>'
            f'<path d="M{x:.0f},{y:.0f} l{tip},-4 v8 z" fill-opacity="0.7"/>'
        )

    def _label(self, wire: Wire) -> Iterator[str]:
        if not wire.arrow.factors:
            return
        x = wire.label.start if wire.back else wire.label.stop - len(wire.arrow.name)
        slot, name = _weight(wire), escape(with_greek(wire.arrow.name))
        value = "" if slot is None else f'<title data-value="{slot}">{self._figure(slot)}</title>'
        left, top = self._at(x, wire.end[1])
        yield f'<text x="{left:.0f}" y="{top + 6:.0f}" font-size="11">{name}{value}</text>'

    def _block(self, place: BlockPlace) -> Iterator[str]:
        left, top = self._at(place.x, place.y)
        yield (
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{place.width * _CELL_WIDTH}" '
            f'height="{place.height * _CELL_HEIGHT}" rx="6" fill="none" stroke="currentColor"/>'
        )
        yield self._text(place.x + 1, place.y, with_greek(place.text), ' font-weight="bold"')
        for panel, node, (x, y) in _units(place):
            slot = self._slot(node)
            at, down = self._at(x + 0.5, y)
            yield (
                f'<rect x="{at:.0f}" y="{down + 1:.0f}" width="{panel.number * _CELL_WIDTH}" '
                f'height="{_CELL_HEIGHT - 2}" rx="4" fill="none" stroke="none" data-unit="{slot}"/>'
            )
            yield self._text(x + 1, y, self._figure(slot), f' data-value="{slot}"')


def _units(place: BlockPlace) -> Iterator[tuple[Panel, Node, tuple[int, int]]]:
    for panel in place.panels:
        for node, cell in place.units(panel):
            yield panel, node, cell


def _weight(wire: Wire) -> int | None:
    """The one parameter along an arrow, None if there is none or it is an array."""
    factors = wire.arrow.factors
    return factors[0].offset if len(factors) == 1 and factors[0].size == 1 else None
