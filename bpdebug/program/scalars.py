"""The scalar form of a program: straight-line Python, one assignment an operation, in a loop.

For small programs it is several times faster than the array form, whose calls cost more
than their arithmetic there. The operations are the same in the same order, so are the bits.
What a run looks out for is part of the loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Derivative,
    Expression,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Reference,
    Symbol,
    Terms,
    children,
    parts,
)
from bpdebug.numerics import FloatArray, scalar
from bpdebug.program.finite import telling
from bpdebug.program.formula import formula
from bpdebug.program.lookout import Lookout, Placed, Reached, found_slots, loop_length, placed
from bpdebug.program.program import Program
from bpdebug.program.turns import fed_slots, given_in_turn

MOST_STEPS = 4_000
"""Up to so many arithmetic steps an iteration the scalar form is used."""

_DEEPEST = 40
_MOST_TERMS = 500


class ScalarLoop:
    """A loop over the iterations of a program in its scalar form."""

    def __init__(self, program: Program, lookout: Lookout) -> None:
        self.length = scalar_length(program)
        given = list(map(tuple, given_in_turn(program).tolist()))
        self._run = _compiled(_source(program, lookout), given)

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
    run = _compiled(_source(program, Lookout(), takes_turns=False))

    def iterate(memory: FloatArray) -> None:
        memory[:] = run(memory.tolist(), 1, 1, True, ())[2]

    return iterate


def _compiled(lines: Iterable[str], given: Sequence[tuple[float, ...]] = ()) -> Callable[..., Any]:
    # The text is made of slot numbers, float literals and names of the function table only.
    scope: dict[str, object] = {f"f_{name}": f.scalar for name, f in FUNCTIONS.items()}
    scope |= {"f_isnan": math.isnan, "f_isfinite": math.isfinite, "given": given}
    scope |= {"divide": scalar.divide, "remainder": scalar.remainder}
    scope |= {"inf": math.inf, "nan": math.nan}
    exec(compile("\n".join(lines), "<iterations>", "exec"), scope)
    run = scope["run"]
    assert callable(run)
    return run


def _source(program: Program, lookout: Lookout, takes_turns: bool = True) -> Iterator[str]:
    """The lines of a function of the memory, the first and the last iteration, whether all that was
    computed before is finite, and the hits that were counted. It gives the last iteration carried
    out, whether something was found in it, and the other three as they are then.
    """
    conditions = [placed(program, each) for each in lookout.sought]
    memory = _names("v", range(len(program.start)))
    counts = _names("n", (n for n, each in enumerate(lookout.sought) if each.is_counted))
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
    for number, (each, those) in enumerate(zip(lookout.sought, conditions, strict=True)):
        for condition in those:
            yield from _hit(condition, f"n{number}" if each.is_counted else "", each.wanted)
    if takes_turns and program.model.feed is not None:
        yield f"  ({_names('v', fed_slots(program))}) = given[i % len(given)]"
    if lookout.is_for_something:
        yield "  if found:"
        yield "   break"
    yield f" return i, found, ({memory}), finite, ({counts})"


def _names(letter: str, numbers: Iterable[int]) -> str:
    """What stands in the brackets of a tuple of variables."""
    return "".join(f"{letter}{number}, " for number in numbers)


@lru_cache(maxsize=8)
def _operations(program: Program) -> tuple[str, ...]:
    """The lines that carry out the operations of an iteration."""
    found: list[str] = []
    for operation in range(1, program.operations + 1):
        written = formula(program, operation)

        def read(symbol: Symbol, operands: Any = written.operands) -> str:
            operand = operands[symbol]
            return f"v{operand}" if isinstance(operand, int) else f"({operand!r})"

        lines, value = _python(written.equation.value, read)
        found += [*lines, f"  v{written.slot} = {value}"]
    return tuple(found)


def _non_finite(slots: tuple[int, ...]) -> Iterator[str]:
    """Lines that find an iteration that is the first to compute something that is not finite.

    The sum of values is finite only if all are. Where it is not they are looked at one by one.
    """
    for start in range(0, len(slots), _MOST_TERMS):
        terms = " + ".join(f"v{slot}" for slot in slots[start : start + _MOST_TERMS])
        yield f"  s = {'s + ' if start else ''}{terms}"
    yield "  if s - s == 0.0:"
    yield "   finite = True"
    yield f"  elif all(map(f_isfinite, ({_names('v', slots)}))):"
    yield "   finite = True"
    yield "  else:"
    yield "   found = finite"
    yield "   finite = False"


def _hit(condition: Placed, count: str, wanted: Expression | None) -> Iterator[str]:
    """Lines that find a hit, or count it; `wanted` says which of the counted ones are found."""
    lines, text = ([], "True") if condition is None else _python(condition, _at_end)
    yield from lines
    yield f"  if {text}:"
    yield f"   {count} += 1" if count else "   found = True"
    if count and wanted is not None:
        # Of a hit's number only: no line of its own.
        yield f"   if {_python(wanted, lambda symbol: count)[1]}:"
        yield "    found = True"


def _at_end(symbol: Symbol) -> str:
    """The variable that a name in a condition stands for at the end of an iteration."""
    assert isinstance(symbol, Reference)
    return "float(i)" if not symbol.indices else f"{symbol.name}{symbol.indices[0]}"


def _python(tree: Expression, read: Callable[[Symbol], str]) -> tuple[list[str], str]:
    """Python lines for an expression, and the text of its value after them.

    What is used twice gets a line of its own first. So does what would be nested or added up
    too long for the compiler, which recurses; the order of the operations is the same.
    """
    lines: list[str] = []
    found: dict[int, tuple[str, int]] = {}

    def named(text: str) -> str:
        lines.append(f"  t{len(lines)} = {text}")
        return f"t{len(lines) - 1}"

    for node in parts(tree):
        inner = [found[id(child)] for child in children(node)]
        texts = [text for text, _ in inner]
        depth = 1 + max((depth for _, depth in inner), default=0)
        if isinstance(node, Power):
            texts = [named(texts[0])]
        while isinstance(node, Terms) and len(texts) > _MOST_TERMS:
            texts[:_MOST_TERMS] = [named(" + ".join(texts[:_MOST_TERMS]))]
        text = _text(node, texts, read)
        found[id(node)] = (named(text), 1) if depth > _DEEPEST else (text, depth)
    return lines, found[id(tree)][0]


def _text(node: Expression, texts: list[str], read: Callable[[Symbol], str]) -> str:
    """The Python of a node, `texts` being that of what is inside."""
    match node:
        case Number(value):
            return repr(value)
        case Reference() | Derivative():
            return read(node)
        case Negation():
            return f"(-{texts[0]})"
        case Binary("/"):
            return f"divide({texts[0]}, {texts[1]})"
        case Binary("%"):
            return f"remainder({texts[0]}, {texts[1]})"
        case Binary(sign):
            return f"({texts[0]} {sign} {texts[1]})"
        case Power(_, exponent):
            return "(" + " * ".join(texts * exponent) + ")"
        case Call(function):
            return f"f_{function}({', '.join(texts)})"
        case Terms():
            return "(" + " + ".join(texts) + ")"
        case Comparison(_, operators):
            rest = (f" {sign} {text}" for sign, text in zip(operators, texts[1:], strict=True))
            return f"({texts[0]}{''.join(rest)})"
        case Logic(operator):
            return "(" + f" {operator} ".join(texts) + ")"
        case Not():
            return f"(not {texts[0]})"
    raise TypeError(f"not arithmetic: {type(node).__name__}")
