"""Formulas in boxes."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notation.expressions import expressions

from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Expression, Number, rebuild
from bpdebug.text.numbers import number, with_numbers
from bpdebug.text.typeset.flow import flowed
from bpdebug.text.typeset.formulas import joined, number_terms, symbol_terms

PLAIN = ("x", "w7", "zh1", "alpha", "b10", "delta2", "m_theta")

arithmetic = expressions(names=PLAIN, indices=())


def right(text: str) -> Expression:
    """The right-hand side of an equation."""
    return parse_equation(f"y = {text}").value


def words(text: str) -> Counter[str]:
    """The names, numbers and raised digits in a text; a root says what `sqrt` says."""
    raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"
    found = re.findall(rf"[{raised}]+|[^\W{raised}]+(?:\.[0-9]+)?(?:e[−-]?[0-9]+)?|∞", text)
    return Counter(each for each in found if each != "sqrt" and each.strip("_"))


def drawn(tree: Expression) -> list[str]:
    return [line.rstrip() for line in joined(symbol_terms(tree)).lines]


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("a*b + c", ["a·b + c"]),
        ("o1*(1 - o1)", ["o1(1 − o1)"]),
        ("a - (b - c)", ["a − (b − c)"]),
        ("0.5*((a - b)^2 + c^3)", ["0.5((a − b)² + c³)"]),
        ("max(a, -b)", ["max(a, −b)"]),
        ("a/b", ["a", "─", "b"]),
        ("-(a/b)", ["  a", "− ─", "  b"]),
        ("a + 1/(b + c)", ["      1", "a + ─────", "    b + c"]),
        ("(a + b)/c^2", ["a + b", "─────", " c²"]),
        ("a/b*c", ["a", "─ · c", "b"]),
        ("c*(a/b)", ["    a", "c · ─", "    b"]),
        ("(a/b)/c", [" a", " ─", " b", "───", " c"]),
        ("a/(b/c)", [" a", "───", " b", " ─", " c"]),
        ("(a/b)^2", ["╭a╮²", "│─│", "╰b╯"]),
        ("exp(a/b)", ["   ╭a╮", "exp│─│", "   ╰b╯"]),
        ("a/sqrt(b)", [" a", "────", "  _", " √b"]),
        ("dE/da * da/db", ["dE   da", "── · ──", "da   db"]),
        ("w - alpha * dE/dw", ["        dE", "w − α · ──", "        dw"]),
    ],
)
def test_rules_in_symbols(rule: str, lines: list[str]) -> None:
    assert drawn(right(rule)) == lines


def test_a_sum_has_its_bounds_and_takes_in_what_it_should() -> None:
    def summed(rule: str) -> list[str]:
        found = joined(symbol_terms(right(rule), {"i": 784}))
        return [line.rstrip() for line in found.lines]

    assert summed("sum(i: w[i]*x[i]) + b") == ["784", " Σ  w[i]·x[i] + b", "i=1"]
    assert summed("sum(i: w[i] + x[i])") == ["784", " Σ  (w[i] + x[i])", "i=1"]
    assert summed("-sum(i: x[i])") == ["  784", "−  Σ  x[i]", "  i=1"]
    assert summed("0.5*sum(i: x[i])") == ["      784", "0.5 ·  Σ  x[i]", "      i=1"]
    assert summed("(-sum(i: x[i]))*b") == ["╭  784     ╮", "│−  Σ  x[i]│ · b", "╰  i=1     ╯"]
    assert summed("sum(i: x[i])*b") == ["╭784     ╮", "│ Σ  x[i]│ · b", "╰i=1     ╯"]


@given(arithmetic)
def test_the_names_and_numbers_are_those_of_the_plain_line(tree: Expression) -> None:
    box = joined(symbol_terms(tree))
    plain = to_text(tree, "unicode")
    spread = " ".join(box.lines)
    assert words(spread.replace("d", "")) == words(plain.replace("d", ""))


def with_values(tree: Expression, values: list[float]) -> Expression:
    """`tree` with numbers for its symbols, taken in turn."""

    def put(part: Expression) -> Expression:
        if isinstance(part, Reference | Number):
            values.append(values.pop(0))
            return Number(values[-1])
        return rebuild(part, put)

    return put(tree)


VALUES = st.lists(
    st.floats(-1000, 1000) | st.sampled_from([0.7, -0.5, 1e-9, 1e12]), min_size=3, max_size=3
)
ABSTRACT = expressions(leaves=st.sampled_from(PLAIN).map(Reference), indices=())


@given(ABSTRACT, VALUES, st.booleans(), st.integers(2, 17))
def test_so_are_the_numbers_put_in(
    tree: Expression, values: list[float], parenthesised: bool, digits: int
) -> None:
    put_in = with_values(tree, values)
    terms = number_terms(put_in, lambda value: number(value, digits), parenthesised)
    plain = with_numbers(put_in, digits, parenthesised)
    assert words(" ".join(joined(terms).lines)) == words(plain)


@given(ABSTRACT, VALUES, st.integers(5, 60))
def test_no_line_is_too_wide_and_nothing_is_lost(
    tree: Expression, values: list[float], width: int
) -> None:
    put_in = with_values(tree, values)
    for terms in (symbol_terms(tree), number_terms(put_in, number, parenthesised=True)):
        lines = flowed(terms, width)
        whole = joined(terms)
        assert lines is not None or whole.width > width
        if lines is not None:
            assert all(line.width <= width for line in lines)
            spread = " ".join(text for line in lines for text in line.lines)
            assert words(spread) == words(" ".join(whole.lines))


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (40, ["dE   da   dE   db", "── · ── + ── · ──", "da   dc   db   dc"]),
        (16, ["dE   da", "── · ──", "da   dc", "  dE   db", "+ ── · ──", "  db   dc"]),
        (
            5,
            [
                "dE",
                "──",
                "da",
                "  da",
                "· ──",
                "  dc",
                "  dE",
                "+ ──",
                "  db",
                "  db",
                "· ──",
                "  dc",
            ],
        ),
    ],
)
def test_a_formula_is_broken_before_terms_and_then_before_factors(
    width: int, lines: list[str]
) -> None:
    found = flowed(symbol_terms(right("dE/da * da/dc + dE/db * db/dc")), width)
    assert found is not None
    assert [text.rstrip() for line in found for text in line.lines] == lines


def test_what_cannot_be_broken_is_not_cut() -> None:
    assert flowed(symbol_terms(right("a_long_name + 1")), 8) is None
    assert flowed(symbol_terms(right("1/(a_long + name)")), 12) is None


def test_what_stands_in_parentheses_is_broken_like_a_plain_line() -> None:
    terms = number_terms(right("-(1*log(2) + 3*log(4))"), number, parenthesised=False, marked=None)
    found = flowed(terms, 14)
    assert found is not None
    assert [line.lines for line in found] == [("−(1(log(2))",), ("+ 3(log(4)))",)]


def test_the_very_node_is_marked_wherever_the_line_is_broken() -> None:
    node = Number(2.0)
    tree = rebuild(right("-(2 + 2)"), lambda inner: inner)
    assert joined(number_terms(tree, number, parenthesised=False)).marks == ()
    tree = right("3 + 4/5")
    tree = rebuild(tree, lambda part: node if part == Number(3.0) else part)
    for width in (40, 4):
        lines = flowed(number_terms(tree, number, parenthesised=False, marked=node), width)
        assert lines is not None
        found = [line.lines[m.row][m.start : m.end] for line in lines for m in line.marks]
        assert found == ["2"]
