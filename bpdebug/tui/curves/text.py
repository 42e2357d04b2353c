"""The lines above and below a plot of curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpdebug.debugger.curves import BoolArray, Curve
from bpdebug.tui.curves.axes import Axis, interval
from bpdebug.tui.curves.lines import look_of, sign_of
from bpdebug.tui.curves.plot import HERE, CurvePlot
from bpdebug.tui.curves.sight import Sight
from bpdebug.tui.panes.lines import Span, clipped, width_of

_KEYS = (
    ("Enter", "go"),
    ("Esc", "close"),
    ("←→", "move"),
    ("+−", "zoom"),
    ("0", "all"),
    ("Tab", "series"),
    ("l", "log"),
    ("PgUp PgDn Home End", "far"),
)
"""Those that matter most first: a narrow screen has no room for all."""


def heading(title: str, sight: Sight, axis: Axis | None, base: str, width: int) -> list[Span]:
    """The title; the iterations in sight and the kind of axis on the right."""
    scale = " · logarithmic" if axis is not None and axis.logarithmic else ""
    scale += f" · values {base} + …" if base else ""
    whole = "" if sight.total == sight.iterations else f" of {sight.iterations}"
    right = f"iterations {sight.first}–{sight.last}{whole}{scale}"
    room = max(0, width - width_of(right) - 2)
    (head,) = clipped((Span(title, "strong"),), room) or (Span(""),)
    gap = " " * max(0, width - width_of(head.text) - width_of(right))
    return [head, Span(gap), Span(right)]


def legend(curves: Sequence[Curve], alone: int | None, hits: Curve, here: int) -> list[Span]:
    """The series with their signs, and the marks that are to be seen."""
    spans = []
    for index, curve in enumerate(curves):
        text = f"{sign_of(index)} {curve.name}" if len(curves) > 1 else curve.name
        if index == alone:
            text = f"▸{text}"
        seen = alone is None or index == alone
        spans.append(Span(f"{text}   ", look_of(index) if seen else "muted"))
    if not np.isnan(hits.low).all():
        spans += [Span("●", "mark"), Span(" breakpoint   ", "muted")]
    if any(curve.non_finite.any() for curve in curves):
        spans += [Span("!", "mark"), Span(" not finite   ", "muted")]
    spans += [Span(HERE, "strong"), Span(f" here: {here}" if here else " here: start", "muted")]
    return spans


def below_plot(plot: CurvePlot, marked: BoolArray, sign: str) -> list[Span]:
    """A line with a sign below each column that is marked; blank where the plot has no room."""
    cells = [" "] * plot.cells
    for column in np.flatnonzero(marked) if cells else ():
        cells[plot.cell_of(int(column), len(marked))] = sign
    return [Span(" " * (plot.margin_left + 1)), Span("".join(cells).rstrip(), "mark")]


def point(
    shown: Sequence[tuple[int, Curve]], hits: Curve, sight: Sight, choice: int, reached: int
) -> list[Span]:
    """What is under the cursor: the iterations, where Enter goes, the values.

    `reached` is the last iteration that is sampled.
    """
    column = hits.column(sight.cursor)
    first, last = int(hits.first[column]), int(hits.last[column])
    hit = not np.isnan(hits.low[column])
    if first == last:
        spans = [Span(f"iteration {first}", "strong"), Span(" ●" if hit else "", "mark")]
    else:
        spans = [Span(f"iterations {first}–{last}", "strong")]
        spans += [Span(" · Enter: "), Span(f"{choice}", "strong")]
        if hit and (not sight.exact or choice == int(hits.low[column])):
            spans.append(Span(" ●", "mark"))
        elif not sight.exact and choice == int(shown[0][1].peak[column]):
            of = f" {shown[0][1].name}" if len(shown) > 1 else ""
            spans.append(Span(f" (greatest{of})", "muted"))
    if first > reached:
        return [*spans, Span(" · not sampled yet", "muted")]
    for index, curve in shown:
        spans += [Span(" · "), Span(curve.name, look_of(index)), *_values(curve, column)]
    return spans


def _values(curve: Curve, column: int) -> list[Span]:
    low, high = float(curve.low[column]), float(curve.high[column])
    known, broken = not np.isnan(low), bool(curve.non_finite[column])
    if not known and not broken:
        return [Span(": no value", "muted")]
    spans = [Span(" = "), Span(interval(low, high), "value")] if known else []
    if broken:
        spans.append(Span(" and not finite" if known else ": not finite", "error"))
    return spans


def resolution(curves: Sequence[Curve], iterations: int) -> str:
    """What a column stands for, or why there is little to see."""
    first, last = curves[0].first, curves[0].last
    if not any((curve.peak > 0).any() or curve.non_finite.any() for curve in curves):
        names = ", ".join(curve.name for curve in curves)
        return f"{names}: no value in iterations {first[0]}–{last[-1]}"
    if iterations == 1:
        return "there is only one iteration"
    size = int(max(last - first)) + 1
    if size == 1:
        return "every iteration is shown"
    return f"a column: the least and the greatest of up to {size} iterations; zooming shows them"


def key_hints(several: bool) -> list[Span]:
    """The keys."""
    spans: list[Span] = []
    for key, meaning in _KEYS:
        if several or meaning != "series":
            spans += [Span("  " if spans else ""), Span(key, "fresh"), Span(f" {meaning}")]
    return spans
