"""What may be in the place of something: the quantities that run over the same indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Derivative, Reference, Symbol, symbol_letters
from bpdebug.notation.tree import Expression, Sum, substitute
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind, Quantity
from bpdebug.program.shapes import Ranges

FORWARD = (Kind.COMPUTED, Kind.INPUT, Kind.TARGET, Kind.PARAMETER)

_MOST_WAYS = 2
"""A quantity may be laid over the indices in this many ways."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A symbol that fits, and whether its axes mean the same as in the equations."""

    symbol: Symbol
    quantity: Quantity
    is_meant: bool


class Pool:
    """The quantities of a program by what they run over."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._meanings = _meanings(program)
        self._locals = {
            each.target.name: each.equation.target
            for each in program.statements
            if each.target.kind is Kind.LOCAL
        }
        self._found: dict[object, list[Candidate]] = {}
        self._row_sums: dict[object, list[Expression]] = {}

    def letters_of(self, symbol: Symbol) -> tuple[str, ...]:
        """The letters that a symbol runs over."""
        return symbol_letters(symbol)

    def meaning(self, symbol: Symbol) -> Mapping[str, str]:
        """What axis each letter of a symbol stands for."""
        found = self._program.names.find(symbol)
        if not isinstance(found, tuple):
            return {}
        quantity, indices = found
        return {
            letter: self._meanings.get((quantity.name, place), "")
            for place, letter in enumerate(indices)
            if isinstance(letter, str)
        }

    def observations(self) -> int:
        """How many observations there are: an axis that inputs and targets share; 1 if none."""
        axes: dict[Kind, set[str]] = {Kind.INPUT: set(), Kind.TARGET: set()}
        sizes: dict[str, int] = {}
        for quantity in self._program.of_kind(Kind.INPUT, Kind.TARGET):
            for place, size in enumerate(quantity.shape):
                axis = self._meanings.get((quantity.name, place))
                if axis is not None:
                    axes[quantity.kind].add(axis)
                    sizes[axis] = size
        shared = axes[Kind.INPUT] & axes[Kind.TARGET]
        return sizes[min(shared)] if shared else 1

    def same(
        self, letters: tuple[str, ...], ranges: Ranges, meaning: Mapping[str, str]
    ) -> list[Candidate]:
        """What runs over just these letters, those first whose axes mean the same."""
        key = letters, tuple(ranges[each] for each in letters), tuple(sorted(meaning.items()))
        found = self._found.get(key)
        if found is None:
            every = [
                each
                for quantity in self._program.quantities.values()
                if len(quantity.shape) == len(letters)
                for each in islice(self._laid(quantity, letters, ranges, meaning), _MOST_WAYS)
            ]
            found = self._found[key] = sorted(every, key=lambda each: not each.is_meant)
        return found

    def _laid(
        self,
        quantity: Quantity,
        letters: tuple[str, ...],
        ranges: Ranges,
        meaning: Mapping[str, str],
    ) -> Iterator[Candidate]:
        """A quantity over these letters, each once, as it is meant before other ways."""
        fitting = [[each for each in letters if ranges[each] == size] for size in quantity.shape]
        ways = [way for way in product(*fitting) if len(set(way)) == len(way)]
        axes = [self._meanings.get((quantity.name, n), "") for n in range(len(quantity.shape))]

        def is_meant(way: tuple[str, ...]) -> bool:
            return all(meaning.get(a, b) == b for a, b in zip(way, axes, strict=True))

        for way in sorted(ways, key=lambda way: not is_meant(way)):
            symbol = self.symbol(quantity, way)
            if symbol is not None:
                yield Candidate(symbol, quantity, is_meant(way))

    def symbol(self, quantity: Quantity, letters: tuple[str, ...]) -> Symbol | None:
        """A quantity with letters for its axes."""
        name = quantity.name
        if quantity.kind is Kind.GRADIENT:
            loss = self._program.model.loss
            return Derivative(Reference(loss), Reference(name.partition("/d")[2], letters))
        if quantity.kind is Kind.LOCAL:
            target = self._locals.get(name)
            if target is None:
                return None
            own = tuple(index for index in target.indices if isinstance(index, str))
            if len(own) != len(letters):
                return None
            found = substitute(target, dict(zip(own, letters, strict=True)))
            assert isinstance(found, Reference | Derivative)
            return found
        return Reference(name, letters)

    def within(self, letters: tuple[str, ...], ranges: Ranges) -> Iterator[Candidate]:
        """Forward quantities that run over some of the letters, or over none: what may be
        multiplied by as well.
        """
        kinds = (*FORWARD, Kind.CONSTANT, Kind.LOCAL)
        for quantity in self._program.quantities.values():
            if quantity.kind in kinds and len(quantity.shape) <= len(letters):
                yield from islice(self._laid(quantity, letters, ranges, {}), _MOST_WAYS)

    def cut(self, letters: tuple[str, ...], ranges: Ranges) -> Iterator[Symbol]:
        """Gradients of arrays that are longer than these letters run: a part of one fits."""
        sizes = [ranges[each] for each in letters]
        for quantity in self._program.of_kind(Kind.GRADIENT):
            pairs = list(zip(quantity.shape, sizes, strict=False))
            if len(quantity.shape) == len(sizes) and all(has >= want for has, want in pairs):
                symbol = self.symbol(quantity, letters)
                if symbol is not None and quantity.shape != tuple(sizes):
                    yield symbol

    def row_sums(self, letters: tuple[str, ...], ranges: Ranges) -> list[Expression]:
        """Sums over one axis of the arrays that run over one of the letters and another axis."""
        key = letters, tuple(ranges[each] for each in letters)
        found = self._row_sums.get(key)
        if found is None:
            found = self._row_sums[key] = list(self._summed(letters, ranges))
        return found

    def _summed(self, letters: tuple[str, ...], ranges: Ranges) -> Iterator[Expression]:
        for quantity in self._program.quantities.values():
            if quantity.kind not in FORWARD or len(quantity.shape) != 2:
                continue
            for axis in (0, 1):
                for letter in letters:
                    if ranges[letter] != quantity.shape[axis]:
                        continue
                    other = fresh_letter(ranges, quantity.shape[1 - axis], letters)
                    indices = (letter, other) if axis == 0 else (other, letter)
                    yield Sum(other, Reference(quantity.name, indices))


def fresh_letter(ranges: Ranges, size: int, taken: tuple[str, ...]) -> str:
    """A letter that runs so far and is none of those that are taken; it is put into `ranges`."""
    for letter in "ijklmpqrsuv":
        if letter not in taken and ranges.setdefault(letter, size) == size:
            return letter
    letter = f"i{len(ranges)}"
    ranges[letter] = size
    return letter


def _meanings(program: Program) -> dict[tuple[str, int], str]:
    """What each axis of each quantity stands for: axes that one letter runs over are the same."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(axis: tuple[str, int]) -> tuple[str, int]:
        while parent.setdefault(axis, axis) != axis:
            axis = parent[axis]
        return axis

    for statement in program.statements:
        first: dict[str, tuple[str, int]] = {}
        for symbol in (statement.equation.target, *symbols(statement.value)):
            found = program.names.find(symbol)
            if not isinstance(found, tuple):
                continue
            quantity, indices = found
            for place, letter in enumerate(indices):
                if isinstance(letter, str):
                    axis = root((quantity.name, place))
                    parent[axis] = root(first.setdefault(letter, axis))
    return {axis: str(root(axis)) for axis in list(parent)}
