"""Edits: values that a person gives to quantities in the middle of a run.

An edit comes between two operations. It cuts its iteration into segments, in each of which
values follow from the memory at its start and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program


@dataclass(frozen=True, slots=True)
class Edit:
    """A value given to a slot after this many operations since the start of the run."""

    operation: int
    slot: int
    value: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an iteration that no edit interrupts.

    It begins after `since` operations of the iteration. `before` is the memory at its
    beginning, edits made there included, `after` what the rest of the iteration's operations
    make of that.
    """

    since: int
    before: FloatArray
    after: FloatArray


def with_edit(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...]:
    """`edits` and one more, in the place of one of the same slot at the same operation."""
    return with_edits([*edits, edit])


def with_edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits in their order, the last one of those for a slot at the same operation."""
    kept: dict[tuple[int, int], Edit] = {}
    for each in edits:
        place = (each.operation, each.slot)
        kept.pop(place, None)
        kept[place] = each
    return tuple(sorted(kept.values(), key=lambda e: e.operation))


def segments(
    program: Program,
    iteration: int,
    start: FloatArray,
    edits: Iterable[Edit],
    carry_out: Callable[[FloatArray, int], None],
) -> tuple[Segment, ...]:
    """The segments of an iteration from the memory at its `start`, for the edits within it.

    `carry_out` is the program's `rest`. The last memory has what is given to the iteration to
    come, but for what was edited at the very end of this one.
    """
    length = program.operations
    by_place: dict[int, list[Edit]] = {}
    for edit in edits:
        by_place.setdefault(edit.operation - (iteration - 1) * length, []).append(edit)
    found: list[Segment] = []

    def add(since: int, before: FloatArray, ends: int) -> None:
        after = before.copy()
        if since < ends:
            carry_out(after, since)
        if ends == length:
            program.load_observations(after, iteration + 1)
        if since == length:
            _make(by_place[since], after)
        for memory in (before, after):
            memory.flags.writeable = False
        found.append(Segment(since, before, after))

    places = sorted(by_place)
    add(0, start, places[0])
    for number, place in enumerate(places):
        memory = memory_in(program, found[-1], place)
        _make(by_place[place], memory)
        add(place, memory, places[number + 1] if number + 1 < len(places) else length)
    return tuple(found)


def _make(edits: Iterable[Edit], memory: FloatArray) -> None:
    for edit in edits:
        memory[edit.slot] = edit.value


def memory_in(program: Program, segment: Segment, operation: int) -> FloatArray:
    """A copy of the memory after this many operations of the iteration that `segment` is in."""
    written = program.written_at
    done = (written > segment.since) & (written <= operation)
    return np.where(done, segment.after, segment.before)
