"""Slips: what a statement gives if one thing in it was done in another way.

A value is looked at as a sum of products, for that is how derivatives are written: a factor is
lost, doubled, inverted or replaced; a term is lost or scaled; the sum runs over something else. How
large a constant factor is need not be known: the search solves for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.checks.diagnosis.line import Line
from bpdebug.checks.diagnosis.pool import Pool
from bpdebug.checks.diagnosis.replacements import replacements
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.unusual import unusual
from bpdebug.checks.diagnosis.usual import usual
from bpdebug.program.program import Phase, Program, Statement

STAGES = (usual, replacements, unusual)
"""The kinds of slips, the usual ones first."""


class Slips:
    """Finds the slips that can be made in the statements of a program."""

    def __init__(self, program: Program, pool: Pool) -> None:
        self._program = program
        self._pool = pool
        self._rules = {
            each.target.name: each.equation.value
            for each in program.statements
            if each.phase in (Phase.FORWARD, Phase.LOSS)
        }

    def of(self, statement: Statement, stage: int) -> Iterator[Slip]:
        """The slips of a stage, from 0."""
        return STAGES[stage](Line(self._program, self._pool, self._rules, statement))
