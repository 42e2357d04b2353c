"""The operation pane: what just happened in three lines, and what comes next."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from bpdebug.text.numbers import exact
from bpdebug.text.operation import OperationText, done_text, next_text
from bpdebug.text.status import phase_of
from bpdebug.text.wrapping import wrap_formula
from bpdebug.tui.lines import Line, LinesPane, Span, line
from bpdebug.tui.picture import Picture


class OperationPane(LinesPane):
    """The operation just executed, exactly and rounded, and the one that comes next."""

    DEFAULT_CSS = "OperationPane { border-subtitle-color: $quiet; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__("Operation", id)
        self._picture: Picture | None = None
        self._lines: list[Line] = []
        self._coming = ""

    def show(self, picture: Picture) -> None:
        """Draw from `picture`."""
        moved = self._picture is None or self._picture.view.position != picture.view.position
        self._picture = picture
        self._lines = _laid_out(picture, self.scrollable_content_region.width)
        # In the frame, where it is seen however long the formula is; data, so no markup.
        coming = _coming(picture)
        if coming != self._coming:
            self._coming = coming
            self.border_subtitle = Content(coming)
        if moved:
            self.keep_in_sight(0)
        self.redraw()

    def on_resize(self) -> None:
        if self._picture is not None:
            self._lines = _laid_out(self._picture, self.scrollable_content_region.width)
        super().on_resize()

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]


def _coming(picture: Picture) -> str:
    """What comes next, in a few words."""
    if picture.at_end:
        return "the end: all iterations are done"
    if picture.view.position.arithmetic:
        return ""
    return f"next: {next_text(picture.view).target}"


def _laid_out(picture: Picture, width: int) -> list[Line]:
    view = picture.view
    if view.position.arithmetic:
        total = view.program.arithmetic(view.operation % view.program.operations + 1)
        heading = f"now, step {view.position.arithmetic} of {total}:"
        coming = next_text(view, picture.digits)
        return [
            line(Span(heading, "muted")),
            *_formula(coming, width, "value", picture.digits, result=False),
        ]
    done = done_text(view, picture.digits)
    if done is None or done.value is None:
        return [line(Span("Nothing is computed yet.", "muted"))]
    lines = _formula(done, width, str(phase_of(view)), picture.digits)
    if exact(done.value) != done.result(picture.digits):
        lines += _in_full(exact(done.value), len(done.target) + len(done.sign) + 2, width)
    return lines


def _in_full(value: str, indent: int, width: int) -> list[Line]:
    """All the digits, below the result if there is room, and never cut."""
    text = f"in full {value}"
    if len(text) > width:
        return [line(Span("in full", "muted")), line(Span(value, "muted"))]
    return [line(Span(" " * min(indent, width - len(text)) + text, "muted"))]


def _formula(
    text: OperationText, width: int, look: str, digits: int, result: bool = True
) -> list[Line]:
    indent = len(text.target) + len(text.sign) + 2
    rows: list[Line] = []
    for number, part in enumerate(wrap_formula(text.rule, width - indent)):
        head = f"{text.target} {text.sign} " if number == 0 else " " * indent
        rows.append(line(Span(head, look if number == 0 else "plain"), Span(part)))
    for number, part in enumerate(wrap_formula(text.numbers, width - indent)):
        head = f"{'':{len(text.target)}} {text.sign} " if number == 0 else " " * indent
        rows.append(line(head, Span(part)))
    if result and text.result(digits) != text.numbers:
        rows.append(
            line(f"{'':{len(text.target)}} {text.sign} ", Span(text.result(digits), "fresh"))
        )
    rows += [
        line(" " * indent, Span(part, "muted")) for part in wrap(text.note, max(8, width - indent))
    ]
    return rows
