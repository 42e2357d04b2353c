"""Predicting: what is covered cannot be seen, and answers are judged by what is shown."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from generated import programs
from hypothesis import given
from hypothesis import strategies as st
from openings import blog

from bpdebug.debugger.actions import ActionError, perform
from bpdebug.debugger.covering import COVERED, is_covered
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.predictions import Outcome, score
from bpdebug.program.program import Program
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.text.run.predictions import score_words
from bpdebug.text.run.wrong_answers import gives_away, wrong_answer


def asked(place: str) -> Debugger:
    return blog(f"g {place}", "ask")


@given(programs(), st.data())
def test_what_is_covered_is_not_in_the_view_and_all_the_rest_is(
    program: Program, data: st.DataObject
) -> None:
    debugger = Debugger(program, 3)
    perform(debugger, "predict on")
    last = 3 * program.operations
    for _ in range(3):
        perform(debugger, f"g {data.draw(st.integers(0, last))}")
        perform(debugger, data.draw(st.sampled_from(["s", "S", "i", "n", "F", "["])))
        if debugger.question is None:
            assert debugger.shown is debugger.view
            continue
        cover, seen = debugger.cover, debugger.shown
        assert cover is not None
        before, now = debugger.view.memory(), seen.memory()
        assert is_covered(now[cover.slot])
        assert is_covered(seen.value(cover.slot))
        assert is_covered(seen.result())
        others = np.arange(len(now)) != cover.slot
        assert np.array_equal(before[others], now[others], equal_nan=True)
        assert seen.previous(cover.slot) == pytest.approx(
            debugger.view.previous(cover.slot), nan_ok=True
        )
        # As long as that very result lies in its slot it is covered, and no longer.
        length = program.operations
        later = debugger.position.operation + length
        for operation in {min(last, later - 1), min(last, later)}:
            hidden = is_covered(
                debugger.predicting.shown_at(type(debugger.position)(operation)).value(cover.slot)
            )
            assert hidden == (operation < later)
        perform(debugger, data.draw(st.sampled_from(["uncover", "hint"])))
        if debugger.question is None:
            assert debugger.shown is debugger.view


def test_a_cover_survives_arithmetic() -> None:
    assert is_covered(COVERED * 2.0 - 1.0)
    assert is_covered(-COVERED)
    assert not is_covered(math.nan)
    assert not is_covered(1.0)


@pytest.mark.parametrize(
    ("place", "answers"),
    [
        ("it 1 zh1", ["4.3", "4.30", "w1*x1 + w3*x2 + w5*x3 + b1", "4,3"]),
        ("it 1 do1/dzo1", ["0.0983", "0.09826", "o1*(1-o1)", "= o1 - o1*o1"]),
        ("it 1 dE/dw7", ["0.0765", "dE/do1*do1/dzo1*h1"]),
        ("it 1 w7", ["0.6992", "w7 - alpha*dE/dw7"]),
        ("it 2 dE/dw7", ["dE/do1*do1/dzo1*h1"]),
    ],
)
def test_right_answers(place: str, answers: list[str]) -> None:
    for answer in answers:
        debugger = asked(place)
        perform(debugger, f"answer {answer} to 4")
        assert debugger.predicting.last_asked.outcome is Outcome.RIGHT, answer
        assert debugger.question is None


@pytest.mark.parametrize(
    ("place", "answer", "said"),
    [
        ("it 1 do1/dzo1", "o1*o1", "you used o1 for 1 − o1"),
        ("it 1 do1/dzo1", "0.7914", "you used o1 for 1 − o1, and rounded on the way"),
        ("it 1 do1/dzo1", "0.8896", "you left out 1 − o1"),
        ("it 1 dE/dw7", "0.0766", "you rounded too early; use more digits than are shown (+)"),
        ("it 1 dE/dw7", "0.08", "too few decimals; give 4"),
        ("it 1 dE/dw7", "-0.0765", "the sign is wrong"),
        ("it 1 dE/dw7", "0.0776", "you left out dzo1/dw7"),
        ("it 1 dE/do1", "-0.7896", "the sign is wrong"),
        ("it 1 h1", "4.3", "you used zh1 for sigmoid(zh1)"),
        ("it 1 zh1", "w1*x1 + w3*x2 + w5*x3", "you left out b1"),
        ("it 1 w7", "0.7008", "you used w7 + α · dE/dw7 for w7 − α · dE/dw7"),
        ("it 1 dE/db1", "0.0008", "the paths E → o2 → h1 → b1 and E → o1 → h2 → b1 are missing"),
        ("it 1 dE/db2", "0.0776", "the path through o2 is missing"),
        ("it 1 E", "7", "Not right: 7"),
    ],
)
def test_wrong_answers_say_what_went_wrong(place: str, answer: str, said: str) -> None:
    debugger = asked(place)
    perform(debugger, f"answer {answer} to 4")
    assert debugger.question is not None
    found = wrong_answer(debugger, answer)
    assert said in found


def test_what_is_no_slip_in_one_formula_is_looked_for_in_how_it_is_meant() -> None:
    debugger = asked("it 1 zh1")
    found = wrong_answer(debugger, "w1*x1 + w2*x2 + w3*x3 + b1", seconds=30)
    assert found == "Not right: this number comes from: weights misread (W1)"


def test_a_wrong_answer_is_told_without_the_right_one() -> None:
    assert gives_away("wrong factor (dE/dw7: times 0.4836)", 0.0765)
    assert gives_away("values swapped (0.8)", 0.8)
    assert not gives_away("wrong factor (dE/dw10: times 2)", 0.0765)
    assert not gives_away("gradients swapped (dE/dw10 and dE/dw107)", 0.0765)


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (["answer 1"], "nothing is covered here"),
        (["ask"], "no result to cover"),
        (["s", "ask", "answer w77"], "there is no quantity w77"),
        (["s", "ask", "answer zh1"], "not computed yet"),
        (["s", "ask", "answer w1 > 0"], "true or false"),
        (["s", "ask", "uncover now"], "uncover takes nothing after it"),
        (["s", "e zh1 2", "ask"], "no rule gives this value"),
        (["predict maybe"], "predict on"),
    ],
)
def test_what_makes_no_sense_changes_nothing(actions: list[str], said: str) -> None:
    *first, last = actions
    debugger = blog(*first)
    before = debugger.predictions
    with pytest.raises(ActionError, match=said):
        perform(debugger, last)
    assert debugger.predictions == before


def test_an_answer_holds_until_it_is_asked_again() -> None:
    debugger = blog("predict on", "14s", "answer 0.0765", "S")
    assert debugger.question is not None
    perform(debugger, "s")
    assert debugger.question is None
    perform(debugger, "ask")
    assert debugger.question is not None
    perform(debugger, "answer 0.0765")
    perform(debugger, "predict anew")
    assert debugger.question is not None


def test_what_was_asked_for_stays_so_when_not_all_is_covered_and_for_the_next_class() -> None:
    debugger = blog("14s", "ask", "answer 0.0766", "predict on", "s", "hint", "S", "predict off")
    assert debugger.question is not None
    perform(debugger, "s")
    assert debugger.question is None
    for answered in ("answer 0.0765", "uncover"):
        perform(debugger, "S")
        perform(debugger, answered)
        perform(debugger, "s")
        perform(debugger, "predict anew")
        assert debugger.question is None
        perform(debugger, "S")
        assert debugger.question is not None
        assert not debugger.question.answers
        perform(debugger, "s")


def test_the_score() -> None:
    debugger = blog("predict on", "14s", "answer 0.0765")
    for action in (
        "s",
        "hint",
        "answer 1",
        "answer dE/do2*do2/dzo2*h1",
        "s",
        "uncover",
        "s",
        "hint",
        "hint",
    ):
        perform(debugger, action)
    assert score(debugger.predictions) == (4, 2, 1, 1, 3)
    assert score_words(score(debugger.predictions)) == (
        "2 of 4 right, 1 at the first try without a hint; 1 shown; 3 hints"
    )


def test_predictions_are_saved_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "class.json"
    path.write_bytes(find_session("blog").read_bytes())
    session = open_session(path)
    for action in ("predict on", "14s", "answer 0.08 to 3", "hint", "answer 0.0765"):
        session.perform(action)
    session.save(path)
    again = open_session(path)
    assert again.debugger.predictions == session.debugger.predictions
    assert again.debugger.predicting.last_asked.answers == ("0.08", "0.0765")
    assert json.loads(path.read_text("utf-8"))["predicting"] is True
    replayed = blog(*again.part.actions)
    assert replayed.predictions == session.debugger.predictions
