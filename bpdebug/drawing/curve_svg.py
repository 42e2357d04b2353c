"""A curve as SVG, for pages: a line over the iterations, with both axes.

Text and lines have the colour of the page around.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

import numpy as np

from bpdebug.debugger.curves import Curve
from bpdebug.drawing.svg_values import POSITIVE
from bpdebug.notation.names import with_greek
from bpdebug.numerics import FloatArray
from bpdebug.text.numbers import number, significant

_WIDTH, _HEIGHT = 560, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 16, 28, 36
_TICKS = 5
_DIGITS = 4


def curve_svg(curve: Curve) -> str:
    """The curve as an `svg` element; where a column stands for several iterations, from the least
    to the greatest value in them. Values that are not finite are gaps, and are spoken of.
    """
    return "".join(_Plot(curve).elements())


class _Plot:
    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        finite = np.isfinite(curve.low) & np.isfinite(curve.high)
        self._finite = finite
        low = float(curve.low[finite].min()) if finite.any() else 0.0
        high = float(curve.high[finite].max()) if finite.any() else 1.0
        # What is the same all the time, or greater than doubles can be apart, has a middle still.
        room = abs(low) / 10 or 1.0
        self._low, self._high = (low, high) if high > low else (low - room, high + room)
        self._first, self._last = int(curve.first[0]), int(curve.last[-1])

    def elements(self) -> Iterator[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{_WIDTH}" '
            f'height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            'style="max-width:100%;height:auto" font-family="sans-serif" font-size="12" '
            f'fill="currentColor"><title>{escape(self._title())}</title>'
        )
        yield f'<text x="4" y="16">{escape(with_greek(self._curve.name))}</text>'
        yield from self._axes()
        for run in self._runs():
            yield self._line(run)
        if self._curve.non_finite.any():
            first = int(self._curve.first[self._curve.non_finite.argmax()])
            yield (
                f'<text x="{_WIDTH - _RIGHT}" y="16" text-anchor="end">'
                f"not finite at iteration {first:,}</text>"
            )
        yield "</svg>"

    def _title(self) -> str:
        """The whole in a sentence, for those who do not see it."""
        curve, there = self._curve, np.flatnonzero(self._finite)
        words = f"{with_greek(curve.name)} over the iterations {self._first:,} to {self._last:,}"
        if not there.size:
            return f"{words}: no finite value"
        first, last = float(curve.low[there[0]]), float(curve.low[there[-1]])
        return f"{words}: from {number(first)} to {number(last)}"

    def _x(self, iteration: float) -> float:
        span = max(1, self._last - self._first)
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (iteration - self._first) / span

    def _y(self, value: float) -> float:
        # Halves, for the difference of two doubles can be greater than any.
        share = (value / 2 - self._low / 2) / (self._high / 2 - self._low / 2)
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    def _axes(self) -> Iterator[str]:
        left, bottom, right = _LEFT, _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
        yield (
            f'<path d="M{left} {_TOP}V{bottom}H{right}" fill="none" stroke="currentColor" '
            'stroke-opacity="0.5"/>'
        )
        for value in _ticks(self._low, self._high):
            y = self._y(value)
            yield (
                f'<path d="M{left} {y:.1f}H{right}" stroke="currentColor" stroke-opacity="0.15"/>'
                f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">'
                f"{escape(significant(value, _DIGITS))}</text>"
            )
        whole = [each for each in _ticks(self._first, self._last) if each.is_integer()]
        for each in dict.fromkeys([self._first, *map(int, whole), self._last]):
            x = self._x(each)
            # Those at the ends are always written, the others where there is room beside them.
            ends = (self._first, self._last)
            if each not in ends and min(abs(x - self._x(end)) for end in ends) < 50:
                continue
            anchor = "end" if each == self._last else "middle"
            yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="{anchor}">{each:,}</text>'
        yield f'<text x="{right}" y="{bottom + 30}" text-anchor="end">iteration</text>'

    def _runs(self) -> Iterator[slice]:
        """Columns with finite values that stand side by side."""
        start = None
        for column, is_there in enumerate([*self._finite.tolist(), False]):
            if is_there and start is None:
                start = column
            elif not is_there and start is not None:
                yield slice(start, column)
                start = None

    def _line(self, run: slice) -> str:
        curve = self._curve
        middles = (curve.first[run] + curve.last[run]) / 2
        upper = self._points(middles, curve.high[run])
        lower = self._points(middles, curve.low[run])
        outline = [*upper, *reversed(lower)] if upper != lower else upper
        fill = POSITIVE if upper != lower else "none"
        if len(outline) == 1:
            x, y = outline[0].split(",")
            return f'<circle cx="{x}" cy="{y}" r="2" fill="{POSITIVE}"/>'
        return (
            f'<polyline points="{" ".join(outline)}" fill="{fill}" fill-opacity="0.3" '
            f'stroke="{POSITIVE}" stroke-width="1.5" stroke-linejoin="round"/>'
        )

    def _points(self, middles: FloatArray, values: FloatArray) -> list[str]:
        pairs = zip(middles.tolist(), values.tolist(), strict=True)
        return [f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in pairs]


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two others, a few of them."""
    step = 10.0 ** math.floor(math.log10(max((high / 2 - low / 2) / _TICKS * 2, 1e-300)))
    step *= next((n for n in (1, 2, 5) if (high - low) / (n * step) <= _TICKS), 10)
    if not math.isfinite(high - low) or high - low < 1e-290:
        return [float(low), float(high)]
    first = math.ceil(low / step)
    return [float(n * step) for n in range(first, math.floor(high / step) + 1)]
