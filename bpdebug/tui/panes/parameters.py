"""The parameter pane: a line for each parameter, drawn only where it is seen."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from bpdebug.debugger.view import Status
from bpdebug.program.quantities import Kind
from bpdebug.text.parameters import ParameterRow, column_width, parameter_row, sparkline
from bpdebug.tui.lines import Line, LinesPane, Span, clipped, line, width_of
from bpdebug.tui.messages import Selected
from bpdebug.tui.picture import Picture

_LEAST_BARS = 2
"""Where there is room for fewer there are none."""

_LOOKS = {Status.UNKNOWN: "unknown", Status.STALE: "stale", Status.CURRENT: "plain"}


class ParametersPane(LinesPane):
    """Name, value, gradient and update of every parameter."""

    HEADINGS = 1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__("Parameters", id)
        self._picture: Picture | None = None
        self._slots: list[int] = []
        self._name_width = 0

    def show(self, picture: Picture) -> None:
        """Draw from `picture`; the parameter that an operation concerns comes in sight."""
        program = picture.view.program
        if self._picture is None or self._picture.view.program is not program:
            rows = program.of_kind(Kind.PARAMETER, Kind.STATE)
            self._slots = [slot for q in rows for slot in range(q.offset, q.offset + q.size)]
            # The last names of a series are the longest.
            tails = [quantity.labels(quantity.size - 1) for quantity in rows]
            self._name_width = min(12, max(map(width_of, ("name", *tails))) + 1)
        before, self._picture = self._picture, picture
        moved = before is None or before.view.position != picture.view.position
        concerned = self._concerned(picture) if moved else self._selected()
        if concerned is not None:
            self.keep_in_sight(concerned + 1)
        self.redraw()

    def _concerned(self, picture: Picture) -> int | None:
        """The line of the parameter that the operation just executed is about."""
        program, active = picture.view.program, picture.active_slot
        if active is None:
            return 0
        for number, slot in enumerate(self._slots if len(self._slots) < 10_000 else ()):
            if active in (slot, program.gradient_slot(slot)):
                return number
        return None

    def _selected(self) -> int | None:
        picture = self._picture
        if picture is None or picture.selected is None:
            return None
        name = picture.selected.rpartition("/d")[2]
        slot = picture.view.program.slot_named(name)
        return self._slots.index(slot) if slot in self._slots else None

    def count_lines(self) -> int:
        return len(self._slots) + 1

    def line_at(self, number: int) -> Line:
        picture = self._picture
        if picture is None:
            return line()
        width = self.scrollable_content_region.width
        if number == 0:
            return Line(clipped(_heading(picture, self._name_width), width))
        slot = self._slots[number - 1]
        view = picture.view
        row = parameter_row(view, slot, picture.marks, picture.digits)
        selected = picture.selected in (row.name, f"d{view.program.model.loss}/d{row.name}")
        spans = _spans(row, selected, self._name_width, column_width(picture.digits))
        room = width - sum(width_of(span.text) for span in spans) - len(" ")
        if room >= _LEAST_BARS:
            # Of too many bars the last ones say most.
            spans.append(Span(f" {sparkline(picture.history(slot))[-room:]}", "muted"))
        return Line(clipped(spans, width), "cursor" if selected else "plain")

    def action_move(self, by: int) -> None:
        """Select the parameter `by` lines further down."""
        picture = self._picture
        if picture is None or not self._slots:
            return
        at = self._selected()
        number = 0 if at is None else min(max(0, at + by), len(self._slots) - 1)
        self.post_message(Selected(picture.view.program.name(self._slots[number])))

    def on_click(self, event: events.Click) -> None:
        number = self.number_of(event.get_content_offset_capture(self).y) - 1
        if self._picture is not None and 0 <= number < len(self._slots):
            self.post_message(Selected(self._picture.view.program.name(self._slots[number])))


def _heading(picture: Picture, name: int) -> list[Span]:
    column = column_width(picture.digits)
    loss = picture.view.program.model.loss
    return [
        Span(
            f"  {'name':<{name}}{'value':>{column}}{f'd{loss}/d·':>{column}}{'update':>{column}}",
            "muted",
        )
    ]


def _spans(row: ParameterRow, selected: bool, name: int, column: int) -> list[Span]:
    return [
        Span(row.mark or " ", "mark"),
        Span("▸" if selected else " ", "selected"),
        Span(f"{row.label:<{name}}", "selected" if selected else "strong"),
        Span(f"{row.value:>{column}}", "fresh" if row.fresh == "value" else "plain"),
        Span(" " * (column - width_of(row.gradient_mark + row.gradient))),
        Span(row.gradient_mark, "mark"),
        Span(
            row.gradient,
            "fresh" if row.fresh == "gradient" else _LOOKS.get(row.gradient_status, "plain"),
        ),
        Span(
            f"{row.update:>{column}}",
            "fresh" if row.fresh == "value" else _LOOKS.get(row.update_status, "plain"),
        ),
        Span("◂" if row.fresh else " ", "fresh"),
    ]
