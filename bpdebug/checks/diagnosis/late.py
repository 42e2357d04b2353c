"""The figures of later iterations: whether what gives the first wrong ones gives those, too."""

from __future__ import annotations

from collections.abc import Generator

from bpdebug.checks.diagnosis.found import Found
from bpdebug.checks.diagnosis.habits import reading_late
from bpdebug.checks.diagnosis.scene import Scene
from bpdebug.checks.diagnosis.sheet import Sheet
from bpdebug.debugger.state import Progress
from bpdebug.models.model import ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program


def late_numbers(
    scene: Scene, program: Program, found: Found, sheet: Sheet
) -> Generator[Progress, None, FloatArray | None]:
    """The figures of a sheet as mistakes give them, made in the session's style or in that of
    `program`; None if they can be made in neither.
    """
    last = max(c.figure.iteration for c in scene.late)
    for style in (scene.program, program):
        trial = scene.trial_of(style).until(last)
        try:
            for made in found.made[:-1]:
                trial = trial.altered(made.alteration)
            alteration = found.made[-1].alteration
            if alteration.change is not None or alteration.replaced:
                trial = trial.altered(alteration)
                return (yield from reading_late(trial, sheet))
            return (yield from reading_late(trial, sheet, alteration))
        except (ModelError, KeyError):
            continue
    return None
