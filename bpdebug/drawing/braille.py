"""Lines as braille characters: 2 × 4 dots a cell."""

from __future__ import annotations

from functools import lru_cache

Cells = tuple[tuple[int, int, int], ...]
"""Cells of a line: x, y, and the dots that are set, as bits of a braille character."""

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_DASH, _PERIOD = 4, 7
_SHORT, _SHORT_DASH, _SHORT_PERIOD = 16, 2, 4
"""Dots and dots with gap of a dashed line; and the same for lines shorter than so many dots."""

_PORT = 1
"""The row of dots, of four, at which a line meets a node: where `─` is drawn."""


def braille(dots: int) -> str:
    """The character with the given dots set."""
    return chr(0x2800 + dots)


@lru_cache(maxsize=4096)
def line(x0: int, y0: int, x1: int, y1: int, heavy: bool, dashed: bool) -> Cells:
    """A line from the left edge of cell (x0, y0) to the right edge of cell (x1, y1).

    `heavy` doubles it; `dashed` leaves gaps, but never at its ends.
    """
    left, right = 2 * x0, 2 * x1 + 1
    upper, lower = 4 * y0 + _PORT, 4 * y1 + _PORT
    steps = max(right - left, abs(lower - upper), 1)
    cells: dict[tuple[int, int], int] = {}
    dash, period = (_SHORT_DASH, _SHORT_PERIOD) if steps < _SHORT else (_DASH, _PERIOD)
    for step in range(steps + 1):
        if dashed and step % period >= dash and step != steps:
            continue
        x = left + (right - left) * step // steps
        y = upper + _rounded((lower - upper) * step, steps)
        _set(cells, x, y)
        if heavy:
            # Doubled across its direction; to the side only where that stays within.
            steep = abs(lower - upper) > right - left
            _set(cells, min(x + 1, right) if steep else x, y if steep else y + 1)
    return tuple((x, y, dots) for (x, y), dots in cells.items())


def _rounded(numerator: int, denominator: int) -> int:
    """The quotient rounded half up, the same for rising and falling lines."""
    return (2 * numerator + denominator) // (2 * denominator)


def _set(cells: dict[tuple[int, int], int], x: int, y: int) -> None:
    cell = (x // 2, y // 4)
    cells[cell] = cells.get(cell, 0) | _BITS[y % 4][x % 2]


def cell_at(x0: int, y0: int, x1: int, y1: int, share: float) -> tuple[int, int]:
    """The cell at a share of the way from (x0, y0) to (x1, y1)."""
    return round(x0 + (x1 - x0) * share), round(y0 + (y1 - y0) * share)
