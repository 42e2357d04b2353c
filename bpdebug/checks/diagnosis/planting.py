"""Planting mistakes: a session that behaves wrongly, for others to find out why.

What is planted is sealed, so that nobody reads it by looking into the file; it is no secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import random
from collections.abc import Iterator, Sequence

import numpy as np

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.mistakes.alteration import NOTHING
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED
from bpdebug.models.model import Model, ModelError
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

_VISIBLE = 1e-3
"""A mistake is worth finding if it changes a number that people look at by so much of its size."""

_LARGEST = 1e6
LOOKED_AT = 2
"""The number of iterations within which it has to be seen."""


class PlantingError(ValueError):
    """A mistake that cannot be planted."""


def sealed(made: Made) -> str:
    """What is planted, as a short text that says nothing to somebody who reads it."""
    text = f"{made.mistake.name}\t{_mark(made.alteration.where)}"
    return base64.b64encode(text.encode()).decode()


def _mark(where: str) -> str:
    """Stands for a place, which may take many words."""
    return hashlib.sha256(where.encode()).hexdigest()[:16]


def unsealed(text: str, program: Program) -> Made:
    """The mistake that a sealed text stands for. Raises PlantingError."""
    try:
        name, _, mark = base64.b64decode(text, validate=True).decode().partition("\t")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise PlantingError("no mistake that bpdebug has sealed") from error
    mistake = NAMED.get(name)
    if mistake is None:
        raise PlantingError("there is no mistake of that name; bpdebug plant --list names them")
    for alteration in mistake.alterations(program):
        if _mark(alteration.where) == mark:
            return Made(mistake, alteration)
    # It is not named: whoever opens the file may have to find it.
    raise PlantingError("the mistake cannot be made at that place of this model")


def with_planted(model: Model, texts: Sequence[str]) -> tuple[Model, tuple[Made, ...]]:
    """A model with sealed mistakes made in it, one after another. Raises PlantingError."""
    found = []
    for text in texts:
        program = build(model)
        made = unsealed(text, program)
        model = made.alteration.made_in(program)
        found.append(made)
    return model, tuple(found)


def plausible(
    program: Program, iterations: int, seed: int, name: str | None = None
) -> Iterator[Made | None]:
    """Mistakes worth finding, in an order that a seed decides: so many iterations stay as tame as
    they are, and something is different. None for each that is not. Only of that `name`, if one is
    given.
    """
    chosen = random.Random(seed)
    before = program.start.copy()
    program.load_observations(before, 1)
    trial = Trial(program, before, 1, iterations)
    true = [memory.copy() for memory in trial.run()]
    largest = max(_LARGEST, 1e3 * max(float(np.nanmax(np.abs(memory))) for memory in true))
    mistakes = [NAMED[name]] if name is not None else chosen.sample(CATALOGUE, len(CATALOGUE))
    for mistake in mistakes:
        alterations = list(mistake.alterations(program))
        for alteration in chosen.sample(alterations, len(alterations)):
            made = Made(mistake, alteration)
            try:
                # Building a program takes long; only another model needs one.
                altered = trial if alteration.change is None else trial.altered(alteration)
                change = alteration if altered is trial else NOTHING
                memories = [memory.copy() for memory in altered.run(change)]
            except ModelError:
                yield None
                continue
            is_tame = all(bool((np.abs(memory) < largest).all()) for memory in memories)
            seen = is_tame and _is_visible(trial.program, true, altered, memories)
            yield made if seen else None


def _is_visible(
    program: Program, true: Sequence[FloatArray], altered: Trial, memories: Sequence[FloatArray]
) -> bool:
    """Whether a loss, a gradient or a parameter differs enough to be noticed."""
    loss = program.quantities[program.model.loss]
    for quantity in (loss, *program.of_kind(Kind.GRADIENT, Kind.PARAMETER)):
        other = altered.program.quantities.get(quantity.name)
        if other is None or other.shape != quantity.shape:
            return True
        for mine, theirs in zip(true, memories, strict=True):
            one = mine[quantity.offset : quantity.offset + quantity.size]
            two = theirs[other.offset : other.offset + other.size]
            if (np.abs(one - two) > _VISIBLE * np.maximum(np.abs(one), np.abs(two))).any():
                return True
    return False
