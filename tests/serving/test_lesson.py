"""What a teacher's screen shows, on its way to other screens."""

from __future__ import annotations

import pytest

from bpdebug.session.bundled import find_session
from bpdebug.session.file.format import PredictionPart, WorkPart
from bpdebug.session.model.lesson import (
    MOST_BYTES,
    Lesson,
    LessonError,
    lesson,
    read_lesson,
    standing_of,
)
from bpdebug.session.session import Session, open_session

DIGEST = "0" * 64


def _session(*actions: str) -> Session:
    session = open_session(find_session("blog"))
    for each in actions:
        session.perform(each)
    return session


def test_who_follows_stands_where_the_teacher_stands() -> None:
    teacher = _session("g 50", "e w7 0.25", "g 20", "e w1 2", "b o1", "watch E", "predict on", "s")
    visitor = _session("g 3", "e w2 5", "2s")
    line = lesson(DIGEST, "w7", teacher.debugger).line()
    seen = read_lesson(line)
    assert (seen.session, seen.selected) == (DIGEST, "w7")
    there = standing_of(seen, visitor.debugger)
    visitor.debugger.stand_as(there)
    mine, theirs = visitor.debugger, teacher.debugger
    assert (mine.position, mine.branch, mine.document) == (
        theirs.position,
        theirs.branch,
        theirs.document,
    )
    assert mine.view.memory().tobytes() == theirs.view.memory().tobytes()
    assert mine.cover is not None
    assert mine.cover == theirs.cover
    # Who follows further has the same again.
    assert lesson(DIGEST, "w7", mine).line() == line


def test_an_answer_of_ones_own_stays_uncovered() -> None:
    teacher = _session("g 4", "predict on", "s")
    visitor = _session()
    visitor.debugger.stand_as(standing_of(lesson(DIGEST, None, teacher.debugger), visitor.debugger))
    visitor.perform("answer 99")
    visitor.perform("answer w7*h1 + w9*h2 + b2")
    assert visitor.debugger.question is None
    there = standing_of(lesson(DIGEST, None, teacher.debugger), visitor.debugger)
    visitor.debugger.stand_as(there)
    assert visitor.debugger.question is None
    assert teacher.debugger.question is not None
    teacher.perform("s")
    there = standing_of(lesson(DIGEST, None, teacher.debugger), visitor.debugger)
    visitor.debugger.stand_as(there)
    assert visitor.debugger.question is not None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"session": "short"}',
        b'{"session": "", "other": 1}',
        b'{"session": "", "work": {"cursor": {"operation": "1"}}}',
        b'{"session": "", "work": {"cursor": {"operation": -1}}}',
        b'{"session": "", "selected": "' + b"x" * 201 + b'"}',
        b"[" * 100_000,
        b'"' + b"x" * MOST_BYTES + b'"',
        b"\xff",
    ],
)
def test_what_is_not_a_lesson_is_refused(line: bytes) -> None:
    with pytest.raises(LessonError):
        read_lesson(line)


@pytest.mark.parametrize(
    "work",
    [
        '{"cursor": {"operation": 999999999}}',
        '{"branch": 7}',
        '{"watches": ["nothing + 1"]}',
        '{"branches": [{"number": 1, "name": "main", "edits": [{"at": 1, "set": "q", "to": 1}]}]}',
    ],
)
def test_a_place_that_the_session_lacks_is_refused_and_changes_nothing(work: str) -> None:
    visitor = _session("5s")
    seen = read_lesson(f'{{"session": "{DIGEST}", "work": {work}}}')
    before = visitor.debugger.standing()
    with pytest.raises(LessonError, match="no such place"):
        standing_of(seen, visitor.debugger)
    assert visitor.debugger.standing() == before


def test_too_much_is_not_sent() -> None:
    parts = [PredictionPart(operation=n, answers=["0.123456"] * 5) for n in range(1, 5_000)]
    seen = Lesson(session=DIGEST, work=WorkPart(predicting=True, predictions=parts))
    with pytest.raises(LessonError, match="too much"):
        seen.line()
