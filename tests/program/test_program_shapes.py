"""Models whose equations and numbers do not fit together are refused in plain words."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.models.model import Declaration, Model, ModelError, Role, values_of
from bpdebug.notation.parser import parse_equation
from bpdebug.program.build import build
from bpdebug.program.program import Program

GIVEN = {
    "x": np.ones(3),
    "y": np.ones(2),
    "w": np.ones((3, 2)),
    "b": np.array(1.0),
}


def program(*equations: str, trained: str = "") -> Program:
    """The program of some equations in x (3), y (2), w (3×2) and b."""
    declarations = [
        Declaration(name, Role.PARAMETER, values, trained=name in trained.split())
        for name, values in GIVEN.items()
    ]
    return build(Model(tuple(map(parse_equation, equations)), tuple(declarations)))


@pytest.mark.parametrize(
    ("equations", "message"),
    [
        (["E = q"], "equation for E: unknown quantity q"),
        (["E = w[1]"], "equation for E: w takes 2 indices, not 1"),
        (["E = b[1]"], "equation for E: b takes 0 indices, not 1"),
        (["E = x"], "equation for E: x takes 1 index, not 0"),
        (["E = x[4]"], "equation for E: x has no element 4, only 3"),
        (
            ["E = sum(i: x[i]*y[i])"],
            "equation for E: index i runs to 3 in x but to 2 in y",
        ),
        (["q[i] = b", "E = b"], "equation for q[i]: nothing on the right says how far index i"),
        (["q[i,i] = w[i,i]", "E = b"], "equation for q[i,i]: the same index twice on the left"),
        (["q[1] = b", "E = b"], "equation for q[1]: the left side takes index letters"),
        (["b = x[1]", "E = b"], "equation for b: b is given, it cannot be computed"),
        (["q = b", "q = 2*b", "E = q"], "equation for q: q is computed twice"),
        (["E = q", "q = b"], "equation for E: unknown quantity q"),
        (["q = b"], "no equation computes the loss E as a single number"),
        (["E[i] = x[i]"], "no equation computes the loss E as a single number"),
        (["dE/db = b", "E = b"], "equation for dE/db: a model equation computes a plain quantity"),
        (
            ["E = x[1]*sum(i: x[i])"],
            "the equation for E uses x in two ways that can be the same element; "
            "give the sum a name in an equation of its own",
        ),
        (["E = x[j]"], "equation for E: index j is neither on the left nor that of a sum"),
        (["E = sum(i: x[i]) + x[i]"], "index i is neither on the left nor that of a sum"),
        (["E = sum(i: b)"], "equation for E: nothing in the sum over i says how far it runs"),
        (["q[i] = x[i]*sum(i: b)", "E = b"], "equation for q[i]: nothing in the sum over i2"),
        (["E = 2*y[1]"], "E does not depend on x, so it cannot be trained"),
        (["x1 = b", "E = x1"], "x1: the name x1 is taken by an element of x"),
    ],
)
def test_the_message_says_what_does_not_fit(equations: list[str], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        program(*equations, trained="x")
    assert message in str(caught.value)


def test_two_declarations_of_one_name_are_refused() -> None:
    twice = Declaration("x", Role.INPUT, np.ones(1))
    model = Model((parse_equation("E = x[1]"),), (twice, twice))
    with pytest.raises(ModelError, match="declared twice"):
        build(model)


def test_as_many_names_as_elements_are_needed() -> None:
    with pytest.raises(ModelError, match="w has 2 elements but 1 names"):
        Declaration("w", Role.PARAMETER, np.ones(2), ("w1",))


def test_two_elements_of_one_name_are_refused() -> None:
    twice = Declaration("w", Role.PARAMETER, np.ones(2), ("w1", "w1"))
    with pytest.raises(ModelError, match="w: two of its elements have the same name"):
        build(Model((parse_equation("E = w[1]"),), (twice,)))


def test_an_element_cannot_be_called_like_a_function() -> None:
    given = Declaration("w", Role.PARAMETER, np.ones(1), ("exp",))
    with pytest.raises(ModelError, match="the name exp is taken by a function"):
        build(Model((parse_equation("E = w[1]"),), (given,)))


@pytest.mark.parametrize("ragged", [[[1.0, 2.0], [3.0]], [1.0, [2.0]]])
def test_ragged_values_are_refused(ragged: object) -> None:
    with pytest.raises(ModelError, match="the rows have different lengths"):
        values_of(ragged)
