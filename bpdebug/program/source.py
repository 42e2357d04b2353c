"""Expressions and what is looked out for, as text of Python functions.

Made of slot numbers, float literals and names of the function table only: no text of a file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Terms,
    children,
    parts,
)
from bpdebug.numerics import scalar
from bpdebug.program.lookout import Lookout, Placed

MOST_TERMS = 500
"""Terms in a line: Python's compiler recurses on them."""

_DEEPEST = 40


def function_of(
    lines: Iterable[str], given: Sequence[tuple[float, ...]] = ()
) -> Callable[..., Any]:
    """The function `run` of some lines, which may use what is `given`."""
    scope: dict[str, object] = {f"f_{name}": f.scalar for name, f in FUNCTIONS.items()}
    scope |= {"f_isnan": math.isnan, "f_isfinite": math.isfinite, "given": given}
    scope |= {"divide": scalar.divide, "remainder": scalar.remainder}
    scope |= {"inf": math.inf, "nan": math.nan}
    exec(compile("\n".join(lines), "<iterations>", "exec"), scope)
    run = scope["run"]
    assert callable(run)
    return run


def names_of(letter: str, numbers: Iterable[int]) -> str:
    """What is in the brackets of a tuple of variables."""
    return "".join(f"{letter}{number}, " for number in numbers)


def hits(lookout: Lookout, conditions: Sequence[Sequence[Placed]]) -> Iterator[str]:
    """Lines that set `found` if there is a hit, and count them in `n0`, `n1`, …"""
    for number, (each, those) in enumerate(zip(lookout.sought, conditions, strict=True)):
        for condition in those:
            yield from _hit(condition, f"n{number}" if each.is_counted else "", each.wanted)


def counts_of(lookout: Lookout) -> str:
    """Their names, as what is in the brackets of a tuple."""
    return names_of("n", (n for n, each in enumerate(lookout.sought) if each.is_counted))


def _hit(condition: Placed, count: str, wanted: Expression | None) -> Iterator[str]:
    """Lines that find a hit, or count it; `wanted` says which of the counted ones are found."""
    lines, text = ([], "True") if condition is None else python(condition, _at_end)
    yield from lines
    yield f"  if {text}:"
    yield f"   {count} += 1" if count else "   found = True"
    if count and wanted is not None:
        # Of a hit's number only: no line of its own.
        yield f"   if {python(wanted, lambda symbol: count)[1]}:"
        yield "    found = True"


def _at_end(symbol: Symbol) -> str:
    """The variable that a name in a condition stands for at the end of an iteration."""
    assert isinstance(symbol, Reference)
    return "float(i)" if not symbol.indices else f"{symbol.name}{symbol.indices[0]}"


def python(tree: Expression, read: Callable[[Symbol], str]) -> tuple[list[str], str]:
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
        while isinstance(node, Terms) and len(texts) > MOST_TERMS:
            texts[:MOST_TERMS] = [named(" + ".join(texts[:MOST_TERMS]))]
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
