"""Boxes: pieces of a formula that take several lines, put together on their axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

BAR = "─"
_LEFT, _RIGHT = "╭│╰", "╮│╯"
_ROOT, _ROOF = "√", "_"
_SUM = "Σ"


class BoxMark(NamedTuple):
    """The cells `start` … `end` − 1 of a line, which are worth notice."""

    row: int
    start: int
    end: int


class Box(NamedTuple):
    """Lines of the same length. The line `axis` is the one that signs and bars stand in."""

    lines: tuple[str, ...]
    axis: int = 0
    marks: tuple[BoxMark, ...] = ()

    @property
    def width(self) -> int:
        """How many cells a line takes."""
        return len(self.lines[0])

    @property
    def height(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def tall(self) -> bool:
        """Whether it takes more than a line."""
        return len(self.lines) > 1


def word(text: str, marked: bool = False) -> Box:
    """A text in one line."""
    return Box((text,), 0, (BoxMark(0, 0, len(text)),) if marked else ())


def blank(width: int) -> Box:
    """Nothing, in one line."""
    return word(" " * width)


def beside(*boxes: Box) -> Box:
    """Boxes one after another, their axes in one line."""
    for box in boxes:
        if len(box.lines) > 1:
            break
    else:
        return _in_line(boxes)
    axis = max(box.axis for box in boxes)
    height = axis + max(box.height - box.axis for box in boxes)
    placed, left = [], 0
    for box in boxes:
        placed.append((left, axis - box.axis, box))
        left += box.width
    return _painted(left, height, axis, placed)


def _in_line(boxes: Sequence[Box]) -> Box:
    """The same for boxes of one line, of which most formulas consist."""
    marks, text = [], ""
    for box in boxes:
        for _, start, end in box.marks:
            marks.append(BoxMark(0, start + len(text), end + len(text)))
        text += box.lines[0]
    return Box((text,), 0, tuple(marks))


def gaps(boxes: Sequence[Box], apart: bool = False) -> list[int]:
    """How many blank lines stand above each of some boxes below one another.

    One keeps two boxes apart that both have several lines, or, with `apart`, of which one has:
    the foot of a fraction must not be taken for the head of the next.
    """
    tall = [box.tall for box in boxes]
    return [0, *(int(any(pair) if apart else all(pair)) for pair in pairwise(tall))]


def stacked(boxes: Sequence[Box], apart: bool = False) -> Box:
    """Boxes below one another with `gaps`, from the left edge; the axis is that of the first."""
    placed, top = [], 0
    for gap, box in zip(gaps(boxes, apart), boxes, strict=True):
        top += gap
        placed.append((0, top, box))
        top += box.height
    return _painted(max(box.width for box in boxes), top, boxes[0].axis, placed)


def fraction(above: Box, below: Box) -> Box:
    """One box above another with a bar between them, which is the axis."""
    # The bar of the whole is longer than those within, or nobody sees which is which.
    nested = above.tall or below.tall
    width = max(above.width, below.width) + 2 * nested
    bar = word(BAR * width)
    return _painted(
        width,
        above.height + 1 + below.height,
        above.height,
        [
            ((width - above.width) // 2, 0, above),
            (0, above.height, bar),
            ((width - below.width) // 2, above.height + 1, below),
        ],
    )


def parenthesised(box: Box) -> Box:
    """A box in parentheses of its height."""
    if not box.tall:
        return beside(word("("), box, word(")"))
    return beside(_upright(_LEFT, box), box, _upright(_RIGHT, box))


def _upright(signs: str, box: Box) -> Box:
    return Box((signs[0], *[signs[1]] * (box.height - 2), signs[2]), box.axis)


def raised(base: Box, exponent: str) -> Box:
    """A box with an exponent, a text of raised digits, at its upper right corner."""
    placed = [(0, 0, base), (base.width, 0, word(exponent))]
    return _painted(base.width + len(exponent), base.height, base.axis, placed)


def root(box: Box) -> Box:
    """The square root of a box."""
    stem = Box((*["│"] * (box.height - 1), _ROOT), box.axis)
    under = beside(stem, box)
    roof = word(_ROOF * box.width)
    return _painted(under.width, under.height + 1, under.axis + 1, [(1, 0, roof), (0, 1, under)])


def sum_sign(first: str, last: str) -> Box:
    """The sign of a sum with its bounds below and above it, and a blank after it."""
    width = max(len(first), len(last))
    lines = (f"{last:^{width}} ", f"{_SUM:^{width}} ", f"{first:^{width}} ")
    return Box(lines, 1)


def _painted(width: int, height: int, axis: int, placed: Iterable[tuple[int, int, Box]]) -> Box:
    """Boxes in one, each with its upper left corner at the given column and line."""
    rows = [[" "] * width for _ in range(height)]
    marks: list[BoxMark] = []
    for left, top, box in placed:
        for number, text in enumerate(box.lines, top):
            rows[number][left : left + len(text)] = text
        marks += (BoxMark(row + top, start + left, end + left) for row, start, end in box.marks)
    return Box(tuple("".join(row) for row in rows), axis, tuple(marks))
