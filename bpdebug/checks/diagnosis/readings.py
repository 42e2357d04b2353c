"""Slips of reading: an array in another order, or a value from before, in all statements that use
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.forms import orders
from bpdebug.checks.diagnosis.slip import Reading, Slip, Turn
from bpdebug.checks.diagnosis.together import Together
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Phase
from bpdebug.program.quantities import Kind, Quantity

_MOST_ELEMENTS = 10_000
_SIZES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)


def read_otherwise(course: Course) -> Iterator[Together]:
    """Given arrays in another order: throughout, or in the backward pass alone."""
    loss = course.program.model.loss
    for quantity in course.program.of_kind(Kind.PARAMETER, Kind.TARGET, Kind.INPUT):
        if not quantity.shape or not 2 <= quantity.size <= _MOST_ELEMENTS:
            continue
        places = [at for at, reads in enumerate(course.reads) if quantity.name in reads]
        places = [at for at in places if course.statements[at].phase is not Phase.UPDATE]
        backward = [at for at in places if course.statements[at].phase is Phase.BACKWARD]
        for words, turn, is_own_inverse in _turns(quantity):
            text = f"{quantity.name} {words}"
            reads = (Reading(quantity.name, turn),)
            if backward:
                told = f"{text}, in the backward pass"
                yield Together({at: _slip(course, at, told, 1.6, reads) for at in backward})
            if quantity.kind is Kind.PARAMETER and is_own_inverse:
                slips = {at: _slip(course, at, text, 1.5, reads) for at in places}
                for at, statement in enumerate(course.statements):
                    if statement.target.name == f"d{loss}/d{quantity.name}":
                        own = slips[at].reads if at in slips else ()
                        slips[at] = _slip(course, at, text, 1.5, own, turn)
                yield Together(slips)


def clipped(course: Course) -> Iterator[Together]:
    """Gradients clipped before the parameters are updated."""
    loss = course.program.model.loss
    updates: dict[int, tuple[Reading, ...]] = {}
    for at, statement in enumerate(course.statements):
        mine = course.reads[at] if statement.phase is Phase.UPDATE else ()
        gradients = [each for each in mine if each.startswith(f"d{loss}/d")]
        if gradients:
            updates[at] = tuple(map(Reading, gradients))
    for size in _SIZES:
        turn = partial(np.clip, a_min=-size, a_max=size)
        words = f"gradients clipped to ±{size:g}"
        slips = {}
        for at, readings in updates.items():
            reads = tuple(Reading(each.name, turn) for each in readings)
            tree = course.statements[at].value
            slips[at] = Slip("clipped", words, 1.5, tree, may_be_scaled=False, reads=reads)
        if slips:
            yield Together(slips)


def _turns(quantity: Quantity) -> Iterator[tuple[str, Turn, bool]]:
    """The words, the order, and whether doing it twice is as if nothing had been done."""
    if quantity.kind is Kind.TARGET:
        yield "replaced by 1 − it", _complement, False
    for words, turn in orders(quantity.shape):
        yield f"read {words}", turn, not words.startswith("shifted")


def _complement(array: FloatArray) -> FloatArray:
    return np.asarray(1 - array)


def _slip(
    course: Course,
    at: int,
    words: str,
    cost: float,
    reads: tuple[Reading, ...],
    turn: Turn | None = None,
) -> Slip:
    tree = course.statements[at].value
    is_weight = course.program.quantities[words.partition(" ")[0]].kind is Kind.PARAMETER
    kind = "transposed weights" if is_weight and " transposed" in words else "wrong order"
    return Slip(kind, words, cost, tree, turn=turn, may_be_scaled=False, reads=reads)
