"""Which form the line of a derivation is written in, told without reading it."""

from __future__ import annotations

import re

from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind, Quantity

_MARKS = re.compile(r"@|\*\*|⊙|ᵀ|\^T\b|\.T\b|\b(?:np|numpy|torch)\.|\.(?:sum|mean|dot)\(")
"""What only stands in the line of a program."""

QUOTIENT = re.compile(r"\b[d∂](\w+)/[d∂](\w+)")
"""A derivative as a quotient: `dE/dW1`."""

GRADIENT = re.compile(r"grad_(\w+)|d(\w+)")
"""A gradient as programs call it: `grad_W1`, `dW1`."""

_PLAIN = (Kind.INPUT, Kind.TARGET, Kind.CONSTANT, Kind.PARAMETER, Kind.STATE, Kind.COMPUTED)


def is_matrix_form(program: Program, text: str) -> bool:
    """Whether a line is written as programs do, with whole arrays and without indices."""
    if _MARKS.search(text):
        return True
    left = text.partition("=")[0].strip()
    if "[" in left:
        return False
    found = QUOTIENT.fullmatch(left) or GRADIENT.fullmatch(left)
    if found is None or program.slot_named(left) is not None:
        return False
    quantity = quantity_called(program, next(filter(None, reversed(found.groups()))))
    return quantity is not None and (quantity.size > 1 or "/" not in left)


def quantity_called(program: Program, name: str) -> Quantity | None:
    """A quantity by its name, or by the same in other letters, capital or small, if it is one."""
    found = program.quantities.get(name)
    if found is not None:
        return found
    alike = [
        q
        for q in program.quantities.values()
        if q.name.casefold() == name.casefold() and q.kind in _PLAIN
    ]
    return alike[0] if len(alike) == 1 else None
