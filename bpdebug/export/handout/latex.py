"""Handouts as a LaTeX document that needs only amsmath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.export.escaping import latex_text
from bpdebug.export.handout.document import Given, Handout, Operation, Results, Section, Stop
from bpdebug.export.latex_formulas import (
    PREAMBLE,
    aligned,
    joined,
    latex,
    latex_number,
    operation_rows,
)
from bpdebug.program.quantities import element_symbol
from bpdebug.text.numbers import COVER
from bpdebug.text.words.rich_words import RichBlock, Words, rich_paragraphs

_GIVEN_DIGITS = 6
_WORKING = r"\underline{\hspace{7cm}}"
_ROOM = r"\vspace{2.5cm}"
_COMMANDS = {"plain": "", "bold": r"\textbf", "code": r"\texttt"}


def latex_document(handouts: Sequence[Handout]) -> Iterator[str]:
    """The lines of a document with some handouts, each of them beginning a page."""
    yield from PREAMBLE
    yield from (r"\setlength{\parindent}{0pt}", r"\begin{document}")
    for number, each in enumerate(handouts):
        if number:
            yield r"\clearpage"
        yield from _handout(each)
    yield r"\end{document}"


def _handout(handout: Handout) -> Iterator[str]:
    yield rf"\section*{{{_text(handout.title)}}}"
    if handout.label:
        yield rf"\textbf{{{_text(handout.label)}}}"
    elif handout.results is Results.BLANK:
        yield rf"Name: {_WORKING}"
    for paragraph in handout.paragraphs:
        yield from ("", _text(paragraph))
    yield from ("", r"\subsection*{The model}")
    yield from _align([aligned(each) for each in handout.equations])
    yield from ("", r"\subsection*{What is given}")
    for given in handout.given:
        yield from ("", _given(given))
    for section in handout.sections:
        yield from _section(section, handout.digits)


def _given(given: Given) -> str:
    texts = [
        f"${latex(element_symbol(name))} = {latex_number(value, _GIVEN_DIGITS)}$"
        for name, value in given.values
    ]
    if given.left_out:
        texts.append(rf"\dots{{}} {given.left_out} more")
    return f"{_text(given.heading)}: " + ",\n".join(texts) + "."


def _section(section: Section, digits: int) -> Iterator[str]:
    yield from ("", rf"\subsection*{{{_text(section.heading)}}}")
    rows: list[str] = []
    for part in section.parts:
        if isinstance(part, Operation):
            rows.append(_operation(part, digits))
        else:
            yield from _align(rows)
            rows = []
            yield from _stop(part, digits)
    yield from _align(rows)


def _align(rows: list[str]) -> Iterator[str]:
    if rows:
        yield r"\begin{align*}"
        yield from joined(rows)
        yield r"\end{align*}"


def _operation(operation: Operation, digits: int) -> str:
    rows = operation_rows(operation.worked, digits, _WORKING)
    note = operation.worked.note
    return f"{rows} \\\\*\n&\\quad\\text{{({_text(note)})}}" if note else rows


def _stop(stop: Stop, digits: int) -> Iterator[str]:
    yield from ("", rf"\subsubsection*{{{_text(stop.title)}}}")
    yield from _rich(stop.text)
    if stop.operation is not None:
        yield from _align([_operation(stop.operation, digits)])
    if stop.question:
        yield from _rich(stop.question)
        yield from ("", _ROOM) if stop.answer is None else _rich(stop.answer)


def _rich(text: str) -> Iterator[str]:
    """A text with the little of Markdown that walkthroughs have."""
    for paragraph in rich_paragraphs(text):
        yield ""
        yield from _blocks(paragraph)


def _blocks(paragraph: Sequence[RichBlock]) -> Iterator[str]:
    is_list = False
    for block in paragraph:
        if block.is_item != is_list:
            yield r"\end{itemize}" if is_list else r"\begin{itemize}"
            is_list = block.is_item
        pieces = "".join(map(_words, block.pieces))
        # A bracket would be the item's label.
        yield rf"\item {{}}{pieces}" if is_list else pieces
    if is_list:
        yield r"\end{itemize}"


def _words(words: Words) -> str:
    inner = " ".join(_text(each) for each in words.text.split(" "))
    command = _COMMANDS[words.style]
    return f"{command}{{{inner}}}" if command else inner


def _text(text: str) -> str:
    return r"\underline{\hspace{1.2cm}}".join(map(latex_text, text.split(COVER)))
