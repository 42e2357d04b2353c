"""The parts of a drawing and where they stand, in cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bpdebug.drawing.forms import Entry, Form
from bpdebug.drawing.graph import Node


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a drawing: its left upper cell and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """The cell in the middle."""
        return self.x + self.width // 2, self.y + self.height // 2

    def distance(self, x: int, y: int) -> int:
        """How far its middle is from a cell, in widths of cells, about twice as high as wide."""
        to_x, to_y = self.middle
        return abs(to_x - x) + 2 * abs(to_y - y)


@dataclass(frozen=True, slots=True)
class NodePlace:
    """A node's box: its left upper cell, its size, and the row where its edges meet it.

    Its lines have `label` cells for a label and then, after a blank, `number` for a value.
    """

    node: Node
    x: int
    y: int
    width: int
    height: int
    port: int
    entries: tuple[Entry, ...]
    label: int
    number: int

    @property
    def box(self) -> Area:
        """All its cells."""
        return Area(self.x, self.y, self.width, self.height)

    @property
    def left(self) -> int:
        """The cell to the left of it, where edges arrive."""
        return self.x - 1

    @property
    def right(self) -> int:
        """The cell to the right of it, where edges leave."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Fold:
    """A row that stands for the units `first` … `last` of a column, which are not shown."""

    column: int
    first: int
    last: int
    x: int
    y: int
    width: int
    text: str

    @property
    def box(self) -> Area:
        """All its cells."""
        return Area(self.x, self.y, self.width, 1)


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of text on its own: a heading, or a bias that units of a column share."""

    x: int
    y: int
    width: int
    text: str
    slot: int | None = None

    @property
    def box(self) -> Area:
        """All its cells."""
        return Area(self.x, self.y, self.width, 1)


@dataclass(frozen=True, eq=False)
class Layout:
    """A drawing without its edges and values.

    `columns` are the graph's columns that are shown, `caption` is the row of the caption,
    None without one. `top` and `bottom` bound the rows of nodes. `complete` says whether every
    unit is in the picture, but for the loss.
    """

    width: int
    height: int
    form: Form
    columns: range
    places: dict[Node, NodePlace]
    folds: tuple[Fold, ...]
    tags: tuple[Tag, ...]
    caption: int | None
    top: int
    bottom: int
    complete: bool

    @cached_property
    def bounds(self) -> Area:
        """The part that anything is drawn in, with a cell on either side."""
        parts = [place.box for place in self.places.values()]
        parts += [fold.box for fold in self.folds] + [tag.box for tag in self.tags]
        left, top = min(box.x for box in parts) - 1, min(box.y for box in parts)
        right = max(box.x + box.width for box in parts) + 1
        return Area(left, top, right - left, max(box.y + box.height for box in parts) - top)

    def nearest(self, x: int, y: int) -> NodePlace:
        """The place of the node whose middle is nearest to a cell."""
        return min(self.places.values(), key=lambda place: place.box.distance(x, y))

    def fold_of(self, node: Node) -> Fold | None:
        """The fold that hides a node, None if none does."""
        for fold in self.folds:
            if fold.column == node.column and fold.first <= node.row <= fold.last:
                return fold
        return None
