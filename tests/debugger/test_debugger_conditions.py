"""Conditions mean what they mean in Python; what is not known yet fires nothing."""

from __future__ import annotations

import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.conditions import ConditionError, find_slot, read_condition
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

from .brute_force import BruteForce, conditions, plain, quantities
from .examples import blog_program, blog_run, program

ITERATIONS = 2


@given(program=programs(), data=st.data())
@FEW
def test_a_condition_holds_where_python_says_so(program: Program, data: st.DataObject) -> None:
    """At every position; and never where a quantity in it is not known."""
    model = BruteForce(program, ITERATIONS)
    debugger = Debugger(program, ITERATIONS)
    text = data.draw(conditions(list(program.element_names()), quantities(program)))
    condition = read_condition(plain(text), program)
    for position in range(0, model.end + 1, max(1, model.end // 25)):
        found = condition.value(debugger.view_at(Position(position)))
        assert found == model.sight(position).evaluate(text), f"{plain(text)} at {position}"


def holds(condition: str, position: int) -> bool:
    """Whether a condition holds somewhere in the blog's run."""
    return read_condition(condition, blog_program()).holds(blog_run().view_at(Position(position)))


@pytest.mark.parametrize(
    ("condition", "position", "expected"),
    [
        ("w7 == 0.7", 0, True),
        ("w7 < 0.7", 35, False),
        ("w7 < 0.7", 36, True),
        ("0.6 < w7 <= 0.7", 0, True),
        ("0.7 < w7 <= 0.8", 0, False),
        ("iteration == 1", 41, True),
        ("iteration == 2", 42, True),
        ("loss > 0.5", 9, True),
        ("E > 0.5", 9, True),
        ("abs(dE/dw7) > 0.05 and w7 < 1", 14, True),
        ("min(w1, w2) == w1", 0, True),
        ("max(w1, w2) == w1", 0, False),
        ("sign(w1 - w2) == -1", 0, True),
        ("isfinite(E)", 9, True),
        ("isnan(E)", 9, False),
        ("not isnan(E)", 9, True),
        ("alpha == 0.01", 0, True),
        ("x2 == 4", 0, True),
        ("w7 - prev(w7) < 0", 36, True),
        ("delta(w7) < 0", 36, True),
        ("delta(w7) == 0", 35, True),
        ("prev(w7) == 0.7", 36, True),
        ("prev(E) > E", 50, True),
        ("iteration % 10 == 1", 0, True),
        ("iteration % 2 == 0", 41, False),
        ("iteration % 2 == 0", 42, True),
        ("-7 % 3 == 2 and 7 % -3 == -2 and 5.5 % 2 == 1.5", 0, True),
        ("2*7 % 4 == 2 and 1 + 7 % 4 == 4", 0, True),
        ("isnan(w7 % 0) and isnan(1/0 % 2)", 0, True),
        ("W1[1,2] == w2 and W2[1,1] == w7 and x[2] == x2", 0, True),
        ("dE/dW2[1,1] == dE/dw7", 41, True),
        ("do[1]/dzo[1] == do1/dzo1", 41, True),
        ("max(W1) == w6 and min(W1) == w1", 0, True),
        ("max(abs(dE/dW1)) > 0.001", 41, True),
        ("sum(W1) == w1 + w2 + w3 + w4 + w5 + w6", 0, True),
        ("mean(W1)*6 == sum(W1)", 0, True),
        ("norm(W1) == sqrt(sum(W1^2))", 0, True),
        ("norm(W1) == sqrt(sum(W1*W1))", 0, True),
        ("any(h > 0.9) and not any(h > 1)", 41, True),
        ("all(0.9 < h < 1)", 41, True),
        ("all(h > 0.9 and not h > 1)", 41, True),
        ("any(isnan(W1)) or all(isfinite(W1))", 0, True),
        ("max(max(W1, 0.3)) == w6 and min(max(W1, 0.3)) == 0.3", 0, True),
        ("max(abs(delta(W1))) == 0", 0, True),
        ("norm(W1 - prev(W1)) == norm(delta(W1)) and norm(delta(W1)) > 0", 41, True),
        ("max(W1) == max(w6, w1)", 0, True),
        ("delta(E) < 0", 50, True),
    ],
)
def test_what_conditions_can_say(condition: str, position: int, expected: bool) -> None:
    assert holds(condition, position) is expected


@pytest.mark.parametrize("position", [0, 3, 43, 44])
def test_an_array_has_a_value_when_all_its_elements_have_one(position: int) -> None:
    """h1 is the second operation, h2 the fourth."""
    assert not holds("max(h) > 0", position)
    assert not holds("not max(h) > 0", position)
    assert holds("max(h) > 0", position // 41 * 41 + 4)


@given(program=programs(), data=st.data())
@FEW
def test_an_element_is_called_by_its_indices_too(program: Program, data: st.DataObject) -> None:
    for quantity in program.quantities.values():
        if not quantity.shape or quantity.kind in (Kind.LOCAL, Kind.STATE):
            continue
        place = data.draw(st.integers(0, quantity.size - 1))
        indices = ",".join(map(str, quantity.indices(place)))
        assert find_slot(program, f"{quantity.name}[{indices}]") == quantity.offset + place
        beyond = ",".join(str(size + 1) for size in quantity.shape)
        with pytest.raises(ConditionError, match="there is no quantity"):
            find_slot(program, f"{quantity.name}[{beyond}]")


@pytest.mark.parametrize(
    ("condition", "position"),
    [
        ("{} == {}", 8),
        ("not {} == {}", 8),
        ("isnan({})", 8),
        ("not isfinite({})", 8),
        ("{} > 0 or w7 == 0.7", 8),
        ("w7 == 0.7 or {} > 0", 8),
        ("not ({} > 0 and w7 == 1)", 8),
        ("{} == {}", 49),
        ("isfinite({})", 49),
        ("delta({}) != 0", 8),
        ("delta({}) != 0", 49),
    ],
)
def test_what_is_not_known_makes_the_whole_unknown(condition: str, position: int) -> None:
    """The loss is the ninth operation; before it, it is unknown, or stale."""
    assert not holds(condition.replace("{}", "E"), position)


@pytest.mark.parametrize("condition", ["prev(E) < 1", "not prev(E) < 1", "delta(E) != 0"])
@pytest.mark.parametrize("position", [8, 9, 41])
def test_in_the_first_iteration_nothing_computed_has_a_value_before(
    condition: str, position: int
) -> None:
    """Not computed yet is neither zero nor a number that differs from everything."""
    assert not holds(condition, position)


def test_the_value_before_is_there_from_the_second_iteration_on() -> None:
    assert holds("prev(E) < 1", 9 + 41)
    assert holds("delta(E) != 0", 9 + 41)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("w77 < 1", "there is no quantity w77; did you mean w7?"),
        ("dE/dw77 < 1", "there is no quantity dE/dw77; did you mean dE/dw7?"),
        ("w7 <", "column 5"),
        ("w7", "column 3: expected a comparison"),
        ("prev(w7 + 1) > 0", "prev() takes the name of a quantity"),
        ("delta(nothing) > 0", "there is no quantity nothing"),
        ("zzzzzzz > 0", "there is no quantity zzzzzzz"),
        ("zeta(w7) > 0", "column 1: there is no function zeta; there are exp, log,"),
        ("dE/dW1[4,1] > 0", "no quantity dE/dW1[4,1]; dE/dW1 goes up to dE/dW1[3,2]"),
        ("W1 > 0", "its value is an array of 3×2 elements; take max, min, sum, mean or norm of it"),
        ("w7 > 0 and h > 0", "its value is an array of 2 elements"),
        ("max(W1, 0.3) > 0", "its value is an array of 3×2 elements"),
        ("max(W1 - W2) > 0", "arrays of 3×2 and 2×2 elements cannot be combined"),
        ("any(h > W1)", "arrays of 2 and 3×2 elements cannot be combined"),
        ("norm(w7) > 0", "norm() of one value takes an array, such as W1 or dE/dW1"),
        ("max(prev(W1 + 1)) > 0", "prev() takes the name of a quantity"),
        ("W1[1] > 0", "there is no quantity W1[1]; W1 goes up to W1[3,2]"),
        ("sum(i: W1[i,1]) > 0", "a sum over i works in equations only"),
        ("max(i: W1[i,1]) > 0", "max over i works in equations only"),
    ],
)
def test_an_error_says_where_and_what_would_be_right(condition: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(condition, blog_program())
    assert message in str(caught.value)


def test_a_quantity_called_iteration_or_loss_is_itself() -> None:
    """The names of the debugger give way to those of the model."""
    model = program("E = loss*iteration", loss=3.0, iteration=5.0)
    view = Debugger(model, 2).view
    assert read_condition("loss == 3 and iteration == 5", model).holds(view)


def test_arithmetic_follows_ieee_754() -> None:
    """A division by 0 is infinite or not a number, and compares as such; it raises nothing."""
    assert holds("1/(w7 - w7) > 1000000", 0)
    assert holds("isnan((w7 - w7)/(w7 - w7))", 0)
    assert not holds("(w7 - w7)/(w7 - w7) == 0", 0)
    assert holds("0.1 + 0.2 != 0.3", 0)
