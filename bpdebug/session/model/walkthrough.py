"""Walkthroughs: between the stops of a file and those of an open debugger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.debugger.walkthrough import TOO_MANY, has_too_many_expressions, problems_of
from bpdebug.session.bundled import bundled_sessions, course_sessions
from bpdebug.session.file.errors import Problem
from bpdebug.session.file.format import QuestionPart, StopPart

_MOST_PROBLEMS = 20
"""A name that is not there is compared with all others, which takes its time."""

_PATHS = {"ask": "question.ask", "answer": "question.answer"}


def take_up_walkthrough(debugger: Debugger, parts: Sequence[StopPart]) -> list[Problem]:
    """Put the stops of a file into a debugger; returns what is wrong with them, the first
    problems if there are many.
    """
    debugger.sessions = _sessions
    stops = tuple(map(walk_stop, parts))
    debugger.document = replace(debugger.document, walkthrough=stops)
    if has_too_many_expressions(stops):
        return [Problem("walkthrough", TOO_MANY)]
    problems: list[Problem] = []
    for index, stop in enumerate(stops):
        if len(problems) >= _MOST_PROBLEMS:
            break
        problems += _problems(debugger, f"walkthrough[{index}]", stop)
    return problems


def _sessions() -> tuple[str, ...]:
    return (*bundled_sessions(), *course_sessions())


def _problems(debugger: Debugger, path: str, stop: WalkStop) -> Iterator[Problem]:
    for field, problem in problems_of(debugger, stop):
        yield Problem(f"{path}.{_PATHS.get(field, field)}", problem)


_SAME = [each.name for each in fields(WalkStop) if each.name not in _PATHS]
"""The fields that a file has under the same name."""


def walk_stop(part: StopPart) -> WalkStop:
    """The stop that a file describes."""
    question = part.question
    return WalkStop(
        **{name: getattr(part, name) for name in _SAME},
        ask=question.ask if question else None,
        answer=question.answer if question else None,
    )


def stop_parts(stops: Sequence[WalkStop], before: Sequence[StopPart]) -> list[StopPart]:
    """The stops as a file describes them; those that were there `before` just as they were."""
    known = {walk_stop(part): part for part in before}
    return [known.get(stop) or _part(stop) for stop in stops]


def _part(stop: WalkStop) -> StopPart:
    said = {name: getattr(stop, name) for name in _SAME if getattr(stop, name)}
    if stop.ask is not None and stop.answer is not None:
        said["question"] = QuestionPart(ask=stop.ask, answer=stop.answer)
    return StopPart(**said)
