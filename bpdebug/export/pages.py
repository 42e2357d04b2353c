"""One iteration written out, in Markdown or as a LaTeX document."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.view import Position, View
from bpdebug.debugger.walkthrough import covers_of
from bpdebug.export.escaping import fenced, latex_text, markdown_text
from bpdebug.export.given import given_numbers
from bpdebug.export.latex_formulas import (
    PREAMBLE,
    aligned,
    joined,
    latex,
    latex_number,
    operation_rows,
)
from bpdebug.export.written_out import HEADINGS, check_length, model_equations, told_of
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Phase
from bpdebug.program.quantities import element_symbol
from bpdebug.session.session import Session
from bpdebug.text.formula.operation import done_text
from bpdebug.text.formula.worked import done_worked
from bpdebug.text.numbers import number


def markdown_pages(session: Session, iteration: int, digits: int) -> Iterator[str]:
    """The lines of a Markdown page; formulas stand in code blocks.

    Raises ExportError if an iteration is too long to be written out.
    """
    pages = _Pages(session, iteration, digits)
    yield f"# {markdown_text(session.title)}".rstrip()
    for paragraph in pages.introduction():
        yield ""
        yield markdown_text(paragraph)
    yield from ("", "## The model", "")
    yield from fenced([to_text(each, "unicode") for each in model_equations(pages.program)])
    yield ""
    yield f"## Iteration {iteration} starts from"
    for heading, given in pages.given():
        yield from ("", f"{heading}:", "")
        texts = [
            f"{to_text(element_symbol(n), 'unicode')} = {number(v, pages.precise)}"
            for n, v in given
        ]
        yield from fenced([*_wrapped(texts)])
    for phase, views in pages.phases():
        yield from ("", f"## {HEADINGS[phase]}", "")
        rows: list[str] = []
        for view in views:
            text = done_text(view, digits)
            assert text is not None
            rows += ["", *text.lines(digits)] if rows else text.lines(digits)
        yield from fenced(rows)


def latex_pages(session: Session, iteration: int, digits: int) -> Iterator[str]:
    """The lines of a small LaTeX document that needs only amsmath.

    Raises ExportError if an iteration is too long to be written out.
    """
    pages = _Pages(session, iteration, digits)
    yield from PREAMBLE
    yield rf"\title{{{latex_text(session.title)}}}"
    yield from (r"\author{}", r"\date{}", r"\begin{document}", r"\maketitle")
    for paragraph in pages.introduction():
        yield ""
        yield latex_text(paragraph)
    yield from ("", r"\section*{The model}", r"\begin{align*}")
    yield from joined([aligned(each) for each in model_equations(pages.program)])
    yield r"\end{align*}"
    yield from ("", rf"\section*{{Iteration {iteration} starts from}}")
    for heading, given in pages.given():
        texts = [
            f"${latex(element_symbol(n))} = {latex_number(v, pages.precise)}$" for n, v in given
        ]
        yield ""
        yield rf"\noindent {heading}: " + ",\n".join(texts) + "."
    for phase, views in pages.phases():
        yield from ("", rf"\section*{{{HEADINGS[phase]}}}", r"\begin{align*}")
        yield from joined([_operation(view, digits) for view in views])
        yield r"\end{align*}"
    yield r"\end{document}"


class _Pages:
    """What both forms write: the texts, the given numbers, the operations by phase."""

    def __init__(self, session: Session, iteration: int, digits: int) -> None:
        self.session = session
        self.debugger = session.debugger
        self.program = session.debugger.program
        self.iteration = iteration
        self.precise = max(digits, 6)
        check_length(self.program)

    def introduction(self) -> Iterator[str]:
        """Paragraphs under the title."""
        yield from told_of(self.session)
        of = f"Iteration {self.iteration} of {self.debugger.iterations}"
        yield f"{of}: {self.program.operations} operations, {self.session.part.optimizer.method}."

    def given(self) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """Headings, and the names and values of what there is as the iteration starts."""
        first = (self.iteration - 1) * self.program.operations
        view = self.debugger.predicting.shown_at(Position(first))
        for heading, values, _ in given_numbers(view, self.iteration):
            yield heading, values

    def phases(self) -> Iterator[tuple[Phase, list[View]]]:
        """The iteration's operations, each just done, as runs of one phase."""
        length = self.program.operations
        covers = covers_of(self.debugger, self.iteration)
        views: list[View] = []
        last: Phase | None = None
        for number_ in range(1, length + 1):
            phase = self.program.statement(number_).phase
            if last is not None and phase is not last:
                yield last, views
                views = []
            last = phase
            view = self.debugger.view_at(Position((self.iteration - 1) * length + number_))
            views.append(view.covered(covers))
        assert last is not None
        yield last, views


def _wrapped(texts: list[str], width: int = 92) -> Iterator[str]:
    """Texts with commas between them, as many on a line as fit."""
    row = ""
    for place, text in enumerate(texts):
        piece = text if place == len(texts) - 1 else f"{text},"
        if row and len(row) + 1 + len(piece) > width:
            yield row
            row = ""
        row += f" {piece}" if row else piece
    if row:
        yield row


def _operation(view: View, digits: int) -> str:
    """The operation just executed in up to three rows."""
    worked = done_worked(view, digits)
    assert worked is not None
    return operation_rows(worked, digits)
