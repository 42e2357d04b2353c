"""Breaking formulas into lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.text.wrapping import shortened, wrap_formula, wrap_marked


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("a + b", 20, ["a + b"]),
        ("w1·x1 + w3·x2 + w5·x3 + b1", 14, ["w1·x1 + w3·x2", "+ w5·x3 + b1"]),
        ("(0.79)(0.098)(0.9866)", 14, ["(0.79)(0.098)", "(0.9866)"]),
        (
            "dE/dh1 · dh1/dzh1 · dzh1/db1 + dE/dh2 · dh2/dzh2 · dzh2/db1",
            28,
            ["dE/dh1 · dh1/dzh1 · dzh1/db1", "+ dE/dh2 · dh2/dzh2", "· dzh2/db1"],
        ),
        (
            "0.5((0.8896 − 0.1)² + (0.8004 − 0.05)²)",
            20,
            ["0.5((0.8896 − 0.1)²", "+ (0.8004 − 0.05)²)"],
        ),
        (
            "2(1 / (exp(0.88) + 1)) − 2(exp(0.88))",
            24,
            ["2(1 / (exp(0.88) + 1))", "− 2(exp(0.88))"],
        ),
        ("abcdefghijkl", 8, ["abcdefgh", "ijkl"]),
        ("(x1_2·conv_weight1_1", 18, ["(x1_2", "·conv_weight1_1"]),
        ("dlog_softmax1/dlog_softmax_sum", 14, ["dlog_softmax1", "/dlog_softmax_", "sum"]),
    ],
)
def test_breaks(text: str, width: int, expected: list[str]) -> None:
    assert wrap_formula(text, width) == expected


pieces = st.sampled_from(
    ["w1·x1", "(0.79)(0.1)", " + ", " − ", " · ", " / ", "exp(2·n)", "((a + b))"]
)


@given(st.lists(pieces, min_size=1, max_size=20).map("".join), st.integers(8, 50))
def test_no_line_is_too_long_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap_formula(text, width)
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(
    st.lists(pieces, min_size=1, max_size=20).map("".join),
    st.integers(8, 50),
    st.tuples(st.integers(0, 30), st.integers(1, 10)),
)
def test_what_is_marked_is_marked_wherever_the_line_is_broken(
    text: str, width: int, place: tuple[int, int]
) -> None:
    start, length = place
    found = wrap_marked(text, width, (start, start + length))
    assert [line for line, _ in found] == wrap_formula(text, width)
    marked = "".join(line[slice(*span)] for line, span in found if span)
    assert marked.replace(" ", "") == text[start : start + length].replace(" ", "")
    assert all(span is None for _, span in wrap_marked(text, width, None))


@pytest.mark.parametrize(
    ("name", "width", "expected"),
    [
        ("w7", 2, "w7"),
        ("conv_weight1_1_2", 11, "conv_…1_1_2"),
        ("dloss/dhidden_sum", 12, "dloss/…n_sum"),
        ("weight1_2_3_4_5", 8, "w…_3_4_5"),
        ("weight", 3, "we…"),
        ("weight", 0, ""),
    ],
)
def test_a_long_name_keeps_its_indices(name: str, width: int, expected: str) -> None:
    assert shortened(name, width) == expected
    assert len(expected) <= width
