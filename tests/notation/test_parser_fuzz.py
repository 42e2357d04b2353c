"""No text makes the parser raise anything but its own error."""

from __future__ import annotations

import contextlib
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.notation.parser import (
    NotationError,
    parse_condition,
    parse_equation,
    parse_expression,
    parse_symbol,
)
from bpdebug.notation.printing import Form, to_text
from bpdebug.notation.tree import Expression

from . import expressions

FORMS: tuple[Form, ...] = get_args(Form)

PIECES = (
    *("a", "dE", "dw7", "w", "x1", "sum", "max", "exp", "isnan", "and", "or", "not", "sigmiod"),
    *("(", ")", "[", "]", "[i,j]", "[1]", "{", "}", ",", ":", "=", ":=", "<", "==", "≥", "/", "*"),
    *("+", "-", "−", "^", "^2", "²", "⁻", "**", "_", ".", "1", "0", "2.5", "1e400", "1e-3", " "),
    *("\n", "α", "σ", "Σ", "∂", "₇", "∂E/∂w", "dE/dw", "i: ", "½", "é", "\u0301", "\x00", "\ud800"),
    *("\\", r"\left", r"\right", r"\left(", r"\right)", r"\left|", r"\frac", r"\frac{d", "}{d"),
    *(r"\sqrt{", r"\sum", r"\sum_{i}", r"\sum_", "_{", "_{[", "^{", r"\times", r"\cdot", r"\_"),
    *(r"\sum_j ", r"\,", "~", "$", r"\(", r"\)", r"\bigl(", r"\mathrm{d}", r"\dfrac12", r" h_1 "),
    *(r"\alpha", r"\Sigma", r"\mathit{", r"\operatorname{max}", r"1 \times 10^{3}", r"\partial"),
)


def read_all(text: str) -> None:
    """Read `text` as everything it could be; what can be read is printed and read again."""
    equation = tree = None
    with contextlib.suppress(NotationError):
        equation = parse_equation(text)
    with contextlib.suppress(NotationError):
        tree = parse_expression(text)
    for form in FORMS:
        assert equation is None or parse_equation(to_text(equation, form)) == equation
        assert tree is None or parse_expression(to_text(tree, form)) == tree
    for parse in (parse_condition, parse_symbol):
        complaint = None
        try:
            parse(text)
        except NotationError as error:
            complaint = error
        if complaint:
            lines = text.split("\n")
            assert 1 <= complaint.line <= len(lines)
            assert 1 <= complaint.column <= len(lines[complaint.line - 1]) + 1
            assert all(character.isprintable() for character in str(complaint))


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text(text: str) -> None:
    read_all(text)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=500)
def test_texts_of_the_language_in_any_order(text: str) -> None:
    read_all(text)


@given(expressions.expressions(max_leaves=6) | expressions.conditions(max_leaves=2), st.data())
@settings(max_examples=250)
def test_texts_with_a_slip(tree: Expression, data: st.DataObject) -> None:
    text = to_text(tree, data.draw(st.sampled_from(FORMS)))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        stop = data.draw(st.integers(start, min(start + 3, len(text))))
        text = text[:start] + data.draw(st.sampled_from(("", *PIECES))) + text[stop:]
    read_all(text)
