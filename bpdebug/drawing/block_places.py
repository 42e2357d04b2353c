"""The parts of a drawing of blocks, and where they stand, in cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from bpdebug.drawing.block_forms import BlockForm
from bpdebug.drawing.blocks import Block, BlockGraph
from bpdebug.drawing.forms import NodeLine
from bpdebug.drawing.graph import Node
from bpdebug.drawing.places import Area, Tag


@dataclass(frozen=True, slots=True)
class Panel:
    """Numbers of one kind of a block: `rows` and `columns` are those that are shown.

    `titled` says whether the label has a line above the numbers; else it stands before them.
    """

    line: NodeLine
    label: str
    titled: bool
    rows: range
    columns: range
    number: int

    @property
    def height(self) -> int:
        """The rows that it takes."""
        return len(self.rows) + self.titled

    @property
    def numbers(self) -> int:
        """The cells that a row of numbers takes: each with one before it for a sign."""
        return len(self.columns) * (self.number + 1)


@dataclass(frozen=True, eq=False)
class BlockPlace:
    """A block with its panels, their labels `label` cells wide where they stand before numbers.

    Arrows meet it in the row `port`. One without panels is only named.
    """

    block: Block
    x: int
    y: int
    width: int
    height: int
    port: int
    panels: tuple[Panel, ...]
    label: int
    text: str

    @property
    def box(self) -> Area:
        """All its cells."""
        return Area(self.x, self.y, self.width, self.height)

    def units(self, panel: Panel) -> Iterator[tuple[Node, tuple[int, int]]]:
        """The units that a panel shows, each with the cell of the sign before its number."""
        above = takewhile(lambda each: each is not panel, self.panels)
        y = self.y + sum(each.height for each in above) + panel.titled
        start = self.x + 1 + (0 if panel.titled else self.label)
        for down, row in enumerate(panel.rows):
            for along, column in enumerate(panel.columns):
                node = self.block.node(row * self.block.columns + column)
                yield node, (start + along * (panel.number + 1), y + down)


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """Where the number of a unit stands, or the block that hides it."""

    node: Node
    box: Area


@dataclass(frozen=True, eq=False)
class BlockLayout:
    """A drawing of blocks without arrows and values.

    `columns` are those that are shown, `starts` and `ends` the first cell of each and the one
    behind it. `rails` are the cells behind each column kept for arrows within it. `complete` says
    whether every unit is in the picture, but for the loss.
    """

    width: int
    height: int
    form: BlockForm
    graph: BlockGraph
    columns: range
    blocks: dict[int, BlockPlace]
    starts: dict[int, int]
    ends: dict[int, int]
    rails: dict[int, int]
    tags: tuple[Tag, ...]
    caption: int | None
    top: int
    bottom: int
    complete: bool

    @cached_property
    def places(self) -> dict[Node, UnitPlace]:
        """The units that are shown."""
        found: dict[Node, UnitPlace] = {}
        for place in self.blocks.values():
            for panel in place.panels:
                if panel.line is NodeLine.VALUE:
                    for node, (x, y) in place.units(panel):
                        found[node] = UnitPlace(node, Area(x, y, panel.number + 1, 1))
        return found

    @cached_property
    def bounds(self) -> Area:
        """The part that anything is drawn in, with a cell on either side."""
        parts = [place.box for place in self.blocks.values()] + [tag.box for tag in self.tags]
        left, top = min(box.x for box in parts) - 1, min(box.y for box in parts)
        right = max(
            *(box.x + box.width for box in parts),
            *(self.ends[n] + self.rails[n] for n in self.ends),
        )
        bottom = max(*(box.y + box.height for box in parts), self.bottom)
        return Area(left, top, right + 1 - left, bottom - top)

    def nearest(self, x: int, y: int) -> UnitPlace:
        """The unit that is nearest to a cell."""
        if not self.places:
            first = next(iter(self.blocks.values()))
            return UnitPlace(first.block.node(0), first.box)
        return min(self.places.values(), key=lambda place: place.box.distance(x, y))
