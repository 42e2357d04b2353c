"""Boxes put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.text.typeset.box import (
    Box,
    beside,
    fraction,
    gaps,
    parenthesised,
    raised,
    root,
    stacked,
    sum_sign,
    word,
)

WORDS = st.text("abc012", min_size=1, max_size=5)


def boxes() -> st.SearchStrategy[Box]:
    """Boxes of every form, in which each word may be marked."""

    def larger(inner: st.SearchStrategy[Box]) -> st.SearchStrategy[Box]:
        return (
            st.builds(fraction, inner, inner)
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: beside(*parts))
            | st.builds(stacked, st.lists(inner, min_size=1, max_size=3), st.booleans())
            | st.builds(raised, inner, st.just("²"))
            | st.builds(parenthesised, inner)
            | st.builds(root, inner)
        )

    return st.recursive(st.builds(word, WORDS, st.booleans()), larger, max_leaves=8)


def marked(box: Box) -> list[str]:
    """What is marked."""
    return [box.lines[mark.row][mark.start : mark.end] for mark in box.marks]


@given(boxes())
def test_a_box_is_a_rectangle_with_its_axis_in_it(box: Box) -> None:
    assert {len(line) for line in box.lines} == {box.width}
    assert 0 <= box.axis < box.height
    assert box.tall == (len(box.lines) > 1)


@given(st.lists(boxes(), min_size=1, max_size=4))
def test_beside_one_another_boxes_share_an_axis_and_lose_nothing(parts: list[Box]) -> None:
    whole = beside(*parts)
    assert whole.width == sum(part.width for part in parts)
    left = 0
    for part in parts:
        top = whole.axis - part.axis
        cut = tuple(line[left : left + part.width] for line in whole.lines)
        assert cut[top : top + part.height] == part.lines
        assert not "".join(cut[:top] + cut[top + part.height :]).strip()
        left += part.width
    assert marked(whole) == [text for part in parts for text in marked(part)]


@given(boxes(), boxes())
def test_a_fraction_has_its_bar_on_the_axis_over_the_whole_width(above: Box, below: Box) -> None:
    whole = fraction(above, below)
    assert whole.lines[whole.axis] == "─" * whole.width
    assert whole.height == above.height + 1 + below.height
    assert whole.axis == above.height
    if above.tall or below.tall:
        assert whole.width > max(above.width, below.width), "or which bar is the longer one?"
    assert marked(whole) == marked(above) + marked(below)


@given(st.lists(boxes(), min_size=1, max_size=4), st.booleans())
def test_stacked_boxes_are_kept_apart_where_one_could_be_read_into_the_other(
    parts: list[Box], apart: bool
) -> None:
    whole = stacked(parts, apart)
    between = gaps(parts, apart)
    assert whole.height == sum(part.height for part in parts) + sum(between)
    for gap, above, below in zip(between[1:], parts, parts[1:], strict=False):
        assert gap or not (above.tall and below.tall)
        assert gap == 0 or above.tall or below.tall


@pytest.mark.parametrize(
    ("box", "lines"),
    [
        (parenthesised(word("a + b")), ("(a + b)",)),
        (parenthesised(fraction(word("a"), word("b"))), ("╭a╮", "│─│", "╰b╯")),
        (raised(parenthesised(fraction(word("a"), word("b"))), "²"), ("╭a╮²", "│─│ ", "╰b╯ ")),
        (fraction(word("dE"), word("dw7")), ("dE ", "───", "dw7")),
        (root(word("ab")), (" __", "√ab")),
        (root(fraction(word("a"), word("b"))), (" _", "│a", "│─", "√b")),
        (sum_sign("i=1", "784"), ("784 ", " Σ  ", "i=1 ")),
        (sum_sign("i=1", "3"), (" 3  ", " Σ  ", "i=1 ")),
    ],
)
def test_what_boxes_look_like(box: Box, lines: tuple[str, ...]) -> None:
    assert box.lines == lines
