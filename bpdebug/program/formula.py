"""A formula: the equation of one operation, written out for its element.

`zh[j] = sum(i: w[i,j]*x[i]) + b1` becomes `zh1 = w1*x1 + w3*x2 + w5*x3 + b1`.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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


def formula(program: Program, operation: int) -> Formula:
    """The formula of operation 1 … K of an iteration."""
    statement = program.statement(operation)
    element = int(program.element_of[operation - 1])
    writer = _Writer(program, statement.ranges)
    value = writer.write(statement.equation.value, statement.positions(element))
    slot = int(statement.slots[element])
    target = element_symbol(program.name(slot))
    return Formula(Equation(target, value, statement.equation.assigns), writer.operands, slot)


class _Writer:
    def __init__(self, program: Program, ranges: Ranges) -> None:
        self.program = program
        self.ranges = ranges
        self.operands: dict[Symbol, Operand] = {}

    def write(self, tree: Expression, positions: Mapping[str, Index]) -> Expression:
        match tree:
            case Reference() | Derivative():
                return self._symbol(with_indices(tree, positions))
            case Sum(index, body):
                places = range(1, self.ranges[index] + 1)
                terms = tuple(self.write(body, {**positions, index: place}) for place in places)
                return terms[0] if len(terms) == 1 else Terms(terms)
            case Binary("+", left, right):
                first, last = self.write(left, positions), self.write(right, positions)
                # A written-out sum goes on with what is added to it: the order is the same.
                if isinstance(first, Terms):
                    return Terms((*first.terms, last))
                return Binary("+", first, last)
            case _:
                return rebuild(tree, lambda child: self.write(child, positions))

    def _symbol(self, symbol: Symbol) -> Symbol:
        operand: Operand
        found = self.program.names.find(symbol)
        if isinstance(found, tuple):
            written, operand = self._element(*found)
        else:
            assert isinstance(symbol, Derivative)
            of, by = (self._element(*self._find(each))[0] for each in (symbol.of, symbol.by))
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

    def _element(self, quantity: Quantity, indices: tuple[Index, ...]) -> tuple[Symbol, int]:
        place = quantity.place(tuple(int(index) for index in indices))
        return element_symbol(quantity.labels(place)), quantity.offset + place


def evaluate(tree: Expression, read: Callable[[Symbol], float]) -> float:
    """The value of a formula, in the arithmetic of the profile."""
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
