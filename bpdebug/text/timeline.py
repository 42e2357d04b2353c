"""The timeline: one iteration as a bar, the phases after one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bpdebug.debugger.steps import phase_ends
from bpdebug.debugger.view import View
from bpdebug.program.program import Phase, Program

DONE, OPEN, MARK = "█", "░", "●"


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of the bar; it stands for operations `first` … `last`, 0 for a label."""

    character: str
    phase: Phase
    first: int = 0
    last: int = 0


def timeline(view: View, width: int, marked: frozenset[int]) -> list[Cell]:
    """The bar in at most `width` characters; operations `marked` carry breakpoints.

    Each phase has at least one cell; where there is room each operation has one of its own.
    """
    spans = _spans(view.program)
    labels = width >= 60
    room = width - sum((len(phase) + 2 if labels else 1) for phase, _, _ in spans)
    scale = min(1.0, max(0.0, (room - len(spans)) / view.program.operations))
    cells: list[Cell] = []
    for phase, first, last in spans:
        if cells:
            cells.append(Cell(" ", phase))
        if labels:
            cells.extend(Cell(character, phase) for character in f"{phase} ")
        count = max(1, int((last - first + 1) * scale))
        for number in range(count):
            start = first + (last - first + 1) * number // count
            end = first + (last - first + 1) * (number + 1) // count - 1
            if any(start <= operation <= end for operation in marked):
                character = MARK
            else:
                character = DONE if view.operation >= end else OPEN
            cells.append(Cell(character, phase, start, max(start, end)))
    return cells


def _spans(program: Program) -> list[tuple[Phase, int, int]]:
    """The phases, or the parts they come in, each with its first and its last operation."""
    marks = [int(mark) for mark in phase_ends(program)]
    return [
        (program.statement(first + 1).phase, first + 1, last) for first, last in pairwise(marks)
    ]
