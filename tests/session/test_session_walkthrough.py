"""Walkthroughs: which stops a session may have, and what is said about others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpdebug.debugger.conditions import Watch
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.view import Position
from bpdebug.debugger.walkthrough import find_stop, parts_of
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.write import session_text
from bpdebug.session.model.assemble import make_debugger
from bpdebug.session.replay.replay import fresh_debugger, replay_actions
from bpdebug.session.session import open_session

from .files import changed, one_problem, problems

STOP: dict[str, Any] = {
    "where": "it 1 dE/dw7",
    "title": "The first gradient",
    "text": "It is **{dE/dw7}**.",
    "focus": "w7",
    "question": {"ask": "Why not {w7}?", "answer": "That is the weight."},
}


def with_stop(**changes: Any) -> dict[str, Any]:
    """The blog's session with one stop."""
    return changed({"walkthrough": [STOP | changes]})


def debugger(**changes: Any) -> Debugger:
    """An open debugger of such a session."""
    data = changed({"walkthrough": [STOP], **changes})
    return make_debugger(parse_session(json.dumps(data), "test"), "test")


def test_a_stop_is_read_and_written_as_it_is() -> None:
    part = parse_session(json.dumps(with_stop()), "test")
    assert problems(session_text(part)) == []
    assert parse_session(session_text(part), "test").walkthrough == part.walkthrough
    assert json.loads(session_text(part))["walkthrough"] == [STOP]


def test_only_place_and_title_have_to_be_there() -> None:
    data = changed({"walkthrough": [{"where": "start", "title": "Here"}]})
    assert problems(json.dumps(data)) == []


@pytest.mark.parametrize(
    ("where", "position"),
    [
        ("start", Position()),
        ("end", Position(410_000)),
        ("14", Position(14)),
        ("14+1", Position(14, 1)),
        ("50%", Position(205_000)),
        ("it 2", Position(42)),
        ("it 1 dE/dw7", Position(14)),
        (" it  1  loss ", Position(9)),
        ("here", Position(20)),
    ],
)
def test_where_a_stop_is(where: str, position: Position) -> None:
    found = debugger(bookmarks={"here": {"operation": 20}})
    assert find_stop(found, where) == (1, position)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("dE/dw7", "dE/dw7 is in every iteration; write it 1 dE/dw7"),
        ("dE/dw77", "there is no quantity dE/dw77; did you mean dE/dw7?"),
        ("it 1 dE/dw77", "did you mean dE/dw7?"),
        ("it 20000", "iterations go from 1 to 10000"),
        ("999999999", "positions go from 0 to 410000"),
        ("next time w7 changes", "next depends on the current position"),
        ("last E < 0.1", "last depends on the current position"),
        ("it 1 w7 please", "is not a place"),
        ("   ", "a place is missing"),
        ("it 1 x1", "x1 is given"),
    ],
)
def test_where_no_stop_can_be(where: str, message: str) -> None:
    with pytest.raises(PositionError, match=message.replace("?", r"\?")):
        find_stop(debugger(), where)
    problem = one_problem(with_stop(where=where))
    assert problem.path == "walkthrough[0].where"
    assert message in problem.message


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"focus": "w77"}, "focus", "did you mean w7?"),
        ({"text": "so {w77}"}, "text", "did you mean w7?"),
        ({"text": "so {w7"}, "text", "between { and }"),
        ({"text": "so {}"}, "text", ""),
        ({"text": "so {" + "1+" * 60 + "1}"}, "text", "at most 100 characters"),
        ({"question": {"ask": "{q}?", "answer": "no"}}, "question.ask", "no quantity q"),
        ({"question": {"ask": "so?", "answer": "{q}"}}, "question.answer", "no quantity q"),
    ],
)
def test_what_cannot_be_shown(changes: dict[str, Any], path: str, message: str) -> None:
    problem = one_problem(with_stop(**changes))
    assert problem.path == f"walkthrough[0].{path}"
    assert message in problem.message


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"where": ""}, "where"),
        ({"title": ""}, "title"),
        ({"title": "t" * 101}, "title"),
        ({"title": "one\ntwo"}, "title"),
        ({"text": "t" * 4_001}, "text"),
        ({"text": "\x1b[31m"}, "text"),
        ({"text": 7}, "text"),
        ({"question": {"ask": "a" * 501, "answer": "b"}}, "question.ask"),
        ({"question": {"ask": "a"}}, "question.answer"),
        ({"link": "http://example.org"}, "link"),
        ({"question": {"ask": "a", "answer": "b", "points": 3}}, "question.points"),
    ],
)
def test_fields_have_limits(changes: dict[str, Any], path: str) -> None:
    assert one_problem(with_stop(**changes)).path == f"walkthrough[0].{path}"


