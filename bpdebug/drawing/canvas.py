"""A grid of characters, each with a mark that says what it is, and a name if it has one."""

from __future__ import annotations

from enum import StrEnum
from itertools import groupby

Run = tuple[str, "CellMark"]
Row = tuple[Run, ...]


class CellMark(StrEnum):
    """What a cell shows; the pane has a style for each."""

    BLANK = "blank"
    EDGE = "edge"
    EDGE_STRONG = "edge-strong"
    EDGE_NEXT = "edge-next"
    EDGE_SELECTED = "edge-selected"
    NODE = "node"
    NODE_NEXT = "node-next"
    NODE_SELECTED = "node-selected"
    NAME = "name"
    VALUE = "value"
    UNKNOWN = "unknown"
    STALE = "stale"
    LABEL = "label"
    SELECTED = "selected"
    HEADING = "heading"
    FOLD = "fold"
    CAPTION = "caption"
    BREAKPOINT = "breakpoint"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Canvas:
    """A drawing as text, or the part of it that is seen. What is put outside is left out.

    `left` and `top` are the cell of the drawing that stands in the left upper corner: what
    is put has its place in the drawing, what is asked for its place on the canvas. A cell may
    carry the name of the element that it shows, for the mouse.
    """

    def __init__(self, width: int, height: int, left: int = 0, top: int = 0) -> None:
        self.width = width
        self.height = height
        self.left = left
        self.top = top
        self._text = [[" "] * width for _ in range(height)]
        self._marks = [[CellMark.BLANK] * width for _ in range(height)]
        self._names: list[list[str | None]] = [[None] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, mark: CellMark, name: str | None = None) -> None:
        """Write `text` from the cell (x, y) of the drawing to the right."""
        y -= self.top
        if not 0 <= y < self.height:
            return
        x -= self.left
        if x < 0:
            x, text = 0, text[-x:]
        text = text[: max(0, self.width - x)]
        end = x + len(text)
        self._text[y][x:end] = text
        self._marks[y][x:end] = [mark] * len(text)
        self._names[y][x:end] = [name] * len(text)

    def sees(self, x: int, y: int, width: int, height: int) -> bool:
        """Whether any cell of a part of the drawing is on the canvas."""
        x, y = x - self.left, y - self.top
        return x < self.width and y < self.height and x + width > 0 and y + height > 0

    def mark(self, x: int, y: int) -> CellMark:
        """The mark of a cell."""
        return self._marks[y][x]

    def is_blank(self, x: int, y: int) -> bool:
        """Whether a cell of the drawing is on the canvas and nothing is written in it."""
        x, y = x - self.left, y - self.top
        return 0 <= x < self.width and 0 <= y < self.height and self._text[y][x] == " "

    def name_at(self, x: int, y: int) -> str | None:
        """The name of the element that a cell shows, None if it shows none."""
        return self._names[y][x] if 0 <= x < self.width and 0 <= y < self.height else None

    def row(self, y: int) -> Row:
        """A row as runs of equally marked text."""
        text, runs, start = "".join(self._text[y]), [], 0
        for mark, run in groupby(self._marks[y]):
            end = start + len(list(run))
            runs.append((text[start:end], mark))
            start = end
        return tuple(runs)

    def rows(self) -> list[Row]:
        """All rows."""
        return [self.row(y) for y in range(self.height)]

    def text(self) -> str:
        """The drawing as lines of text, without trailing blanks."""
        return "\n".join("".join(row).rstrip() for row in self._text)
