"""The plot of curves: lines, axes, the cursor. What it is told to show is all it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Grid
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual_hires_canvas import Canvas, HiResMode
from textual_plot import PlotWidget
from textual_plot.axis_formatter import AxisFormatter
from textual_plot.plot_widget import Legend

from bpdebug.debugger.curves import Curve
from bpdebug.tui.curves.axes import Axis, Tick, round_iterations
from bpdebug.tui.curves.lines import LOOKS, look_of, path, runs, sign_of, with_sign

CURSOR, HERE = "▼", "▲"

_SPARSE = 3
"""Cells from which on a column is so wide that its value gets a sign."""


@dataclass(frozen=True)
class Drawn:
    """What a plot shows: curves with their numbers among all series, all in the same columns.

    Without an axis there are no values to be drawn. `cursor` and `here` are cells, from 0.
    """

    curves: Sequence[tuple[int, Curve]]
    axis: Axis | None
    cursor: int
    here: int | None = None


class CurvePlot(PlotWidget, can_focus=False, inherit_bindings=False):
    """Curves in a frame; the cursor is `▼` at its top, where the session stands `▲` below."""

    class Pointed(Message):
        """The mouse was clicked at a cell, from 0; twice in a row when `chosen`."""

        def __init__(self, cell: int, chosen: bool) -> None:
            super().__init__()
            self.cell = cell
            self.chosen = chosen

    class Wheeled(Message):
        """The wheel was turned at a cell: away from the user to go nearer."""

        def __init__(self, cell: int, nearer: bool) -> None:
            super().__init__()
            self.cell = cell
            self.nearer = nearer

    class Resized(Message):
        """The plot has another width or height now."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"curve--{look}" for look in LOOKS),
        "curve--cursor",
        "curve--here",
    }

    DEFAULT_CSS = """
    CurvePlot {
        height: 1fr;
        & > .plot--axis { color: $frame; }
        & > .plot--tick { color: $quiet; text-style: none; }
        & > .curve--forward { color: $phase-forward; }
        & > .curve--backward { color: $phase-backward; }
        & > .curve--update { color: $phase-update; }
        & > .curve--loss { color: $phase-loss; }
        & > .curve--cursor { color: $accent; background: $panel; text-style: bold; }
        & > .curve--here { color: $foreground; text-style: bold; }
    }
    """

    margin_top = reactive(0)
    margin_bottom = reactive(1)

    def __init__(self) -> None:
        super().__init__(allow_pan_and_zoom=False)
        self._drawn: Drawn | None = None
        self._fitted = Size(0, 0)

    def compose(self) -> ComposeResult:
        with Grid():
            for id in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield _Canvas(1, 1, id=id)
        yield Legend(id="legend")

    @property
    def cells(self) -> int:
        """How many cells lie side by side within the frame; 0 before there is a layout."""
        return max(0, self._canvas.size.width - 2)

    @property
    def _rows(self) -> int:
        return max(0, self._canvas.size.height - 2)

    @property
    def _canvas(self) -> Canvas:
        return self.query_one("#plot", Canvas)

    def cell_of(self, column: int, columns: int) -> int:
        """The cell, from 0, in the middle of a column."""
        return (2 * column + 1) * self.cells // (2 * columns)

    def show(self, drawn: Drawn) -> str:
        """Draw; returns what is to be added to the labels of the values, "" if nothing is."""
        self._drawn = drawn
        self.clear()
        if self._fitted != self._canvas.size:
            self._fitted = self._canvas.size
            # What makes the plot draw on as much as there is now.
            self.refresh(layout=True)
        cells, rows = self.cells, self._rows
        if not cells or not rows or not drawn.curves:
            for canvas in self.query(Canvas):
                canvas.reset()
            return ""
        # In cells across. Up, 0 and 1 are in the middle of the lowest and the highest dot.
        edge = 1 / max(1, 8 * rows - 2)
        self.set_xlimits(0, cells)
        # Not quite even: lines and ticks fall differently where two rows meet.
        self.set_ylimits(-1.001 * edge, 1 + edge)
        self._label_iterations(drawn.curves[0][1])
        base = self._label_values(drawn.axis)
        if drawn.axis is not None:
            for index, curve in drawn.curves:
                self._draw_lines(index, curve, drawn.axis)
            for index, curve in drawn.curves:
                self._draw_signs(index, curve, drawn.axis, alone=len(drawn.curves) == 1)
        return base

    def _middles(self, curve: Curve) -> list[float]:
        columns = len(curve.first)
        return [(column + 0.5) * self.cells / columns for column in range(columns)]

    def _draw_lines(self, index: int, curve: Curve, axis: Axis) -> None:
        style = self._style_of(index)
        middles = self._middles(curve)
        lows, highs = axis.place(curve.low), axis.place(curve.high)
        for run in runs(curve):
            xs = np.repeat(np.array(middles)[run], 4)
            ys = path(lows[run], highs[run])
            self.plot(xs, ys, line_style=style, hires_mode=HiResMode.BRAILLE)

    def _draw_signs(self, index: int, curve: Curve, axis: Axis, alone: bool) -> None:
        """Signs that tell the curves apart; where there is room, one at every value."""
        sparse = _SPARSE * len(curve.first) <= self.cells
        if alone and not sparse:
            return
        lows, highs = axis.place(curve.low), axis.place(curve.high)
        chosen = with_sign(lows, highs, self._rows, None if sparse else index)
        self.scatter(
            np.array(self._middles(curve))[chosen],
            lows[chosen],
            marker="•" if alone else sign_of(index),
            marker_style=self._style_of(index),
        )

    def _style_of(self, index: int) -> str:
        return str(self.get_component_rich_style(f"curve--{look_of(index)}"))

    def _label_iterations(self, curve: Curve) -> None:
        first, last = int(curve.first[0]), int(curve.last[-1])
        ticks = []
        for iteration in round_iterations(first, last, self.cells // (len(str(last)) + 4)):
            cell = self.cell_of(curve.column(iteration), len(curve.first))
            if cell + len(str(iteration)) // 2 <= self.cells:
                ticks.append(Tick(cell + 0.5, str(iteration)))
            elif iteration == last:
                # At the very end a label is set flush. One cut off would be another number.
                ticks.append(Tick(self.cells, str(iteration)))
        self.set_x_formatter(_Labels(ticks))

    def _label_values(self, axis: Axis | None) -> str:
        ticks, base = axis.ticks(max(2, self._rows // 3)) if axis is not None else ([], "")
        apart: list[Tick] = []
        for tick in sorted(ticks):
            if not apart or (tick.at - apart[-1].at) * self._rows >= 1.5:
                apart.append(tick)
        self.set_y_formatter(_Labels(apart))
        return base

    # The cursor

    def render(self) -> Strip | str:  # type: ignore[override]
        # Of another size it is about to be shown again; until then the canvas does not fit.
        if self._drawn is None or not self.cells or not self._rows:
            return ""
        if not self._drawn.curves or self._fitted != self._canvas.size:
            return ""
        # A refresh for every cell that is drawn would take longer than the drawing.
        with self._canvas.batch_refresh():
            super().render()
            self._draw_cursor(self._canvas, self._drawn)
        return ""

    def _draw_cursor(self, canvas: Canvas, drawn: Drawn) -> None:
        look = self.get_component_rich_style("curve--cursor")
        x = 1 + drawn.cursor
        canvas.set_pixel(x, 0, CURSOR, str(look))
        for y in range(1, 1 + self._rows):
            character, style = canvas.get_pixel(x, y)
            lit = str(Style.parse(style) + Style(bgcolor=look.bgcolor)) if style else str(look)
            canvas.set_pixel(x, y, "│" if character == " " else character, lit)
        if drawn.here is not None:
            x = 1 + drawn.here
            style = str(self.get_component_rich_style("curve--here"))
            canvas.set_pixel(x, 1 + self._rows, HERE, style)

    def notify_style_update(self) -> None:
        """Draw with the colours of another theme."""
        super().notify_style_update()
        if self._drawn is not None:
            self.show(self._drawn)

    # The mouse

    def _cell_at(self, event: events.MouseEvent) -> int:
        return min(max(0, int(event.screen_x) - self._canvas.region.x - 1), self.cells - 1)

    def on_click(self, event: events.Click) -> None:
        if self.cells:
            self.post_message(self.Pointed(self._cell_at(event), event.chain > 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default().stop()
        self.post_message(self.Wheeled(self._cell_at(event), nearer=True))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default().stop()
        self.post_message(self.Wheeled(self._cell_at(event), nearer=False))

    def on_canvas_resize(self, event: Canvas.Resize) -> None:
        if event.canvas is self._canvas:
            self.post_message(self.Resized())


class _Canvas(Canvas):
    """A canvas that is blank where it has not been drawn on since it became higher.

    The original's lines have no style there, which the filter for NO_COLOR does not take.
    """

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        return strip if strip.cell_length else Strip.blank(self.size.width, self.rich_style)


class _Labels(AxisFormatter):
    """Ticks that are given, with their labels."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._ticks = {tick.at: tick.label for tick in ticks}

    def get_ticks(self, min_: float, max_: float, max_ticks: int = 8) -> list[float]:
        return list(self._ticks)

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        return [self._ticks[tick] for tick in ticks]
