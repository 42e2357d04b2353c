"""The parts of a drawing and where they stand, in cells."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.tui.network.forms import Entry, Form
from bpdebug.tui.network.graph import Node


@dataclass(frozen=True, slots=True)
class Place:
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


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of text on its own: a heading, or a bias that units of a column share."""

    x: int
    y: int
    width: int
    text: str
    slot: int | None = None


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
    places: dict[Node, Place]
    folds: tuple[Fold, ...]
    tags: tuple[Tag, ...]
    caption: int | None
    top: int
    bottom: int
    complete: bool

    def fold_of(self, node: Node) -> Fold | None:
        """The fold that hides a node, None if none does."""
        for fold in self.folds:
            if fold.column == node.column and fold.first <= node.row <= fold.last:
                return fold
        return None
