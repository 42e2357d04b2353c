"""The blocks of a drawing before they have a place: which of them, and which of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpdebug.drawing.block_forms import COMPACT, BlockForm
from bpdebug.drawing.block_places import Panel
from bpdebug.drawing.blocks import Block, BlockGraph
from bpdebug.drawing.forms import NodeLine
from bpdebug.drawing.graph import Node
from bpdebug.drawing.layout import LayoutRequest
from bpdebug.program.quantities import Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with the panels that are shown of it."""

    block: Block
    panels: tuple[Panel, ...]

    @property
    def height(self) -> int:
        """The rows that it takes."""
        return sum(panel.height for panel in self.panels)


class Cutter:
    """Cuts the columns of blocks to the rows that there are, around what is wanted."""

    def __init__(self, graph: BlockGraph, request: LayoutRequest, form: BlockForm) -> None:
        self.graph = graph
        self.request = request
        self.form = form
        self.wanted: dict[int, Node] = {}
        for node in request.wanted:
            self.wanted.setdefault(graph.block(node).number, node)

    def stack(self, number: int, rows: int) -> list[Piece] | None:
        """The blocks of a column that are shown, None if they do not fit."""
        blocks = self.graph.columns[number].blocks
        if not self.form.cut and any(block.columns > self.form.across for block in blocks):
            return None
        tallest = max(block.rows for block in blocks)
        limits = [tallest]
        if self.form.cut:
            limits += [n for n in (12, 8, 6, 5, 4, 3, 2, 1) if n < tallest]
        for limit in limits:
            if self._height(blocks, limit) <= rows:
                return [self._piece(block, limit) for block in blocks]
        if not self.form.cut:
            return None
        numbers = [block.number for block in blocks]
        at = next((numbers.index(number) for number in self.wanted if number in numbers), 0)
        for count in range(min(len(blocks), rows - 1), 0, -1):
            start = min(at // count * count, len(blocks) - count)
            shown = blocks[start : start + count]
            if self._height(shown, 1) < rows:
                return [self._piece(block, 1) for block in shown]
        return None

    def _height(self, blocks: Sequence[Block], limit: int) -> int:
        """The rows that blocks take with at most `limit` rows of numbers each."""
        return sum(
            len(self.form.lines & self.graph.lines[block.number])
            * (min(limit, block.rows) + (block.rows > 1))
            for block in blocks
        )

    def _piece(self, block: Block, limit: int) -> Piece:
        told = self.form.lines & self.graph.lines[block.number]
        return Piece(block, tuple(self._panel(block, e, limit) for e in NodeLine if e in told))

    def _panel(self, block: Block, line: NodeLine, limit: int) -> Panel:
        node = self.wanted.get(block.number)
        row, column = divmod(block.place(node), block.columns) if node is not None else (0, 0)
        rows = _page(row, min(limit, block.rows), block.rows)
        columns = _page(column, min(self.form.across, block.columns), block.columns)
        titled = block.rows > 1
        label = self._name(block, line)
        ranges = []
        if len(rows) < block.rows:
            ranges.append(_said(rows))
        if len(columns) < block.columns:
            ranges.append(_said(columns))
        if titled and line is NodeLine.VALUE and not (ranges and self.form.across <= COMPACT):
            label = f"{label} {block.dimensions}"
        if ranges:
            label = f"{label}[{','.join(ranges)}]"
        if titled and line is NodeLine.VALUE and not ranges:
            label += "".join(f" +{bias.name}" for bias in block.biases)
        return Panel(line, label, titled, rows, columns, self._number(block, line))

    def _name(self, block: Block, line: NodeLine) -> str:
        group = block.group
        if line is NodeLine.BEFORE and group.before is not None:
            return group.before.name
        if line is NodeLine.ANSWER and group.answer is not None:
            return group.answer.name
        return (
            "∂" + (block.title if block.rows > 1 else "")
            if line is NodeLine.GRADIENT
            else block.title
        )

    def _number(self, block: Block, line: NodeLine) -> int:
        kind = block.group.value.kind
        if kind is Kind.INPUT:
            return min(self.form.number, self.request.given[0])
        if kind is Kind.TARGET or line is NodeLine.ANSWER:
            return min(self.form.number, self.request.given[1])
        return self.form.number


def _page(at: int, count: int, size: int) -> range:
    """`count` of `size` places, among them the one that is wanted."""
    start = min(at // count * count, size - count)
    return range(start, start + count)


def _said(shown: range) -> str:
    return f"{shown.start + 1}–{shown.stop}" if len(shown) > 1 else str(shown.start + 1)
