"""The forms of a drawing of blocks, from all that belongs to a unit to a short number alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpdebug.drawing.forms import NodeLine

ALL = frozenset({NodeLine.BEFORE, NodeLine.VALUE, NodeLine.ANSWER, NodeLine.GRADIENT})
_ANSWERED = ALL - {NodeLine.GRADIENT}
_BEFORE = _ANSWERED - {NodeLine.ANSWER}
VALUE = frozenset({NodeLine.VALUE})
ACROSS = 8
"""The units in a row, at most."""
COMPACT = 3
"""The units in a row of a drawing whose titles are shortened, at most."""
TERSE = 3
"""The cells of a number so short that there are no lines within columns either."""


@dataclass(frozen=True, slots=True)
class BlockForm:
    """How blocks are drawn: what is told of each unit, and in how many cells a number.

    `across` is the number of units that a row shows at most. `names` says whether room is kept for
    the names of parameters, `loss` whether the loss has a column, `cut` whether rows and blocks
    may be left out.
    """

    lines: frozenset[NodeLine]
    number: int
    across: int
    names: bool
    loss: bool
    cut: bool


def block_forms(number_wanted: int, inner: int) -> Iterator[tuple[BlockForm, int]]:
    """The forms to try and for how many columns, the best first.

    Numbers want `number_wanted` cells; `inner` is the number of columns but that of the loss.
    """
    for lines in (ALL, _ANSWERED, _BEFORE, VALUE):
        for loss in (True, False):
            for number in sorted({number_wanted, 7, 6}, reverse=True):
                yield BlockForm(lines, number, ACROSS, True, loss, cut=False), inner + loss
    for number in (5, 4):
        for names in (True, False):
            yield BlockForm(VALUE, number, ACROSS, names, False, cut=False), inner
    for across in (ACROSS, 5):
        for number in (6, 5):
            yield BlockForm(VALUE, number, across, True, False, cut=True), inner
    for count in range(inner - 1, 0, -1):
        if count == 1:
            # Without a line between two columns there is nothing of a network.
            for across in (COMPACT, 2):
                yield BlockForm(VALUE, 5, across, False, False, cut=True), 2
        for across in (ACROSS, 4):
            for number in (7, 5):
                for names in (True, False):
                    yield BlockForm(VALUE, number, across, names, False, cut=True), count
    for number in (5, TERSE):
        for across in (3, 2, 1):
            yield BlockForm(VALUE, number, across, False, False, cut=True), 1
