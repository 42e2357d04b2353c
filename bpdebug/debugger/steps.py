"""Step sizes: one table, each with its key, its mirror image and where it leads.

A step forward leads to the next boundary after the position, a step backward to the last
one before it, so each undoes the other. Another step size is another entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bpdebug.debugger.view import Position
from bpdebug.program.program import Integers, Program


@dataclass(frozen=True, slots=True)
class StepSize:
    """How far one step goes: `key` forward, `back` the same backward in time; `word` is what it is
    called where words are typed, as in gdb.
    """

    name: str
    word: str
    key: str
    back: str
    help: str
    move: Callable[[Program, Position, int], Position]


def _arithmetic(program: Program, position: Position, direction: int) -> Position:
    iterations, operation = divmod(position.operation, program.operations)
    before = program.arithmetic_before
    place = int(before[operation]) + position.arithmetic + direction
    if place < 0:
        iterations, place = iterations - 1, place + int(before[-1])
    if place == before[-1]:
        return Position((iterations + 1) * program.operations)
    reached = int(np.searchsorted(before, place, side="right")) - 1
    return Position(iterations * program.operations + reached, place - int(before[reached]))


def _to_boundary(
    boundaries: Callable[[Program], Integers],
) -> Callable[[Program, Position, int], Position]:
    def move(program: Program, position: Position, direction: int) -> Position:
        marks, length = boundaries(program), program.operations
        iterations, operation = divmod(position.operation, length)
        if direction > 0:
            later = int(np.searchsorted(marks, operation, side="right"))
            return Position(iterations * length + int(marks[later]))
        if position.arithmetic == 0 and operation == 0:
            iterations, operation = iterations - 1, length
        # In the middle of an operation its own start is the boundary before.
        reach = operation + 1 if position.arithmetic else operation
        earlier = int(np.searchsorted(marks, reach)) - 1
        return Position(iterations * length + int(marks[earlier]))

    return move


@lru_cache(maxsize=16)
def _every_operation(program: Program) -> Integers:
    return np.arange(program.operations + 1, dtype=np.int64)


@lru_cache(maxsize=16)
def layer_ends(program: Program) -> Integers:
    """The operations after which a layer's part of a phase is over, 0 first."""
    return _ends(program, [(s.phase, s.layer) for s in program.statements])


@lru_cache(maxsize=16)
def phase_ends(program: Program) -> Integers:
    """The operations after which a phase is over, 0 first."""
    return _ends(program, [s.phase for s in program.statements])


def _ends(program: Program, groups: Sequence[object]) -> Integers:
    number_of = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    numbers = np.array([number_of[group] for group in groups], dtype=np.int64)
    of_operation = numbers[program.statement_of]
    changes = np.flatnonzero(np.diff(of_operation)) + 1
    return np.concatenate(([0], changes, [program.operations])).astype(np.int64)


def _iteration(program: Program, position: Position, direction: int) -> Position:
    return Position(position.operation + direction * program.operations, position.arithmetic)


def walk(
    size: StepSize, program: Program, start: Position, count: int, end: Position
) -> Position | None:
    """Where `count` steps lead, backward if it is negative; None if that is beyond the start
    or the `end` of history.

    Every iteration has its boundaries at the same places. So of a great number of steps only
    those are walked that do not make whole iterations.
    """
    position, direction, left = start, 1 if count > 0 else -1, abs(count)
    mark, since_mark = Position(-1), 0
    while left:
        moved = size.move(program, position, direction)
        if not Position() <= moved <= end:
            return None
        position, left = moved, left - 1
        since_mark += 1
        around = mark.operation + direction * program.operations
        if mark.operation < 0:
            mark, since_mark = position, 0
        elif position == Position(around, mark.arithmetic):
            # With a part of an operation done, the very end is out of reach.
            reach = end.operation - 1 - position.operation if direction > 0 else position.operation
            rounds = min(left // since_mark, max(0, reach) // program.operations)
            far = position.operation + direction * rounds * program.operations
            position, left = Position(far, position.arithmetic), left - rounds * since_mark
            mark, since_mark = position, 0
    return position


STEP_SIZES = (
    StepSize("arithmetic", "stepi", "i", "I", "one arithmetic step", _arithmetic),
    StepSize("operation", "step", "s", "S", "one operation", _to_boundary(_every_operation)),
    StepSize(
        "layer", "next", "n", "N", "over the layer's part of the phase", _to_boundary(layer_ends)
    ),
    StepSize("phase", "finish", "f", "F", "finish the phase", _to_boundary(phase_ends)),
    StepSize("iteration", "iteration", "]", "[", "one iteration", _iteration),
)
"""Every step size, from the smallest to the greatest."""
