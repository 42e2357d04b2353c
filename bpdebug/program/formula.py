"""A formula: the equation of one operation, written out for its element.

`zh[j] = sum(i: w[i,j]*x[i]) + b1` becomes `zh1 = w1*x1 + w3*x2 + w5*x3 + b1`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.tree import (
    Binary,
    Call,
    Derivative,
    Equation,
    Expression,
    Greatest,
    Index,
    Negation,
    Number,
    Over,
    Power,
    Reference,
    Sum,
    SumWhere,
    Symbol,
    Terms,
    children,
    is_plain,
    parts,
    rebuild,
    with_indices,
    with_letters,
)
from bpdebug.numerics import scalar
from bpdebug.program.positions import position, terms_of
from bpdebug.program.program import Program
from bpdebug.program.quantities import Quantity, element_symbol
from bpdebug.program.shapes import Ranges

Operand = int | float
"""A slot (int) or a constant (float)."""


@dataclass(frozen=True, slots=True)
class Formula:
    """The written-out equation of one operation.

    `operands` says for each symbol on the right-hand side where its value is: in a slot, or
    that it is a constant. `slot` is where the result goes.
    """

    equation: Equation
    operands: Mapping[Symbol, Operand]
    slot: int


@lru_cache(maxsize=32)  # Each pane asks for those around the position, and some are long.
def formula(program: Program, operation: int) -> Formula:
    """The formula of operation 1 … K of an iteration."""
    statement = program.statement(operation)
    element = int(program.element_of[operation - 1])
    writer = Writer(program, statement.ranges)
    value = writer.write(statement.equation.value, statement.positions(element))
    slot = int(statement.slots[element])
    target = element_symbol(program.name(slot))
    return Formula(Equation(target, value, statement.equation.assigns), writer.operands, slot)


_NOWHERE: Mapping[str, Index] = {}


class Writer:
    """Writes right-hand sides out for one element, and notes the operands that it comes upon."""

    def __init__(self, program: Program, ranges: Ranges) -> None:
        self.program = program
        self.ranges = ranges
        self.operands: dict[Symbol, Operand] = {}

    def write(self, tree: Expression, positions: Mapping[str, Index]) -> Expression:
        """`tree` for the positions of its letters. Recursive for sums and the like only."""
        found: dict[int, Expression] = {}
        waiting = [(tree, False)]
        while waiting:
            node, opened = waiting.pop()
            if id(node) in found:
                continue
            inner = () if isinstance(node, Over | SumWhere) else children(node)
            if inner and not opened:
                waiting.append((node, True))
                waiting.extend((child, False) for child in reversed(inner))
            else:
                found[id(node)] = self._node(node, positions, found)
        return found[id(tree)]

    def _node(
        self, tree: Expression, positions: Mapping[str, Index], found: Mapping[int, Expression]
    ) -> Expression:
        """The same for a node, what is inside being written already."""
        match tree:
            case Reference():
                written, slot = self._element(*self._find(tree), positions)
                self.operands[written] = slot
                return written
            case Derivative():
                return self._derivative(tree, positions)
            case Sum(index, body):
                terms = tuple(self._written_out(body, index, positions))
                return terms[0] if len(terms) == 1 else Terms(terms)
            case SumWhere():
                return self._those(tree, positions)
            case Greatest(index, body):
                first, *others = self._written_out(body, index, positions)
                for each in others:
                    first = Call("max", (first, each))
                return first
            case Binary("+", left, right):
                first, last = found[id(left)], found[id(right)]
                # A written-out sum goes on with what is added to it: the order is the same.
                if isinstance(first, Terms):
                    return Terms((*first.terms, last))
                return Binary("+", first, last)
            case Terms((first_term, *rest)):
                first = found[id(first_term)]
                start = first.terms if isinstance(first, Terms) else (first,)
                return Terms((*start, *(found[id(term)] for term in rest)))
            case _:
                return rebuild(tree, lambda child: found[id(child)])

    def _those(self, tree: SumWhere, positions: Mapping[str, Index]) -> Expression:
        """The terms of a sum that are at its place."""
        found = terms_of(tree, self.ranges, self.program.names)
        at = tuple(int(self._position(letter, positions)) - 1 for letter in found.letters)
        places = found.places[at][: int(found.counts[at])].tolist()
        terms = tuple(
            self.write(tree.body, {**positions, **dict(zip(tree.indices, each, strict=True))})
            for each in places
        )
        if len(terms) < 2:
            return terms[0] if terms else Number(0.0)
        return Terms(terms)

    def _position(self, index: Index, positions: Mapping[str, Index]) -> int:
        return int(position(with_letters(index, positions), {}, self.program.names.whole_numbers))

    def _written_out(
        self, body: Expression, index: str, positions: Mapping[str, Index]
    ) -> Sequence[Expression]:
        """The terms of a sum."""
        operands: list[list[tuple[Symbol, Operand]]] = []
        terms = self.side_by_side(body, index, positions, operands)
        if terms is not None:
            # In the order in which they are read.
            self.operands.update(chain.from_iterable(zip(*operands, strict=True)))
            return terms
        places = range(1, self.ranges[index] + 1)
        return [self.write(body, {**positions, index: place}) for place in places]

    def side_by_side(
        self,
        tree: Expression,
        index: str,
        positions: Mapping[str, Index],
        operands: list[list[tuple[Symbol, Operand]]],
    ) -> Sequence[Expression] | None:
        """`tree` for each place of `index`, if that can be done for all of them at once.

        It can for products of references, of which most long sums are made; one by one takes
        several times as long. The symbols with their operands are added to `operands`.
        """
        match tree:
            case Reference():
                quantity, indices = self._find(tree)
                if not is_plain(tree):
                    return None
                at = [each if each == index else positions.get(str(each), each) for each in indices]
                if at.count(index) != 1:
                    return None
                first, second = (
                    quantity.place(
                        tuple(n if each == index else self._position(each, {}) for each in at)
                    )
                    for n in (1, 2)
                )
                places = range(first, first + (second - first) * self.ranges[index], second - first)
                symbols = _symbols(quantity, places)
                slots = range(
                    quantity.offset + places.start, quantity.offset + places.stop, places.step
                )
                operands.append(list(zip(symbols, slots, strict=True)))
                return symbols
            case Binary(sign, left, right) if sign != "+":
                firsts = self.side_by_side(left, index, positions, operands)
                lasts = self.side_by_side(right, index, positions, operands)
                if firsts is None or lasts is None:
                    return None
                return list(map(Binary, repeat(sign), firsts, lasts))
            case _:
                return None

    def _derivative(self, symbol: Derivative, positions: Mapping[str, Index]) -> Symbol:
        written: Symbol
        operand: Operand
        found = self.program.names.find(with_indices(symbol, positions))
        if isinstance(found, tuple):
            written, operand = self._element(*found)
        else:
            of, by = (
                self._element(*self._find(each), positions)[0] for each in (symbol.of, symbol.by)
            )
            assert isinstance(of, Reference)
            assert isinstance(by, Reference)
            written, operand = Derivative(of, by), self._leaf(found)
        self.operands[written] = operand
        return written

    def _leaf(self, value: Expression) -> Operand:
        if isinstance(value, Reference):
            return self._element(*self._find(value))[1]
        return evaluate(value, lambda symbol: math.nan)

    def _find(self, reference: Reference) -> tuple[Quantity, tuple[Index, ...]]:
        found = self.program.names.find(reference)
        assert isinstance(found, tuple)
        return found

    def _element(
        self,
        quantity: Quantity,
        indices: tuple[Index, ...],
        positions: Mapping[str, Index] = _NOWHERE,
    ) -> tuple[Symbol, int]:
        """The name of an element and its slot; `positions` says where letters stand."""
        place = quantity.place(tuple(self._position(each, positions) for each in indices))
        return element_symbol(quantity.labels(place)), quantity.offset + place


@lru_cache(maxsize=16)  # Every unit of a layer reads the same inputs.
def _symbols(quantity: Quantity, places: range) -> tuple[Symbol, ...]:
    """The names of elements of a quantity."""
    return tuple(element_symbol(quantity.labels(place)) for place in places)


def evaluate(tree: Expression, read: Callable[[Symbol], float]) -> float:
    """The value of a formula, in the arithmetic of the profile."""
    if isinstance(tree, Reference | Derivative):
        return read(tree)
    found: dict[int, float] = {}
    for node in parts(tree):
        found[id(node)] = _value(node, read, found)
    return found[id(tree)]


def total_of(terms: Sequence[Expression], first: int, values: Sequence[float]) -> float | None:
    """What the terms from number `first` on, counted from 0, add up to, from the left.

    `values` are those of the symbols of all terms, one after another. So a long sum is added up
    without looking for its symbols. None if a term is more than a symbol or two with a sign between
    them, or if the values are not so many.
    """
    total: float | None = None
    at = 0
    for number, term in enumerate(terms):
        if isinstance(term, Binary):
            if type(term.left) not in _NAMES or type(term.right) not in _NAMES:
                return None
            behind = at + 2
        elif type(term) in _NAMES:
            behind = at + 1
        else:
            return None
        if behind > len(values):
            return None
        if number >= first:
            value = values[at]
            if isinstance(term, Binary):
                value = _APPLY[term.operator](value, values[at + 1])
            total = value if total is None else total + value
        at = behind
    return total if at == len(values) else None


_NAMES = frozenset({Reference, Derivative})


def _value(node: Expression, read: Callable[[Symbol], float], found: Mapping[int, float]) -> float:
    """The value of a node, those of what is inside being found already."""
    match node:
        case Binary(sign, left, right):
            return _APPLY[sign](found[id(left)], found[id(right)])
        case Reference() | Derivative():
            return read(node)
        case Number(value):
            return value
        case Terms((first, *rest)):
            total = found[id(first)]
            for term in rest:
                total += found[id(term)]
            return total
        case Negation(operand):
            return -found[id(operand)]
        case Power(base, exponent):
            factor = product = found[id(base)]
            for _ in range(exponent - 1):
                product *= factor
            return product
        case Call(function, arguments):
            return FUNCTIONS[function].scalar(*(found[id(each)] for each in arguments))
    raise TypeError(f"not arithmetic: {type(node).__name__}")


def with_values(tree: Expression, read: Callable[[Symbol], float], steps: int) -> Expression:
    """`tree` with its symbols replaced by numbers and its first `steps` arithmetic steps done.

    The steps are counted in the order of evaluation: operands from left to right, each
    operation as soon as its operands are known, a chain of terms from the left.
    """
    return _reduce(tree, read, _Budget(steps))


@dataclass(slots=True)
class _Budget:
    """How many arithmetic steps may still be taken."""

    steps: int

    def take(self) -> bool:
        self.steps -= 1
        return self.steps >= 0


_APPLY: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": scalar.divide,
    # In conditions only.
    "%": scalar.remainder,
}


def _reduce(tree: Expression, read: Callable[[Symbol], float], budget: _Budget) -> Expression:
    """`tree` with its symbols replaced and its first steps done, as far as the budget goes."""
    # For each node that the walk is inside of: its operands to come, and those that are done.
    within = [(tree, iter(children(tree)), list[Expression]())]
    while True:
        node, ahead, done = within[-1]
        operand = next(ahead, None)
        if operand is not None and (inner := children(operand)):
            within.append((operand, iter(inner), []))
            continue
        if operand is not None:
            result = _reduced(operand, [], read, budget)
        else:
            within.pop()
            result = _reduced(node, done, read, budget)
            if not within:
                return result
            node, _, done = within[-1]
        if isinstance(node, Terms) and len(done) == 1:
            # A term is added as soon as it is known, before the next one is looked at.
            total = _binary("+", done[0], result, budget)
            done[:] = [total] if isinstance(total, Number) else [done[0], result]
        else:
            done.append(result)


def _reduced(
    node: Expression, done: list[Expression], read: Callable[[Symbol], float], budget: _Budget
) -> Expression:
    """The same for a node, `done` being its operands."""
    match node:
        case Number():
            return node
        case Reference() | Derivative():
            return Number(read(node))
        case Negation():
            (inner,) = done
            return Number(-inner.value) if isinstance(inner, Number) else Negation(inner)
        case Binary(sign):
            left, right = done
            return _binary(sign, left, right, budget)
        case Power(_, exponent):
            return _power(done[0], exponent, budget)
        case Call(function):
            numbers = [operand.value for operand in done if isinstance(operand, Number)]
            if len(numbers) == len(done) and budget.take():
                return Number(FUNCTIONS[function].scalar(*numbers))
            return Call(function, tuple(done))
        case Terms():
            return done[0] if len(done) == 1 else Terms(tuple(done))
    raise TypeError(f"not arithmetic: {type(node).__name__}")


def _binary(sign: str, left: Expression, right: Expression, budget: _Budget) -> Expression:
    if isinstance(left, Number) and isinstance(right, Number) and budget.take():
        return Number(_APPLY[sign](left.value, right.value))
    return Binary(sign, left, right)


def _power(base: Expression, exponent: int, budget: _Budget) -> Expression:
    if not isinstance(base, Number):
        return Power(base, exponent)
    product = base.value
    for done in range(1, exponent):
        if not budget.take():
            rest: Expression = base if exponent - done == 1 else Power(base, exponent - done)
            return Power(base, exponent) if done == 1 else Binary("*", Number(product), rest)
        product *= base.value
    return Number(product)
