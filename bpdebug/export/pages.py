"""One iteration written out as a handout: in Markdown, or as a LaTeX document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bpdebug.debugger.covering import HINTS_FOR_NUMBERS, HINTS_FOR_RULE
from bpdebug.debugger.view import Position, View
from bpdebug.export.escaping import fenced, latex_text, markdown_text
from bpdebug.export.given import given_numbers
from bpdebug.export.written_out import HEADINGS, check_length
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import Equation, Expression, Terms
from bpdebug.program.formula import with_values
from bpdebug.program.program import Phase
from bpdebug.program.quantities import element_symbol
from bpdebug.session.session import Session
from bpdebug.text.formula.operation import MOST_TERMS, done_text
from bpdebug.text.numbers import COVER, MINUS, number
from bpdebug.text.run.describe import edit_texts


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
    equations = [s.equation for s in pages.program.statements if s.phase in _MODEL]
    yield from fenced([to_text(each, "unicode") for each in equations])
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
    yield from _PREAMBLE
    yield rf"\title{{{latex_text(session.title)}}}"
    yield from (r"\author{}", r"\date{}", r"\begin{document}", r"\maketitle")
    for paragraph in pages.introduction():
        yield ""
        yield latex_text(paragraph)
    yield from ("", r"\section*{The model}", r"\begin{align*}")
    equations = [s.equation for s in pages.program.statements if s.phase in _MODEL]
    yield from _joined([_aligned(each) for each in equations])
    yield r"\end{align*}"
    yield from ("", rf"\section*{{Iteration {iteration} starts from}}")
    for heading, given in pages.given():
        texts = [f"${_latex(element_symbol(n))} = {_number(v, pages.precise)}$" for n, v in given]
        yield ""
        yield rf"\noindent {heading}: " + ",\n".join(texts) + "."
    for phase, views in pages.phases():
        yield from ("", rf"\section*{{{HEADINGS[phase]}}}", r"\begin{align*}")
        yield from _joined([_operation(view, digits) for view in views])
        yield r"\end{align*}"
    yield r"\end{document}"


_MODEL = (Phase.FORWARD, Phase.LOSS)

_PREAMBLE = (
    r"\documentclass[10pt]{article}",
    r"\usepackage[T1]{fontenc}",
    r"\usepackage[utf8]{inputenc}",
    r"\usepackage{amsmath}",
    r"\usepackage[margin=2cm]{geometry}",
    r"\allowdisplaybreaks",
)


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
        part = self.session.part
        source, notes = part.source.strip(), part.notes.strip()
        if source:
            yield f"Source: {source}."
        if notes:
            yield notes
        if self.debugger.here.edits:
            yield f"With values edited: {', '.join(edit_texts(self.debugger))}."
        of = f"Iteration {self.iteration} of {self.debugger.iterations}"
        yield f"{of}: {self.program.operations} operations, {part.optimizer.method}."

    def given(self) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """Headings, and the names and values of what there is as the iteration starts."""
        first = (self.iteration - 1) * self.program.operations
        view = self.debugger.predicting.shown_at(Position(first))
        for heading, values, _ in given_numbers(view, self.iteration):
            yield heading, values

    def phases(self) -> Iterator[tuple[Phase, list[View]]]:
        """The iteration's operations, each just done, as runs of one phase."""
        length = self.program.operations
        covers = self.debugger.predicting.covers_within(self.iteration)
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


# LaTeX


def _joined(rows: list[str]) -> Iterator[str]:
    """The rows of an align environment, each but the last with its end of line."""
    for row in rows[:-1]:
        yield row + r" \\"
    yield from rows[-1:]


def _aligned(equation: Equation) -> str:
    return f"{_latex(equation.target)} &{_sign(equation)} {_latex(equation.value)}"


def _latex(tree: Expression, spelled: Callable[[float], str] | None = None) -> str:
    """A formula; of an element such as `x1_2` all numbers stand below: `x_{1,2}`."""
    text = to_text(tree, "latex", spelled)
    return re.sub(
        r"(?<![\\A-Za-z])([A-Za-z]+)(\d+(?:\\_\d+)+)(?!\w|\\_)",
        lambda found: f"{found[1]}_{{{found[2].replace(chr(92) + '_', ',')}}}",
        text,
    )


def _sign(equation: Equation) -> str:
    return r"\mathrel{:=}" if equation.assigns else "="


def _number(value: float, digits: int) -> str:
    text = number(value, digits).replace(MINUS, "-").replace("∞", r"\infty")
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return rf"{mantissa} \times 10^{{{exponent}}}"
    return text.replace("NaN", r"\mathrm{NaN}").replace(COVER, r"\boxed{\phantom{0.0000}}")


def _operation(view: View, digits: int) -> str:
    """An operation in up to three rows: rule, numbers, result."""
    written = view.done
    assert written is not None
    equation = written.equation
    tree, more = equation.value, ""
    if isinstance(tree, Terms) and len(tree.terms) > MOST_TERMS:
        tree, more = Terms(tree.terms[:MOST_TERMS]), r" + \cdots"
    numbers = with_values(tree, view.operands(written).__getitem__, 0)
    result = _number(view.value(written.slot), digits)
    if view.hides(written.slot, HINTS_FOR_RULE):
        return f"{_latex(equation.target)} &{_sign(equation)} {result}"

    def written_out(value: Expression, rounded: bool) -> str:
        spelled = (lambda each: _number(each, digits)) if rounded else None
        return _broken(value, lambda part: _latex(part, spelled)) + more

    target, sign = _latex(equation.target), _sign(equation)
    rows = [f"{target} &{sign} {written_out(tree, False)}"]
    hidden = view.hides(written.slot, HINTS_FOR_NUMBERS)
    shown = (result,) if hidden else (written_out(numbers, True), result)
    rows.extend(f"&= {row}" for row in dict.fromkeys(shown))
    return " \\\\*\n".join(rows)


_TERMS_A_ROW = 4


def _broken(tree: Expression, text: Callable[[Expression], str]) -> str:
    """A formula; a sum of many terms on several rows of the align environment."""
    if not isinstance(tree, Terms) or len(tree.terms) <= _TERMS_A_ROW:
        return text(tree)
    rows = []
    for first in range(0, len(tree.terms), _TERMS_A_ROW):
        terms = tree.terms[first : first + _TERMS_A_ROW]
        rows.append(text(Terms(terms) if len(terms) > 1 else terms[0]))
    return " \\\\*\n&\\quad + ".join(rows)
