"""A network as arrays: one block for each quantity, in columns by depth or by time step.

Where a drawing of single units would be a tangle, or units without edges, the blocks and the
parameters between them still tell how the model computes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import prod

from bpdebug.drawing.forms import NodeLine
from bpdebug.drawing.graph import Edge, Graph, Group, Node
from bpdebug.program.quantities import Kind, Quantity


@dataclass(frozen=True, eq=False)
class Block:
    """The units of a quantity, or of its part at one step: from the unit `start` of `group` on.

    It is written in `rows` and `columns`: a matrix in its own, a vector in one of them. `biases`
    are the parameters that are added to it.
    """

    number: int
    column: int
    group: Group
    start: int
    shape: tuple[int, ...]
    rows: int
    columns: int
    title: str
    biases: tuple[Quantity, ...]

    @property
    def size(self) -> int:
        """How many units it has."""
        return prod(self.shape)

    @property
    def dimensions(self) -> str:
        """Its shape in words: `4×3`, nothing for a single number."""
        return "×".join(map(str, self.shape))

    def node(self, place: int) -> Node:
        """The node of a unit, counted from 0 within the block, row by row."""
        return Node(self.group.column, self.group.first + self.start + place)

    def place(self, node: Node) -> int:
        """The inverse of `node`."""
        return node.row - self.group.first - self.start


@dataclass(frozen=True, slots=True)
class Arrow:
    """That the block `target` is computed from `source`; `factors` are what is multiplied."""

    source: int
    target: int
    factors: tuple[Quantity, ...]

    @property
    def pair(self) -> tuple[int, int]:
        """The numbers of the blocks that it connects."""
        return self.source, self.target

    @property
    def name(self) -> str:
        """What it is labelled with: the first parameter along it, empty without one."""
        return "".join(f"·{each.name}" for each in self.factors[:1])


@dataclass(frozen=True, eq=False)
class BlockColumn:
    """The blocks that are drawn above one another: those of a `step`, from 0, if it is not None."""

    heading: str
    blocks: tuple[Block, ...]
    step: int | None


@dataclass(frozen=True, eq=False)
class BlockGraph:
    """Columns of blocks and the arrows between them. `stepped` says whether columns are steps."""

    graph: Graph
    columns: tuple[BlockColumn, ...]
    arrows: tuple[Arrow, ...]
    stepped: bool

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks by their numbers."""
        return tuple(block for column in self.columns for block in column.blocks)

    @property
    def steps(self) -> int:
        """How many of its columns are steps."""
        return sum(column.step is not None for column in self.columns)

    @cached_property
    def _starts(self) -> tuple[list[Node], list[Block]]:
        ordered = sorted(self.blocks, key=lambda block: block.node(0))
        return [block.node(0) for block in ordered], ordered

    def block(self, node: Node) -> Block:
        """The block that a node is in."""
        starts, ordered = self._starts
        return ordered[bisect_right(starts, node) - 1]

    def pair(self, edge: Edge) -> tuple[int, int]:
        """The numbers of the blocks that an edge connects."""
        return self.block(edge.source).number, self.block(edge.target).number

    @cached_property
    def lines(self) -> list[frozenset[NodeLine]]:
        """What can be told of the units of each block."""
        found: list[frozenset[NodeLine]] = []
        for block in self.blocks:
            group = block.group
            there = {
                NodeLine.VALUE: True,
                NodeLine.BEFORE: group.before is not None,
                NodeLine.ANSWER: group.answer is not None,
                NodeLine.GRADIENT: group.value.kind is Kind.COMPUTED and block is not self.loss,
            }
            found.append(frozenset(line for line, is_there in there.items() if is_there))
        return found

    @cached_property
    def _by_column(self) -> tuple[list[list[Arrow]], list[list[Arrow]]]:
        inside: list[list[Arrow]] = [[] for _ in self.columns]
        arriving: list[list[Arrow]] = [[] for _ in self.columns]
        for arrow in self.arrows:
            start, end = self.blocks[arrow.source].column, self.blocks[arrow.target].column
            if start == end:
                inside[end].append(arrow)
            elif start < end:
                arriving[end].append(arrow)
        return inside, arriving

    def inside(self, column: int) -> list[Arrow]:
        """The arrows between blocks of a column."""
        return self._by_column[0][column]

    def arriving(self, column: int) -> list[Arrow]:
        """The arrows from earlier columns to a column."""
        return self._by_column[1][column]

    @cached_property
    def rails(self) -> dict[Arrow, tuple[bool, int]]:
        """What shares its line with an arrow within a column: all that start at one block, or all
        that end at one.
        """
        found: dict[Arrow, tuple[bool, int]] = {}
        for column in range(len(self.columns)):
            starts = Counter(arrow.source for arrow in self.inside(column))
            for arrow in self.inside(column):
                fan = starts[arrow.source] > 1
                found[arrow] = (True, arrow.source) if fan else (False, arrow.target)
        return found

    @cached_property
    def loss(self) -> Block:
        """The block of the loss."""
        return self.block(self.graph.loss)
