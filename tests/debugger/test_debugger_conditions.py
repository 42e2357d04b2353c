"""Conditions mean what they mean in Python; what is not known yet fires nothing."""

from __future__ import annotations

import pytest
from generated import FEW, programs
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.debugger.conditions import ConditionError, read_condition
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program

from .brute_force import BruteForce, conditions, plain
from .examples import blog_program, blog_run, program

ITERATIONS = 2


@given(program=programs(), data=st.data())
@FEW
def test_a_condition_holds_where_python_says_so(program: Program, data: st.DataObject) -> None:
    """At every position; and never where a quantity in it is not known."""
    model = BruteForce(program, ITERATIONS)
    debugger = Debugger(program, ITERATIONS)
    text = data.draw(conditions(list(program.element_names())))
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
        ("delta(E) < 0", 50, True),
    ],
)
def test_what_conditions_can_say(condition: str, position: int, expected: bool) -> None:
    assert holds(condition, position) is expected


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
