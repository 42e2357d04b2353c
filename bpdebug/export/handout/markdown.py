"""Handouts in Markdown; formulas stand in code blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.export.escaping import fenced, markdown_text
from bpdebug.export.handout.document import Given, Handout, Operation, Results, Section, Stop
from bpdebug.notation.printing import to_text
from bpdebug.program.quantities import element_symbol
from bpdebug.text.formula.operation import operation_text
from bpdebug.text.numbers import COVER, number
from bpdebug.text.words.rich_words import Words, rich_paragraphs
from bpdebug.text.wrapping import wrap_words

_WIDTH = 92
_GIVEN_DIGITS = 6
_BLANK = "________"
_WORKING = "______________________________"


def markdown_page(handouts: Sequence[Handout]) -> Iterator[str]:
    """The lines of a page with some handouts, a rule between them."""
    for number_, each in enumerate(handouts):
        if number_:
            yield from ("", "---", "")
        yield from _handout(each)


def _handout(handout: Handout) -> Iterator[str]:
    yield f"# {_text(handout.title)}".rstrip()
    if handout.label:
        yield from ("", f"**{_text(handout.label)}**")
    elif handout.results is Results.BLANK:
        yield from ("", r"Name: \_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_")
    for paragraph in handout.paragraphs:
        yield from ("", _text(paragraph))
    yield from ("", "## The model", "")
    yield from fenced([to_text(each, "unicode") for each in handout.equations])
    yield from ("", "## What is given")
    for given in handout.given:
        yield from ("", f"{_text(given.heading)}:", "")
        yield from fenced(_given(given))
    for section in handout.sections:
        yield from _section(section, handout.digits)


def _given(given: Given) -> list[str]:
    texts = [
        f"{to_text(element_symbol(name), 'unicode')} = {_blanked(number(value, _GIVEN_DIGITS))}"
        for name, value in given.values
    ]
    if given.left_out:
        texts.append(f"… {given.left_out:,} more")
    # What is a name and its value stays in one line.
    joined = ", ".join(text.replace(" ", _NO_BREAK) for text in texts)
    return [row.replace(_NO_BREAK, " ") for row in wrap_words(joined, _WIDTH)]


_NO_BREAK = "\u00a0"


def _section(section: Section, digits: int) -> Iterator[str]:
    yield from ("", f"## {_text(section.heading)}")
    rows: list[str] = []
    for part in section.parts:
        if isinstance(part, Operation):
            rows += ["", *_rows(part, digits)] if rows else _rows(part, digits)
        else:
            yield from _block(rows)
            rows = []
            yield from _stop(part, digits)
    yield from _block(rows)


def _block(rows: list[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield from fenced(rows)


def _stop(stop: Stop, digits: int) -> Iterator[str]:
    yield from ("", f"### {_text(stop.title)}")
    yield from _rich(stop.text)
    if stop.operation is not None:
        yield from _block(_rows(stop.operation, digits))
    if stop.question:
        yield from _rich(stop.question)
        yield from ("", r"\_" * 40) if stop.answer is None else _rich(stop.answer)


def _rows(operation: Operation, digits: int) -> list[str]:
    """An operation in up to three lines, with blanks for what is covered."""
    worked = operation.worked
    text = operation_text(worked, digits)
    first, indent = f"{text.target} {text.sign}", f"{' ' * len(text.target)} ="
    if text.rule == COVER or not worked.is_covered:
        return [_blanked(row) for row in text.lines(digits)]
    return [f"{first} {text.rule}", f"{indent} {_WORKING}", f"{indent} {_BLANK}"]


def _rich(text: str) -> Iterator[str]:
    """A text with the little of Markdown that walkthroughs have, and nothing else."""
    for paragraph in rich_paragraphs(text):
        yield ""
        for block in paragraph:
            pieces = "".join(_words(each) for each in block.pieces)
            yield f"- {pieces}" if block.is_item else pieces


def _words(words: Words) -> str:
    if words.style == "code":
        return f"`{_blanked(words.text)}`"
    head = words.text[: len(words.text) - len(words.text.lstrip())]
    tail = words.text[len(words.text.rstrip()) :]
    inner = _text(words.text)
    return f"{head}**{inner}**{tail}" if words.style == "bold" else f"{head}{inner}{tail}"


def _text(text: str) -> str:
    return markdown_text(text).replace(COVER, r"\_" * 4)


def _blanked(text: str) -> str:
    return text.replace(COVER, _BLANK)
