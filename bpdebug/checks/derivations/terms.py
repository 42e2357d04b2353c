"""Terms: a hand-written derivation as a sum of products, so that each can be held to a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from bpdebug.checks.derivations.paths import Between, PathEdge, TooManyError
from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Derivative, Symbol
from bpdebug.notation.tree import Binary, Expression, Negation, Number, Power, Terms, walk
from bpdebug.numerics import scalar

MOST_TERMS = 2_000
"""Of more terms none is looked at by itself."""

Factor = PathEdge | Expression
"""A local derivative of the graph, or anything else."""

Meaning = Mapping[Symbol, int | PathEdge | Between]
"""What a symbol stands for: the value in a slot, a local derivative, the total over all paths."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A product of a constant and `factors`, divided by `divisors`."""

    constant: float = 1.0
    factors: tuple[Factor, ...] = ()
    divisors: tuple[Expression, ...] = ()

    def times(self, other: Term) -> Term:
        """The product of both."""
        return Term(
            self.constant * other.constant,
            self.factors + other.factors,
            self.divisors + other.divisors,
        )

    def negated(self) -> Term:
        """The same with the other sign."""
        return Term(-self.constant, self.factors, self.divisors)

    def edges(self) -> list[PathEdge]:
        """The local derivatives among the factors."""
        return [factor for factor in self.factors if isinstance(factor, PathEdge)]

    def expression(self) -> Expression:
        """The term as it is written."""
        written = [each.name if isinstance(each, PathEdge) else each for each in self.factors]
        size = Number(abs(self.constant))
        if size.value != 1.0 or not written:
            written.insert(0, size)
        product = reduce(lambda left, right: Binary("*", left, right), written)
        for divisor in self.divisors:
            product = Binary("/", product, divisor)
        return Negation(product) if self.constant < 0 else product

    def has_decimals(self) -> bool:
        """Whether numbers stand in it that may be rounded values of quantities."""
        found = {abs(self.constant)}
        for each in (*self.factors, *self.divisors):
            if not isinstance(each, PathEdge):
                found |= {node.value for node in walk(each) if isinstance(node, Number)}
        return any(not float(2 * value).is_integer() for value in found)


def expand(tree: Expression, meaning: Meaning, whole: bool = False) -> list[Term]:
    """The terms of an expression: totals become sums over their paths, and products are
    distributed over sums that have derivatives in them.

    Sums of plain quantities in parentheses, `(o1 - t1)`, stay together, and with `whole` an
    expression that is nothing but such a sum does. Raises TooManyError if there are more than
    MOST_TERMS.
    """
    expanding = _Expanding(meaning)
    return expanding.product(tree) if whole else expanding.terms(tree)


def distributed(term: Term) -> Iterator[list[Term]]:
    """What becomes of a term when it is distributed over one of the sums among its factors."""
    for place, factor in enumerate(term.factors):
        if not isinstance(factor, PathEdge) and _is_sum(factor):
            rest = Term(
                term.constant, term.factors[:place] + term.factors[place + 1 :], term.divisors
            )
            yield _times([rest], _Expanding({}).terms(factor))


class _Expanding:
    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning

    def terms(self, tree: Expression) -> list[Term]:
        """A sum in its terms. What is a sum again on the right stood in parentheses."""
        match tree:
            case Binary("+", left, right):
                return _few([*self.terms(left), *self.product(right)])
            case Binary("-", left, right):
                return _few([*self.terms(left), *(each.negated() for each in self.product(right))])
            case Terms(terms):
                return _few([each for term in terms for each in self.terms(term)])
            case Negation(operand):
                return [each.negated() for each in self.terms(operand)]
            case _:
                return self.product(tree)

    def product(self, tree: Expression) -> list[Term]:
        """A product in its terms, in which sums of plain quantities are factors."""
        match tree:
            case Binary("*", left, right):
                return _times(self.product(left), self.product(right))
            case Binary("/", left, Number(value)):
                return _times(self.product(left), [Term(scalar.divide(1.0, value))])
            case Binary("/", left, right):
                return _times(self.product(left), [Term(divisors=(right,))])
            case Negation(operand):
                return [each.negated() for each in self.product(operand)]
            case Power(base, exponent):
                return reduce(_times, [self.product(base)] * exponent)
            case Number(value):
                return [Term(value)]
            case Derivative():
                return self._derivative(tree)
            case _ if _is_sum(tree) and any(isinstance(s, Derivative) for s in symbols(tree)):
                return self.terms(tree)
            case _:
                return [Term(factors=(tree,))]

    def _derivative(self, symbol: Derivative) -> list[Term]:
        stands_for = self.meaning.get(symbol)
        match stands_for:
            case PathEdge():
                return [Term(factors=(stands_for,))]
            case Between() if found := stands_for.paths():
                return _few([Term(factors=path.edges) for path in found])
            case _:
                return [Term(factors=(symbol,))]


def _is_sum(tree: Expression) -> bool:
    return isinstance(tree, Terms) or (isinstance(tree, Binary) and tree.operator in "+-")


def _times(left: list[Term], right: list[Term]) -> list[Term]:
    if len(left) * len(right) > MOST_TERMS:
        raise TooManyError(_TOO_MANY)
    return [first.times(second) for first in left for second in right]


def _few(terms: list[Term]) -> list[Term]:
    if len(terms) > MOST_TERMS:
        raise TooManyError(_TOO_MANY)
    return terms


_TOO_MANY = f"written out it has more than {MOST_TERMS:,} terms"
