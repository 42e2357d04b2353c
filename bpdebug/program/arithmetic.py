"""How much arithmetic an expression takes."""

from __future__ import annotations

from collections.abc import Callable

from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Power,
    Sum,
    SumWhere,
    Terms,
    children,
    parts,
)
from bpdebug.program.shapes import Ranges


def arithmetic_steps(
    tree: Expression, ranges: Ranges, most: Callable[[SumWhere], int] | None = None
) -> int:
    """How many of `+ - * /` and function calls evaluating `tree` takes.

    `most` says how many terms a sum with a place has at most.
    """
    found: dict[int, int] = {}
    for node in parts(tree):
        total = 0
        if isinstance(node, Binary):
            total = found[id(node.left)] + found[id(node.right)] + 1
        else:
            for child in children(node):
                total += found[id(child)]
            match node:
                case Sum(index, _) | Greatest(index, _):
                    total = ranges[index] * (total + 1) - 1
                case SumWhere():
                    assert most is not None
                    total = most(node) * (total + 1) - 1
                case Terms(terms):
                    total += len(terms) - 1
                case Power(_, exponent):
                    total += exponent - 1
                case Call():
                    total += 1
        found[id(node)] = total
    return found[id(tree)]
