"""Wrong answers, thoroughly: an answer is a figure like any other, and what was right before it is
known, so that only a slip in the operation itself is left.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bpdebug.checks.figures.figure import FigureError, figure_at
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.limit import Limit
from bpdebug.debugger.drive import drive
from bpdebug.debugger.state import DebuggerState

if TYPE_CHECKING:
    from bpdebug.checks.diagnosis.causes import Cause

SECONDS = 0.8
"""How long it may take: somebody waits for the next try."""

_MOST_OPERATIONS = 2_000
"""Of a longer iteration nothing is looked for: it could not be done in time."""

_MOST_RIGHT = 60
"""This many results before the answer are held to be right."""


def slip_behind(debugger: DebuggerState, number: str, seconds: float = SECONDS) -> Cause | None:
    """The one slip that gives a wrong answer for the operation just executed; None if there is
    none or more than one, or if it was not found in time.

    `number` is the answer as it was written, which says how exact it is.
    """
    from bpdebug.checks.diagnosis.diagnosis import diagnosing

    view, program = debugger.view, debugger.program
    if program.operations > _MOST_OPERATIONS or not view.operation:
        return None
    limit = Limit(seconds)
    operations = range(max(1, view.operation - _MOST_RIGHT), view.operation)
    slots = [program.slot(operation) for operation in operations]
    try:
        # As many digits as it takes: these are right.
        figures = [
            figure_at(program, slot, f"{view.value(slot):.17g}", view.iteration, "known")
            for slot in slots
            if math.isfinite(view.value(slot)) and not view.edited(slot)
        ]
        slot = program.slot(view.operation)
        figures.append(figure_at(program, slot, number, view.iteration, "answer"))
    except FigureError:
        return None
    comparisons = drive(compare(debugger, figures), enough=lambda: limit.is_over)
    if comparisons is None:
        return None
    # It comes to an end by itself, with what was found by then.
    diagnosis = drive(diagnosing(debugger, comparisons, limit))
    if diagnosis is None or diagnosis.is_weak or len(diagnosis.causes) != 1:
        return None
    cause = diagnosis.causes[0]
    # What was right before it would not have come out so.
    return None if cause.spoiled else cause
