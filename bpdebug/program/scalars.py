"""The scalar form of a program: straight-line Python code, one assignment an operation.

For small programs it is several times faster than the array form, whose calls cost more
than their arithmetic there. The operations are the same in the same order, so are the bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

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
    Terms,
)
from bpdebug.numerics import FloatArray, scalar
from bpdebug.program.formula import Formula, formula
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
    emitter = _Emitter(written)
    value = emitter.emit(written.equation.value)
    return [*emitter.lines, f"    v[{written.slot}] = {value}"]


class _Emitter:
    """Python text for one formula; what is used twice gets a line of its own first."""

    def __init__(self, written: Formula) -> None:
        self.operands = written.operands
        self.lines: list[str] = []

    def emit(self, tree: Expression) -> str:
        match tree:
            case Number(value):
                return repr(value)
            case Reference() | Derivative():
                operand = self.operands[tree]
                return f"v[{operand}]" if isinstance(operand, int) else f"({operand!r})"
            case Negation(operand):
                return f"(-{self.emit(operand)})"
            case Binary("/", left, right):
                return f"divide({self.emit(left)}, {self.emit(right)})"
            case Binary(sign, left, right):
                return f"({self.emit(left)} {sign} {self.emit(right)})"
            case Power(base, exponent):
                name = f"t{len(self.lines)}"
                self.lines.append(f"    {name} = {self.emit(base)}")
                return "(" + " * ".join([name] * exponent) + ")"
            case Call(function, arguments):
                return f"f_{function}({', '.join(map(self.emit, arguments))})"
            case Terms(terms):
                return "(" + " + ".join(map(self.emit, terms)) + ")"
            case _:
                raise TypeError(f"not arithmetic: {tree}")
