"""Finding the bug in a session: looks are counted, kept, undone and replayed; older files open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openings import session_of

from bpdebug.debugger.actions import ActionError
from bpdebug.debugger.hunts import HuntScore
from bpdebug.debugger.state import finish
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.find_the_bug import planting
from bpdebug.session.replay.replay import fresh_debugger, replay_actions
from bpdebug.session.session import Session, open_session
from bpdebug.text.run.hunt_score import hunt_score_words
from bpdebug.text.run.hunts import clue_lines, told_lines, told_verdict


@pytest.fixture(scope="module")
def planted() -> SessionPart:
    """The blog's session with do1/dzo1 of the wrong sign."""
    return finish(planting(session_of("blog").part, "blog", 1, "wrong sign"))


WAY = (
    *("s", "s", "s", "S", "g it 2 E", "g 3", "g 5", "suspect dE/dw8 minus", "hint", "3s"),
    *("watch w7", "undo", "suspect dE/dw7", "undo", "predict on", "predict off"),
    "suspect do1/dzo1 wrong sign",
)


def played(part: SessionPart, *actions: str) -> Session:
    session = Session(part, Path("bug.json"))
    for action in actions:
        session.perform(action)
    return session


def test_looks_are_operations_come_to_and_suspects_named(planted: SessionPart) -> None:
    session = played(planted)
    hunting = session.debugger.hunting
    scores = []
    for action in WAY:
        session.perform(action)
        scores.append(hunting.score)
    looks = [score.looks for score in scores]
    # A step back comes to what was counted, and operation 3 as well; so are jumps in a row each.
    assert looks == [1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 9]
    assert scores[-1] == HuntScore(1, 1, 0, 9, 6, 3, 1)
    assert not hunting.is_on
    session.perform("20s")
    assert hunting.score == scores[-1], "what comes after it is found is no look"
    for over in ("suspect dE/dw7", "hint", "reveal"):
        with pytest.raises(ActionError, match="nothing left to find"):
            session.perform(over)
    session.perform("undo")
    assert hunting.is_on
    assert hunting.score.looks == 9, "undoing gives no look back"


def test_what_was_found_is_kept_and_replayed(planted: SessionPart, tmp_path: Path) -> None:
    session, path = played(planted, *WAY), tmp_path / "bug.json"
    session.save(path)
    again = open_session(path)
    assert again.debugger.document.hunt == session.debugger.document.hunt
    assert again.debugger.hunting.score == session.debugger.hunting.score
    debugger = fresh_debugger(again.part, "bug.json")
    assert not [each for each in replay_actions(again.part, debugger) if each.problem]
    assert debugger.hunting.score == session.debugger.hunting.score
    # What was undone before can still be redone: the replay behind it judges the same.
    again.perform("undo")
    assert [each.element for each in again.debugger.document.hunt.suspects] == ["dE/dw8"]
    old = json.loads(path.read_text("utf-8"))
    del old["hunt"]
    assert parse_session(json.dumps(old), "old").hunt.suspects == []


def test_a_check_is_no_look(planted: SessionPart) -> None:
    from bpdebug.session.model.asking import Asked, Asking

    session = played(planted)
    finish(Asking(session.part, session.debugger).checking(Asked(2)))
    assert session.debugger.hunting.score.looks == 0


def test_hints_lead_from_the_phase_to_the_mistake(planted: SessionPart) -> None:
    session = played(planted, *["hint"] * 3)
    assert session.debugger.hunting.is_on
    told = " ".join(clue_lines(session.debugger))
    assert told == ("It is in the backward phase. It is in layer 2, do/dzo. It is in do1/dzo1.")
    session.perform("hint")
    assert clue_lines(session.debugger)[-1].startswith("It is wrong sign (do1/dzo1): a derivative")
    assert hunt_score_words(session.debugger.hunting.score) == "told after 0 looks; 4 hints"
    assert "  do1/dzo1 = −(o1(1 − o1))" in told_lines(session.debugger)


def test_a_verdict_has_the_evidence_of_the_run(planted: SessionPart) -> None:
    session = played(planted, "suspect dE/dw8", "suspect dE/dw7", "suspect x1 values swapped")
    session.perform("suspect do1/dzo1 factor left out")
    session.perform("suspect do1/dzo1 wrong sign")
    debugger = session.debugger
    found = [told_verdict(debugger, each) for each in debugger.document.hunt.suspects]
    apart, after, given, another, right = ("\n".join(each.lines) for each in found)
    assert "It follows from its own inputs, and is right in iteration 1:" in apart
    assert "= (0.7504)(0.1598)(0.9866)" in apart
    assert "Its formula is right; what goes wrong comes before it" in after
    assert "x1 is given, and it is the right number." in given
    assert "the mistake is another one" in another
    assert "factor left out would make it 0.1104; it is −0.0983" in another
    assert "−(o1(1 − o1))" in right
    assert "do1/dzo1 = o1(1 − o1)" in right
    assert "makes 0.0983 into −0.0983" in right
    assert [each.place for each in found][-1] == "it 1 do1/dzo1"
    # What is to be predicted stays covered.
    session.perform("predict on")
    assert "0.1598" not in "\n".join(
        told_verdict(debugger, debugger.document.hunt.suspects[0]).lines
    )


@pytest.mark.parametrize(
    ("hunt", "problem"),
    [
        ({"suspects": [{"element": "q", "verdict": "wrong"}]}, "there is no such quantity"),
        ({"suspects": [{"element": "E", "verdict": "right", "bug": 2}]}, "1 mistake is planted"),
        ({"suspects": [{"element": "E", "verdict": "right"}]}, "what is right has the number"),
        ({"hints": [3]}, "1 mistake is planted"),
    ],
)
def test_a_hunt_that_cannot_be_is_refused(
    planted: SessionPart, hunt: dict[str, Any], problem: str
) -> None:
    data = planted.model_dump(mode="json", exclude_defaults=True) | {"hunt": hunt}
    with pytest.raises(SessionError, match=problem):
        Session(parse_session(json.dumps(data), "test"), Path("bug.json"))


def test_where_nothing_is_planted_there_is_nothing_to_find() -> None:
    session = played(session_of("blog").part)
    for action in ("suspect w7", "reveal"):
        with pytest.raises(ActionError, match="no mistake is planted"):
            session.perform(action)
    data = session.snapshot().model_dump(mode="json", exclude_defaults=True)
    with pytest.raises(SessionError, match="no mistake is planted"):
        Session(parse_session(json.dumps(data | {"hunt": {"hints": [1]}}), "t"), Path("t.json"))
