"""What comes near to the figures, looked at with rounding on the way: people round every number
before they go on.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.found import Found
from bpdebug.checks.diagnosis.habits import read_off
from bpdebug.checks.diagnosis.scene import Scene
from bpdebug.checks.diagnosis.sheet import Sheet, is_wrong
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.limit import Limit
from bpdebug.checks.mistakes.catalogue import NAMED, ROUNDED
from bpdebug.debugger.state import DebuggerState, Progress
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.program import Program

_MOST_ROUNDED, _MOST_ALL_ROUNDED = 8, 40
"""This many mistakes are tried with intermediate rounding."""

Groups = Sequence[Sequence[Found]]
"""What gives the same numbers together, the likeliest first."""


class RoundedOnTheWay:
    """Tries mistakes with rounding on the way, in the session's style and in that of a search."""

    def __init__(self, scene: Scene, program: Program, sheet: Sheet, limit: Limit) -> None:
        self._scene, self._sheet, self._limit = scene, sheet, limit
        self._styles = (scene.program, program)

    @property
    def is_possible(self) -> bool:
        """Whether figures are rounded, and nothing was edited before them."""
        return self._scene.first == 1 and not self._scene.edits and self._sheet.is_rounded

    def within(self, groups: Groups) -> Generator[Progress, None, list[Found]]:
        """What gives the figures within what rounding every number can do."""
        near = [group for group in groups if self._sheet.is_roughly(group[0].numbers)]
        near.sort(key=lambda group: self._sheet.distance(group[0].numbers))
        found: list[Found] = []
        for number, group in enumerate(near[:_MOST_ROUNDED]):
            if self._limit.is_over:
                break
            yield Progress(self._scene.first, number, len(near))
            program = next(filter(None, (self._altered(each.made[0]) for each in group)), None)
            figures = None if program is None else self._sheet.figures_in(program)
            if program is None or figures is None:
                continue
            compared = yield from compare(DebuggerState(program, self._scene.last), figures)
            if not any(map(is_wrong, compared)):
                found += [replace(each, rounded=True) for each in group]
        return found

    def throughout(self, groups: Groups) -> Generator[Progress, None, list[Found]]:
        """What gives the figures to somebody who rounds every number, from the start of the run."""
        found: list[Found] = []
        for number, group in enumerate(groups[:_MOST_ALL_ROUNDED]):
            if self._limit.is_over:
                break
            yield Progress(self._scene.first, number, len(groups))
            for each in group:
                # What is the same but for rounding may be another with it.
                numbers = self._rounded(each.made[0])
                if numbers is not None and self._sheet.fits(numbers):
                    found.append(replace(each, numbers=numbers, rounded=True))
                elif each is group[0] or self._limit.is_over:
                    break
        return found

    def _rounded(self, made: Made) -> FloatArray | None:
        """The figures of somebody who makes a mistake and rounds to the decimals that they have."""
        used = [c.figure.rounding.decimals for c in self._scene.near if c.figure.rounding]
        for program in self._styles:
            try:
                trial = self._scene.trial_of(program).altered(made.alteration)
            except (ModelError, KeyError):
                continue
            roundings = NAMED[ROUNDED].alterations(trial.program)
            wanted = f"to {max(used)} decimals"
            rounding = next((each for each in roundings if each.where == wanted), None)
            return None if rounding is None else read_off(trial, rounding, self._sheet)
        return None

    def _altered(self, made: Made) -> Program | None:
        """The program with a mistake in it, in the style in which it can be made; None if no other
        equations make it.
        """
        alteration = made.alteration
        if not (alteration.replaced or alteration.values or alteration.change):
            return None
        for program in self._styles:
            try:
                return build(made.alteration.made_in(program))
            except (ModelError, KeyError):
                # Something else is computed there, or the order that is asked for is not possible.
                continue
        return None
