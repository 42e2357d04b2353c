"""Names with their digits below the line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.text.subscripts import subscripted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("dE/dw7 = dE/do1 · do1/dzo1", "dE/dw₇ = dE/do₁ · do₁/dzo₁"),
        ("w10 0.1", "w₁₀ 0.1"),
        ("h1[2]", "h₁[2]"),
        ("0.7896(0.0983)", "0.7896(0.0983)"),
        ("4.04e−5, 1e5, 1.5e10", "4.04e−5, 1e5, 1.5e10"),
        ("iteration 1/100", "iteration 1/100"),
        ("v_w7", "v_w7"),
        ("h1² + (o1 − t1)²", "h₁² + (o₁ − t₁)²"),
    ],
)
def test_names_and_numbers(text: str, wanted: str) -> None:
    assert subscripted(text) == wanted


@given(st.text())
def test_a_text_keeps_its_length_and_twice_is_once(text: str) -> None:
    assert len(subscripted(text)) == len(text)
    assert subscripted(subscripted(text)) == subscripted(text)
