"""Handouts as one HTML page, to be printed or read: nothing is fetched, nothing is run.

Texts of a session are escaped wherever they stand; and a policy in the page keeps the browser from
loading anything, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from bpdebug.drawing.curve_svg import curve_svg
from bpdebug.drawing.svg import network_svg
from bpdebug.export.handout.document import Given, Handout, Operation, Results, Section, Stop
from bpdebug.notation.equation import Equation
from bpdebug.notation.mathml import markup
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Expression
from bpdebug.program.quantities import element_symbol
from bpdebug.text.formula.operation import terms_left_out
from bpdebug.text.formula.worked import Cut, Worked
from bpdebug.text.numbers import COVER, number
from bpdebug.text.safe import safe
from bpdebug.text.words.rich_words import RichBlock, Words, rich_paragraphs

BLANK = "____"
"""What stands within a text or a drawing for a number that is not to be seen."""

_GIVEN_DIGITS = 6
_TAGS = {"plain": "", "bold": "strong", "code": "code"}


def html_page(handouts: Sequence[Handout]) -> Iterator[str]:
    """The lines of a page with some handouts, each of them beginning a sheet of paper."""
    yield from page_head(handouts[0].title if handouts else "", resource("page.css"))
    for each in handouts:
        yield from _handout(each)
    yield "</body></html>"


def page_head(title: str, style: str, script: str = "") -> Iterator[str]:
    """The beginning of a page, up to its body. `script` is the source of what may run in it, such
    as `'sha256-…'`, empty for nothing.
    """
    runs = f"; script-src {script}" if script else ""
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'{runs}; base-uri 'none'; form-action 'none'"
    )
    yield '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{plain_text(title)}</title>"
    yield f"<style>{style}</style></head><body>"


def resource(name: str) -> str:
    """A file beside this module."""
    return files("bpdebug.export.handout").joinpath(name).read_text("utf-8").strip()


def _handout(handout: Handout) -> Iterator[str]:
    yield '<article class="handout">'
    yield from _opening(handout)
    yield from introduction(handout)
    yield _figure(drawing(handout), "The network")
    yield from background(handout)
    for section in handout.sections:
        yield from _section(section, handout.digits)
    if handout.curve is not None:
        yield _figure(curve_svg(handout.curve), "The loss over the iterations")
    yield "</article>"


def _opening(handout: Handout) -> Iterator[str]:
    """The title, and a place for a name."""
    yield f"<h1>{plain_text(handout.title)}</h1>"
    if handout.label:
        yield f'<p class="label">{plain_text(handout.label)}</p>'
    elif handout.results is Results.BLANK:
        yield '<p class="label"><span>Name: <span class="blank working"></span></span></p>'


def introduction(handout: Handout) -> Iterator[str]:
    """Its paragraphs."""
    for paragraph in handout.paragraphs:
        yield f"<p>{plain_text(paragraph)}</p>"


def background(handout: Handout) -> Iterator[str]:
    """The model and what there is when the stretch begins."""
    yield "<h2>The model</h2>"
    for equation in handout.equations:
        yield f'<div class="formula">{_math(_equation(equation))}</div>'
    yield "<h2>What is given</h2>"
    for given in handout.given:
        yield from _given(given)


def drawing(handout: Handout) -> str:
    """The network, with blanks for what is covered."""
    return network_svg(handout.network, handout.digits).replace(COVER, BLANK)


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"


def _given(given: Given) -> Iterator[str]:
    yield f'<div class="group"><h3>{plain_text(given.heading)}</h3><ul class="given">'
    for name, value in given.values:
        symbol = markup(element_symbol(name), "{:g}".format)
        yield f"<li>{_math(f'{symbol}<mo>=</mo>{_number(value, _GIVEN_DIGITS)}')}</li>"
    more = f"<li>… {given.left_out:,} more</li>" if given.left_out else ""
    yield f"{more}</ul></div>"


def _section(section: Section, digits: int) -> Iterator[str]:
    yield f"<section><h2>{plain_text(section.heading)}</h2>"
    open_list = False
    for part in section.parts:
        if isinstance(part, Operation) != open_list:
            open_list = not open_list
            yield '<ol class="operations">' if open_list else "</ol>"
        if isinstance(part, Operation):
            yield _operation(part, digits)
        else:
            yield from _stop(part, digits)
    if open_list:
        yield "</ol>"
    yield "</section>"


def _stop(stop: Stop, digits: int) -> Iterator[str]:
    yield f'<div class="stop"><h3>{plain_text(stop.title)}</h3>'
    yield rich_text(stop.text)
    if stop.operation is not None:
        yield f'<ol class="operations">{_operation(stop.operation, digits)}</ol>'
    if stop.question:
        yield f'<div class="question">{rich_text(stop.question)}</div>'
        yield rich_text(stop.answer) if stop.answer is not None else '<div class="room"></div>'
    yield "</div>"


def _operation(operation: Operation, digits: int) -> str:
    return (
        f'<li class="operation" value="{operation.position}"><span class="number">'
        f"{operation.position}</span><div>{''.join(lines(operation.worked, digits))}</div></li>"
    )


def lines(worked: Worked, digits: int) -> Iterator[str]:
    """The rule, the numbers and the result of an operation, each a `div` of its own class, and a
    note; with blanks for what is covered.
    """
    target, sign = markup(worked.target, "{:g}".format), f"<mo>{escape(worked.sign)}</mo>"
    if worked.rule.tree == Reference(COVER):
        yield f'<div class="formula rule">{_math(target + sign)} {_BLANK_RESULT}</div>'
        return
    rule = _formula(worked.rule, digits)
    yield f'<div class="formula rule">{_math(target + sign + rule)}</div>'
    equals = "<mo>=</mo>"
    if worked.is_covered:
        yield f'<div class="formula then">{_math(equals)} <span class="blank working"></span></div>'
        yield f'<div class="formula then">{_math(equals)} {_BLANK_RESULT}</div>'
        return
    numbers = _formula(worked.numbers, digits)
    result = "" if worked.value is None else _number(worked.value, digits)
    if numbers != result:
        yield f'<div class="formula then numbers">{_math(equals + numbers)}</div>'
    yield f'<div class="formula then value">{_math(equals + result)}</div>'
    if worked.note:
        yield f'<div class="then quiet">({plain_text(worked.note)})</div>'


_BLANK_RESULT = '<span class="blank result"></span>'


def _formula(formula: Cut, digits: int) -> str:
    def spelled(value: float) -> str:
        return number(value, digits).replace(COVER, BLANK)

    more = terms_left_out(formula.left_out)
    left_out = f"<mtext>{escape(more)}</mtext>" if more else ""
    return markup(formula.tree, spelled) + left_out


def _equation(equation: Equation) -> str:
    sign = f"<mo>{':=' if equation.assigns else '='}</mo>"
    return _symbols(equation.target) + sign + _symbols(equation.value)


def _symbols(tree: Expression) -> str:
    return markup(tree, "{:.6g}".format)


def _number(value: float, digits: int) -> str:
    return f"<mn>{escape(number(value, digits).replace(COVER, BLANK))}</mn>"


def _math(inner: str) -> str:
    """A formula within a line, set as large as one on its own."""
    return (
        '<math xmlns="http://www.w3.org/1998/Math/MathML" displaystyle="true">'
        f"<mrow>{inner}</mrow></math>"
    )


def plain_text(text: str) -> str:
    """Any text, with nothing in it that is markup or that HTML has no place for."""
    return escape(safe(text).replace(COVER, BLANK))


def rich_text(text: str) -> str:
    """A text with the little of Markdown that walkthroughs have."""
    return "".join("".join(_blocks(paragraph)) for paragraph in rich_paragraphs(text))


def _blocks(paragraph: Sequence[RichBlock]) -> Iterator[str]:
    is_list = False
    for block in paragraph:
        if block.is_item != is_list:
            yield "</ul>" if is_list else "<ul>"
            is_list = block.is_item
        inner = "".join(map(_words, block.pieces))
        yield f"<li>{inner}</li>" if is_list else f"<p>{inner}</p>"
    if is_list:
        yield "</ul>"


def _words(words: Words) -> str:
    tag, text = _TAGS[words.style], plain_text(words.text)
    return f"<{tag}>{text}</{tag}>" if tag else text
