"""Stretches of a run: from one operation to another, or the stops of a walkthrough."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.places import find_place
from bpdebug.debugger.state import PositionError
from bpdebug.export.written_out import ExportError
from bpdebug.session.session import Session

MOST_OPERATIONS = 1_000
"""A longer stretch is not a handout: it would have some fifty pages."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Operations `first` to `last`, counted from 1 since the start of the run, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Walk:
    """The stops of the session's walkthrough."""


def iteration_stretch(session: Session, iteration: int) -> Stretch:
    """A whole iteration, from 1. Raises ExportError if there is none, or if it is too long."""
    debugger = session.debugger
    if not 1 <= iteration <= debugger.iterations:
        raise ExportError(
            f"there is no iteration {iteration}; the session has {debugger.iterations}"
        )
    length = debugger.program.operations
    return _checked(Stretch((iteration - 1) * length + 1, iteration * length))


def read_stretch(session: Session, start: str | None = None, until: str | None = None) -> Stretch:
    """The stretch from the operation at one place to that at another, as places are written.

    Without a start it is that of the iteration, without an end that of the iteration; without both
    the first iteration. A name alone as an end is the next operation that computes it; `it 3` alone
    as an end is the end of that iteration. Raises ExportError for places that are not there, and
    for a stretch that goes backward or is too long.
    """
    debugger = session.debugger
    length = debugger.program.operations
    if start is None and until is None:
        return iteration_stretch(session, 1)
    first = None if start is None else max(1, _place(debugger, start))
    if until is None:
        assert first is not None
        return _checked(Stretch(first, -(-first // length) * length))
    last = _end(debugger, until, first)
    if first is None:
        first = (last - 1) // length * length + 1
    if last < first:
        raise ExportError(
            f"{start or 'the start'} is operation {first}, which comes after {until}, operation "
            f"{last}; give the earlier place first"
        )
    return _checked(Stretch(first, last))


def _end(debugger: Debugger, until: str, first: int | None) -> int:
    """The last operation of a stretch that begins with `first`."""
    length = debugger.program.operations
    iteration = re.fullmatch(r"it\s+(\d{1,15})", until.strip())
    if iteration:
        return _place(debugger, until) + length - 1
    last = max(1, _place(debugger, until))
    if first is not None and len(until.split()) == 1 and not until.strip()[0].isdecimal():
        is_named = until.strip() not in ("start", "end", *debugger.document.bookmarks)
        if is_named:
            last = first + (last - first) % length
    if last > debugger.end.operation:
        raise ExportError(f"{until} is not computed again after operation {first}")
    return last


def _place(debugger: Debugger, text: str) -> int:
    """How many operations are executed at a place."""
    bookmark = debugger.document.bookmarks.get(text.strip())
    if bookmark is not None and bookmark.branch == debugger.branch:
        return bookmark.position.operation
    word = text.split()[:1]
    if word in (["next"], ["last"]):
        raise ExportError(f"{word[0]} depends on the current position; name an iteration: it 1 E")
    try:
        return find_place(debugger, text).operation
    except PositionError as error:
        raise ExportError(str(error)) from error


def _checked(stretch: Stretch) -> Stretch:
    count = stretch.last - stretch.first + 1
    if count > MOST_OPERATIONS:
        raise ExportError(
            f"found {count:,} operations, expected at most {MOST_OPERATIONS:,}; choose a shorter "
            "stretch with --from and --until"
        )
    return stretch
