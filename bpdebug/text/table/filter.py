"""Which rows of the parameter table are to be seen: words of names, and conditions."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpdebug.notation.names import spelled
from bpdebug.numerics import FloatArray
from bpdebug.text.numbers import MINUS
from bpdebug.text.table.columns import CHANGE, CHECK, GRADIENT, INITIAL, UPDATE, VALUE
from bpdebug.text.table.rows import ParameterTable

HELP = "such as: w1  w1*  W2  |gradient| > 0.1  change > 5"
"""What a filter may be, for prompts."""

Mask = NDArray[np.bool_]

_COMPARE: dict[str, Callable[[FloatArray, float], Mask]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
_SIGNS = re.compile(r"(>=|<=|!=|>|<|=)")
_SPELLED = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", MINUS: "-"})

_COLUMNS = {
    **{id: id for id in (INITIAL, VALUE, GRADIENT, UPDATE, CHANGE, CHECK)},
    "grad": GRADIENT,
    "%": CHANGE,
}


class FilterError(ValueError):
    """What is wrong with a filter."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a column with a number, by its size where `size` is set."""

    column: str
    size: bool
    sign: str
    number: float

    def holds(self, values: FloatArray) -> Mask:
        """Where it holds; nowhere where the value is not known."""
        found = _COMPARE[self.sign](np.abs(values) if self.size else values, self.number)
        return found & ~np.isnan(values)


@dataclass(frozen=True, slots=True)
class Filter:
    """A row is seen if any of `words` is found in its name and all of `conditions` hold.

    A word with `*` or `?` in it has to fit the whole name. A word is also found in the rows of
    the quantity that is called so.
    """

    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def named(self, table: ParameterTable) -> Mask:
        """The rows whose names fit."""
        mask = np.full(len(table.slots), not self.words)
        for word in self.words:
            pattern = re.compile(_pattern(word), re.MULTILINE)
            places = [found.start() for found in pattern.finditer(table.names)]
            mask[np.searchsorted(table.line_starts, places, side="right") - 1] = True
            row = 0
            for quantity in table.quantities:
                if quantity.name == word:
                    mask[row : row + quantity.size] = True
                row += quantity.size
        return mask


def read_filter(text: str, states: Collection[str] = ()) -> Filter:
    """What people have typed; `states` are the letters of the optimizer's columns.

    Raises FilterError if a comparison cannot be read.
    """
    known = _COLUMNS | {letter: letter for letter in states}
    words: list[str] = []
    conditions = []
    pieces = iter(_SIGNS.sub(r" \1 ", text.translate(_SPELLED)).split())
    for piece in pieces:
        if piece not in _COMPARE:
            words.append(piece)
            continue
        column, size = VALUE, False
        if words and words[-1].strip("|") in known:
            last = words.pop()
            column, size = known[last.strip("|")], last.startswith("|")
        conditions.append(Condition(column, size, piece, _number(next(pieces, ""), piece)))
    wrong = next((word for word in words if "|" in word), None)
    if wrong is not None:
        raise FilterError(f"{wrong} is not a column; there are {', '.join(sorted({*known}))}")
    return Filter(tuple(spelled(word) for word in words), tuple(conditions))


def _number(text: str, sign: str) -> float:
    try:
        found = float(text.removesuffix("%"))
    except ValueError:
        found = math.nan
    if math.isnan(found):
        raise FilterError(f"{sign} needs a number" + (f", found {text}" if text else ""))
    return found


def _pattern(word: str) -> str:
    """The regular expression of the lines, or of the parts of them, that a word is found in."""
    if not set(word) & set("*?"):
        return re.escape(word)
    parts = {"*": r"[^\n]*", "?": r"[^\n]"}
    # The text of all names ends with an empty line.
    return "^(?=.)" + "".join(parts.get(letter, re.escape(letter)) for letter in word) + "$"
