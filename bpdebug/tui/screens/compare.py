"""Two branches side by side: every parameter and the loss, at the same position."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content

from bpdebug.debugger.curves import Series
from bpdebug.debugger.document import Branch
from bpdebug.debugger.history import History
from bpdebug.debugger.state import Progress
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position
from bpdebug.text.run.branches import SAME, BranchComparison, place_text
from bpdebug.text.safe import safe
from bpdebug.tui.background import Background
from bpdebug.tui.closing import ClosingScreen
from bpdebug.tui.curves.screen import CurvesScreen
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.lines import Line, LinesPane, Span, clipped, line, width_of
from bpdebug.tui.runner import RunnerReport, at_once

_MOST_NAME, _COLUMN = 14, 14

_KEYS = (
    ("a", "start"),
    ("h", "here"),
    ("n", "end"),
    ("s", "order"),
    ("l", "curves"),
    ("Esc", "close"),
)


class _Side(NamedTuple):
    """A branch with the history of its run."""

    branch: Branch
    history: History


class CompareScreen(ClosingScreen[int | None]):
    """The current branch beside another; gives an iteration to go to, chosen on the curves."""

    DEFAULT_CSS = """
    CompareScreen { layout: vertical; & > #head, & > #keys { background: $panel; } }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "place('start')", "at the start", show=False),
        Binding("h", "place('here')", "at the current position", show=False),
        Binding("n", "place('end')", "at the end of the run", show=False),
        Binding("s", "order", "by name, or by difference", show=False),
        Binding("l", "curves", "both curves of the loss", show=False),
        Binding("escape", "stop", "stop computing, or close", show=False),
        Binding("q", "leave", "close", show=False),
    ]

    def __init__(self, desk: Desk, other: int) -> None:
        super().__init__()
        self._desk = desk
        debugger = self._debugger = desk.debugger
        branch = debugger.branch_numbered(other)
        sides = [
            _Side(debugger.here, debugger.history.beside()),
            _Side(branch, debugger.history.with_edits(branch.edits)),
        ]
        self._sides = sorted(sides, key=lambda side: side.branch.number)
        self._work: Background[BranchComparison] = Background(self)
        self._by_difference = False

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield _Table()
        yield Bar(id="message")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        self.query_one(_Table).focus()
        # Not before there is room for what is told.
        self.call_after_refresh(self.action_place, "here")

    def on_resize(self) -> None:
        spans = [Span(text, look) for key, hint in _KEYS for text, look in _hint(key, hint)]
        self.call_after_refresh(self.query_one("#keys", Bar).put, *spans)
        self.call_after_refresh(self._show_head)

    def _names(self) -> list[str]:
        return [safe(f"{side.branch.number} {side.branch.name}") for side in self._sides]

    def _tell(self, text: str) -> None:
        self.query_one("#message", Bar).put(Span(text, "muted"))

    # Computing

    def action_place(self, word: str) -> None:
        """Compare at the start, at the current position or at the end of the run."""
        places = {
            "start": Position(),
            "here": Position(self._debugger.position.operation),
            "end": self._debugger.end,
        }
        compared = self._work.begin(
            self._compare(places[word]), self._hear, at_once=at_once(self._debugger.program)
        )
        if compared is not None:
            self._put(compared)

    def _compare(self, position: Position) -> Generator[Progress, None, BranchComparison]:
        stop = Stop(Reason.GO_TO, position)
        for side in self._sides:
            yield from self._debugger.approach(stop, side.history)
        first, second = (
            self._debugger.predicting.shown_at(position, side.history) for side in self._sides
        )
        return BranchComparison((first, second))

    def _hear(self, report: RunnerReport[BranchComparison]) -> None:
        if report.result is not None:
            self._put(report.result)
        elif report.progress is not None:
            self._tell(f"computing: iteration {report.progress.iteration}  Esc stops")

    # Showing

    def _put(self, comparison: BranchComparison) -> None:
        comparison.order(self._by_difference)
        table = self.query_one(_Table)
        table.show(comparison, self._names(), self._desk.digits)
        self._tell_order()

    def _show_head(self) -> None:
        first, second = self._names()
        spans = [Span(f"{first} beside {second}", "strong")]
        spans.append(Span(f" · difference: {second} less {first}"))
        self.query_one("#head", Bar).put(*spans)

    def _tell_order(self) -> None:
        comparison = self.query_one(_Table).comparison
        if comparison is not None:
            total = len(comparison.slots)
            order = "greatest difference first" if self._by_difference else "as in the table"
            self._tell(f"{comparison.differing:,} of {total:,} parameters differ; {order}")

    # Keys

    def action_order(self) -> None:
        """By name, or the greatest differences first."""
        comparison = self.query_one(_Table).comparison
        if comparison is not None:
            self._by_difference = not self._by_difference
            comparison.order(self._by_difference)
            self.query_one(_Table).to_top()
            self._tell_order()

    def action_curves(self) -> None:
        """Both curves of the loss in one plot."""
        debugger = self._debugger
        loss = debugger.program.model.loss
        slot = debugger.program.slot_named(loss)
        assert slot is not None

        def read(history: History) -> Callable[[int], float | None]:
            return lambda iteration: debugger.predicting.shown_state(history, iteration, slot)

        self._work.give_up()
        names = self._names()
        # What was given up may be computing for a moment yet.
        histories = [side.history.beside() for side in self._sides]
        series = [Series(*each) for each in zip(names, map(read, histories), strict=True)]
        here = debugger.view.iteration if debugger.position.operation else 0
        screen = CurvesScreen(series, debugger.iterations, here, title=f"{loss} on two branches")

        def answered(iteration: int | None) -> None:
            for side, history in zip(self._sides, histories, strict=True):
                side.history.adopt(history)
            if iteration is not None:
                self.dismiss(iteration)

        self.app.push_screen(screen, answered)

    def dismiss(self, result: int | None = None) -> AwaitComplete:
        """Close; what was computed of the current branch stays at hand."""
        self._work.give_up()
        for side in self._sides:
            if self.is_active and side.branch.number == self._debugger.branch:
                self._debugger.history.adopt(side.history)
        return super().dismiss(result)

    def action_stop(self) -> None:
        """Stop computing; if nothing is being computed, close."""
        if not self._work.is_on:
            self.dismiss(None)
            return
        self._work.give_up()
        self._tell("stopped; a, h and n choose a place")

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


