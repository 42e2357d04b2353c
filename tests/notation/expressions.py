"""Hypothesis strategies for trees of the equation language.

Everything they give is a tree that the parser can produce. The defaults are chosen to be
awkward to write: names that look like functions, differentials, numbers or Greek letters.
For trees to be evaluated, give plain names: `expressions(names=("x", "w7"), indices=())`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from bpdebug.notation.equation import Equation
from bpdebug.notation.functions import CONDITION_FUNCTIONS, FUNCTIONS
from bpdebug.notation.symbols import (
    Calculated,
    Derivative,
    Index,
    Reference,
    Symbol,
    as_calculated,
    calculated,
    index_letters,
)
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Greatest,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Sum,
    SumWhere,
)

NAMES = (
    *("x", "w7", "w", "zh1", "E", "b10", "o_1", "_", "_a", "w_h", "x1y2", "a1_2", "größe", "Ж7"),
    *("alpha", "alpha1", "beta_h", "sigma", "Sigma", "Sigma2", "Delta", "Alpha", "omicron"),
    *("alphabet", "delta", "delta2", "elta", "d", "dE", "dw7", "d_x", "d1", "dalpha", "dd"),
    *("sigm", "mx", "ln", "maxi", "sum1", "or1", "andy", "e1", "E5", "times", "frac", "left"),
    *("prev", "isnan"),
)
"""Names that are legal and easy to get wrong."""

INDICES = ("i", "j", "n", "alpha", "i1", "k_2", "sigma", "d")
"""Index variables."""

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def numbers() -> st.SearchStrategy[Number]:
    """Constants: small whole ones, decimal fractions, and any finite double."""
    values = (
        st.integers(0, 20).map(float)
        | st.sampled_from([0.1, 0.05, 1e-8, 1e16, 1.5e300, 5e-324, 123456.75])
        | st.floats(0, allow_nan=False, allow_infinity=False)
    )
    return values.map(lambda value: Number(abs(value)))


def references(
    names: Sequence[str] = NAMES, indices: Sequence[str] = INDICES, calculates: bool = False
) -> st.SearchStrategy[Reference]:
    """Quantities, with up to three indices where `indices` has any."""
    name = st.sampled_from(names)
    if not indices:
        return name.map(Reference)
    index: st.SearchStrategy[Index] = st.sampled_from(indices) | st.integers(1, 1000)
    if calculates:
        index |= calculations(names, indices)
    return st.builds(
        Reference, name, st.just(()) | st.lists(index, min_size=1, max_size=3).map(tuple)
    )


def calculations(
    names: Sequence[str] = NAMES, indices: Sequence[str] = INDICES
) -> st.SearchStrategy[Index]:
    """Calculated indices, such as `2*i+k-1` and `c[n]`."""
    plain: st.SearchStrategy[Index] = st.sampled_from(indices) | st.integers(1, 9)
    places = st.lists(plain, min_size=1, max_size=2).map(tuple)
    looked_up = st.builds(Reference, st.sampled_from(names), places)
    factor = st.integers(-3, 3) | st.sampled_from([1, 1, 10**9])
    multiple = st.tuples(factor, st.sampled_from(indices) | looked_up)
    made = st.builds(calculated, st.lists(multiple, min_size=1, max_size=3), st.integers(-9, 9))
    # A number is written as what it is, and has to be a position.
    return made.filter(lambda index: not isinstance(index, int) or index > 0).filter(
        lambda index: all(abs(factor) <= 10**9 for factor, _ in as_calculated(index).terms)
    )


@cache
def _calculated_positions(indices: tuple[str, ...]) -> st.SearchStrategy[Index]:
    return calculations(indices=indices).filter(lambda each: isinstance(each, Calculated))


@st.composite
def sums_where(
    draw: st.DrawFn, indices: Sequence[str], inner: st.SearchStrategy[Expression]
) -> Expression:
    """Sums over the places of a calculated index."""
    position = draw(_calculated_positions(tuple(indices)))
    letters = st.sampled_from(index_letters(position) or ("",))
    bound = tuple(n for n in dict.fromkeys(draw(st.lists(letters, max_size=2))) if n)
    places = [n for n in indices if n not in bound]
    numbers_: st.SearchStrategy[Index] = st.integers(1, 99)
    place = draw(numbers_ | st.sampled_from(places) if places else numbers_)
    return SumWhere(bound, position, place, draw(inner))


def symbols(
    names: Sequence[str] = NAMES, indices: Sequence[str] = INDICES
) -> st.SearchStrategy[Symbol]:
    """Quantities and derivatives by name."""
    reference = references(names, indices)
    return reference | st.builds(Derivative, reference, reference)


def expressions(
    names: Sequence[str] = NAMES,
    functions: Sequence[str] = tuple(FUNCTIONS),
    indices: Sequence[str] = INDICES,
    max_leaves: int = 12,
    leaves: st.SearchStrategy[Expression] | None = None,
    calls: dict[str, int] | None = None,
    operators: str = "+-*/",
) -> st.SearchStrategy[Expression]:
    """Expressions whose value is a number.

    Sums and the like only appear where `indices` has any. `leaves` replaces numbers and symbols;
    `calls` adds functions that the table does not have, with their arity. `operators` are those
    between two operands.
    """
    arity = {name: FUNCTIONS[name].arity for name in functions} | (calls or {})

    def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        binary = st.builds(Binary, st.sampled_from(operators), inner, inner)
        kinds: list[st.SearchStrategy[Expression]] = [
            binary,
            binary,
            st.builds(Negation, inner),
            st.builds(Power, inner, st.integers(2, 16)),
        ]
        for count in sorted(set(arity.values())):
            taking = sorted(name for name in arity if arity[name] == count)
            arguments = st.tuples(*[inner] * count)
            kinds.append(st.builds(Call, st.sampled_from(taking), arguments))
        if indices:
            kinds.append(st.builds(Sum, st.sampled_from(indices), inner))
            kinds.append(st.builds(Greatest, st.sampled_from(indices), inner))
            if "%" not in operators:  # Not in conditions.
                kinds.append(sums_where(indices, inner))
        return st.one_of(kinds)

    whole = references(names, indices, calculates=True)
    base = numbers() | symbols(names, indices) | whole if leaves is None else leaves
    return st.recursive(base, larger, max_leaves=max_leaves)


def conditions(
    names: Sequence[str] = NAMES, indices: Sequence[str] = INDICES, max_leaves: int = 4
) -> st.SearchStrategy[Expression]:
    """Conditions: true or false, with the functions that only conditions have."""
    number = expressions(
        names,
        indices=indices,
        max_leaves=3,
        calls={name: CONDITION_FUNCTIONS[name] for name in ("prev", "delta")}
        | dict.fromkeys(("sum", "mean", "norm"), 1),
        operators="+-*/%",
    )

    def chain(operators: list[str]) -> st.SearchStrategy[Expression]:
        operands = st.tuples(*[number] * (len(operators) + 1))
        return operands.map(lambda chained: Comparison(chained, tuple(operators)))

    compared = st.lists(st.sampled_from(COMPARISONS), min_size=1, max_size=2).flatmap(chain)
    tested = st.builds(Call, st.sampled_from(["isnan", "isfinite"]), st.tuples(number))

    def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        operands = st.lists(inner, min_size=2, max_size=3).map(tuple)
        joined = st.builds(Logic, st.sampled_from(["and", "or"]), operands)
        taken = st.builds(Call, st.sampled_from(["any", "all"]), st.tuples(inner))
        return st.builds(Not, inner) | joined | taken

    return st.recursive(compared | tested, larger, max_leaves=max_leaves)


def equations(
    names: Sequence[str] = NAMES, indices: Sequence[str] = INDICES, max_leaves: int = 8
) -> st.SearchStrategy[Equation]:
    """Equations and assignments."""
    value = expressions(names, indices=indices, max_leaves=max_leaves)
    return st.builds(Equation, symbols(names, indices), value, st.booleans())
