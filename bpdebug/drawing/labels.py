"""Places for the labels of edges, so that none hides another or stands on a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bpdebug.drawing.braille import line

SHARES = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85)
"""Where on a line a label can stand, as shares of its way, the best first."""

_ROUNDS = 3
_NEIGHBOUR = 1.5
_DOUBTFUL = 2.0
"""What it costs a label to stand where another line passes it: whose label is it?"""
_LEFT = 0.4
"""Up to this share of its way a line is in the left part of what it crosses."""
_USUAL = 6
"""Cells that a label takes more often than not, such as `w8 0.8`."""
_HIDDEN_SHARES = 3, 2
"""One in this number of cells of a label may hide another line; the second if need be."""

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EdgeSpan:
    """An edge as it is drawn: from the cell right of its source to that left of its target."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The part of the drawing that it crosses: left upper cell, width and height."""
        top = min(self.y0, self.y1)
        return self.x0, top, self.x1 - self.x0 + 1, abs(self.y1 - self.y0) + 1

    def cells(self) -> frozenset[Cell]:
        """The cells that it passes through."""
        drawn = line(self.x0, self.y0, self.x1, self.y1, False, False)
        return frozenset((x, y) for x, y, _ in drawn)


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Cells kept for a label."""

    x: int
    y: int
    width: int

    def cells(self) -> set[Cell]:
        """The cells themselves."""
        return {(x, self.y) for x in range(self.x, self.x + self.width)}

    def with_margin(self) -> set[Cell]:
        """The cells and one more on either side."""
        return {(x, self.y) for x in range(self.x - 1, self.x + self.width + 1)}


def room(span: EdgeSpan) -> int:
    """How wide a label of an edge can be: a cell of the line stays on either side."""
    return span.x1 - span.x0 - 1


# At a big network each step has edges to another unit, but at few places in turn.
@lru_cache(maxsize=256)
def spots(spans: tuple[EdgeSpan, ...], width: int) -> tuple[Spot, ...] | None:
    """A place for a label of `width` cells on each of `spans`, None if there is not for all.

    No two touch, and as few as possible hide other lines, stand where another line passes, or
    right above one another.
    """
    passing = _passing(spans)
    for share in _HIDDEN_SHARES:
        found = _arranged([_choices(span, width, passing, share) for span in spans])
        if found is not None:
            return found
    return None


def _passing(spans: tuple[EdgeSpan, ...]) -> dict[Cell, list[EdgeSpan]]:
    """The lines that pass through each cell."""
    passing: dict[Cell, list[EdgeSpan]] = {}
    for span in spans:
        for cell in span.cells():
            passing.setdefault(cell, []).append(span)
    return passing


def _arranged(choices: list[list[tuple[float, Spot]]]) -> tuple[Spot, ...] | None:
    """One of its choices for each line so that no two touch, None if that cannot be."""
    if not all(choices):
        return None
    # The edges with the fewest choices first; then each once more, now that all have a place.
    order = sorted(range(len(choices)), key=lambda number: len(choices[number]))
    chosen: dict[int, Spot] = {}
    for _ in range(_ROUNDS):
        for number in order:
            others = [spot for other, spot in chosen.items() if other != number]
            free = [
                (cost + _NEIGHBOUR * _neighbours(spot, others), at, spot)
                for at, (cost, spot) in enumerate(choices[number])
                if not any(_touch(spot, other) for other in others)
            ]
            if not free:
                return None
            chosen[number] = min(free)[2]
    return tuple(chosen[number] for number in range(len(choices)))


def _choices(
    span: EdgeSpan, width: int, passing: Mapping[Cell, list[EdgeSpan]], share_hidden: int
) -> list[tuple[float, Spot]]:
    """Where a label can stand on a line, each place with its cost."""
    if room(span) < width:
        return []
    own = span.cells()
    found: dict[Spot, float] = {}
    for share in SHARES:
        spot = _spot(span, width, share)
        cells = spot.cells()
        hidden = sum(len(passing.get(cell, ())) - (cell in own) for cell in cells)
        if cells & own and hidden <= max(1, width // share_hidden):
            usual = flush(spot, span, min(width, _USUAL))
            beside = {other for cell in usual.with_margin() for other in passing.get(cell, ())}
            doubts = len(beside - {span})
            found.setdefault(spot, hidden + _DOUBTFUL * doubts + abs(share - 0.5))
    return [(cost, spot) for spot, cost in found.items()]


def _spot(span: EdgeSpan, width: int, share: float) -> Spot:
    """The place centred on a line at a share of its way, moved so that its ends stay free."""
    middle = span.x0 + (span.x1 - span.x0) * share
    y = round(span.y0 + (span.y1 - span.y0) * share)
    x = round(middle - (width - 1) / 2)
    return Spot(max(span.x0 + 1, min(x, span.x1 - width)), y, width)


def flush(spot: Spot, span: EdgeSpan, width: int) -> Spot:
    """A spot of another width within the line's span: in the middle of `spot`, or at the side
    where its line is while the others of a crossing are on the other.
    """
    free = spot.width - width
    share = (spot.y - span.y0) / (span.y1 - span.y0) if span.y1 != span.y0 else 0.5
    x = spot.x + (0 if share < _LEFT else free if share > 1 - _LEFT else free // 2)
    return Spot(max(span.x0 + 1, min(x, span.x1 - width)), spot.y, width)


def _touch(one: Spot, other: Spot) -> bool:
    """Whether two labels overlap or follow one another without a blank."""
    apart = one.x + one.width < other.x or other.x + other.width < one.x
    return one.y == other.y and not apart


def _neighbours(spot: Spot, others: Iterable[Spot]) -> int:
    """How many of `others` stand right above or below, where they are taken for one another."""
    return sum(
        abs(spot.y - each.y) == 1 and spot.x < each.x + each.width and each.x < spot.x + spot.width
        for each in others
    )