class _Table(LinesPane):
    """A line for each parameter below one for the loss."""

    HEADINGS = 2

    DEFAULT_CSS = "_Table { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__("Parameters")
        self.comparison: BranchComparison | None = None
        self._names = ["", ""]
        self._digits = 0

    def show(self, comparison: BranchComparison, names: list[str], digits: int) -> None:
        """Show a comparison."""
        self.comparison, self._names, self._digits = comparison, names, digits
        here = place_text(comparison.program, comparison.views[0].position)
        self.border_title = Content(f"At {safe(here)}")
        self.redraw()

    def to_top(self) -> None:
        """Show the first lines."""
        self.scroll_to(y=0, animate=False)
        self.redraw()

    def count_lines(self) -> int:
        return 0 if self.comparison is None else len(self.comparison.slots) + self.HEADINGS

    def line_at(self, number: int) -> Line:
        if self.comparison is None:
            return line()
        width = self.scrollable_content_region.width
        if number == 0:
            cells = ["parameter", *self._names, "difference"]
            return Line(_row(cells, ["muted"] * 4, width))
        if number == 1:
            looks = ["strong", "value", "value", "plain"]
            return Line(_row(self.comparison.loss_row(self._digits), looks, width))
        cells = self.comparison.row(number - self.HEADINGS, self._digits)
        looks = ["strong", "plain", "plain", "muted" if cells[-1] == SAME else "fresh"]
        return Line(_row(cells, looks, width))


def _row(cells: list[str], looks: list[str], width: int) -> tuple[Span, ...]:
    """Cells in columns, the first to the left and the others to the right."""
    name = min(_MOST_NAME, max(9, width // 4))
    column = min(2 * _COLUMN, (width - name) // 3)
    spans = []
    for number, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        room = column - 2 if number else name
        text = "".join(span.text for span in clipped([Span(cell)], room))
        gap = " " * (room - width_of(text))
        spans += [Span(f"  {gap}"), Span(text, look)] if number else [Span(text, look), Span(gap)]
    return tuple(spans)


def _hint(key: str, text: str) -> list[tuple[str, str]]:
    return [(key, "fresh"), (f" {text}  ", "plain")]
