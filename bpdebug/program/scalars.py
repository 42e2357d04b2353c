"""The scalar form of a program: straight-line Python, one assignment an operation, in a loop.

For small programs it is several times faster than the array form, whose calls cost more
than their arithmetic there. The operations are the same in the same order, so are the bits.
What a run looks out for is part of the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from bpdebug.notation.symbols import Symbol
from bpdebug.numerics import FloatArray
from bpdebug.program.finite import telling
from bpdebug.program.formula import formula
from bpdebug.program.lookout import Lookout, Reached, found_slots, loop_length, placed
from bpdebug.program.program import Program
from bpdebug.program.source import MOST_TERMS, counts_of, function_of, hits, names_of, python
from bpdebug.program.turns import fed_slots, given_in_turn

MOST_STEPS = 4_000
"""The most arithmetic steps an iteration for which the scalar form is used."""


class ScalarLoop:
    """A loop over the iterations of a program in its scalar form."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        self.length = scalar_length(program)
        given = list(map(tuple, given_in_turn(program).tolist()))
        self._run = function_of(_source(program, lookout), given)

    def carry(self, memory: FloatArray, last: int, reached: Reached) -> Reached:
        """See `Loop`."""
        iteration, found, memory[:], is_finite, counts = self._run(
            memory.tolist(), reached.iteration + 1, last, reached.is_finite, reached.counts
        )
        return Reached(iteration, found, is_finite, counts)


def scalar_length(program: Program) -> int:
    """The `length` of such a loop; 1 for a program that is too large for one."""
    return 1 if program.steps > MOST_STEPS else loop_length(program, 16_000, 64)


def scalar_iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    run = function_of(_source(program, Lookout(), takes_turns=False))

    def iterate(memory: FloatArray) -> None:
        memory[:] = run(memory.tolist(), 1, 1, True, ())[2]

    return iterate


def _source(program: Program, lookout: Lookout, takes_turns: bool = True) -> Iterator[str]:
    """The lines of a function of the memory, the first and the last iteration, whether all that was
    computed before is finite, and the hits that were counted. It gives the last iteration carried
    out, whether something was found in it, and the other three as they are then.
    """
    conditions = [placed(program, each) for each in lookout.sought]
    memory = names_of("v", range(len(program.start)))
    counts = counts_of(lookout)
    yield "def run(v, first, last, finite, counts):"
    yield f" ({memory}) = v"
    if counts:
        yield f" ({counts}) = counts"
    yield " found = False"
    yield " for i in range(first, last + 1):"
    for slot in found_slots(each for those in conditions for each in those):
        yield f"  o{slot} = v{slot}"
    yield from _operations(program)
    if lookout.non_finite:
        yield from _non_finite(telling(program))
    yield from hits(lookout, conditions)
    if takes_turns and program.model.feed is not None:
        yield f"  ({names_of('v', fed_slots(program))}) = given[i % len(given)]"
    if lookout.is_for_something:
        yield "  if found:"
        yield "   break"
    yield f" return i, found, ({memory}), finite, ({counts})"


@lru_cache(maxsize=8)
def _operations(program: Program) -> tuple[str, ...]:
    """The lines that carry out the operations of an iteration."""
    found: list[str] = []
    for operation in range(1, program.operations + 1):
        written = formula(program, operation)

        def read(symbol: Symbol, operands: Any = written.operands) -> str:
            operand = operands[symbol]
            return f"v{operand}" if isinstance(operand, int) else f"({operand!r})"

        lines, value = python(written.equation.value, read)
        found += [*lines, f"  v{written.slot} = {value}"]
    return tuple(found)


def _non_finite(slots: tuple[int, ...]) -> Iterator[str]:
    """Lines that find an iteration that is the first to compute something that is not finite.

    The sum of values is finite only if all are. Where it is not they are looked at one by one.
    """
    for start in range(0, len(slots), MOST_TERMS):
        terms = " + ".join(f"v{slot}" for slot in slots[start : start + MOST_TERMS])
        yield f"  s = {'s + ' if start else ''}{terms}"
    yield "  if s - s == 0.0:"
    yield "   finite = True"
    yield f"  elif all(map(f_isfinite, ({names_of('v', slots)}))):"
    yield "   finite = True"
    yield "  else:"
    yield "   found = finite"
    yield "   finite = False"
