"""A tiny part of Markdown becomes lines; anything else stays plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.text.safe import safe
from bpdebug.text.words.rich_words import RichLine, Words, rich_lines

ANYTHING = st.text(
    st.one_of(st.characters(), st.sampled_from("*`- \n\t\x1b[]{}é漢\u00a0\u202e\u2028")),
    max_size=300,
)
WIDTHS = st.integers(1, 60)


def texts(lines: list[RichLine]) -> list[str]:
    return ["".join(words.text for words in line) for line in lines]


def seen(text: str) -> str:
    """The characters of a text that are not signs of Markdown, and no blanks."""
    return re.sub(r"[\s*`•-]", "", text)


@given(ANYTHING, WIDTHS)
def test_all_that_is_to_be_seen_stays_and_nothing_reaches_the_terminal(
    text: str, width: int
) -> None:
    lines = rich_lines(text, width)
    shown = "".join(texts(lines))
    blanks_gone = re.sub(r"\s", "", text)
    assert seen(shown) == seen(safe(blanks_gone))
    assert shown == safe(shown)
    assert "\n" not in shown


@given(ANYTHING, WIDTHS)
def test_no_line_is_too_wide(text: str, width: int) -> None:
    # A bullet and some of its text always fit.
    assert all(len(line) <= max(width, 6) for line in texts(rich_lines(text, width)))


@given(st.text(st.characters(exclude_characters="*`-"), max_size=200))
def test_without_signs_everything_is_plain(text: str) -> None:
    assert {words.style for line in rich_lines(text, 40) for words in line} <= {"plain"}


def test_paragraphs_lists_bold_and_code() -> None:
    text = "The **chain rule**:\n\n- multiply\n  along a path\n- add `a + b`\n\nThat is\nall."
    assert rich_lines(text, 40) == [
        (Words("The "), Words("chain rule", "bold"), Words(":")),
        (),
        (Words("• "), Words("multiply along a path")),
        (Words("• "), Words("add "), Words("a + b", "code")),
        (),
        (Words("That is all."),),
    ]


def test_a_list_may_follow_its_text_at_once_and_goes_on_indented() -> None:
    assert texts(rich_lines("Two:\n- one that is long\n- two", 10)) == [
        "Two:",
        "• one that",
        "  is long",
        "• two",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a ** b ** c",
        "2**3 = 8",
        "a `code without an end",
        "``",
        "-1 is no item",
        "-",
        "# no heading",
        "[no link](http://example.org)",
        "[bold]no markup[/bold] [@click=app.quit]here[/]",
        "<b>no HTML</b> &amp;",
        "***",
        "1. no list",
        "_no emphasis_",
    ],
)
def test_everything_else_is_plain_text(text: str) -> None:
    assert rich_lines(text, 80) == [(Words(text),)]


def test_escape_sequences_are_written_out() -> None:
    assert texts(rich_lines("a\x1b]0;title\x07b **\x9b31m**", 80)) == [
        r"a\x1b]0;title\x07b \x9b31m"
    ]


def test_a_word_that_is_too_long_is_cut_and_what_belongs_together_stays() -> None:
    assert texts(rich_lines("abcdefghijklm", 5)) == ["abcde", "fghij", "klm"]
    assert texts(rich_lines("so (`E`).", 6)) == ["so", "(E)."]
    assert texts(rich_lines("so x1\u00a0=\u00a01", 7)) == ["so", "x1 = 1"]


def test_wide_characters_take_two_cells() -> None:
    lines = rich_lines("漢字漢字 漢字", 8, lambda text: 2 * len(text))
    assert texts(lines) == ["漢字漢字", "漢字"]
