"""The timeline: one iteration as a bar, the phases after one another, and the whole run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bpdebug.debugger.steps import phase_ends
from bpdebug.debugger.view import View
from bpdebug.program.program import Phase, Program
from bpdebug.text.marks import gathered

DONE, OPEN = "█", "░"


class TimelineCell(NamedTuple):
    """One character of a bar.

    It stands for positions `first` … `last`, a click on it leads to `goal`, one of them; a
    label has no `goal`. Positions count the operations since the start of the iteration or
    of the run. `marked` says that the character is a mark.
    """

    character: str
    phase: Phase | None = None
    first: int = 0
    last: int = 0
    goal: int | None = None
    marked: bool = False


def timeline(view: View, width: int, marks: Mapping[int, str]) -> list[TimelineCell]:
    """An iteration in at most `width` characters; `marks` are those of its operations.

    Each phase has at least one cell; where there is room each operation has one of its own.
    """
    return _marked(_done(_empty(view.program, width), view.operation), marks.items())


def _done(cells: Iterable[TimelineCell], position: int) -> list[TimelineCell]:
    """The cells with those filled that lead to a position or before it."""
    return [
        cell if cell.goal is None or cell.goal > position else cell._replace(character=DONE)
        for cell in cells
    ]


@lru_cache(maxsize=4)
def _empty(program: Program, width: int) -> tuple[TimelineCell, ...]:
    """An iteration of which nothing is done."""
    spans = _spans(program)
    labels = width >= 60
    room = width - sum((len(phase) + 2 if labels else 1) for phase, _, _ in spans)
    scale = min(1.0, max(0.0, (room - len(spans)) / program.operations))
    cells: list[TimelineCell] = []
    for phase, first, last in spans:
        if cells:
            cells.append(TimelineCell(" ", phase))
        if labels:
            cells.extend(TimelineCell(character, phase) for character in f"{phase} ")
        count = max(1, int((last - first + 1) * scale))
        for number in range(count):
            start = first + (last - first + 1) * number // count
            end = max(start, first + (last - first + 1) * (number + 1) // count - 1)
            cells.append(TimelineCell(OPEN, phase, start, end, end))
    return tuple(cells)


def run_line(
    position: int, end: int, operations: int, width: int, marks: Iterable[tuple[int, str]]
) -> list[TimelineCell]:
    """The whole run in at most `width` characters: `run ████░░░░   300/10000`.

    `position` … `end` count operations, of which an iteration has this many; `marks` are those
    of positions. A cell leads to the end of the first iteration that ends in it; the very
    first leads to the start and the very last to the end.
    """
    iterations = end // operations
    iteration = max(1, -(-position // operations))
    before, behind = "run ", f"  {iteration:>{len(str(iterations))}}/{iterations}"
    count = min(width - len(before) - len(behind), end + 1)
    if count < 1:
        return []
    bar = [
        cell._replace(character=DONE)
        if cell.goal is not None and 0 < position >= cell.goal
        else cell
        for cell in _empty_run(end, operations, count)
    ]
    return [*map(TimelineCell, before), *_marked(bar, marks), *map(TimelineCell, behind)]


@lru_cache(maxsize=4)
def _empty_run(end: int, operations: int, count: int) -> tuple[TimelineCell, ...]:
    """The bar of a run of which nothing is done, `count` cells wide."""
    bar: list[TimelineCell] = []
    for number in range(count):
        first, last = (end + 1) * number // count, (end + 1) * (number + 1) // count - 1
        goal = min(-(-first // operations) * operations, last)
        if number == count - 1:
            goal = end
        bar.append(TimelineCell(OPEN, None, first, last, goal))
    return tuple(bar)


def cell_under(cells: list[TimelineCell], column: int) -> TimelineCell | None:
    """The cell that a click on `column` means, None for a label.

    Left and right of the bar it is the first and the last.
    """
    bar = [number for number, cell in enumerate(cells) if cell.goal is not None]
    if not bar:
        return None
    cell = cells[min(max(column, bar[0]), bar[-1])]
    return None if cell.goal is None else cell


def _marked(cells: list[TimelineCell], marks: Iterable[tuple[int, str]]) -> list[TimelineCell]:
    """The cells with the most insistent mark of those that fall on each."""
    if not (marks := [*marks]):
        return cells
    bar = [number for number, cell in enumerate(cells) if cell.goal is not None]
    starts = [cells[number].first for number in bar]
    found = gathered((bar[bisect_right(starts, at) - 1], sign) for at, sign in marks)
    return [
        cell._replace(character=found[number], marked=True) if number in found else cell
        for number, cell in enumerate(cells)
    ]


def _spans(program: Program) -> list[tuple[Phase, int, int]]:
    """The phases, or the parts they come in, each with its first and its last operation."""
    marks = [int(mark) for mark in phase_ends(program)]
    return [
        (program.statement(first + 1).phase, first + 1, last) for first, last in pairwise(marks)
    ]