def test_there_are_not_too_many_stops_or_expressions() -> None:
    assert problems(json.dumps(changed({"walkthrough": [STOP] * 200}))) == []
    assert one_problem(changed({"walkthrough": [STOP] * 201})).path == "walkthrough"
    many = STOP | {"text": "{w7}" * 900}
    assert one_problem(changed({"walkthrough": [many, many]})).path == "walkthrough"


def test_all_wrong_stops_are_told_of_at_once_up_to_a_limit() -> None:
    wrong = STOP | {"where": "it 0", "focus": "q"}
    found = problems(json.dumps(changed({"walkthrough": [wrong, STOP, wrong]})))
    assert [each.path for each in found] == [
        "walkthrough[0].where",
        "walkthrough[0].focus",
        "walkthrough[2].where",
        "walkthrough[2].focus",
    ]
    assert 20 <= len(problems(json.dumps(changed({"walkthrough": [wrong] * 200})))) < 30


def test_texts_fall_into_words_and_expressions() -> None:
    program = debugger().program
    one, watch, two = parts_of("E is {2*E}.", program)
    assert (one, two) == ("E is ", ".")
    assert isinstance(watch, Watch)
    assert watch.text == "2*E"
    assert parts_of("", program) == ()


def test_checking_computes_nothing() -> None:
    """A stop far on in the run takes no time until somebody goes there."""
    data = changed({"walkthrough": [STOP | {"where": "it 900000000 E"}], "iterations": 10**9})
    assert problems(json.dumps(data)) == []


def test_a_walkthrough_that_is_changed_is_saved_replayed_and_undone(tmp_path: Path) -> None:
    path = tmp_path / "led.json"
    path.write_text(json.dumps(changed({"walkthrough": [STOP]})), "utf-8")
    session = open_session(path)
    session.perform("5s")
    session.save(path)
    assert "recorded_from" not in json.loads(path.read_text("utf-8"))
    session = open_session(path)
    session.perform('walkthrough add 1 where "start" title "Begin" text "One\\nTwo" open "xor"')
    session.perform("walkthrough delete 2")
    session.save(path)
    data = json.loads(path.read_text("utf-8"))
    new = {"where": "start", "title": "Begin", "text": "One\nTwo", "open": "xor"}
    assert data["walkthrough"] == [new]
    assert data["recorded_from"] == {"walkthrough": [STOP]}
    replayed = fresh_debugger(session.part, "test")
    assert [stop.title for stop in replayed.document.walkthrough] == [STOP["title"]]
    assert not [each.problem for each in replay_actions(session.part, replayed) if each.problem]
    assert replayed.document == session.debugger.document
    again = open_session(path)
    again.perform("undo")
    again.perform("undo")
    again.save(path)
    data = json.loads(path.read_text("utf-8"))
    assert data["walkthrough"] == [STOP]
    assert "recorded_from" not in data


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"open": "xxor"}, "open", "there is no bundled session xxor; did you mean xor?"),
        ({"open": "../sessions/xor.json"}, "open", "no bundled session"),
        ({"run": "it 99999"}, "run", "iterations go from 1 to 10000"),
        ({"run": "next time w77 < 1"}, "run", "w77"),
    ],
)
def test_where_a_stop_cannot_lead(changes: dict[str, Any], path: str, message: str) -> None:
    assert problems(json.dumps(with_stop(open="xor", run="next time E < 0.1"))) == []
    problem = one_problem(with_stop(**changes))
    assert problem.path == f"walkthrough[0].{path}"
    assert message in problem.message
