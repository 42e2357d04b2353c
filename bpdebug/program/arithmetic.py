"""How much arithmetic an expression takes."""

from __future__ import annotations

from bpdebug.notation.tree import Binary, Call, Expression, Power, Sum, Terms, children
from bpdebug.program.shapes import Ranges


def arithmetic_steps(tree: Expression, ranges: Ranges) -> int:
    """How many of `+ - * /` and function calls evaluating `tree` takes."""
    inner = [arithmetic_steps(child, ranges) for child in children(tree)]
    total = 0
    for count in inner:
        total += count
    match tree:
        case Sum(index, _):
            return ranges[index] * (total + 1) - 1
        case Terms(terms):
            return total + len(terms) - 1
        case Power(_, exponent):
            return total + exponent - 1
        case Binary() | Call():
            return total + 1
        case _:
            return total
