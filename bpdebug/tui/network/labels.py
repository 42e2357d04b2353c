"""Places for the labels of edges, so that none hides another or stands on a node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpdebug.tui.network.braille import line

_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """An edge as it is drawn: from the cell right of its source to that left of its target."""

    x0: int
    y0: int
    x1: int
    y1: int

    def cells(self) -> frozenset[Cell]:
        """The cells that it passes through."""
        drawn = line(self.x0, self.y0, self.x1, self.y1, False, False)
        return frozenset((x, y) for x, y, _ in drawn)


@dataclass(frozen=True, slots=True)
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


def room(span: Span) -> int:
    """How wide a label of an edge can be: a cell of the line stays on either side."""
    return span.x1 - span.x0 - 1


def spots(
    spans: Sequence[Span], width: int, taken: set[Cell], strict: bool = True
) -> list[Spot] | None:
    """A place for a label of `width` cells on each of `spans`, None if one has none.

    Labels keep off the cells in `taken`. When `strict`, no label may hide more of the other
    lines than of its own. Labels of a fan of edges stand above one another where possible.
    """
    paths = [span.cells() for span in spans]
    for share in _SHARES:
        found = [_spot(span, width, share) for span in spans]
        if _good(found, paths, taken, strict):
            return [spot for spot in found if spot is not None]
    chosen: dict[int, Spot] = {}
    used = set(taken)
    for number in sorted(range(len(spans)), key=lambda n: -abs(spans[n].y1 - spans[n].y0)):
        best: tuple[float, Spot] | None = None
        for share in _SHARES:
            spot = _spot(spans[number], width, share)
            if spot is None or used & spot.with_margin():
                continue
            hidden = _hidden(spot, paths, number)
            if strict and hidden > _allowed(width):
                continue
            cost = hidden + abs(share - 0.5)
            if best is None or cost < best[0]:
                best = (cost, spot)
        if best is None:
            return None
        chosen[number] = best[1]
        used |= best[1].cells()
    return [chosen[number] for number in range(len(spans))]


def _spot(span: Span, width: int, share: float) -> Spot | None:
    """The place centred on a line at a share of its way, moved so that its ends stay free."""
    if room(span) < width:
        return None
    middle = span.x0 + (span.x1 - span.x0) * share
    y = round(span.y0 + (span.y1 - span.y0) * share)
    x = round(middle - (width - 1) / 2)
    return Spot(max(span.x0 + 1, min(x, span.x1 - width)), y, width)


def _good(
    found: Sequence[Spot | None],
    paths: Sequence[frozenset[Cell]],
    taken: set[Cell],
    strict: bool,
) -> bool:
    used = set(taken)
    for number, spot in enumerate(found):
        if spot is None or used & spot.with_margin():
            return False
        if strict and _hidden(spot, paths, number) > _allowed(spot.width):
            return False
        if not spot.cells() & paths[number]:
            return False
        used |= spot.cells()
    return True


def _allowed(width: int) -> int:
    return width // 3


def _hidden(spot: Spot, paths: Sequence[frozenset[Cell]], own: int) -> int:
    """How many cells of other lines a label would hide."""
    cells = spot.cells()
    return sum(len(cells & path) for number, path in enumerate(paths) if number != own)
