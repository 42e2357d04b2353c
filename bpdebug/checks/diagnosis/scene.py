"""Where a diagnosis takes place: a program, its state before the first iteration, the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.sheet import Sheet, is_wrong
from bpdebug.checks.diagnosis.trial import Trial, carried
from bpdebug.checks.figures.printed import FigureComparison
from bpdebug.debugger.edits import Edit
from bpdebug.debugger.state import DebuggerState
from bpdebug.models.model import ModelError, Style
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.program import Program

_STEPS = 3_000
"""This many statements, in as many iterations as they take, are tried with every mistake."""

_LEAST_ITERATIONS = 20
_MOST_ELEMENTS = 200_000
"""Larger programs are looked at in their own style only."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The program of a run, and the memory before the iteration `first`; mistakes are tried up to
    `last`. `near` are the figures until then, `late` those after it.

    `deltas` is the same program in the style in which every derivative of the loss has a statement
    of its own: slips are made in those.
    """

    program: Program
    deltas: Program
    before: FloatArray
    first: int
    last: int
    near: tuple[FigureComparison, ...]
    late: tuple[FigureComparison, ...]
    edits: tuple[Edit, ...]

    @classmethod
    def of(
        cls,
        debugger: DebuggerState,
        comparisons: Sequence[FigureComparison],
        from_first_wrong: bool = False,
    ) -> Scene | None:
        """None if no figure is wrong. It begins with the first iteration, if that is not too far,
        or with that of the first wrong figure.
        """
        wrong = [c for c in comparisons if is_wrong(c)]
        if not wrong:
            return None
        program = debugger.program
        most = max(_LEAST_ITERATIONS, _STEPS // len(program.statements))
        first = min(c.figure.iteration for c in wrong)
        if first <= most and not from_first_wrong:
            first = 1
        last = min(max(c.figure.iteration for c in comparisons), first + most - 1)
        near = tuple(c for c in comparisons if first <= c.figure.iteration <= last)
        late = tuple(c for c in comparisons if c.figure.iteration > last)
        before = debugger.history.state(first - 1).copy()
        program.load_observations(before, first)
        edits = tuple(debugger.here.edits)
        deltas = program if edits else _in_deltas(program)
        return cls(program, deltas, before, first, last, near, late, edits)

    def trial(self) -> Trial:
        """The run, to be altered as a whole."""
        return Trial(self.program, self.before, self.first, self.last)

    def trial_of(self, program: Program) -> Trial:
        """The run of another program of the same model."""
        before = carried(self.program, self.before, program)
        return Trial(program, before, self.first, self.last)

    def course(self, sheet: Sheet) -> Course:
        """The run of the deltas, statement by statement; of the program's own style if a figure is
        of something that is there only.
        """
        program = self.deltas if sheet.slots_in(self.deltas) is not None else self.program
        before = self.before
        if program is not self.program:
            before = carried(self.program, before, program)
        return Course(program, sheet, before, self.first, self.last, self.edits)


def _in_deltas(program: Program) -> Program:
    model = program.model
    if model.style is Style.DELTA or len(program.start) > _MOST_ELEMENTS:
        return program
    try:
        found = build(replace(model, style=Style.DELTA, order={}))
    except (ModelError, TypeError):
        return program
    return found


def is_as_it_was(course: Course) -> bool:
    """Whether the run, done again, gives the true values."""
    truth = course.sheet.truth
    size = np.maximum(np.abs(truth), np.abs(course.sheet.values))
    room = np.maximum(course.sheet.room, 1e-9 * size)
    return bool((np.abs(course.truth - truth) <= room).all())
