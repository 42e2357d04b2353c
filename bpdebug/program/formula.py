"""A formula: the equation of one operation, written out for its element.

`zh[j] = sum(i: w[i,j]*x[i]) + b1` becomes `zh1 = w1*x1 + w3*x2 + w5*x3 + b1`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from bpdebug.notation.equation import Equation
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import (
    Derivative,
    Index,
    Reference,
    Symbol,
    is_plain,
    with_indices,
    with_letters,
)
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Negation,
    Number,
    Over,
    Power,
    Sum,
    SumWhere,
    Terms,
    children,
    parts,
    rebuild,
)
from bpdebug.numerics import scalar
from bpdebug.program.long_sums import (
    Along,
    Between,
    LongSum,
    Operand,
    Operands,
    Pattern,
    slots_of,
)
from bpdebug.program.positions import position, terms_of
from bpdebug.program.program import Integers, Program
from bpdebug.program.quantities import Quantity, element_symbol
from bpdebug.program.shapes import Ranges

LONG = 24
"""A sum of this many terms is written out only where it is looked at; more than is ever shown."""

_MOST_KEPT, _SHORT = 512, 100
"""At most this many formulas of a program are kept, each of at most this many arithmetic steps:
they are the same in all iterations, and are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Formula:
    """The written-out equation of one operation.

    `operands` says for each symbol on the right-hand side where its value is: in a slot, or
    that it is a constant. `slot` is where the result goes.
    """

    equation: Equation
    operands: Mapping[Symbol, Operand]
    slot: int

    @property
    def slots_read(self) -> Integers:
        """The slots among the operands, in any order."""
        return slots_of(self.operands)


_KEPT: WeakKeyDictionary[Program, dict[int, Formula]] = WeakKeyDictionary()


def formula(program: Program, operation: int) -> Formula:
    """The formula of operation 1 … K of an iteration."""
    kept = _KEPT.setdefault(program, {})
    found = kept.get(operation)
    if found is None:
        found = _last_made(program, operation)
        if len(kept) < _MOST_KEPT and program.arithmetic(operation) <= _SHORT:
            kept[operation] = found
    return found


def make_formula(program: Program, operation: int) -> Formula:
    """The same, and a new one each time."""
    statement = program.statement(operation)
    element = int(program.element_of[operation - 1])
    writer = Writer(program, statement.ranges)
    value = writer.write(statement.equation.value, statement.positions(element))
    slot = int(statement.slots[element])
    target = element_symbol(program.name(slot))
    return Formula(Equation(target, value, statement.equation.assigns), writer.operands, slot)


# Each pane asks for those around the position, and some are long.
_last_made = lru_cache(maxsize=32)(make_formula)

_NOWHERE: Mapping[str, Index] = {}


class Writer:
    """Writes right-hand sides out for one element, and notes the operands that it comes upon."""

    def __init__(self, program: Program, ranges: Ranges) -> None:
        self.program = program
        self.ranges = ranges
        self._single: dict[Symbol, Operand] = {}
        self._sums: list[tuple[int, LongSum]] = []

    @property
    def operands(self) -> Mapping[Symbol, Operand]:
        """The operands of what has been written."""
        return Operands(self._single, self._sums) if self._sums else self._single

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
                self._single[written] = slot
                return written
            case Derivative():
                return self._derivative(tree, positions)
            case Sum(index, body):
                terms = self._written_out(body, index, positions)
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
                    return Terms(_followed(first.terms, last))
                return Binary("+", first, last)
            case Terms((first_term, *rest)):
                first = found[id(first_term)]
                start = first.terms if isinstance(first, Terms) else (first,)
                return Terms(_followed(start, *(found[id(term)] for term in rest)))
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
        count = self.ranges[index]
        pattern = self.pattern(body, index, positions) if count >= LONG else None
        if pattern is not None:
            found = LongSum(pattern, count)
            self._sums.append((len(self._single), found))
            return found
        places = range(1, count + 1)
        return tuple(self.write(body, {**positions, index: place}) for place in places)

    def pattern(
        self, tree: Expression, index: str, positions: Mapping[str, Index]
    ) -> Pattern | None:
        """What `tree` is for all places of `index`, None if they have to be written one by one.

        Products of references have a pattern, of which most long sums are made.
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
                step = second - first
                return Along(quantity, range(first, first + step * self.ranges[index], step))
            case Binary(sign, left, right) if sign != "+":
                firsts = self.pattern(left, index, positions)
                lasts = self.pattern(right, index, positions)
                return None if firsts is None or lasts is None else Between(sign, firsts, lasts)
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
        self._single[written] = operand
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


def _followed(terms: Sequence[Expression], *more: Expression) -> Sequence[Expression]:
    return terms.followed_by(*more) if isinstance(terms, LongSum) else (*terms, *more)


def evaluate(tree: Expression, read: Callable[[Symbol], float]) -> float:
    """The value of a formula, in the arithmetic of the profile."""
    if isinstance(tree, Reference | Derivative):
        return read(tree)
    found: dict[int, float] = {}
    for node in parts(tree):
        found[id(node)] = _value(node, read, found)
    return found[id(tree)]


def total_of(
    terms: Sequence[Expression],
    first: int,
    read: Callable[[Symbol], float],
    read_all: Callable[[range], list[float]],
) -> float:
    """What the terms from number `first` on, counted from 0, add up to, from the left.

    `read_all` gives the values in slots: a long sum is added up without its symbols.
    """
    if not isinstance(terms, LongSum) or first >= terms.alike:
        rest = tuple(terms[first:])
        return evaluate(Terms(rest) if len(rest) > 1 else rest[0], read)
    total, *values = _values(terms.pattern, first, read_all)
    for each in values:
        total += each
    for term in terms.behind:
        total += evaluate(term, read)
    return total


def _values(pattern: Pattern, first: int, read_all: Callable[[range], list[float]]) -> list[float]:
    """The values of the terms of a pattern from number `first` on."""
    if isinstance(pattern, Along):
        return read_all(pattern.slots[first:])
    left, right = (_values(each, first, read_all) for each in (pattern.left, pattern.right))
    return list(map(_APPLY[pattern.operator], left, right))


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
