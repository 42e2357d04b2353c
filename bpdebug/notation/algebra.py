"""Building expressions the way a textbook writes them: no `1·`, no `0.5·2·`, no `+ −`.

These constructors simplify only what is exact in float64, so they never change a value
other than by leaving out work (and by taking `0·x` as 0, which is what a derivative means
by it).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from bpdebug.notation.tree import Binary, Expression, Negation, Number, Power, Terms

LONG = 100
"""A sum of more terms is written as `Terms`: one node, however many there are."""

ZERO: Expression = Number(0.0)
ONE: Expression = Number(1.0)


def constant(value: float) -> Expression:
    """The tree of a finite constant of either sign."""
    return Negation(Number(-value)) if value < 0 else Number(value)


def add(left: Expression, right: Expression) -> Expression:
    """`left + right`."""
    if left == ZERO:
        return right
    if right == ZERO:
        return left
    if isinstance(right, Negation):
        return Binary("-", left, right.operand)
    return Binary("+", left, right)


def subtract(left: Expression, right: Expression) -> Expression:
    """`left - right`."""
    if right == ZERO:
        return left
    if left == ZERO:
        return negate(right)
    if isinstance(right, Negation):
        return Binary("+", left, right.operand)
    return Binary("-", left, right)


def negate(operand: Expression) -> Expression:
    """`-operand`."""
    if isinstance(operand, Negation):
        return operand.operand
    return operand if operand == ZERO else Negation(operand)


def total(terms: Iterable[Expression]) -> Expression:
    """The sum of `terms` from the left; a long one as `Terms`, which does not grow in depth."""
    found = [term for term in terms if not _is_zero(term)]
    if len(found) > LONG:
        return Terms(tuple(found))
    return reduce(add, found, ZERO)


def multiply(left: Expression, right: Expression) -> Expression:
    """`left * right`, with signs and exact constants gathered in front."""
    if _is_zero(left) or _is_zero(right):
        return ZERO
    if isinstance(left, Negation):
        return negate(multiply(left.operand, right))
    if isinstance(right, Negation):
        return negate(multiply(left, right.operand))
    left_constant, left_rest = _split_constant(left)
    right_constant, right_rest = _split_constant(right)
    if left_constant == right_constant == 1.0:
        return _chain(left_rest, right_rest)
    product = _exact(Fraction(left_constant) * Fraction(right_constant))
    if product is None:
        return _chain(left, right)
    rest = _chain(left_rest, right_rest)
    return rest if product == 1.0 else _chain(Number(product), rest)


def divide(left: Expression, right: Expression) -> Expression:
    """`left / right`."""
    if left == ZERO or right == ONE:
        return left
    if isinstance(left, Negation):
        return negate(divide(left.operand, right))
    if isinstance(right, Negation):
        return negate(divide(left, right.operand))
    if isinstance(right, Number) and right.value:
        constant_part, rest = _split_constant(left)
        quotient = _exact(Fraction(constant_part) / Fraction(right.value))
        if quotient is not None:
            return rest if quotient == 1.0 else _chain(Number(quotient), rest)
    return Binary("/", left, right)


def power(base: Expression, exponent: int) -> Expression:
    """`base ^ exponent` for a whole exponent of at least 0."""
    if exponent == 0:
        return ONE
    return base if exponent == 1 else Power(base, exponent)


def _is_zero(tree: Expression) -> bool:
    return isinstance(tree, Number) and tree.value == 0.0


def _factors(tree: Expression) -> list[Expression]:
    """The factors of a chain that is multiplied from the left."""
    found = []
    while isinstance(tree, Binary) and tree.operator == "*":
        found.append(tree.right)
        tree = tree.left
    return [tree, *reversed(found)]


def _split_constant(tree: Expression) -> tuple[float, Expression]:
    """`tree` as a constant times the rest; the constant is its first factor or 1.

    A product that is one chain without a constant is its own rest, so that it stays shared.
    """
    is_chain, first = True, tree
    while isinstance(first, Binary) and first.operator == "*":
        is_chain = is_chain and not (first.right == ONE or _is_product(first.right))
        first = first.left
    if isinstance(first, Number):
        return first.value, reduce(_chain, _factors(tree)[1:], ONE)
    return 1.0, tree if is_chain else reduce(_chain, _factors(tree))


def _is_product(tree: Expression) -> bool:
    return isinstance(tree, Binary) and tree.operator == "*"


def _chain(left: Expression, right: Expression) -> Expression:
    """The product as one chain multiplied from the left: `(a*b)*c`, never `a*(b*c)`."""
    if left == ONE:
        return right
    first, *rest = _factors(right)
    chain = left if first == ONE else Binary("*", left, first)
    for factor in rest:
        chain = Binary("*", chain, factor)
    return chain


def _exact(value: Fraction) -> float | None:
    """`value` as a float64 if that is exact, else None."""
    try:
        rounded = float(value)
    except OverflowError:
        return None
    return rounded if Fraction(rounded) == value else None
