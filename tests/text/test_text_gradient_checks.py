"""The gradient check and the V in words and columns."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from generated import written
from openings import opened

from bpdebug.checks.gradients.gradient import GradientCheck, GradientReason, memories
from bpdebug.checks.gradients.sampling import DirectionCheck, GradientChecks, checking_all
from bpdebug.checks.gradients.step_sizes import StepPoint, StepSizes, step_sizes
from bpdebug.debugger.state import finish
from bpdebug.program.build import build
from bpdebug.text.findings.gradients import check_lines, check_row, error_text, summary
from bpdebug.text.findings.step_sizes import BEST, KINK, POINT, step_plot, step_words

RIGHT = GradientCheck(
    "w", 0, 0.25, 0.25, 0.2500001, 2.0**-17, 0.0, 4e-7, ok=True, reason=GradientReason.NONE
)


@cache
def checks_of(name: str) -> GradientChecks:
    debugger = opened(name)
    return finish(checking_all(debugger.program, *memories(debugger.history, 1)))


@cache
def v_of(session: str, name: str) -> StepSizes:
    debugger = opened(session)
    slot = debugger.program.slot_named(name)
    assert slot is not None
    before, _ = memories(debugger.history, 1)
    return finish(step_sizes(debugger.program, before, slot))


# The check


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_line_for_each_parameter_in_the_width(width: int) -> None:
    lines = check_lines(checks_of("blog-published"), width)
    assert max(map(len, lines)) <= width
    assert len(lines) == 12 + 2
    rows = [line.split() for line in lines[1:-1]]
    assert [(row[1], row[0]) for row in rows if row[-1] == "wrong"] == [("b1", "✗")]
    assert {row[0] for row in rows if row[-1] == "agrees"} == {"✓"}
    assert lines[-1] == "checked 12 gradients: 1 is wrong: dE/db1"


def test_columns_stand_below_each_other() -> None:
    heading, *rows, _ = check_lines(checks_of("blog"), 100)
    end = heading.index("rel. error") + len("rel. error")
    assert all(row[end - 1] != " " and row[end] == " " for row in rows)


def test_the_values_of_a_line() -> None:
    found = next(each for each in checks_of("blog-published").wrong)
    row = check_row(found, 4)
    assert (row.name, row.backprop, row.complex_step, row.central, row.error) == (
        *("b1", "0.0007764", "0.002388", "0.002388"),
        "6.7e−1",
    )


def test_reasons_say_what_cannot_be_trusted() -> None:
    kink = replace(RIGHT, central=0.125, central_error=0.5, reason=GradientReason.KINK)
    row = check_row(kink)
    assert (row.mark, row.verdict, row.reason) == (
        *("✓", "agrees"),
        "central difference: a kink within the step",
    )
    saturated = replace(RIGHT, backprop=0.0, error=1.0, reason=GradientReason.SATURATED)
    row = check_row(saturated)
    assert (row.mark, row.verdict) == ("?", "undecided")
    assert row.reason.startswith("saturation")
    checks = GradientChecks((kink, saturated), (), 2)
    lines = check_lines(checks, 80)
    assert [line.strip() for line in lines[2::2]] == [check_row(kink).reason, row.reason]
    assert lines[-1] == "checked 2 gradients: none is wrong; 1 could not be decided"


def test_a_sample_says_of_how_many() -> None:
    right = DirectionCheck(1, 1.5, 1.5, 0.0, ok=True)
    wrong = DirectionCheck(2, 1.5, 2.5, 0.4, ok=False)
    sample = GradientChecks((RIGHT,), (right, right), 101770)
    assert summary(sample) == (
        "checked 1 of 101,770 gradients, some of every quantity, "
        "and 2 random directions over all of them: all agree"
    )
    off = summary(replace(sample, directions=(right, wrong)))
    assert off.endswith("over all of them: 1 of 2 directions disagree")
    assert check_row(wrong)[:3] == ("✗", "direction 2", "1.5")


def test_many_wrong_ones_are_not_all_named() -> None:
    wrong = tuple(replace(RIGHT, name=f"w{n}", ok=False) for n in range(1, 8))
    assert summary(GradientChecks(wrong, (), 7), "L") == (
        "checked 7 gradients: 7 are wrong: dL/dw1, dL/dw2, dL/dw3, dL/dw4, dL/dw5, …"
    )


def test_without_parameters_there_is_nothing_to_check() -> None:
    assert check_lines(GradientChecks((), (), 0), 80) == ["no parameter has a gradient"]


def test_errors_as_people_read_them() -> None:
    assert [error_text(error) for error in (0.0, 3.2e-15, 0.674, float("inf"))] == [
        *("0", "3.2e−15", "6.7e−1", "∞")
    ]


# The V


@pytest.mark.parametrize(("width", "height"), [(40, 10), (80, 18), (120, 40)])
def test_the_v_in_its_room(width: int, height: int) -> None:
    """As many lines as there are, and both arms: the best step lies between and below."""
    lines = step_plot(v_of("blog", "w5"), width, height)
    assert len(lines) == height
    assert max(map(len, lines)) <= width
    plot = lines[: height - 2]
    (best_row,) = (row for row, line in enumerate(plot) if BEST in line)
    best = plot[best_row].index(BEST)
    tops = [
        min(row for row, line in enumerate(plot) if POINT in line[side])
        for side in (slice(7, best), slice(best + 1, None))
    ]
    assert max(tops) < height // 4
    assert best_row >= height - 4


def test_the_points_of_a_v_lie_where_their_numbers_are() -> None:
    """Ten times the error is a decade up, a quarter of it two halvings to the left."""
    points = tuple(StepPoint(2.0**-n, 1.0, 10.0 ** -(n % 7), n == 3) for n in range(1, 8))
    lines = step_plot(StepSizes("w", 0, 1.0, points, None, None), 7 + 7, 7 + 2)
    assert step_plot(StepSizes("w", 0, 1.0, points, None, None), 7 + 7, 5) == []
    assert lines == []
    lines = step_plot(StepSizes("w", 0, 1.0, points, None, None), 7 + 19, 7 + 2)
    cells = [line[7:].ljust(19) for line in lines[:7]]
    found = {
        (row, column): sign
        for row, line in enumerate(cells)
        for column, sign in enumerate(line)
        if sign != " "
    }
    assert found == {
        (n % 7, 18 - 3 * (n - 1)): KINK if n == 3 else BEST if n == 6 else POINT
        for n in range(1, 8)
    }
    assert [line[:6].strip() for line in lines[:7:2]] == ["1e0", "1e−2", "1e−4", "1e−6"]


def test_what_limits_the_steps_in_words() -> None:
    words = step_words(v_of("blog", "w5"))
    assert words[0] == "complex step: dE/dw5 = 0.0099195594 (needs no step size)"
    assert words[1] == "best step: 2⁻¹⁷ = 7.63e−6, relative error 1.0e−9"
    assert words[2] == "wider: truncation, error about 3.9·h² (÷4 when h halves)"
    assert re.fullmatch(
        r"smaller: rounding, error about \d.*e−1[45]/h \(×2 when h halves\)", words[3]
    )


def test_words_where_something_else_limits_or_nothing_does() -> None:
    program = build(written("E = relu(w) + X*w", X=0.3, w=0.1))
    words = step_words(finish(step_sizes(program, program.start, program.slot_named("w") or 0)))
    assert words[2] == "wider: a kink lies within steps from 2⁻³ = 0.125 on"
    exact = v_of("two-paths", "a")
    assert step_words(exact)[1].startswith("no step size gives an error here")
    assert step_plot(exact, 80, 20) == []
    program = build(written("E = w^2", w=0.0))
    flat = finish(step_sizes(program, program.start, program.slot_named("w") or 0))
    assert step_words(flat) == ["dE/dw = 0: central differences have no relative error here"]
    assert step_plot(flat, 80, 20) == []
