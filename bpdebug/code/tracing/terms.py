"""Terms: what an element of an array is, as a function of its place.

An index is a letter of the result, counted from its last axis (-1, -2, …), a position from 1 on,
the name of an index that a sum or a maximum goes over, or calculated from those. Axes of length 1
have no index.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Stepped:
    """A position that whole multiples and a constant add up to, of indices or of what is looked up
    in a constant; made by `stepped`.
    """

    parts: tuple[tuple[int, int | str | Ref], ...]
    constant: int


Index = int | str | Stepped


def stepped(parts: Iterable[tuple[int, Index | Ref]], constant: int) -> Index:
    """The index that some multiples, of positions too, and a constant add up to."""
    found: dict[int | str | Ref, int] = {}
    for factor, what in parts:
        inner = what if isinstance(what, Stepped) else Stepped(((1, what),), 0)
        constant += factor * inner.constant
        for times, index in inner.parts:
            if isinstance(index, int) and index > 0:
                constant += factor * times * index
            else:
                found[index] = found.get(index, 0) + factor * times
    left = tuple((factor, index) for index, factor in found.items() if factor)
    if not left:
        return constant
    ((factor, index), *others) = left
    if factor == 1 and not others and not constant and not isinstance(index, Ref):
        return index
    return Stepped(left, constant)


def letters_of(index: Index) -> tuple[int | str, ...]:
    """The indices from which a position is calculated; a plain one itself."""
    if not isinstance(index, Stepped):
        return (index,)
    found: list[int | str] = []
    for _, each in index.parts:
        inner = each.indices if isinstance(each, Ref) else (each,)
        found += (n for n in inner if not isinstance(n, Stepped))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Number:
    """A number; where it is negative it is written as one."""

    value: float


@dataclass(frozen=True, slots=True)
class Ref:
    """An element of a quantity, which is known by its number."""

    quantity: int
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Apply:
    """A function, or one of `+ - * / neg`, or `^` with a whole number after it."""

    name: str
    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """`sum` or `max` of a term over an index of this many places."""

    name: str
    index: str
    count: int
    body: Term


Term = Number | Ref | Apply | Over

ZERO, ONE = Number(0.0), Number(1.0)


def parts_of(term: Term) -> tuple[Term, ...]:
    """The terms right inside a term."""
    match term:
        case Apply(_, parts):
            return parts
        case Over():
            return (term.body,)
    return ()


def walk(term: Term) -> Iterator[Term]:
    """A term and all inside it."""
    waiting = [term]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(parts_of(each))


def refs(term: Term) -> Iterator[Ref]:
    """All elements that a term uses, also to look up positions."""
    for each in walk(term):
        if isinstance(each, Ref):
            yield each
            yield from looked_up(each)


def looked_up(ref: Ref) -> Iterator[Ref]:
    """What positions of an element are looked up in."""
    for index in ref.indices:
        if isinstance(index, Stepped):
            yield from (each for _, each in index.parts if isinstance(each, Ref))


def axes(term: Term) -> set[int]:
    """The axes of the result on which a term depends."""
    found = {n for ref in refs(term) for index in ref.indices for n in letters_of(index)}
    return {n for n in found if isinstance(n, int) and n < 0}


def moved(term: Term, change: Mapping[int, Index]) -> Term:
    """A term with its axes replaced."""
    match term:
        case Ref(quantity, indices):
            return Ref(quantity, tuple(_one(n, change) for n in indices))
        case Apply(name, parts):
            return Apply(name, tuple(moved(each, change) for each in parts))
        case Over():
            return replace(term, body=moved(term.body, change))
    return term


def _one(index: Index, change: Mapping[int, Index]) -> Index:
    if isinstance(index, Stepped):
        return stepped(
            [
                (
                    factor,
                    Ref(each.quantity, tuple(_one(n, change) for n in each.indices))
                    if isinstance(each, Ref)
                    else _one(each, change),
                )
                for factor, each in index.parts
            ],
            index.constant,
        )
    return change.get(index, index) if isinstance(index, int) and index < 0 else index


def has_over(term: Term) -> bool:
    """Whether a sum or a maximum is in a term."""
    return any(isinstance(each, Over) for each in walk(term))


def size(term: Term) -> int:
    """How many terms a term is made of."""
    return sum(1 for _ in walk(term))


# Making terms, in the simplest form that has the same value


def number(value: float) -> Term:
    """A number as a term; infinity as one so large that its exponential is 0 or infinite."""
    if math.isinf(value):
        value = math.copysign(1e300, value)
    value += 0.0
    return Number(value) if value >= 0 or value != value else Apply("neg", (Number(-value),))


def add(a: Term, b: Term) -> Term:
    """a + b."""
    if a == ZERO or b == ZERO:
        return b if a == ZERO else a
    match b:
        case Apply("neg", (inner,)):
            return subtract(a, inner)
    return Apply("+", (a, b))


def subtract(a: Term, b: Term) -> Term:
    """a - b."""
    if b == ZERO:
        return a
    if a == ZERO:
        return negate(b)
    match b:
        case Apply("neg", (inner,)):
            return add(a, inner)
    return Apply("-", (a, b))


def multiply(a: Term, b: Term) -> Term:
    """a * b."""
    if ONE in (a, b):
        return b if a == ONE else a
    if ZERO in (a, b):
        return ZERO
    match a, b:
        case Apply("neg", (inner,)), _:
            return negate(multiply(inner, b))
        case _, Apply("neg", (inner,)):
            return negate(multiply(a, inner))
    if a == b and isinstance(a, Ref):
        return Apply("^", (a, Number(2.0)))
    return Apply("*", (a, b))


def divide(a: Term, b: Term) -> Term:
    """a / b; 1/(1 + exp(-u)) is called by its name."""
    if b == ONE:
        return a
    match a, b:
        case Number(1.0), (
            Apply("+", (Number(1.0), Apply("exp", (inner,))))
            | Apply("+", (Apply("exp", (inner,)), Number(1.0)))
        ):
            return Apply("sigmoid", (negate(inner),))
        case Apply("neg", (inner,)), _:
            return negate(divide(inner, b))
    return Apply("/", (a, b))


def negate(a: Term) -> Term:
    """-a."""
    match a:
        case Number(0.0):
            return a
        case Apply("neg", (inner,)):
            return inner
    return Apply("neg", (a,))


def power(base: Term, exponent: float) -> Term | None:
    """base to a power, None if the notation has none."""
    if exponent == 0.5:
        return Apply("sqrt", (base,))
    if exponent < 0:
        below = power(base, -exponent)
        return None if below is None else divide(ONE, below)
    if exponent == 1:
        return base
    if exponent == 0:
        return ONE
    if exponent == 1.5:
        return multiply(base, Apply("sqrt", (base,)))
    if exponent != int(exponent) or exponent > 16:
        return None
    return Apply("^", (base, Number(float(exponent))))


def maximum(a: Term, b: Term) -> Term:
    """max(a, b); with 0 it is called by its name."""
    if ZERO in (a, b):
        return Apply("relu", (b if a == ZERO else a,))
    return Apply("max", (a, b))


def greater(a: Term, b: Term) -> Term:
    """1 where a > b, else 0."""
    return Apply("step", (subtract(a, b),))


def opposite(a: Term) -> Term:
    """1 - a."""
    match a:
        case Apply("-", (Number(1.0), inner)):
            return inner
        case Number(value):
            return Number(1.0 - value)
    return subtract(ONE, a)


def call(name: str) -> Callable[[Term], Term]:
    """What applies a function."""
    return lambda term: Apply(name, (term,))
