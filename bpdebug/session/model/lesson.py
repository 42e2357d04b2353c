"""A lesson: what a teacher's screen shows, for the screens of those who follow it.

It goes from one process to another as a line of JSON, `{"session": …, "selected": …, "work": …}`,
and is checked like a session file. The work is that of a session file: the position, the branches
with their edits, what is covered, breakpoints, watches and bookmarks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.predictions import Outcome, Predictions
from bpdebug.debugger.state import Standing
from bpdebug.session.file.format import WorkPart
from bpdebug.session.model.work import take_up, work_part

MOST_BYTES = 2**18
"""The size up to which a line is sent and read."""


class LessonError(ValueError):
    """A lesson that cannot be sent, or that cannot be followed; the reason as a sentence."""


class Lesson(BaseModel):
    """What is seen: the digest of the session's file, empty if visitors do not have that session;
    the name of what is selected; and what a person has made of the run.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    session: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
    selected: Annotated[str, Field(max_length=200)] | None = None
    work: WorkPart = WorkPart()

    def line(self) -> bytes:
        """As a line of JSON. Raises LessonError if that is too long."""
        line = self.model_dump_json(exclude_unset=True).encode()
        if len(line) > MOST_BYTES:
            raise LessonError("too much was made in this session to be followed")
        return line


def lesson(session: str, selected: str | None, debugger: Debugger) -> Lesson:
    """What a screen shows."""
    return Lesson(session=session, selected=selected, work=work_part(debugger))


def read_lesson(line: bytes | str) -> Lesson:
    """A lesson that was sent. Raises LessonError."""
    if len(line) > MOST_BYTES:
        raise LessonError(f"a lesson has at most {MOST_BYTES:,} bytes")
    try:
        return Lesson.model_validate_json(line)
    except ValidationError as error:
        raise LessonError(f"not a lesson: {error.errors()[0]['msg']}") from error


def standing_of(seen: Lesson, debugger: Debugger) -> Standing:
    """What a debugger of the same session has to be to stand where the lesson does.

    Results that were answered right here stay uncovered, and the walkthrough is as here. Raises
    LessonError if the session has no such place.
    """
    other = Debugger(debugger.program, debugger.iterations)
    problems = take_up(other, seen.work)
    if problems:
        raise LessonError(f"this session has no such place: {problems[0]}")
    right = {
        (branch, operation): mine
        for (branch, operation), mine in debugger.predictions.asked.items()
        if mine.outcome is Outcome.RIGHT and branch in other.document.branches
    }
    asked = {**other.predictions.asked, **right}
    return replace(
        other.standing(),
        document=replace(other.document, walkthrough=debugger.document.walkthrough),
        predictions=Predictions(other.predictions.on, asked),
    )
