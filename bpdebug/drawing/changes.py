"""Which cells of a drawing differ from those painted before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.drawing.canvas import CellMark, Row

_APART = 8
"""Between two stretches that differ this many cells that do not are worth leaving out: it takes
a terminal about as many bytes to go there.
"""

Stretch = tuple[int, int, int]
"""Cells beside one another: column and row of the first, and how many."""


def changes(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Stretch]:
    """The stretches in which two drawings of the same size differ."""
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            for start, stop in _stretches(_cells(old), _cells(new)):
                yield start, y, stop - start


def _cells(row: Row) -> list[tuple[str, CellMark]]:
    return [(character, mark) for text, mark in row for character in text]


def _stretches(
    old: list[tuple[str, CellMark]], new: list[tuple[str, CellMark]]
) -> Iterator[tuple[int, int]]:
    start = stop = -1
    for x, (was, is_) in enumerate(zip(old, new, strict=True)):
        if was == is_:
            continue
        if stop >= 0 and x - stop > _APART:
            yield start, stop
            start = x
        elif stop < 0:
            start = x
        stop = x + 1
    if stop >= 0:
        yield start, stop
