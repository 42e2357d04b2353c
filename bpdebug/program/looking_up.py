"""Constants in which positions are looked up, as `c` in `E[c[n]]`: whole numbers that stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

import numpy as np

from bpdebug.models.model import Declaration, Model, ModelError, Role
from bpdebug.notation.equation import Equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.styles import spelled_index
from bpdebug.notation.symbols import Calculated, Reference, index_letters
from bpdebug.notation.tree import look_ups
from bpdebug.numerics import FloatArray
from bpdebug.program.positions import position
from bpdebug.program.program import Integers
from bpdebug.program.shapes import Shapes, index_ranges

MOST_LOOKED_UP = 10_000_000
"""How many positions of a calculated index are looked at when a model is opened."""


def look_up_tables(model: Model, equations: Iterable[Equation]) -> dict[str, Integers]:
    """The whole numbers of each constant in which positions are looked up.

    Raises ModelError if what an index is looked up in is not a constant of whole numbers, or does
    not stay as it is.
    """
    declared = {each.name: each for each in model.declarations}
    nodes = (node for each in equations for node in (*each.uses, *each.reductions))
    names = {each.name for each in chain.from_iterable(map(look_ups, nodes))}
    return {name: _whole_numbers(name, declared.get(name), model) for name in sorted(names)}


_LARGEST = 2_147_483_648
"""Beyond it no array has a place."""


def _whole_numbers(name: str, declared: Declaration | None, model: Model) -> Integers:
    fed = model.feed is not None and name in model.feed.data
    if declared is None or declared.role is not Role.CONSTANT or declared.updates or fed:
        raise ModelError(
            f"an index is looked up in {name}, which has to be one of the constants, "
            "and to stay as it is"
        )
    values: FloatArray = declared.values
    # NaN is not equal to itself.
    wrong = np.flatnonzero((values != np.floor(values)) | ~(np.abs(values) <= _LARGEST))
    if len(wrong):
        place = np.unravel_index(wrong[0], values.shape)
        element = ",".join(str(int(each) + 1) for each in place)
        raise ModelError(
            f"an index is looked up in {name}, which has to have whole numbers: "
            f"{name}[{element}] is {float(values[place])!r}"
        )
    return values.astype(np.int64)


def check_look_ups(
    equations: Iterable[Equation], tables: Mapping[str, Integers], shapes: Shapes
) -> None:
    """Raises ModelError if a position that is looked up does not exist."""
    for equation in equations:
        for symbol in equation.uses:
            if isinstance(symbol, Reference) and any(look_ups(symbol)):
                ranges = index_ranges(equation, shapes)
                for index, size in zip(symbol.indices, shapes[symbol.name], strict=True):
                    if isinstance(index, Calculated):
                        _check(equation, symbol, index, size, tables, ranges)


def _check(
    equation: Equation,
    symbol: Reference,
    index: Calculated,
    size: int,
    tables: Mapping[str, Integers],
    ranges: Mapping[str, int],
) -> None:
    letters = index_letters(index)
    shape = [ranges[letter] for letter in letters]
    where = f"equation for {equation.target.family}"
    if np.prod(shape, dtype=float) > MOST_LOOKED_UP:
        raise ModelError(
            f"{where}: {to_text(symbol)} stands for more than {MOST_LOOKED_UP:,} positions"
        )
    at = dict(zip(letters, np.indices(shape) + 1, strict=True))
    found = np.broadcast_to(np.asarray(position(index, at, tables)), shape)
    wrong = np.argwhere((found < 1) | (found > size))
    if not len(wrong):
        return
    place = tuple(wrong[0].tolist())
    stands = ", ".join(f"{n} = {at + 1}" for n, at in zip(letters, place, strict=True))
    text = spelled_index(index, str, to_text)
    raise ModelError(
        f"{where}: {text} is {int(found[place])}{f' for {stands}' if stands else ''}, but "
        f"{symbol.name} has positions 1 to {size} there"
    )
