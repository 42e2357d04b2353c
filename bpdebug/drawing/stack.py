"""A column's units above one another, as far as there is room; the rest folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bpdebug.drawing.forms import Entry, Form, NodeLine
from bpdebug.drawing.graph import Node
from bpdebug.drawing.places import Fold, NodePlace

_WIDEST_SPACING = 10


@dataclass(frozen=True, slots=True)
class Stack:
    """The nodes of a column that are shown, before they have places."""

    column: int
    shown: range
    lines: Sequence[tuple[Entry, ...]]
    width: int
    height: int
    label: int
    number: int
    size: int
    form: Form

    @property
    def folded(self) -> bool:
        """Whether units of the column are left out."""
        return len(self.shown) < self.size

    def _top(self, top: int, rows: int) -> tuple[int, int]:
        """The first row, and how many rows are left empty between nodes."""
        if self.folded:
            return top + 1, 0
        count = len(self.shown)
        free = rows - count * self.height
        spacing = min(_WIDEST_SPACING, free // (count - 1)) if count > 1 else 0
        return top + (free - spacing * (count - 1)) // 2, spacing

    def places(self, x: int, top: int, rows: int) -> Iterable[NodePlace]:
        """The nodes with their places in `rows` rows from `top` on."""
        y, spacing = self._top(top, rows)
        for row, lines in zip(self.shown, self.lines, strict=True):
            height = len(lines) + 2 if self.form.boxed else 1
            start = y + (self.height - height) // 2
            node = Node(self.column, row)
            values = [at for at, each in enumerate(lines, start=1) if each.line is NodeLine.VALUE]
            port = start + values[0] if self.form.boxed else start
            yield NodePlace(
                node, x, start, self.width, height, port, lines, self.label, self.number
            )
            y += self.height + spacing

    def folds(self, x: int, top: int) -> Iterable[Fold]:
        """The markers for the units above and below those shown."""
        start, stop = self.shown.start, self.shown.stop
        if start > 0:
            text = fold_text(start, self.form)
            yield Fold(self.column, 0, start - 1, x, top, self.width, text)
        if stop < self.size:
            y = top + 1 + len(self.shown) * self.height
            text = fold_text(self.size - stop, self.form)
            yield Fold(self.column, stop, self.size - 1, x, y, self.width, text)


def fold_text(count: int, form: Form) -> str:
    """What a fold of `count` units says."""
    return f"⋮ {count} more" if form.number else f"⋮ {count}"
