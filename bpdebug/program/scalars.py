"""The scalar form of a program: straight-line Python code, one assignment an operation.

For small programs it is several times faster than the array form, whose calls cost more
than their arithmetic there. The operations are the same in the same order, so are the bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.tree import (
    Binary,
    Call,
    Derivative,
    Expression,
    Negation,
    Number,
    Power,
    Reference,
    Symbol,
    Terms,
    children,
    parts,
)
from bpdebug.numerics import FloatArray, scalar
from bpdebug.program.formula import Formula, Operand, formula
from bpdebug.program.program import Program

MOST_STEPS = 4_000
"""Up to so many arithmetic steps an iteration the scalar form is used."""


def scalar_iteration(program: Program) -> Callable[[FloatArray], None]:
    """A function that carries out one iteration on a memory, in place."""
    lines = ["def iterate(memory):", "    v = memory.tolist()"]
    for operation in range(1, program.operations + 1):
        lines.extend(_assignment(formula(program, operation)))
    lines.append("    memory[:] = v")
    # The text is made of slot numbers, float literals and names of the function table only.
    scope: dict[str, object] = {f"f_{name}": f.scalar for name, f in FUNCTIONS.items()}
    scope |= {"divide": scalar.divide, "inf": math.inf, "nan": math.nan}
    exec(compile("\n".join(lines), "<iteration>", "exec"), scope)
    iterate = scope["iterate"]
    assert callable(iterate)
    return iterate


def _assignment(written: Formula) -> list[str]:
    lines, value = _python(written)
    return [*lines, f"    v[{written.slot}] = {value}"]


def _python(written: Formula) -> tuple[list[str], str]:
    """Python lines for one formula, and the text of its value after them.

    What is used twice gets a line of its own first. So does what would be nested or added up
    too long for the compiler, which recurses; the order of the operations is the same.
    """
    lines: list[str] = []
    found: dict[int, tuple[str, int]] = {}

    def named(text: str) -> str:
        lines.append(f"    t{len(lines)} = {text}")
        return f"t{len(lines) - 1}"

    for node in parts(written.equation.value):
        inner = [found[id(child)] for child in children(node)]
        texts = [text for text, _ in inner]
        depth = 1 + max((depth for _, depth in inner), default=0)
        if isinstance(node, Power):
            texts = [named(texts[0])]
        while isinstance(node, Terms) and len(texts) > _MOST_TERMS:
            texts[:_MOST_TERMS] = [named(" + ".join(texts[:_MOST_TERMS]))]
        text = _text(node, texts, written.operands)
        found[id(node)] = (named(text), 1) if depth > _DEEPEST else (text, depth)
    return lines, found[id(written.equation.value)][0]


_DEEPEST = 40
_MOST_TERMS = 500


def _text(node: Expression, texts: list[str], operands: Mapping[Symbol, Operand]) -> str:
    """The Python of a node, `texts` being that of what is inside."""
    match node:
        case Number(value):
            return repr(value)
        case Reference() | Derivative():
            operand = operands[node]
            return f"v[{operand}]" if isinstance(operand, int) else f"({operand!r})"
        case Negation():
            return f"(-{texts[0]})"
        case Binary("/"):
            return f"divide({texts[0]}, {texts[1]})"
        case Binary(sign):
            return f"({texts[0]} {sign} {texts[1]})"
        case Power(_, exponent):
            return "(" + " * ".join(texts * exponent) + ")"
        case Call(function):
            return f"f_{function}({', '.join(texts)})"
        case Terms():
            return "(" + " + ".join(texts) + ")"
    raise TypeError(f"not arithmetic: {type(node).__name__}")
