"""The numbers that an iteration starts from, by their kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bpdebug.debugger.view import View
from bpdebug.numerics import FloatArray
from bpdebug.program.quantities import Kind, Quantity

MOST_ELEMENTS = 200
"""Of a longer quantity only the first elements are listed."""

_KINDS = {
    Kind.INPUT: "Inputs",
    Kind.TARGET: "Targets",
    Kind.PARAMETER: "Parameters",
    Kind.CONSTANT: "Settings",
    Kind.STATE: "Kept by the optimizer",
}


class GivenNumbers(NamedTuple):
    """A heading, values by the names of elements, and how many others are left out."""

    heading: str
    values: list[tuple[str, float]]
    left_out: int


def given_numbers(view: View, iteration: int) -> Iterator[GivenNumbers]:
    """What there is at a view's position, with the observations of an iteration, from 1."""
    program = view.program
    memory = view.memory()
    # At the end of an iteration the view still shows the observations of that one.
    program.load_observations(memory, iteration)
    for kind, heading in _KINDS.items():
        quantities = [*program.of_kind(kind)]
        found = [pair for each in quantities for pair in _elements(each, memory)]
        if found:
            yield GivenNumbers(heading, found, sum(each.size for each in quantities) - len(found))


def _elements(quantity: Quantity, memory: FloatArray) -> Iterator[tuple[str, float]]:
    for place in range(min(quantity.size, MOST_ELEMENTS)):
        yield quantity.labels(place), float(memory[quantity.offset + place])
