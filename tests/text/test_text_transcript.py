"""Transcripts: actions, operations and what follows from them, in words."""

from __future__ import annotations

import pytest
from openings import blog, opened

from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.verbs import action_words
from bpdebug.debugger.view import Position
from bpdebug.text.run.transcript import operation_lines, outcome_lines, spoken


@pytest.fixture
def debugger() -> Debugger:
    """The blog's session at its start."""
    return blog()


def _outcome(debugger: Debugger, action: str, every: bool = False) -> list[str]:
    before = debugger.standing()
    perform(debugger, action)
    return list(outcome_lines(debugger, action, before, every))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("20s", "step over 20 operations"),
        ("S", "step back over one operation"),
        ("3i", "take 3 arithmetic steps"),
        ("n", "step over one layer of the phase"),
        ("f", "go to the end of the phase"),
        ("1000]", "step over 1,000 iterations"),
        ("C", "continue back to the previous stop"),
        ("g 41207+3", "go to position 41207 and 3 arithmetic steps"),
        ("g it 300 dE/dw5", "go to where dE/dw5 is computed in iteration 300"),
        ("g 50%", "go to 50 percent of the run"),
        ("g next time w3 changes", "go to the next time that w3 changes"),
        ("T w7", "run back to where w7 was computed last"),
        (
            "b w7 write once hit % 10 if w7 < 0.69",
            "set a breakpoint on w7, when it is written, at every hit that is a multiple of 10, "
            "only if w7 < 0.69, once",
        ),
        ("b phase backward", "set a breakpoint on phase backward"),
        ("change 1 w7 read", "change breakpoint 1 into one on w7, when it is read"),
        ("ignore 1 20", "ignore the next 20 hits of breakpoint 1"),
        ("nonfinite pass", "do not stop at values that are not finite"),
        ("e w7 w7*2", "edit: give w7 the value w7*2"),
        ("branch 2", "go to branch 2"),
        ("branch delete 2", "delete branch 2"),
        ("undo", "undo the last change"),
        ("b w7 sometimes", "set a breakpoint on w7 sometimes"),
    ],
)
def test_actions_in_words(action: str, words: str) -> None:
    assert action_words(action) == words


def test_an_operation_is_a_sentence_and_a_formula(debugger: Debugger) -> None:
    perform(debugger, "13s")
    assert _outcome(debugger, "s") == [
        "Iteration 1, backward, operation 14: the derivative of E with respect to w7, dE/dw7, "
        "is computed.",
        "  dE/dw7 = dE/do1 * do1/dzo1 * dzo1/dw7 = 0.7896*0.0983*0.9866 = 0.0765",
        "Now in iteration 1 of 10000, backward, after operation 14 of 41, dE/dw7; position 14.",
    ]


def test_long_moves_are_summarised(debugger: Debugger) -> None:
    lines = _outcome(debugger, "100s")
    assert sum(line.startswith("Iteration") for line in lines) == 50
    assert "And 50 operations, not listed; the option --all lists them." in lines
    assert lines[-3].startswith("Iteration 3, backward, operation 18")
    assert lines[-1].endswith("position 100.")


def test_all_of_them_are_listed_if_wanted(debugger: Debugger) -> None:
    lines = _outcome(debugger, "100s", every=True)
    assert sum(line.startswith("Iteration") for line in lines) == 100


def test_steps_back_and_stops(debugger: Debugger) -> None:
    perform(debugger, "b w7 if w7 < 0.69")
    lines = _outcome(debugger, "c")
    assert lines[-2] == "Stopped by breakpoint 1, hit 1: w7 goes from 0.6907 to 0.6899."
    assert _outcome(debugger, "2S")[0] == "2 operations undone."
    assert "This is the start of the run." in _outcome(debugger, "C")


def test_edits_and_branches(debugger: Debugger) -> None:
    perform(debugger, "60s")
    perform(debugger, "g 20")
    lines = _outcome(debugger, "e w7 0.5")
    assert "A branch begins here: branch 2, which leaves main at position 20." in lines
    assert "On branch 2, w7 has the value 0.5 from position 20 on." in lines
    lines = _outcome(debugger, "undo")
    assert lines[0] == "Undone: w7 is given the value 0.5."


def test_the_middle_of_an_operation(debugger: Debugger) -> None:
    lines = _outcome(debugger, "3i")
    assert (
        lines[-2] == "Of the next operation, which computes zh1, 3 of 6 arithmetic steps are done."
    )
    assert lines[-1] == "  w1*x1 + w3*x2 + w5*x3 + b1 = 1.3 + 0.5*5 + 0.5"


def test_messages_of_breakpoints(debugger: Debugger) -> None:
    perform(debugger, 'b zh1 log "zh1 is {zh1}"')
    lines = _outcome(debugger, "2]")
    assert "Message of breakpoint 1 at position 42: zh1 is 4.2991" in lines


def test_nothing_is_drawn(debugger: Debugger) -> None:
    perform(debugger, "b w7 if w7 < 0.69")
    for action in ("3]", "3i", "e w7 -0.5", "c", "C", "undo", "g end"):
        for line in _outcome(debugger, action):
            assert line.isascii(), line


def test_numbers_are_said_in_words_where_there_is_none() -> None:
    assert spoken(None) == "not yet computed"
    assert spoken(float("-inf")) == "minus infinity"
    assert spoken(float("nan")) == "not a number"
    assert spoken(-0.25) == "-0.25"


def test_a_sum_that_ends_with_its_own_value_still_says_it() -> None:
    debugger = opened("xor")
    _, formula = operation_lines(debugger.view_at(Position(1)))
    assert formula.endswith(" = 0.5*0 + 0.3*0 + 0.1 = 0.1")
