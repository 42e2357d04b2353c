"""Derivations for whole arrays in index notation: from one formula to that of each element.

`dE/dW1[j,i] = sum(n: dE/dz1[n,j]*x[n,i])` stands for as many formulas as W1 has elements. Sums are
written out for the ranges of their letters, and each element is then judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.equation import Equation, different_symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Calculated, Derivative, Index, Reference, Symbol, with_indices
from bpdebug.notation.tree import (
    Expression,
    Sum,
    SumWhere,
    Terms,
    children,
    parts,
    rebuild,
    replaced,
)
from bpdebug.program.program import Program
from bpdebug.program.quantities import Quantity, element_symbol

MOST_ELEMENTS = 1_000
"""Of how many elements a formula may be checked."""

MOST_WRITTEN = 20_000
"""How many symbols, numbers and signs the formula of an element may have, written out."""

MOST_WORK = 300_000
"""How many those of all elements may have together."""


@dataclass(frozen=True, slots=True)
class ArrayFormula:
    """A formula for each element of a derivative, in index notation.

    `name` is that of the derivative, `dE/dW1`, `shape` that of the array, and `ranges` says how far
    each letter runs. `assumed` is what was taken for granted when it was read, or empty.
    """

    name: str
    shape: tuple[int, ...]
    equation: Equation
    ranges: Mapping[str, int]
    assumed: str = ""

    @property
    def text(self) -> str:
        """The formula as it was understood."""
        target = to_text(self.equation.target, "unicode")
        return f"{target} = {to_text(self.equation.value, 'unicode')}"

    def elements(self, program: Program) -> Iterator[Equation]:
        """The formula of each element in row-major order, in the names of elements."""
        value = _sums_written_out(self.equation.value, self.ranges)
        target = self.equation.target
        letters = [index for index in target.indices if isinstance(index, str)]
        for places in product(*(range(1, self.ranges[letter] + 1) for letter in letters)):
            change: dict[str, Index] = dict(zip(letters, places, strict=True))
            yield Equation(
                _named(program, with_indices(target, change)),
                with_symbols(value, lambda s, c=change: _named(program, with_indices(s, c))),  # type: ignore[misc]
            )

    def first(self, program: Program) -> Equation:
        """The formula with 1 for each letter: it names what each of its elements names the like of,
        and is as short as that of the array.
        """
        ones: dict[str, Index] = dict.fromkeys(self.ranges, 1)

        def named(node: Expression) -> Expression:
            match node:
                case Sum(_, body):
                    return body
                case Reference() | Derivative():
                    return _named(program, with_indices(node, ones))
            return node

        target = _named(program, with_indices(self.equation.target, ones))
        return Equation(target, bottom_up(self.equation.value, named))

    def check_work(self) -> None:
        """Raises HandDerivationError if there would be too much to look at."""
        count = prod(self.shape)
        if count > MOST_ELEMENTS:
            raise HandDerivationError(
                f"{self.name} has {count:,} elements; at most {MOST_ELEMENTS:,} are checked "
                "at once: write the formula for one of them"
            )
        size = _written_size(self.equation.value, self.ranges)
        if size > MOST_WRITTEN or size * count > MOST_WORK:
            raise HandDerivationError(
                f"this is too large to check: written out it has {size * count:,} parts; "
                "write the formula for one element"
            )


def read_indexed(
    program: Program, equation: Equation, find: Callable[[Reference], Quantity]
) -> ArrayFormula:
    """The formula of an array, in which letters stand for the indices of its elements.

    `find` gives the quantity of a name, and raises HandDerivationError if there is none.
    """
    target = equation.target
    assert isinstance(target, Derivative)
    ranges = _ranges([target, *different_symbols(equation.value)], find)
    left = {index for index in target.indices if isinstance(index, str)}
    bound: set[str] = set()
    for node in parts(equation.value):
        if isinstance(node, SumWhere):
            raise HandDerivationError(
                "a sum over the indices at a place cannot be checked; write the formula for one "
                "element, with the terms that it has"
            )
        if not isinstance(node, Sum):
            continue
        if node.index in left:
            raise HandDerivationError(
                f"{node.index} is used on the left; give the sum another letter"
            )
        if node.index not in free_indices(node.body):
            raise HandDerivationError(
                f"nothing in the sum over {node.index} has the index {node.index}"
            )
        bound.add(node.index)
    open_ = sorted(free_indices(equation.value).difference(left))
    if open_:
        letter = open_[0]
        raise HandDerivationError(
            f"{letter} is neither on the left nor the index of a sum; write sum({letter}: …), or "
            f"put {letter} on the left"
        )
    letters = [index for index in target.indices if isinstance(index, str)]
    name = f"d{target.of.name}/d{target.by.name}" if letters else to_text(target)
    return ArrayFormula(name, tuple(ranges[letter] for letter in letters), equation, ranges)


def _ranges(found: Sequence[Symbol], find: Callable[[Reference], Quantity]) -> dict[str, int]:
    """How far each letter runs. Raises HandDerivationError where two arrays disagree."""
    ranges: dict[str, int] = {}
    first: dict[str, Quantity] = {}
    for reference in _references(found):
        quantity = find(reference)
        if len(reference.indices) != len(quantity.shape):
            # A name of an element, or a number of indices that does not fit.
            if not reference.indices:
                continue
            raise HandDerivationError(f"{to_text(reference)} does not fit: {shaped(quantity)}")
        for index, size in zip(reference.indices, quantity.shape, strict=True):
            if isinstance(index, Calculated):
                raise HandDerivationError(
                    f"an index is calculated in {to_text(reference)}; write the formula for one "
                    "element, with the positions that those are"
                )
            if isinstance(index, int):
                if not 1 <= index <= size:
                    raise HandDerivationError(
                        f"there is no {to_text(reference)}: {shaped(quantity)}"
                    )
            elif ranges.setdefault(index, size) != size:
                raise HandDerivationError(
                    f"{index} runs to {ranges[index]} in {first[index].name} and to {size} in "
                    f"{quantity.name}: {shaped(first[index])} and {shaped(quantity)}"
                )
            else:
                first.setdefault(index, quantity)
    return ranges


def _references(found: Sequence[Symbol]) -> Iterator[Reference]:
    for symbol in found:
        if isinstance(symbol, Reference):
            yield symbol
        else:
            yield symbol.of
            yield symbol.by


def shape_text(shape: Sequence[int]) -> str:
    """`4 × 2`, `a single number`."""
    return " × ".join(map(str, shape)) or "a single number"


def shaped(quantity: Quantity) -> str:
    """`W1 is 3 × 2`."""
    return f"{quantity.name} is {shape_text(quantity.shape)}"


def bottom_up(tree: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """`tree` with `change` applied to each node, when what is inside it is changed already."""
    done: dict[int, Expression] = {}
    for node in parts(tree):
        inner = rebuild(node, lambda child: done[id(child)]) if children(node) else node
        done[id(node)] = change(inner)
    return done[id(tree)]


def _sums_written_out(tree: Expression, ranges: Mapping[str, int]) -> Expression:
    def written(node: Expression) -> Expression:
        if not isinstance(node, Sum):
            return node
        terms = tuple(
            with_symbols(node.body, lambda s, at=place: with_indices(s, {node.index: at}))  # type: ignore[misc]
            for place in range(1, ranges[node.index] + 1)
        )
        return terms[0] if len(terms) == 1 else Terms(terms)

    return bottom_up(tree, written)


def with_symbols(tree: Expression, change: Callable[[Symbol], Symbol]) -> Expression:
    return replaced(
        tree, lambda node: change(node) if isinstance(node, Reference | Derivative) else None
    )


def _written_size(tree: Expression, ranges: Mapping[str, int]) -> int:
    """How many nodes a tree has when its sums are written out."""
    sizes: dict[int, int] = {}
    for node in parts(tree):
        size = 1
        for child in children(node):
            size += sizes[id(child)]
        sizes[id(node)] = size * ranges[node.index] if isinstance(node, Sum) else size
    return sizes[id(tree)]


def _named(program: Program, symbol: Symbol) -> Symbol:
    """A symbol with positions for indices, in the names of elements: w7 for W2[1,1]."""

    def named(reference: Reference) -> Reference:
        quantity = program.quantities.get(reference.name)
        if quantity is None or not reference.indices:
            return reference
        places = tuple(index for index in reference.indices if isinstance(index, int))
        found = element_symbol(quantity.labels(quantity.place(places)))
        assert isinstance(found, Reference)
        return found

    if isinstance(symbol, Reference):
        return named(symbol)
    return Derivative(named(symbol.of), named(symbol.by))
