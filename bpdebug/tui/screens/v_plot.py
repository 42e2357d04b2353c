"""The screen of the V: the error of central differences of a parameter against their step."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bpdebug.checks.gradients.gradient import memories_of
from bpdebug.checks.gradients.step_sizes import StepSizes, step_sizes
from bpdebug.notation.names import with_greek
from bpdebug.text.findings.step_sizes import (
    BEST,
    KINK,
    LEGEND,
    MODEL,
    POINT,
    step_plot,
    step_words,
)
from bpdebug.text.safe import safe
from bpdebug.text.wrapping import wrap_words
from bpdebug.tui.background import Background
from bpdebug.tui.closing import ClosingScreen
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.bars import Bar
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line
from bpdebug.tui.runner import RunnerReport

_KEYS = (("←→", "another parameter"), ("Esc", "close"))

_LOOKS = {POINT: "value", KINK: "mark", BEST: "fresh", MODEL: "muted"}


class StepSizesScreen(ClosingScreen[None]):
    """The V of the parameter in `slot`, for the iteration in which the session of `desk` stands."""

    DEFAULT_CSS = """
    StepSizesScreen { layout: vertical; & > #head, & > #keys { background: $panel; } }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "the parameter before", show=False),
        Binding("right", "turn(1)", "the next parameter", show=False),
        Binding("escape,q", "leave", "close", show=False),
    ]

    def __init__(self, desk: Desk, slot: int) -> None:
        super().__init__()
        self._view = desk.debugger.view
        self._before, _ = memories_of(self._view)
        self._slots: list[int] = self._view.program.parameter_slots().tolist()
        self._at = self._slots.index(slot)
        self._found: dict[int, StepSizes] = {}
        self._work: Background[StepSizes] = Background(self)

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield _Plot(self._view.program.model.loss)
        yield Bar(id="keys")

    def on_mount(self) -> None:
        self.query_one(_Plot).focus()
        # Not before there is room for what is told.
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        self.call_after_refresh(self._tell)

    @property
    def slot(self) -> int:
        """The slot of the parameter that is shown."""
        slot: int = self._slots[self._at]
        return slot

    def _show(self) -> None:
        """Show the V of the parameter, computed first if it has not been."""
        self._tell()
        known = self._found.get(self.slot)
        self.query_one(_Plot).show(known)
        self._work.give_up()
        if known is None:
            work = step_sizes(self._view.program, self._before, self.slot)
            self._work.begin(work, partial(self._hear, self.slot))

    def _hear(self, slot: int, report: RunnerReport[StepSizes]) -> None:
        if report.result is not None:
            self._found[slot] = report.result
            self._show()

    def on_unmount(self) -> None:
        self._work.give_up()

    def _tell(self) -> None:
        program = self._view.program
        name = with_greek(safe(program.name(self.slot)))
        self.query_one("#head", Bar).put(
            Span(f"Central differences by {name}", "strong"),
            Span(f" · relative error against step · iteration {self._view.iteration}"),
        )
        spans = [span for key, hint in _KEYS for span in (Span(key, "fresh"), Span(f" {hint}  "))]
        self.query_one("#keys", Bar).put(*spans)

    def action_turn(self, by: int) -> None:
        """Show another parameter; after the last comes the first."""
        self._at = (self._at + by) % len(self._slots)
        self._show()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()


class _Plot(LinesPane):
    """The plot as high as there is room for, with what it means in words below it."""

    DEFAULT_CSS = "_Plot { height: 1fr; }"

    def __init__(self, loss: str) -> None:
        super().__init__()
        self._loss = loss
        self._sizes: StepSizes | None = None
        self._shown: list[Line] = []

    def show(self, sizes: StepSizes | None) -> None:
        """Show a V, or that it is being computed."""
        self._sizes = sizes
        self._shown = self._lines()
        self.redraw()

    def on_resize(self) -> None:
        self._shown = self._lines()
        super().on_resize()

    def _lines(self) -> list[Line]:
        if self._sizes is None:
            return [line(Span("computing …", "muted"))]
        region = self.scrollable_content_region
        width = max(20, region.width)
        words = [
            line(row)
            for text in step_words(self._sizes, self._loss)
            for row in wrap_words(text, width, indent="  ")
        ]
        plot = step_plot(self._sizes, width, region.height - len(words) - 1)
        if plot:
            words.insert(0, line(Span(LEGEND, "muted")))
        return [*map(_plot_line, plot), *words]

    def count_lines(self) -> int:
        return len(self._shown)

    def line_at(self, number: int) -> Line:
        return self._shown[number]


def _plot_line(text: str) -> Line:
    """A line of the plot, its signs in their looks."""
    runs = groupby(text, key=lambda sign: _LOOKS.get(sign, "muted"))
    return Line(tuple(Span("".join(signs), look) for look, signs in runs))
