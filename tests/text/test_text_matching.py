"""Finding by words: which things match, and which come first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bpdebug.text.matching import Field, matching

TEXTS = ("Breakpoint: Set or clear", "Breakpoint: List", "Session: Save as", "Theme: Dark", "^s")


def fields(text: str) -> Sequence[Field]:
    return [Field(text, 1.0)]


def found(query: str) -> list[str]:
    return [text for _, text in sorted(matching(query, TEXTS, fields), key=lambda each: -each[0])]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("", list(TEXTS)),
        ("list", ["Breakpoint: List"]),
        ("set break", ["Breakpoint: Set or clear"]),
        ("BREAK:", ["Breakpoint: Set or clear", "Breakpoint: List"]),
        ("^s", ["^s"]),
        ("brekpoint list", ["Breakpoint: List"]),
        ("ark", ["Theme: Dark"]),
        ("nothing of it", []),
    ],
)
def test_what_matches(query: str, texts: list[str]) -> None:
    assert found(query) == texts


def test_a_whole_text_comes_before_a_word_of_one_and_that_before_a_beginning() -> None:
    texts = ("softmaxed", "lesson softmax", "softmax", "unsoftmaxed")
    order = sorted(matching("softmax", texts, fields), key=lambda each: -each[0])
    assert [text for _, text in order] == [texts[2], texts[1], texts[0], texts[3]]
