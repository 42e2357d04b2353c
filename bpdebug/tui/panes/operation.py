"""The operation pane: what just happened in three lines, and what comes next."""

from __future__ import annotations

from textual.content import Content

from bpdebug.notation.printing import to_text
from bpdebug.program.quantities import element_symbol
from bpdebug.text.formula.operation import operation_text
from bpdebug.text.formula.worked import Worked, done_worked, next_worked
from bpdebug.text.numbers import COVER, exact
from bpdebug.text.run.status import phase_of
from bpdebug.text.safe import safe
from bpdebug.text.typeset.operation import OperationPart, SetOperation, set_operation
from bpdebug.text.wrapping import wrap_formula, wrap_marked, wrap_words
from bpdebug.tui.panes.invitation import key_in
from bpdebug.tui.panes.lines import Line, LinesPane, Span, line
from bpdebug.tui.panes.picture import Picture


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
        self._lay_out()
        # In the frame, where it is seen however long the formula is; data, so no markup.
        coming = _coming(picture)
        if coming != self._coming:
            self._coming = coming
            self.border_subtitle = Content(coming)
        if moved:
            self.keep_in_sight(0)
        self.redraw()

    def _lay_out(self) -> None:
        if self._picture is not None:
            region = self.scrollable_content_region
            self._lines = laid_out(self._picture, region.width, region.height)
            if not self._lines:
                step, iteration = (
                    key_in(self, f"{size}_forward") for size in ("operation", "iteration")
                )
                invited = (
                    f"Press {step} for the first operation, {iteration} for a whole iteration."
                )
                rows = wrap_words(f"Nothing is computed yet. {invited}", region.width)
                self._lines = [line(Span(row, "muted")) for row in rows]

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()

    def count_lines(self) -> int:
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]


def _coming(picture: Picture) -> str:
    """What comes next, in a few words."""
    view = picture.view
    if picture.at_end:
        return "the end: all iterations are done"
    if view.position.arithmetic:
        return ""
    slot = view.program.slot(view.operation % view.program.operations + 1)
    return f"next: {to_text(element_symbol(view.program.name(slot)), 'unicode')}"


def laid_out(picture: Picture, width: int, height: int) -> list[Line]:
    """What the pane shows in `width` × `height` cells; more lines where there is no room.

    Nothing as long as nothing is computed.
    """
    view = picture.view
    if view.position.arithmetic:
        total = view.program.arithmetic(view.operation % view.program.operations + 1)
        heading = line(Span(f"now, step {view.position.arithmetic} of {total}:", "muted"))
        # As if a result and all its digits were there, so that the steps look as their end does.
        return [heading, *_formula(next_worked(view), "value", picture, width, height - 1)[0]]
    done = done_worked(view, picture.digits)
    if done is None or done.value is None:
        return []
    lines, indent = _formula(done, str(phase_of(view)), picture, width, height - 1)
    if done.value and exact(done.value) != picture.format(done.value):
        lines += _in_full(exact(done.value), indent, width)
    return [*lines, *_origin(picture, width)]


def _formula(
    worked: Worked, look: str, picture: Picture, width: int, height: int
) -> tuple[list[Line], int]:
    """An operation, set like mathematics if that is wanted and there is room, and how far what
    it is equal to is indented.
    """
    indent, found = _plain_indent(worked), None
    room = height - len(_note(worked.note, indent, width))
    if picture.mathematics:
        found = set_operation(worked, width, room, picture.digits)
    if found is None:
        plain = _plain(worked, look, picture.digits, width)
        if picture.mathematics and len(plain) > height:
            # All the digits are out of sight either way.
            found = set_operation(worked, width, room + 1, picture.digits)
        if found is None:
            return plain, indent
    return [*_set(found, look), *_note(worked.note, found.head, width)], found.head


def _plain_indent(worked: Worked) -> int:
    return len(to_text(worked.target, "unicode")) + len(worked.sign) + 2


def _set(found: SetOperation, look: str) -> list[Line]:
    """The lines of an operation that is set."""
    rows = []
    for number, (text, part) in enumerate(zip(found.box.lines, found.parts, strict=True)):
        head, body = text[: found.head], text[found.head :].rstrip()
        marked = next(
            (
                (m.start - found.head, m.end - found.head)
                for m in found.box.marks
                if m.row == number
            ),
            None,
        )
        spans = _marked(body, marked, "fresh" if part is OperationPart.RESULT else "plain")
        rows.append(line(Span(head, look if part is found.parts[0] else "plain"), *spans))
    return rows


def _marked(text: str, marked: tuple[int, int] | None, look: str = "plain") -> list[Span]:
    """A text of which some characters have just been computed."""
    if marked is None:
        return [Span(text, look)]
    start, end = marked
    parts = ((text[:start], look), (text[start:end], "fresh"), (text[end:], look))
    return [Span(part, each) for part, each in parts if part]


def _plain(worked: Worked, look: str, digits: int, width: int) -> list[Line]:
    """The lines of an operation as they can be typed."""
    text = operation_text(worked, digits)
    indent = _plain_indent(worked)
    head, below = f"{text.target} {text.sign} ", f"{'':{len(text.target)}} {text.sign} "
    rows: list[Line] = []
    if width - indent < _LEAST_ROOM:
        # A long name has a line of its own.
        rows += [line(Span(part, look)) for part in wrap_formula(text.target, width)]
        head = below = f"  {text.sign} "
        indent = len(head)
    room = width - indent
    rows += [
        line(Span(" " * indent if number else head, look), Span(part))
        for number, part in enumerate(wrap_formula(text.rule, room))
    ]
    numbers = [] if text.rule == COVER else wrap_marked(text.numbers, room, text.fresh)
    for number, (part, marked) in enumerate(numbers):
        rows.append(line(Span(" " * indent if number else below), *_marked(part, marked)))
    result = text.result(digits)
    if worked.value is not None and result != text.numbers:
        # It is never cut: what is too long begins further to the left.
        sign = below if len(result) <= room else f"{text.sign} ".rjust(max(0, width - len(result)))
        rows.append(line(sign, Span(result, "fresh")))
    return [*rows, *_note(text.note, indent, width)]


_LEAST_ROOM = 12
"""Cells in which a formula can be read."""


def _note(note: str, indent: int, width: int) -> list[Line]:
    room = max(8, width - indent)
    return [line(" " * indent, Span(part, "muted")) for part in wrap_words(note, room)]


def _origin(picture: Picture, width: int) -> list[Line]:
    """Where what was just computed comes from, if the session says so."""
    program = picture.view.program
    done = picture.view.done
    assert done is not None
    text = program.model.origins.get(program.quantity_at(done.slot).name, "")
    return [line(Span(part, "muted")) for part in wrap_words(safe(text), max(8, width))]


def _in_full(value: str, indent: int, width: int) -> list[Line]:
    """All the digits, below the result if there is room, and never cut."""
    text = f"in full {value}"
    if len(text) > width:
        return [line(Span("in full", "muted")), line(Span(value, "muted"))]
    return [line(Span(" " * min(indent, width - len(text)) + text, "muted"))]
