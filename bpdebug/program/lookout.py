"""What a run looks out for while it carries out iterations.

It is about some operations of an iteration: whether a condition holds on the state right after
one of them. All of it is put as expressions of three things, which a loop of any form can compute
at the end of the iteration: the values that it has left, those that it found, and its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from bpdebug.notation.symbols import Derivative, Reference, Symbol, positions_of
from bpdebug.notation.tree import (
    Binary,
    Comparison,
    Expression,
    Logic,
    Number,
    extent,
    parts,
    replaced,
)
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Program
from bpdebug.program.quantities import LASTING


class Of(Enum):
    """What is read of an element: its value, the one that this has replaced, their difference.

    Instead of an element it may be the number of the iteration.
    """

    VALUE = auto()
    PREVIOUS = auto()
    CHANGE = auto()
    ITERATION = auto()


@dataclass(frozen=True, slots=True)
class Read:
    """What a name in a condition stands for."""

    of: Of
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for right after some operations of each iteration, or of one `iteration`.

    With `only_changes` the operation has to give what it writes another value. If it `is_counted`
    hits have numbers, from 1, and those are found for whose number `wanted` is true; none without.
    """

    operations: tuple[int, ...]
    condition: Expression | None = None
    reads: tuple[tuple[Symbol, Read], ...] = ()
    only_changes: bool = False
    iteration: int | None = None
    is_counted: bool = False
    wanted: Expression | None = None


@dataclass(frozen=True, slots=True)
class Lookout:
    """All that is looked for; with `non_finite` a value that is not finite where all were, too."""

    sought: tuple[Sought, ...] = ()
    non_finite: bool = False

    @property
    def is_for_something(self) -> bool:
        """Whether there is anything that can be found or counted."""
        return self.non_finite or bool(self.sought)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a loop has got: the last iteration carried out, whether something was `found` in it,
    whether all that it computed `is_finite`, and the hits so far of all that is counted.
    """

    iteration: int
    found: bool = False
    is_finite: bool = True
    counts: tuple[int, ...] = ()


class Loop(Protocol):
    """Carries out iterations of a program, looking out for something.

    `length` is how many it is asked for at a time: a power of two, few enough that nobody has to
    wait for them, and many enough that asking takes no time.
    """

    length: int

    def carry(self, memory: FloatArray, last: int, reached: Reached) -> Reached:
        """Carry out the iterations after `reached` up to `last`, at least one, on a memory, in
        place; after the first one in which something is found no more.
        """


def loop_length(program: Program, steps: int, most: int) -> int:
    """The `length` of a loop that does this many arithmetic steps in a short time."""
    length = max(1, min(most, steps // max(1, program.steps)))
    return 1 << (length.bit_length() - 1)


LEFT, FOUND, ITERATION, HIT = "v", "o", Reference("i"), Reference("n")
"""Names in these expressions: `v[3]` is what an iteration has left in slot 3, `o[3]` what it has
found there, `i` its number; in `wanted` `n` is the number of a hit.
"""

MOST_NODES = 20_000
"""Nodes of the trees of all that is sought, so that what is made of them stays small."""

Placed = Expression | None
"""A condition in these names; None is always true."""


def placed(program: Program, sought: Sought) -> list[Placed]:
    """The conditions of what is sought, in the order of its operations that can be hits.

    They are those of the second iteration and later ones, if no edits are in them.
    """
    found: list[Placed] = []
    for operation in sought.operations:
        values = {symbol: _value(program, read, operation) for symbol, read in sought.reads}
        if None not in values.values():
            found.append(_joined(program, sought, operation, values))
    return found


def _joined(
    program: Program, sought: Sought, operation: int, values: Mapping[Symbol, Expression | None]
) -> Placed:
    """All that has to be true right after an operation."""
    together: list[Expression] = []
    if sought.iteration is not None:
        together.append(Comparison((ITERATION, Number(float(sought.iteration))), ("==",)))
    if sought.only_changes:
        slot = program.slot(operation)
        together.append(Comparison((_left(slot), _found(slot)), ("!=",)))
    if sought.condition is not None:
        together.append(
            replaced(
                sought.condition,
                lambda node: values[node] if isinstance(node, Reference | Derivative) else None,
            )
        )
    return Logic("and", tuple(together)) if len(together) > 1 else next(iter(together), None)


def found_slots(conditions: Iterable[Placed]) -> list[int]:
    """The slots of which conditions read what an iteration has found there."""
    return _slots(conditions, FOUND)


def left_slots(conditions: Iterable[Placed]) -> list[int]:
    """The slots of which conditions read what an iteration has left there."""
    return _slots(conditions, LEFT)


def _slots(conditions: Iterable[Placed], name: str) -> list[int]:
    trees = [tree for tree in conditions if tree is not None]
    symbols = {node for tree in trees for node in parts(tree) if isinstance(node, Reference)}
    return sorted(
        slot for each in symbols if each.name == name for slot in positions_of(each) or ()
    )


def fits(sought: tuple[Sought, ...]) -> bool:
    """Whether they are few and small enough."""
    nodes = 0
    for each in sought:
        size = 4 + (extent(each.condition)[1] if each.condition is not None else 0)
        nodes += size * len(each.operations)
    return nodes <= MOST_NODES


def _value(program: Program, read: Read, operation: int) -> Expression | None:
    """What is read right after an operation, None if it is not known there."""
    if read.of is Of.ITERATION:
        return ITERATION
    written = int(program.written_at[read.slot])
    # What is given may be another one in the next iteration, so what was found counts.
    before = _found(read.slot)
    if read.of is Of.PREVIOUS:
        return before
    if 0 < written <= operation:
        now = _left(read.slot)
    elif written == 0 or program.statement(written).target.kind in LASTING:
        now = before
    else:
        return None
    return Binary("-", now, before) if read.of is Of.CHANGE else now


def _left(slot: int) -> Reference:
    return Reference(LEFT, (slot,))


def _found(slot: int) -> Reference:
    return Reference(FOUND, (slot,))
