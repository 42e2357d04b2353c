"""Which element somebody means who writes its indices another way: `W1[1,2]` for w2."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from bpdebug.notation.names import did_you_mean
from bpdebug.program.program import Program
from bpdebug.program.quantities import Labels

Arrays = Callable[[str], tuple[Sequence[int], Labels] | None]
"""The shape of a quantity by its name, and the names of its elements."""

_MOST_NAMES = 5_000
"""Names that one is compared with for a suggestion; more would take noticeably long."""

_INDICES = re.compile(r"\[\s*([0-9]{1,9}(?:\s*,\s*[0-9]{1,9})*)\s*\]$")
_NUMBERS = re.compile(r"[0-9]{1,9}(?:_[0-9]{1,9})*")
_INDICED = re.compile(r"\[|[0-9]_[0-9]+$")
_MOST_LETTERS = 200


def element_meant(name: str, arrays: Arrays) -> str | None:
    """The name of the element that `name` gives with its indices: `W1[1,2]`, `W1_1_2`, `x[2]`."""
    if len(name) > _MOST_LETTERS:
        return None
    found = _INDICES.search(name)
    if found:
        return _element(name[: found.start()].rstrip(), found[1].split(","), arrays)
    for cut in range(1, len(name)):
        if _NUMBERS.fullmatch(name, cut):
            meant = _element(name[:cut].rstrip("_"), name[cut:].split("_"), arrays)
            if meant is not None:
                return meant
    return None


def _element(family: str, written: Sequence[str], arrays: Arrays) -> str | None:
    found = arrays(family)
    indices = [int(each) for each in written]
    if found is None or len(indices) != len(found[0]):
        return None
    shape, labels = found
    place = 0
    for index, size in zip(indices, shape, strict=True):
        if not 1 <= index <= size:
            return None
        place = place * size + index - 1
    return labels(place)


def meant_in(program: Program, name: str) -> str | None:
    """The element or derivative of a program that `name` gives with indices, by its own name."""

    def arrays(family: str) -> tuple[Sequence[int], Labels] | None:
        quantity = program.quantities.get(family)
        return None if quantity is None else (quantity.shape, quantity.labels)

    def named(part: str) -> str | None:
        slot = program.slot_named(part)
        return element_meant(part, arrays) if slot is None else program.name(slot)

    meant = named(name)
    of, slash, by = name.partition("/")
    if meant is None and slash and of[:1] == by[:1] == "d":
        above, below = named(of[1:]), named(by[1:])
        meant = f"d{above}/d{below}"
    return meant if meant is not None and program.slot_named(meant) is not None else None


def name_hint(program: Program, name: str) -> str:
    """`; did you mean w2?` for `W1[1,2]`: what is meant, or else the nearest name, if there is one.

    Of an element that an array lacks it says how far that goes.
    """
    meant = meant_in(program, name)
    if meant is not None:
        return f"; did you mean {meant}?"
    quantity = program.quantities.get(_INDICES.sub("", name).rstrip())
    if quantity is not None and quantity.shape:
        return f"; {quantity.name} goes up to {quantity.name}[{','.join(map(str, quantity.shape))}]"
    if _INDICED.search(name):
        return ""  # What is nearest by its letters would be another element.
    return did_you_mean(name, islice(program.element_names(), _MOST_NAMES))
