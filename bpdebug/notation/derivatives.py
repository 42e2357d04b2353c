"""Symbolic derivatives of one equation, from the rules that stand beside each function.

The derivative with respect to everything at once is found by walking the right-hand side
from its root, carrying the derivative of the root with respect to where the walk stands
(reverse accumulation; Griewank & Walther, "Evaluating Derivatives", ch. 3, done on symbols).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bpdebug.notation.algebra import (
    ONE,
    ZERO,
    add,
    constant,
    divide,
    multiply,
    negate,
    power,
    subtract,
)
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.tree import (
    Binary,
    Call,
    Derivative,
    Equation,
    Expression,
    Negation,
    Number,
    Power,
    Reference,
    Sum,
    Symbol,
    Terms,
    children,
    rebuild,
    substitute,
    walk,
)


class DerivativeError(ValueError):
    """An expression that has no derivative in this language, such as a comparison."""


def local_derivatives(equation: Equation, ranges: Mapping[str, int]) -> dict[Symbol, Expression]:
    """d target / d r for each distinct reference r on the right-hand side of `equation`.

    Several occurrences of the same reference add up. Where r carries the index of a sum it
    stands in, it is one of the sum's terms and that index is free in the derivative; sums
    whose index r does not carry stay sums. `ranges` gives the range of each index, and the
    nested sums of `equation` bind distinct indices (`unique_sums`).
    Raises DerivativeError if the right-hand side is no arithmetic expression.
    """
    found: dict[Symbol, Expression] = {}

    def visit(tree: Expression, upstream: Expression, sums: tuple[str, ...]) -> None:
        match tree:
            case Number():
                pass
            case Reference() | Derivative():
                for index in reversed(sums):
                    if index not in tree.indices:
                        upstream = _total(index, upstream, ranges[index])
                found[tree] = add(found.get(tree, ZERO), upstream)
            case Sum(index, body):
                visit(body, upstream, (*sums, index))
            case Terms(terms):
                for term in terms:
                    visit(term, upstream, sums)
            case Call(function, arguments):
                value: Expression = tree
                if tree == equation.value and not equation.assigns:
                    value = equation.target
                for argument, rule in zip(arguments, _rules(function), strict=True):
                    names = dict(zip("uv", arguments, strict=False)) | {"y": value}
                    visit(argument, multiply(upstream, _fill(rule, names)), sums)
            case Negation(operand):
                visit(operand, negate(upstream), sums)
            case Power(base, exponent):
                slope = multiply(constant(float(exponent)), power(base, exponent - 1))
                visit(base, multiply(upstream, slope), sums)
            case Binary("+", left, right):
                visit(left, upstream, sums)
                visit(right, upstream, sums)
            case Binary("-", left, right):
                visit(left, upstream, sums)
                visit(right, negate(upstream), sums)
            case Binary("*", left, right):
                visit(left, multiply(upstream, right), sums)
                visit(right, multiply(upstream, left), sums)
            case Binary("/", left, right):
                visit(left, divide(upstream, right), sums)
                numerator = multiply(upstream, left)
                visit(right, negate(divide(numerator, Power(right, 2))), sums)
            case _:
                raise DerivativeError(f"{type(tree).__name__.lower()} has no derivative")

    visit(equation.value, ONE, ())
    return found


def _total(index: str, term: Expression, count: int) -> Expression:
    """The sum of `term` over an index with `count` values."""
    if index in free_indices(term):
        return Sum(index, term)
    return multiply(constant(float(count)), term)


def free_indices(tree: Expression) -> set[str]:
    """The index letters of `tree` that no sum in it binds."""
    match tree:
        case Reference() | Derivative():
            return {index for index in tree.indices if isinstance(index, str)}
        case Sum(index, body):
            return free_indices(body) - {index}
        case _:
            return set().union(*map(free_indices, children(tree)))


@cache
def _rules(function: str) -> tuple[Expression, ...]:
    return tuple(parse_expression(text) for text in FUNCTIONS[function].derivatives)


def _fill(rule: Expression, names: dict[str, Expression]) -> Expression:
    """A rule of the table with its letters replaced, in the simplest form that results."""
    match rule:
        case Reference(name):
            return names[name]
        case Binary(operator, left, right):
            build = {"+": add, "-": subtract, "*": multiply, "/": divide}[operator]
            return build(_fill(left, names), _fill(right, names))
        case _:
            return rebuild(rule, lambda child: _fill(child, names))


def unique_sums(equation: Equation) -> Equation:
    """`equation` with no sum binding an index of the target or of a sum around it."""
    taken = {node.index for node in walk(equation.value) if isinstance(node, Sum)}
    taken |= free_indices(equation.target)

    def rename(tree: Expression, scope: frozenset[str]) -> Expression:
        if not isinstance(tree, Sum):
            return rebuild(tree, lambda child: rename(child, scope))
        index, body = tree.index, tree.body
        if index in scope:
            # Bound nowhere in the equation as written, so that no sum further inside captures
            # it; sums side by side get the same one, as they had before.
            index = fresh_index(index, taken | scope)
            body = substitute(body, {tree.index: index})
        return Sum(index, rename(body, scope | {index}))

    value = rename(equation.value, frozenset(free_indices(equation.target)))
    return Equation(equation.target, value, equation.assigns)


def fresh_index(wanted: str, taken: set[str]) -> str:
    """`wanted`, or `wanted2`, `wanted3`, … if that is taken."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}{count}"
    return name
