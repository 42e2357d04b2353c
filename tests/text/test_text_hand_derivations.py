"""Hand derivations as text."""

from __future__ import annotations

import pytest
from generated import written
from openings import opened

from bpdebug.checks.derivations.derivation import check_derivation
from bpdebug.checks.derivations.findings import DerivationCheck, PathVerdict
from bpdebug.program.build import build
from bpdebug.text.findings.derivations import GLYPHS, decimals, lines, summary
from bpdebug.text.formula.tree_rows import CANCEL
from bpdebug.text.numbers import number

PROGRAM = opened("blog").program


def check(text: str) -> DerivationCheck:
    return check_derivation(PROGRAM, PROGRAM.start, text)


def chain(o: str, h: str) -> str:
    """One path from E to b1."""
    return f"dE/d{o}*d{o}/dz{o}*dz{o}/d{h}*d{h}/dz{h}*dz{h}/db1"


def test_the_derivation_of_the_blog() -> None:
    found = check(f"dE/db1 = {chain('o1', 'h1')} + {chain('o2', 'h2')}")
    assert summary(found) == (
        "dE/db1: two of four paths are missing: E → o2 → h1 → b1 and E → o1 → h2 → b1; "
        "your 0.000776 of 0.002388"
    )
    assert lines(found) == [
        "✓ present  E → o1 → h1 → b1  0.0007172  30 %",
        "✗ missing  E → o2 → h1 → b1  0.0012667  53 %",
        "✗ missing  E → o1 → h2 → b1  0.0003450  14 %",
        "✓ present  E → o2 → h2 → b1  0.0000592   2 %",
    ]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1", "dE/dw7: right, its only path is there; 0.0765"),
        ("do1/db1 = do1/dh1*dh1/db1 + do1/dh2*dh2/db1", "right, both paths are there"),
        (
            "dE/db1 = dE/dw1 + dE/dw2",
            "right for these inputs and targets, all four paths are there; 0.00239",
        ),
        (
            "dE/dw7 = tanh(zo1)*h1",
            "dE/dw7: its only path is wrong",
        ),
        (
            "dE/dw7 = (o1 - 0.1)*o1*(1 - 0.889550613969795)*h1",
            "right with these numbers, but not the derivative in general; 0.0765",
        ),
        (
            "dE/dw7 = (0.7896)(0.0983)(0.9866)",
            "right except for the rounding of the numbers in it; your 0.0766 of 0.0765",
        ),
        (
            "dE/dw7 = (t1 - o1)*o1*(1 - o1)*h1",
            "its only path is wrong (wrong sign): E → o1 → w7; your −0.0765 of 0.0765",
        ),
        ("dE/dw7 = 2*(o1 - t1)*o1*(1 - o1)*h1", "(2 times as much as it should be)"),
        ("dE/dw7 = -(o1 - t1)*h1", "(do1/dzo1 is left out, wrong sign)"),
        ("dE/dw7 = (o1 - t1)*(o1*(1 - o1))^2*h1", "(do1/dzo1 is there twice)"),
        ("dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1*x3*w1", "(x3·w1 is too much)"),
        ("dE/dw7 = dE/do1*do1/dzo1*dzo1/dw8", "(dzo1/dw8 in place of dzo1/dw7)"),
        ("dE/dh1 = -dE/do1*do1/dh1 - dE/do2*do2/dh1", "both paths are wrong (wrong sign)"),
        ("dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1 + 3*w1", "one term is no path: 3·w1; your 0.3765"),
        (
            "dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1 + dE/do1*do1/dw7",
            "given more than once: E → o1 → w7; your 0.1531 of 0.0765",
        ),
    ],
)
def test_what_is_found_in_a_sentence(formula: str, words: str) -> None:
    assert words in summary(check(formula))


def test_a_wrong_path_shows_what_it_comes_to_and_why() -> None:
    formula = "((o1 - t1)*o1*(1 - o1)*w7 + (o2 - t2)*o2*(1 - o2)*w9)*h1*(1 - h1)*x3"
    assert lines(check(f"dE/dw5 = {formula} + 3*w1 + 0*w2")) == [
        "✓ present       E → o1 → h1 → w5  0.00359  36 %",
        "≠ wrong factor  E → o2 → h1 → w5  0.00633  64 %  yours 0.00713: w9 in place of dzo2/dh1",
        "+ no path       3·w1              0.30000",
        "+ no path       0·w2                    0",
    ]


def test_of_many_paths_only_those_that_are_not_simply_there_are_listed() -> None:
    found = check(f"dE/db1 = {chain('o1', 'h1')} + {chain('o2', 'h2')}")
    assert lines(found, most=3) == [
        "✗ missing  E → o2 → h1 → b1  0.001267  53 %",
        "✗ missing  E → o1 → h2 → b1  0.000345  14 %",
        "… 2 more",
    ]
    right = check("dE/db1 = dE/dzh1 + dE/dzh2")
    assert lines(right, most=3) == ["… 4 more"]


def test_a_missing_path_without_effect_is_told() -> None:
    program = build(written("a = w*X", "b = tanh(w)", "E = (a + b)*(a + b)", w=1.0, X=0.0))
    assert summary(check_derivation(program, program.start, "dE/dw = dE/db*db/dw")) == (
        "dE/dw: right for these inputs and targets; one of two paths is missing, of no effect "
        "here: E → a → w; 0.6397"
    )


def test_every_kind_of_finding_has_a_glyph() -> None:
    assert set(GLYPHS) == set(PathVerdict)


def test_numbers_have_the_decimals_that_tell_them_apart() -> None:
    for values in ((0.000776447, 0.002388), (0.5, 0.500001), (1e-9, 1.0), (3.0, 3.0)):
        shown = {number(value, decimals(values)) for value in values}
        assert len(shown) == len(set(values))


def test_shares_of_paths_that_cancel_are_explained() -> None:
    program = build(written("a = 3*w", "b = 2*w", "E = a - b", w=1.0))
    found = lines(check_derivation(program, program.start, "dE/dw = dE/da*da/dw"))
    assert found[-1] == CANCEL
    assert "300 %" in found[0]
    assert CANCEL not in lines(check("dE/db1 = dE/dzh1 + dE/dzh2"))
