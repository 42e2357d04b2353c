"""The V of central differences as plain text: a plot of error against step, and what limits it."""

from __future__ import annotations

import math

from bpdebug.checks.gradients.step_sizes import StepPoint, StepSizes
from bpdebug.notation.names import with_greek
from bpdebug.text.findings.gradients import error_text
from bpdebug.text.numbers import SUPERSCRIPTS, significant
from bpdebug.text.safe import safe

POINT, KINK, BEST, MODEL = "•", "×", "◆", "·"
"""Signs of the plot: a step, one with a kink within, the best one, what is expected."""

LEGEND = f"{POINT} a step  {BEST} the best  {KINK} a kink within  {MODEL} what is expected"

_LEAST = (24, 6)
"""Cells and rows that a plot needs at least."""

_LABEL = len("1e−16 ")
_DIGITS = 8
_MINUS = str.maketrans({"-": "⁻"})


def power_text(step: float) -> str:
    """A power of two: `2⁻¹⁷`."""
    return "2" + str(round(math.log2(step))).translate(SUPERSCRIPTS).translate(_MINUS)


def step_text(step: float) -> str:
    """`2⁻¹⁷ = 7.63e−6`."""
    return f"{power_text(step)} = {significant(step, 3)}"


def step_words(sizes: StepSizes, loss: str = "E") -> list[str]:
    """The derivative, the best step, and what limits wider and smaller ones; a line each."""
    name = with_greek(safe(sizes.name))
    gradient = f"d{loss}/d{name}"
    best = sizes.best
    if not math.isfinite(sizes.exact) or best is None:
        what = significant(sizes.exact, _DIGITS)
        return [f"{gradient} = {what}: central differences have no relative error here"]
    first = f"complex step: {gradient} = {significant(sizes.exact, _DIGITS)} (needs no step size)"
    if not any(each.error for each in sizes.points):
        return [first, "no step size gives an error here: nothing is left out, nothing is rounded"]
    return [
        first,
        f"best step: {step_text(best.step)}, relative error {error_text(best.error)}",
        f"wider: {_wider(sizes, loss, name)}",
        f"smaller: {_smaller(sizes)}",
    ]


def _wider(sizes: StepSizes, loss: str, name: str) -> str:
    """What limits wide steps."""
    parts = []
    if sizes.kink_from is not None:
        parts.append(f"a kink lies within steps from {step_text(sizes.kink_from)} on")
    if sizes.truncation is not None:
        about = f"error about {significant(sizes.truncation, 2)}·h²"
        parts.append(f"truncation, {about} (÷4 when h halves)")
    elif not parts:
        parts.append(f"no truncation is seen: {loss} is about quadratic in {name}")
    return "; ".join(parts)


def _smaller(sizes: StepSizes) -> str:
    """What limits small steps."""
    if sizes.rounding is not None:
        return f"rounding, error about {significant(sizes.rounding, 2)}/h (×2 when h halves)"
    return "rounding, which leaves hardly a digit" if sizes.points[-1].error else "no rounding"


def expected_error(sizes: StepSizes, step: float) -> float:
    """What truncation and rounding together make of the error with a step."""
    return (sizes.truncation or 0.0) * step * step + (sizes.rounding or 0.0) / step


def step_plot(sizes: StepSizes, width: int, height: int) -> list[str]:
    """The relative error (upwards) against the step (to the right), both logarithmic, in `height`
    lines of at most `width` cells; nothing where there is no relative error or no room.

    An error of 0 is drawn on the lowest line.
    """
    known = [each for each in sizes.points if not math.isnan(each.error)]
    errors = [each.error for each in known if each.error > 0]
    if not errors or width < _LEAST[0] or height < _LEAST[1]:
        return []
    low, high = math.floor(math.log10(min(errors))), math.ceil(math.log10(max(errors)))
    plot = _Plot(width - _LABEL - 1, height - 2, (low, max(high, low + 1)), known)
    for column in range(plot.columns):
        expected = expected_error(sizes, plot.step_at(column))
        if expected > 0:
            plot.put(column, expected, MODEL)
    for each in known:
        plot.put(plot.column(each.step), each.error, KINK if each.kink else POINT)
    best = sizes.best
    if best is not None:
        plot.put(plot.column(best.step), best.error, BEST)
    return plot.lines()


class _Plot:
    """Cells with a frame at the left and below; `decades` are those of the error."""

    def __init__(
        self, columns: int, rows: int, decades: tuple[int, int], points: list[StepPoint]
    ) -> None:
        self.columns, self.rows = columns, rows
        self._low, self._high = decades
        # From the smallest step to the widest.
        self._first, self._last = math.log2(points[-1].step), math.log2(points[0].step)
        self._cells = [[" "] * columns for _ in range(rows)]

    def column(self, step: float) -> int:
        """The column of a step."""
        share = (math.log2(step) - self._first) / max(1.0, self._last - self._first)
        return round(share * (self.columns - 1))

    def step_at(self, column: int) -> float:
        """The step in the middle of a column."""
        share = column / (self.columns - 1)
        return float(2.0 ** (self._first + share * (self._last - self._first)))

    def _row(self, error: float) -> int:
        """The row of an error, 0 at the top; it may be outside."""
        if error == 0:
            return self.rows - 1
        share = (self._high - math.log10(error)) / (self._high - self._low)
        return round(share * (self.rows - 1))

    def put(self, column: int, error: float, sign: str) -> None:
        """Set a sign, if it lies within."""
        row = self._row(error)
        if 0 <= row < self.rows:
            self._cells[row][column] = sign

    def lines(self) -> list[str]:
        """The plot, the axis below it, the labels below that."""
        every = max(1, math.ceil((self._high - self._low) / max(1, self.rows // 2)))
        labels = {
            self._row(float(f"1e{decade}")): f"1e{decade}".replace("-", "−")
            for decade in range(self._low, self._high + 1, every)
        }
        found = [
            f"{labels.get(row, ''):>{_LABEL - 1}} {'┤' if row in labels else '│'}"
            + "".join(cells).rstrip()
            for row, cells in enumerate(self._cells)
        ]
        return [*found, *self._axis()]

    def _axis(self) -> list[str]:
        first, last = math.ceil(self._first), math.floor(self._last)
        every = max(1, math.ceil(len("2⁻⁵⁰  ") * (last - first) / max(1, self.columns)))
        axis, labels = ["─"] * self.columns, [" "] * (self.columns + len("2⁻⁵⁰"))
        for power in range(last, first - 1, -every):
            column = self.column(2.0**power)
            axis[column] = "┴"
            text = power_text(2.0**power)
            start = max(0, min(column - len(text) // 2, self.columns - len(text)))
            labels[start : start + len(text)] = text
        gap = " " * _LABEL
        return [f"{gap}└{''.join(axis)}", f"{gap} {''.join(labels)}".rstrip()]
