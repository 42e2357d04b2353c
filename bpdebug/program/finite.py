"""Which values tell whether all values that an iteration computes are finite."""

from __future__ import annotations

from functools import lru_cache

from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Binary, Expression, Negation, Power, Terms, children
from bpdebug.program.formula import formula
from bpdebug.program.program import Integers, Program


@lru_cache(maxsize=8)
def telling(program: Program) -> tuple[int, ...]:
    """Slots of computed values: if those are finite, so are all that the iteration has computed.

    A sum, a difference, a product is finite only if what it is made of is, and a quotient only if
    what is divided is. So most values need no look of their own: others are made of them.
    """
    written = program.written_at
    told: set[int] = set()
    for operation in range(1, program.operations + 1):
        made = formula(program, operation)
        waiting: list[Expression] = [made.equation.value]
        while waiting:
            node = waiting.pop()
            match node:
                case Reference() | Derivative():
                    slot = made.operands[node]
                    # What is written later was found: that is from the previous iteration.
                    if isinstance(slot, int) and 0 < written[slot] < operation:
                        told.add(slot)
                case Binary("/", left, _):
                    waiting.append(left)
                case Binary() | Negation() | Power() | Terms():
                    waiting.extend(children(node))
    return tuple(slot for slot in computed(program).tolist() if slot not in told)


def computed(program: Program) -> Integers:
    """The slots that an iteration computes, in the order of memory."""
    slots: Integers = (program.written_at > 0).nonzero()[0]
    return slots
