"""A suggestion is the element that somebody means who writes its indices another way."""

from __future__ import annotations

import pytest
from generated import programs
from hypothesis import given

from bpdebug.program.meant import meant_in, name_hint
from bpdebug.program.program import Program
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session


@given(programs())
def test_every_element_is_meant_by_its_indices(program: Program) -> None:
    for quantity in program.quantities.values():
        for place in range(quantity.size if quantity.shape else 0):
            indices = ",".join(map(str, quantity.indices(place)))
            assert meant_in(program, f"{quantity.name}[{indices}]") == quantity.labels(place)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("W1[1,2]", "; did you mean w2?"),
        ("W1_1_2", "; did you mean w2?"),
        ("dE/dW2[2,1]", "; did you mean dE/dw9?"),
        ("do[2]/dzo[2]", "; did you mean do2/dzo2?"),
        ("zh_2", "; did you mean zh2?"),
        ("W1[4,1]", "; W1 goes up to W1[3,2]"),
        ("W1[1]", "; W1 goes up to W1[3,2]"),
        ("h1_2", ""),
        ("W9[1,2]", ""),
        ("W7", "; did you mean w7?"),
        ("w77", "; did you mean w7?"),
        pytest.param("[" * 10_000, "", id="brackets"),
        pytest.param("1_" * 10_000, "", id="indices"),
    ],
)
def test_hints(name: str, hint: str) -> None:
    program = open_session(find_session("blog")).debugger.program
    assert name_hint(program, name) == hint
