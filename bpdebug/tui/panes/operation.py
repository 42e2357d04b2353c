"""The operation pane: what just happened in three lines, and what comes next."""

from __future__ import annotations

from bpdebug.text.numbers import exact
from bpdebug.text.operation import OperationText, done_text, next_text
from bpdebug.text.status import phase_of
from bpdebug.text.wrapping import wrap_formula
from bpdebug.tui.lines import Line, LinesPane, Span, line
from bpdebug.tui.picture import Picture


class OperationPane(LinesPane):
    """The operation just executed, exactly and rounded, and the one that comes next."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__("Operation", id)
        self._picture: Picture | None = None
        self._lines: list[Line] = []

    def show(self, picture: Picture) -> None:
        """Draw from `picture`."""
        self._picture = picture
        self._lines = self._laid_out(picture, self.scrollable_content_region.width)
        self.redraw()

    def on_resize(self) -> None:
        if self._picture is not None:
            self._lines = self._laid_out(self._picture, self.scrollable_content_region.width)
        super().on_resize()

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]

    def _laid_out(self, picture: Picture, width: int) -> list[Line]:
        view, lines = picture.view, []
        done = done_text(view, picture.digits)
        if done is None:
            lines.append(line(Span("Nothing is computed yet.", "muted")))
        elif not view.position.arithmetic:
            phase = str(phase_of(view))
            lines += _formula(done, width, phase, picture.digits)
            assert done.value is not None
            shown = done.result(picture.digits)
            if exact(done.value) != shown:
                indent = " " * (len(done.target) + len(done.sign) + 2)
                lines.append(line(Span(f"{indent}in full {exact(done.value)}", "muted")))
        lines.append(line())
        coming = next_text(view, picture.digits)
        if view.position.arithmetic:
            total = view.program.arithmetic(view.operation % view.program.operations + 1)
            heading = f"now, step {view.position.arithmetic} of {total}:"
            lines.append(line(Span(heading, "muted")))
            lines += _formula(coming, width, "value", picture.digits, result=False)
        else:
            lines.append(line(Span(f"next: {coming.target}", "muted")))
        return lines if lines[0].spans else lines[1:]


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
    return rows
