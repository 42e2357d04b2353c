"""Equations as material for mistakes: written out for elements, changed in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import product

from bpdebug.notation.equation import Equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol, positions_of, with_indices
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Negation,
    Over,
    Sum,
    SumWhere,
    children,
    rebuild,
    substitute,
)
from bpdebug.program.positions import settled
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind, element_symbol

MOST_ELEMENTS = 64
"""Of statements with more elements no mistakes in a single element are tried."""

MOST_TERMS = 16
"""Longer sums are not written out."""


def statements_of(program: Program, *phases: Phase) -> Iterator[Statement]:
    """The statements of some phases, in order."""
    return (each for each in program.statements if each.phase in phases)


def gradients_of(program: Program) -> Iterator[Statement]:
    """The statements that compute gradients."""
    return (each for each in program.statements if each.target.kind is Kind.GRADIENT)


def single_changes(
    tree: Expression, change: Callable[[Expression], Iterable[Expression]]
) -> Iterator[Expression]:
    """`tree` with one of its subexpressions changed, in every way that `change` knows."""
    yield from change(tree)
    inner = children(tree)
    for number, child in enumerate(inner):
        for changed in single_changes(child, change):
            yield with_child(tree, number, changed)


def with_child(tree: Expression, number: int, child: Expression) -> Expression:
    """`tree` with its subexpression of that number, from 0, replaced."""
    counter = iter(range(len(children(tree))))
    return rebuild(tree, lambda each: child if next(counter) == number else each)


def everywhere(tree: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """`tree` with each subexpression replaced for which `change` gives another one."""
    changed = change(tree)
    return rebuild(tree, lambda child: everywhere(child, change)) if changed is None else changed


def terms_of(tree: Expression) -> list[Expression]:
    """The terms of a sum, each with its sign, written out or not; one for what is not a sum."""
    match tree:
        case Binary("+", left, right):
            return [*terms_of(left), *terms_of(right)]
        case Binary("-", left, right):
            return [*terms_of(left), *map(Negation, terms_of(right))]
        case _:
            return [tree]


def total_of(terms: Sequence[Expression]) -> Expression:
    """The sum of at least one term, added from the left."""
    total = terms[0]
    for term in terms[1:]:
        if isinstance(term, Negation):
            total = Binary("-", total, term.operand)
        else:
            total = Binary("+", total, term)
    return total


def factors_of(tree: Expression) -> list[Expression]:
    """The factors of a product that is multiplied from the left."""
    if isinstance(tree, Binary) and tree.operator == "*":
        return [*factors_of(tree.left), tree.right]
    return [tree]


def product_of(factors: Sequence[Expression]) -> Expression:
    """The product of at least one factor, multiplied from the left."""
    total = factors[0]
    for factor in factors[1:]:
        total = Binary("*", total, factor)
    return total


def written_out(program: Program, statement: Statement) -> Iterator[Equation]:
    """The equation for each element of a statement, its sums written out.

    None for statements with many elements or long sums.
    """
    if statement.size > MOST_ELEMENTS or not short(statement.equation.value, statement):
        return
    ranges = [range(1, statement.ranges[index] + 1) for index in statement.indices]
    for positions in product(*ranges):
        change = dict(zip(statement.indices, positions, strict=True))
        target = with_indices(statement.equation.target, change)
        value = _without_sums(substitute(statement.equation.value, change), statement)
        value = settled(value, program.names.whole_numbers)
        yield Equation(target, value, statement.equation.assigns)


def short(tree: Expression, statement: Statement) -> bool:
    """Whether the sums in it are short enough to be written out."""
    if isinstance(tree, SumWhere):
        return False
    if isinstance(tree, Over) and statement.ranges[tree.index] > MOST_TERMS:
        return False
    return all(short(child, statement) for child in children(tree))


def _without_sums(tree: Expression, statement: Statement) -> Expression:
    if not isinstance(tree, Over):
        return rebuild(tree, lambda child: _without_sums(child, statement))
    places = range(1, statement.ranges[tree.index] + 1)
    terms = [_without_sums(substitute(tree.body, {tree.index: n}), statement) for n in places]
    if isinstance(tree, Sum):
        return total_of(terms)
    return reduce(lambda first, each: Call("max", (first, each)), terms)


def element_name(program: Program, symbol: Symbol) -> str:
    """What an element is called, `dE/dw5` for `dE/dW1[3,1]`; as it stands if it has no slot."""
    if positions_of(symbol) is None:
        return to_text(symbol)
    if isinstance(symbol, Derivative):
        found = program.names.find(symbol)
        if not isinstance(found, tuple):
            return f"d{element_name(program, symbol.of)}/d{element_name(program, symbol.by)}"
    else:
        found = program.quantities[symbol.name], symbol.indices
    quantity, indices = found
    return quantity.labels(quantity.place(tuple(n for n in indices if isinstance(n, int))))


def text_of(program: Program, tree: Expression) -> str:
    """An expression of elements as people write it: `dE/do1 * dzo1/dw7`."""

    def named(node: Expression) -> Expression | None:
        if isinstance(node, Reference | Derivative) and node.indices:
            return element_symbol(element_name(program, node))
        return None

    return to_text(everywhere(tree, named))
