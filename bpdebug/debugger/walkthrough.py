"""Walkthroughs: where their stops are, what is said there with its values, and changing them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpdebug.debugger.conditions import ConditionError, Watch, find_slot, read_watch
from bpdebug.debugger.covering import Cover
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.limits import MOST_EXPRESSIONS, MOST_STOPS
from bpdebug.debugger.places import check_event, find_place
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.view import Position
from bpdebug.debugger.walk_stop import WalkStop, WalkthroughError
from bpdebug.program.program import Program

_LONGEST_EXPRESSION = 100

TOO_MANY = f"there are more than {MOST_EXPRESSIONS:,} expressions in braces"


def find_stop(debugger: Debugger, where: str) -> tuple[int, Position]:
    """The branch and the position of a stop, which are the same wherever one stands.

    Raises PositionError if there is no such place, or if it depends on at the current position.
    """
    words = where.split()
    bookmark = debugger.document.bookmarks.get(where.strip())
    if bookmark is not None:
        return bookmark.branch, bookmark.position
    if words[:1] in (["next"], ["last"]) and len(words) > 1:
        raise PositionError(
            f"{words[0]} depends on the current position; name an iteration: it 1 E"
        )
    # A name alone means an iteration that would have to be computed before it is known.
    if len(words) == 1 and words[0] not in ("start", "end") and not words[0][0].isdecimal():
        try:
            find_slot(debugger.program, words[0])
        except ConditionError as error:
            raise PositionError(str(error)) from error
        raise PositionError(f"{words[0]} is in every iteration; write it 1 {words[0]}")
    return debugger.branch, find_place(debugger, where)


def place_here(debugger: Debugger) -> str:
    """Where one stands, as a stop says it: a bookmark, `it 1 E`, or a position by number."""
    here, program = debugger.position, debugger.program
    for name, each in debugger.document.bookmarks.items():
        if (each.branch, each.position) == (debugger.branch, here):
            return name
    if here == Position():
        return "start"
    iteration, operation = program.locate(here.operation)
    where = f"it {iteration} {program.name(program.slot(operation))}"
    try:
        if find_place(debugger, where) == here:
            return where
    except PositionError:
        pass
    return f"{here.operation}+{here.arithmetic}" if here.arithmetic else f"{here.operation}"


def covers_of(debugger: Debugger, iteration: int) -> tuple[Cover, ...]:
    """What is covered where a whole iteration is written out at once: what is asked for already,
    and what the stops there will cover, as far as it was not answered.
    """
    found = {each.operation: each for each in debugger.predicting.covers_within(iteration)}
    for each in _covers_of_stops(debugger, iteration):
        found.setdefault(each.operation, each)
    return tuple(found[operation] for operation in sorted(found))


def _covers_of_stops(debugger: Debugger, iteration: int) -> Iterator[Cover]:
    program = debugger.program
    for stop in debugger.document.walkthrough:
        if not stop.predict:
            continue
        try:
            branch, position = find_stop(debugger, stop.where)
        except PositionError:
            continue
        key = branch, position.operation
        there, operation = program.locate(position.operation)
        if branch != debugger.branch or there != iteration or not operation:
            continue
        if not position.arithmetic and key not in debugger.predictions.asked:
            yield Cover(position.operation, program.slot(operation))


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
            raise ConditionError("an expression goes between { and }: {w7}")
        elif part:
            parts.append(part)
    return tuple(parts)


def has_too_many_expressions(stops: Sequence[WalkStop]) -> bool:
    """Whether the texts of a walkthrough have more expressions than a session holds."""
    count = sum(text.count("{") for stop in stops for _, text in stop.texts())
    return count > MOST_EXPRESSIONS


def problems_of(debugger: Debugger, stop: WalkStop) -> Iterator[tuple[str, str]]:
    """What is wrong with a stop, each with the field in which it is."""
    try:
        find_stop(debugger, stop.where)
    except PositionError as error:
        yield "where", str(error)
    if stop.focus is not None:
        try:
            find_slot(debugger.program, stop.focus)
        except ConditionError as error:
            yield "focus", str(error)
    for field, text in stop.texts():
        try:
            parts_of(text, debugger.program)
        except ConditionError as error:
            yield field, str(error)
    if stop.open is not None and stop.open not in debugger.sessions():
        import difflib

        near = difflib.get_close_matches(stop.open, debugger.sessions(), n=1)
        hint = f"did you mean {near[0]}?" if near else "bpdebug list names all"
        yield "open", f"there is no bundled session {stop.open}; {hint}"
    if stop.run is not None:
        try:
            is_bookmark = stop.run.strip() in debugger.document.bookmarks
            if not is_bookmark and not check_event(debugger, stop.run):
                find_place(debugger, stop.run)
        except PositionError as error:
            yield "run", str(error)


# Changing


def add_stop(debugger: Debugger, number: int, stop: WalkStop) -> None:
    """Put a stop in, so that it is stop `number`, from 1. Raises WalkthroughError."""
    stops = debugger.document.walkthrough
    if not 1 <= number <= len(stops) + 1:
        raise WalkthroughError(f"a new stop has a number from 1 to {len(stops) + 1}, not {number}")
    if len(stops) >= MOST_STOPS:
        raise WalkthroughError(f"a walkthrough has at most {MOST_STOPS} stops")
    _check(debugger, stop)
    _put(debugger, f"stop {number} added", (*stops[: number - 1], stop, *stops[number - 1 :]))


def change_stop(debugger: Debugger, number: int, stop: WalkStop) -> None:
    """Put a stop in the place of another one. Raises WalkthroughError."""
    stops = _without(debugger, number)
    _check(debugger, stop)
    _put(debugger, f"stop {number} changed", (*stops[: number - 1], stop, *stops[number - 1 :]))


def move_stop(debugger: Debugger, number: int, to: int) -> None:
    """Make a stop the one of another number. Raises WalkthroughError."""
    stops = _without(debugger, number)
    if not 1 <= to <= len(stops) + 1:
        raise WalkthroughError(f"there is no stop {to}; stops go from 1 to {len(stops) + 1}")
    moved = debugger.document.walkthrough[number - 1]
    _put(debugger, f"stop {number} moved to {to}", (*stops[: to - 1], moved, *stops[to - 1 :]))


def delete_stop(debugger: Debugger, number: int) -> None:
    """Take a stop away. Raises WalkthroughError if there is none of that number."""
    _put(debugger, f"stop {number} deleted", _without(debugger, number))


def _without(debugger: Debugger, number: int) -> tuple[WalkStop, ...]:
    """All stops but one. Raises WalkthroughError if that is not there."""
    stops = debugger.document.walkthrough
    if not 1 <= number <= len(stops):
        there = f"stops 1 to {len(stops)}" if stops else "there are none"
        raise WalkthroughError(f"there is no stop {number} ({there})")
    return (*stops[: number - 1], *stops[number:])


def _check(debugger: Debugger, stop: WalkStop) -> None:
    for field, problem in problems_of(debugger, stop):
        raise WalkthroughError(f"{field}: {problem}")


def _put(debugger: Debugger, what: str, stops: tuple[WalkStop, ...]) -> None:
    if has_too_many_expressions(stops):
        raise WalkthroughError(TOO_MANY)
    debugger.change(what, replace(debugger.document, walkthrough=stops))
