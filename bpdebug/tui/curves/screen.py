"""The screen of curves: quantities over the iterations; choosing a point goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bpdebug.debugger.curves import Curve, Series
from bpdebug.text.numbers import significant
from bpdebug.text.safe import safe
from bpdebug.tui.background import Background
from bpdebug.tui.closing import ClosingScreen
from bpdebug.tui.curves.axes import Axis, axis_for
from bpdebug.tui.curves.plot import CurvePlot, Drawn
from bpdebug.tui.curves.sight import Sight, Sweep
from bpdebug.tui.curves.text import below_plot, heading, key_hints, legend, point, resolution
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.lines import Span
from bpdebug.tui.runner import RunnerReport
from bpdebug.tui.terminal.bindings import without_meaning


class CurvesScreen(ClosingScreen[int | None]):
    """Curves of `series` over all iterations; gives the iteration that was chosen, or None.

    `here` is the iteration that the session stands in, 0 at its start. `hits` says whether a
    breakpoint is hit in an iteration. Both are asked in a thread, the first `at_once` seconds not.
    """

    DEFAULT_CSS = """
    CurvesScreen {
        layout: vertical;
        & > #head, & > #keys { background: $panel; }
        & > #hits, & > #broken { padding: 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "a column to the left", show=False),
        Binding("right", "move(1)", "a column to the right", show=False),
        Binding("shift+left,ctrl+left,pageup", "jump(-1)", "far to the left", show=False),
        Binding("shift+right,ctrl+right,pagedown", "jump(1)", "far to the right", show=False),
        Binding("home", "edge(False)", "the first iteration", show=False),
        Binding("end", "edge(True)", "the last iteration", show=False),
        Binding("plus,equals_sign", "zoom(True)", "nearer", show=False),
        Binding("minus", "zoom(False)", "farther", show=False),
        Binding("0", "all", "all iterations", show=False),
        Binding("tab", "turn(1)", "the next series alone", show=False),
        Binding("shift+tab", "turn(-1)", "the previous series alone", show=False),
        Binding("l", "logarithm", "a logarithmic axis", show=False),
        Binding("enter", "choose", "go there", show=False),
        Binding("escape", "stop", "stop sampling, or close", show=False),
        Binding("q", "leave", "close", show=False),
    ]

    def __init__(
        self,
        series: Sequence[Series],
        iterations: int,
        here: int,
        hits: Callable[[int], bool] = lambda n: False,
        title: str = "",
        at_once: float = 0.0,
    ) -> None:
        super().__init__()
        self._series = [Series(safe(each.name), each.read) for each in series]
        # Its least value in a column is the first iteration with a hit.
        self._hits = Series("", lambda n: float(n) if hits(n) else None)
        self._here = here
        self._title = safe(title)
        self._sight = Sight(iterations, here)
        self._alone: int | None = None
        self._logarithmic = False
        self._sweep: Sweep | None = None
        self._cells = 0
        self._message = ""
        self._at_once = at_once
        self._work: Background[Sweep] = Background(self)

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield Bar(id="legend")
        yield CurvePlot()
        yield Bar(id="hits")
        yield Bar(id="broken")
        yield Bar(id="point")
        yield Bar(id="message")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#broken").display = False

    def on_unmount(self) -> None:
        self._work.give_up()

    @property
    def _plot(self) -> CurvePlot:
        return self.query_one(CurvePlot)

    # Sampling

    @property
    def sampling(self) -> bool:
        """Whether there is more to come."""
        return self._work.is_on

    @on(CurvePlot.Resized)
    def resized(self) -> None:
        """Sample for the columns that there is room for now."""
        if self._cells == self._plot.cells:
            self._show()
        else:
            self._sample()

    def _sample(self) -> None:
        """Begin to sample the iterations in sight."""
        if not self._series or self._sight.iterations < 1:
            self._tell("there is nothing to draw")
            return
        self._cells = self._plot.cells
        if not self._cells:
            return
        self._sweep = Sweep([*self._series, self._hits], self._sight, self._cells)
        if self._work.begin(self._sweep.sampling(), self._hear, at_once=self._at_once) is not None:
            self._tell_resolution(self._sweep)

    def _hear(self, report: RunnerReport[Sweep]) -> None:
        if report.result is not None:
            self._tell_resolution(report.result)
        elif self._sweep is not None:
            sweep = self._sweep
            self._tell(f"sampling: iteration {sweep.reached}, {sweep.percent} %  Esc stops")

    def _tell_resolution(self, sweep: Sweep) -> None:
        self._tell(resolution(sweep.cells()[0], self._sight.iterations))

    # Showing

    def on_key(self, event: events.Key) -> None:
        """A key without a meaning is told of."""
        key = without_meaning(self, event) if self.is_active else None
        if key is not None:
            self._tell(f"{key} does nothing here; Esc closes the curves")

    def _tell(self, message: str) -> None:
        self._message = message
        self._show()

    def _shown(self, curves: Sequence[Curve]) -> list[tuple[int, Curve]]:
        numbered = list(enumerate(curves))
        return numbered if self._alone is None else [numbered[self._alone]]

    def _show(self) -> None:
        """Draw everything as it stands now."""
        self.query_one("#message", Bar).put(Span(self._message, "muted"))
        self.query_one("#keys", Bar).put(*key_hints(several=len(self._series) > 1))
        head = self.query_one("#head", Bar)
        if self._sweep is None:
            head.put(Span(self._title, "strong"))
            return
        curves, hits = self._sweep.cells()
        shown = self._shown(curves)
        axis = self._axis(shown)
        sight = self._sight
        cursor = self._plot.cell_of(hits.column(sight.cursor), len(hits.first))
        here = None
        if sight.first <= self._here <= sight.last:
            here = self._plot.cell_of(hits.column(self._here), len(hits.first))
        base = self._plot.show(Drawn(self._shown(self._sweep.dots()), axis, cursor, here))
        width = head.scrollable_content_region.width
        head.put(*heading(self._title, sight, axis, base, width))
        series = legend(curves, self._alone, hits, self._here)
        self.query_one("#legend", Bar).put(*series)
        hit = ~np.isnan(hits.low)
        broken = np.logical_or.reduce([curve.non_finite for _, curve in shown])
        self.query_one("#hits", Bar).put(*below_plot(self._plot, hit, "●"))
        self.query_one("#broken", Bar).put(*below_plot(self._plot, broken, "!"))
        self.query_one("#broken").display = bool(broken.any())
        under_cursor = point(shown, hits, sight, self._choice(), self._sweep.reached)
        self.query_one("#point", Bar).put(*under_cursor)

    def _axis(self, shown: Sequence[tuple[int, Curve]]) -> Axis | None:
        return axis_for([curve for _, curve in shown], self._logarithmic)

    def _choice(self) -> int:
        """The iteration that Enter goes to."""
        if self._sweep is None:
            return self._sight.cursor
        curves, hits = self._sweep.cells()
        return self._sight.choice(self._shown(curves)[0][1], hits)

    # Keys

    def action_move(self, by: int) -> None:
        """Move the cursor by columns; beyond the edge the iterations in sight move along."""
        if self._sweep is None:
            return
        _, hits = self._sweep.cells()
        column = hits.column(self._sight.cursor) + by
        if 0 <= column < len(hits.first):
            self._put(int(hits.first[column]))
        else:
            size = max(1, self._sight.total // len(hits.first))
            self._put(self._sight.cursor + by * size)

    def action_jump(self, way: int) -> None:
        """Move the cursor by a tenth of the width."""
        self.action_move(way * max(1, self._cells // 10))

    def action_edge(self, end: bool) -> None:
        """Move the cursor to the first or to the last iteration there is."""
        if self._sweep is not None:
            self._put(self._sight.iterations if end else 1, exact=True)

    def _put(self, iteration: int, exact: bool = False) -> None:
        if self._sight.put(iteration, exact):
            self._sample()
        else:
            self._show()

    def action_zoom(self, nearer: bool) -> None:
        """Half or twice as many iterations, the one under the cursor staying in sight."""
        if self._sweep is None:
            return
        # The one that Enter goes to: what stands out in a column is not lost that way.
        if self._sight.zoom(nearer, self._choice()):
            self._sample()
        else:
            self._tell("it does not zoom in further" if nearer else "all iterations are shown")

    def action_all(self) -> None:
        """All iterations, sampled again."""
        if self._sweep is not None:
            self._sight.all()
            self._sample()

    def action_turn(self, by: int) -> None:
        """All series together, or the next one alone."""
        if len(self._series) > 1:
            turn = 0 if self._alone is None else self._alone + 1
            turn = (turn + by) % (len(self._series) + 1)
            self._alone = turn - 1 if turn else None
            self._show()

    def action_logarithm(self) -> None:
        """A logarithmic axis of values, or a linear one again."""
        if self._sweep is None:
            return
        self._logarithmic = not self._logarithmic
        axis = self._axis(self._shown(self._sweep.dots()))
        if self._logarithmic and axis is not None and not axis.logarithmic:
            self._logarithmic = False
            least = significant(axis.low, 4)
            self._tell(f"a logarithmic axis takes values above zero; the least here is {least}")
        else:
            self._tell("logarithmic" if self._logarithmic else "linear")

    def action_choose(self) -> None:
        """Go to the iteration under the cursor."""
        self.dismiss(self._choice() if self._sweep is not None else None)

    def action_stop(self) -> None:
        """Stop sampling and keep what is there; close when it has stopped."""
        if self._sweep is not None and self._work.is_on:
            self._work.give_up()
            self._tell(f"stopped after iteration {self._sweep.reached}; 0 begins again")
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Close the curves."""
        self.dismiss(None)

    # The mouse

    def _point_at(self, cell: int) -> bool:
        """Put the cursor into the column at a cell; whether it was there already."""
        if self._sweep is None:
            return False
        _, hits = self._sweep.cells()
        column = cell * len(hits.first) // max(1, self._plot.cells)
        if column == hits.column(self._sight.cursor):
            return True
        self._sight.put(int(hits.first[column]), exact=False)
        return False

    @on(CurvePlot.Pointed)
    def pointed(self, message: CurvePlot.Pointed) -> None:
        """Put the cursor there; a double click goes there."""
        if self._point_at(message.cell) and message.chosen:
            self.action_choose()
        else:
            self._show()

    @on(CurvePlot.Wheeled)
    def wheeled(self, message: CurvePlot.Wheeled) -> None:
        """Zoom where the mouse is."""
        self._point_at(message.cell)
        self.action_zoom(message.nearer)
