"""Walkthroughs: where their stops are, and what is said there with its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpdebug.debugger.conditions import ConditionError, Watch, find_slot, read_watch
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.places import find_place
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.view import Position
from bpdebug.program.program import Program
from bpdebug.session.file.errors import Problem
from bpdebug.session.file.format import StopPart

_MOST_EXPRESSIONS = 1_000
_LONGEST_EXPRESSION = 100

_MOST_PROBLEMS = 20
"""A name that is not there is compared with all others, which takes its time."""


def find_stop(debugger: Debugger, where: str) -> tuple[int, Position]:
    """The branch and the position of a stop, which are the same wherever one stands.

    Raises PositionError if there is no such place, or if it depends on where one stands.
    """
    words = where.split()
    bookmark = debugger.document.bookmarks.get(where.strip())
    if bookmark is not None:
        return bookmark.branch, bookmark.position
    if words[:1] in (["next"], ["last"]) and len(words) > 1:
        raise PositionError(f"{words[0]} depends on where one stands; name an iteration: it 1 E")
    # A name alone means an iteration that would have to be computed before it is known.
    if len(words) == 1 and words[0] not in ("start", "end") and not words[0][0].isdecimal():
        try:
            find_slot(debugger.program, words[0])
        except ConditionError as error:
            raise PositionError(str(error)) from error
        raise PositionError(f"{words[0]} is in every iteration; write it 1 {words[0]}")
    return debugger.branch, find_place(debugger, where)


def parts_of(text: str, program: Program) -> tuple[str | Watch, ...]:
    """Plain text, and the expressions between braces. Raises ConditionError."""
    parts: list[str | Watch] = []
    for number, part in enumerate(re.split(r"\{([^{}]*)\}", text)):
        if number % 2:
            if len(part) > _LONGEST_EXPRESSION:
                message = f"an expression has at most {_LONGEST_EXPRESSION} characters"
                raise ConditionError(message)
            parts.append(read_watch(part, program))
        elif "{" in part or "}" in part:
            raise ConditionError("an expression stands between { and }: {w7}")
        elif part:
            parts.append(part)
    return tuple(parts)


def check_walkthrough(debugger: Debugger, stops: Sequence[StopPart]) -> list[Problem]:
    """What is wrong with the stops of a walkthrough; the first problems, if there are many."""
    if sum(text.count("{") for stop in stops for _, text in _said(stop)) > _MOST_EXPRESSIONS:
        message = f"there are more than {_MOST_EXPRESSIONS:,} expressions in braces"
        return [Problem("walkthrough", message)]
    problems: list[Problem] = []
    for index, stop in enumerate(stops):
        if len(problems) >= _MOST_PROBLEMS:
            break
        problems += _problems(debugger, f"walkthrough[{index}]", stop)
    return problems


def _problems(debugger: Debugger, path: str, stop: StopPart) -> Iterator[Problem]:
    try:
        find_stop(debugger, stop.where)
    except PositionError as error:
        yield Problem(f"{path}.where", str(error))
    if stop.focus is not None:
        try:
            find_slot(debugger.program, stop.focus)
        except ConditionError as error:
            yield Problem(f"{path}.focus", str(error))
    for field, text in _said(stop):
        try:
            parts_of(text, debugger.program)
        except ConditionError as error:
            yield Problem(f"{path}.{field}", str(error))


def _said(stop: StopPart) -> Iterator[tuple[str, str]]:
    """All texts of a stop in which expressions may stand, with their fields."""
    yield "text", stop.text
    if stop.question is not None:
        yield "question.ask", stop.question.ask
        yield "question.answer", stop.question.answer
