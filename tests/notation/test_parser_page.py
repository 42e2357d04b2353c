"""The page about equations says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpdebug.notation.functions import CONDITION_FUNCTIONS, FUNCTIONS, REDUCTIONS
from bpdebug.notation.parser import (
    MAX_DEPTH,
    MAX_EXPONENT,
    NotationError,
    parse_condition,
    parse_equation,
    parse_expression,
)

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "equations.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^#+ (.+)\n((?:(?!#).*\n)*)", PAGE, re.MULTILINE))


def examples(section: str) -> list[str]:
    """The indented lines of a section."""
    found: list[str] = re.findall(r"^    (\S.*)$", SECTIONS[section], re.MULTILINE)
    assert found
    return found


def rows(section: str) -> dict[str, str]:
    """The table of a section: the function in the first column and the rest of its row."""
    return dict(re.findall(r"^\| `(\w+)\(.*?\)` \| (.*) \|$", SECTIONS[section], re.MULTILINE))


def test_every_function_is_in_the_table() -> None:
    table = rows("Functions")
    assert list(table) == list(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        value, derivatives, kink = table[name].split(" | ")
        assert value == function.rule, name
        assert re.findall("`(.+?)`", derivatives) == list(function.derivatives), name
        assert (kink == "–") == function.is_smooth, name
    assert list(rows("Conditions")) == list(CONDITION_FUNCTIONS)
    table = rows("Whole arrays")
    assert table == REDUCTIONS


@pytest.mark.parametrize("text", [*examples("Equations"), *examples("Derivatives by name")])
def test_equations(text: str) -> None:
    parse_equation(text)


@pytest.mark.parametrize("text", [*examples("Conditions"), *examples("Whole arrays")])
def test_conditions(text: str) -> None:
    parse_condition(text)


@pytest.mark.parametrize("line", examples("When something is wrong"))
def test_messages(line: str) -> None:
    text, message = re.split(r"  +", line, maxsplit=1)
    parse = parse_condition if "comparison" in message else parse_expression
    with pytest.raises(NotationError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_spellings() -> None:
    # What has to stand around a sign to make a condition; a whole expression needs less.
    around = {
        **dict.fromkeys(("*", "/", "-"), "a {} b < 1"),
        **dict.fromkeys(("<=", ">=", "!="), "a {} b"),
        **dict.fromkeys(("and", "or"), "a < 1 {} b < 1"),
        "^2": "x{} < 1",
        "not": "{} a < 1",
    }
    found = re.findall(r"`([^`]+)` \| `([^`]+)`(?: `([^`]+)`)?", SECTIONS["Other spellings"])
    assert set(around) < {ascii_spelling for ascii_spelling, *_ in found}
    for ascii_spelling, *others in found:
        template = around.get(ascii_spelling, "{} < 1")
        for other in filter(None, others):
            read = parse_condition(template.format(other))
            assert read == parse_condition(template.format(ascii_spelling))


def test_latex() -> None:
    found = re.findall(r"^\| `(.+)` \| `(.+)` \|$", SECTIONS["LaTeX"], re.MULTILINE)
    assert found
    for latex, text in found:
        assert parse_expression(latex) == parse_expression(text), latex


def test_limits() -> None:
    assert f"at most {MAX_DEPTH} deep" in PAGE
    assert f"from 2 to {MAX_EXPONENT} |" in PAGE
