"""Slips that have no name of their own in the catalogue, told by what they do."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.checks.mistakes import axes, backward
from bpdebug.checks.mistakes.alteration import Alteration, Mistake
from bpdebug.checks.mistakes.catalogue import NAMED
from bpdebug.program.program import Program


def _nowhere(program: Program) -> Iterator[Alteration]:
    """They are found by the search, not made from a list."""
    yield from ()


KINDS = (
    Mistake("factor doubled", "a factor of a product was applied twice", _nowhere),
    Mistake(
        "extra factor",
        "a product was multiplied or divided by something that does not belong there",
        _nowhere,
    ),
    Mistake("wrong quantity", "one quantity was used in place of another", _nowhere),
    Mistake("wrong function", "a function was left out, or another one was used", _nowhere),
    Mistake("another activation", "another activation was computed", _nowhere),
    Mistake("another base", "logarithms or powers were taken to another base than e", _nowhere),
    Mistake(
        "brackets overlooked",
        "a factor was applied to one term of a sum in brackets, not to all of them",
        _nowhere,
    ),
    Mistake("clipped", "gradients were clipped, which the session does not do", _nowhere),
    Mistake("degrees", "an angle was taken to be in degrees, not in radians", _nowhere),
    Mistake(
        "wrong side of a kink",
        "the slope on one side of the kink was used on the other",
        _nowhere,
    ),
    Mistake(
        "n − 1 for n",
        "a sum was divided by one less than the number of its terms, or the reverse",
        _nowhere,
    ),
    Mistake(
        "stale value",
        "a value from before was used, not the new one",
        _nowhere,
    ),
    Mistake(
        "rounded too early",
        "a result was rounded to few decimals before it was used",
        _nowhere,
    ),
    Mistake("value misread", "a given number was copied wrongly", _nowhere),
    Mistake(
        "taken for a constant",
        "a mean or the like was treated as a constant, although it depends on the parameters",
        _nowhere,
    ),
    Mistake(
        "order of the observations",
        "the observations were taken in another order",
        backward.another_order,
    ),
    Mistake("wrong constant", "a constant of the model has the wrong value", _nowhere),
    Mistake(
        "wrong factor", "a value is off by a constant factor, and so is all that follows", _nowhere
    ),
    Mistake(
        "mean for sum",
        "an average was taken instead of a sum, or a second time",
        _nowhere,
    ),
    Mistake("sum for mean", "a sum was taken instead of an average", _nowhere),
    Mistake("extra term", "something was added that is not part of the sum", _nowhere),
    Mistake("term off by a factor", "a term of a sum is off by a constant factor", _nowhere),
    Mistake("wrong axis", "a sum runs over the wrong indices", axes.along_another_index),
    Mistake("wrong order", "the elements of an array are in the wrong order", _nowhere),
    Mistake(
        "value for slope",
        "the value of an activation was used instead of its derivative",
        _nowhere,
    ),
    Mistake(
        "upstream derivative missing",
        "the local derivative was passed on without the upstream gradient",
        _nowhere,
    ),
    Mistake(
        "short cut",
        "the gradient was combined wrongly from others",
        _nowhere,
    ),
    Mistake(
        "overwritten",
        "a gradient was assigned instead of added to what came along another path",
        _nowhere,
    ),
    Mistake(
        "intermediate gradients not cleared",
        "backward was run twice, and only the gradients of the parameters were cleared",
        _nowhere,
    ),
    Mistake(
        "nothing through time",
        "what comes back from the next time step was not added",
        _nowhere,
    ),
    Mistake("kink", "where the slope is a choice, both sides were counted", _nowhere),
    Mistake(
        "step counted from another number",
        "the correction of the moments uses the wrong power of the decay",
        _nowhere,
    ),
    Mistake(
        "gradient is zero",
        "nothing arrived here: the upstream gradient was not passed on",
        _nowhere,
    ),
)
"""What the search finds beside the mistakes of the catalogue."""

_BY_NAME = NAMED | {each.name: each for each in KINDS}


def kind(name: str) -> Mistake:
    """The mistake or kind of slip of that name."""
    return _BY_NAME[name]
