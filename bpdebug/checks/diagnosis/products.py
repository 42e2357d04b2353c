"""Expressions as sums of products, the form in which factors and terms are lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.tree import Binary, Expression, Negation, Number, Sum, Terms

ONE = Number(1.0)


@dataclass(frozen=True, slots=True)
class Product:
    """A term: a sign, the letters that it is summed over, factors and what is divided by."""

    is_negative: bool = False
    sums: tuple[str, ...] = ()
    factors: tuple[Expression, ...] = ()
    divisors: tuple[Expression, ...] = ()

    def without(self, number: int) -> Product:
        """The product without one of its factors, or of its divisors behind those."""
        count = len(self.factors)
        if number < count:
            return replace(self, factors=_without(self.factors, number))
        return replace(self, divisors=_without(self.divisors, number - count))

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The factors, and after them the divisors."""
        return (*self.factors, *self.divisors)

    @property
    def tree(self) -> Expression:
        """The product as an expression."""
        tree: Expression = self.factors[0] if self.factors else ONE
        for factor in self.factors[1:]:
            tree = Binary("*", tree, factor)
        for divisor in self.divisors:
            tree = Binary("/", tree, divisor)
        free = free_indices(tree)
        for letter in self.sums:
            # A sum of what does not carry its letter is a multiple of that: not a usual slip.
            if letter in free:
                tree = Sum(letter, tree)
        return Negation(tree) if self.is_negative else tree


def product(tree: Expression) -> Product:
    """A term as a product."""
    match tree:
        case Number(value) if value == 1.0:
            return Product()
        case Negation(operand):
            inner = product(operand)
            return replace(inner, is_negative=not inner.is_negative)
        case Sum(index, body):
            inner = product(body)
            return replace(inner, sums=(*inner.sums, index))
        case Binary("*", left, right):
            one, other = product(left), product(right)
            if _clash(one, other):
                other = Product(factors=(right,))
            if _clash(other, one):
                one = Product(factors=(left,))
            return Product(
                one.is_negative != other.is_negative,
                (*one.sums, *other.sums),
                (*one.factors, *other.factors),
                (*one.divisors, *other.divisors),
            )
        case Binary("/", left, right):
            one, other = product(left), product(right)
            if other.sums or _clash(one, other):
                other = Product(factors=(right,))
            return Product(
                one.is_negative != other.is_negative,
                one.sums,
                (*one.factors, *other.divisors),
                (*one.divisors, *(other.factors or (ONE,))),
            )
    return Product(factors=(tree,))


def _clash(one: Product, other: Product) -> bool:
    """Whether a letter that one is summed over means something in the other."""
    taken = set(other.sums)
    for part in other.parts:
        taken |= free_indices(part)
    return bool(taken & set(one.sums))


def terms(tree: Expression) -> list[Expression]:
    """The terms of a sum that is written out, each with its sign."""
    match tree:
        case Binary("+", left, right):
            return [*terms(left), *terms(right)]
        case Binary("-", left, right):
            return [*terms(left), *map(_negated, terms(right))]
        case Negation(Binary("+" | "-") as inner):
            return [*map(_negated, terms(inner))]
        case Terms(several):
            return [inner for each in several for inner in terms(each)]
        case _:
            return [tree]


def total(several: Sequence[Expression]) -> Expression:
    """The sum of terms; 0 of none."""
    if not several:
        return Number(0.0)
    tree = several[0]
    for term in several[1:]:
        if isinstance(term, Negation):
            tree = Binary("-", tree, term.operand)
        else:
            tree = Binary("+", tree, term)
    return tree


def _negated(tree: Expression) -> Expression:
    return tree.operand if isinstance(tree, Negation) else Negation(tree)


def _without(several: tuple[Expression, ...], number: int) -> tuple[Expression, ...]:
    return several[:number] + several[number + 1 :]


def pieces(tree: Expression) -> Iterator[Expression]:
    """The factors and divisors of all terms."""
    for term in terms(tree):
        yield from product(term).parts
