"""A formula: the equation of one operation, written out for its element.

`zh[j] = sum(i: w[i,j]*x[i]) + b1` becomes `zh1 = w1*x1 + w3*x2 + w5*x3 + b1`.
"""

from __future__ import annotations

import math
import operator
import sys
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
    Index,
    Negation,
    Number,
    Power,
    Reference,
    Sum,
    Symbol,
    Terms,
    rebuild,
    with_indices,
)
from bpdebug.numerics import scalar
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
            case Binary("+", left, right):
                first, last = self.write(left, positions), self.write(right, positions)
                # A written-out sum goes on with what is added to it: the order is the same.
                if isinstance(first, Terms):
                    return Terms((*first.terms, last))
                return Binary("+", first, last)
            case _:
                return rebuild(tree, lambda child: self.write(child, positions))

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
                at = [each if each == index else positions.get(str(each), each) for each in indices]
                if at.count(index) != 1:
                    return None
                first, second = (
                    quantity.place(tuple(n if each == index else int(each) for each in at))
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
        at = [positions.get(each, each) if isinstance(each, str) else each for each in indices]
        place = quantity.place(tuple(map(int, at)))
        return element_symbol(quantity.labels(place)), quantity.offset + place


@lru_cache(maxsize=16)  # Every unit of a layer reads the same inputs.
def _symbols(quantity: Quantity, places: range) -> tuple[Symbol, ...]:
    """The names of elements of a quantity."""
    return tuple(element_symbol(quantity.labels(place)) for place in places)


def evaluate(tree: Expression, read: Callable[[Symbol], float]) -> float:
    """The value of a formula, in the arithmetic of the profile."""
    match tree:
        case Binary(sign, left, right):
            return _APPLY[sign](evaluate(left, read), evaluate(right, read))
        case Reference() | Derivative():
            return read(tree)
        case Terms(terms):
            total = evaluate(terms[0], read)
            for term in terms[1:]:
                total += evaluate(term, read)
            return total
        case _:
            value = _reduce(tree, read, _Budget(sys.maxsize))
            assert isinstance(value, Number)
            return value.value


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
}


def _reduce(tree: Expression, read: Callable[[Symbol], float], budget: _Budget) -> Expression:
    match tree:
        case Number():
            return tree
        case Reference() | Derivative():
            return Number(read(tree))
        case Negation(operand):
            inner = _reduce(operand, read, budget)
            return Number(-inner.value) if isinstance(inner, Number) else Negation(inner)
        case Binary(sign, left, right):
            return _binary(sign, _reduce(left, read, budget), _reduce(right, read, budget), budget)
        case Power(base, exponent):
            return _power(_reduce(base, read, budget), exponent, budget)
        case Call(function, arguments):
            inners = [_reduce(argument, read, budget) for argument in arguments]
            numbers = [inner.value for inner in inners if isinstance(inner, Number)]
            if len(numbers) == len(inners) and budget.take():
                return Number(FUNCTIONS[function].scalar(*numbers))
            return Call(function, tuple(inners))
        case Terms(terms):
            rest = [_reduce(terms[0], read, budget)]
            for term in terms[1:]:
                last = rest.pop() if len(rest) == 1 else None
                reduced = _reduce(term, read, budget)
                if last is None:
                    rest.append(reduced)
                    continue
                total = _binary("+", last, reduced, budget)
                rest.extend([total] if isinstance(total, Number) else [last, reduced])
            return rest[0] if len(rest) == 1 else Terms(tuple(rest))
        case _:
            raise TypeError(f"not arithmetic: {tree}")


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
