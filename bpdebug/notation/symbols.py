"""What a formula refers to: quantities and derivatives by name, with their indices.

Indices count from 1, as in a textbook. One can be a letter, a position, or calculated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calculated:
    """A position that is calculated: `i+k`, `2*i-1`, `c[n]`.

    `terms` are whole factors, none of them 0, each with what it multiplies: an index variable, or
    a constant of whole numbers at plain indices, different ones. `constant` is what is added.
    Made by `calculated`, which gives a plain index where nothing is left to be calculated.
    """

    terms: tuple[tuple[int, str | Reference], ...]
    constant: int = 0


Index = str | int | Calculated
"""An index variable (`i`), a 1-based position (`3`), or one that is calculated (`i+k`)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A quantity by name, with its indices if it has any: `E`, `w[i,j]`, `x[1]`."""

    name: str
    indices: tuple[Index, ...] = ()

    def __hash__(self) -> int:  # as it would be anyway, and quicker: it is asked for most
        return hash((self.name, self.indices))

    @property
    def family(self) -> str:
        """The name without indices."""
        return self.name


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative by name: `dE/dw[i,j]`. It stands for a value, like a `Reference`."""

    of: Reference
    by: Reference

    @property
    def family(self) -> str:
        """The name without indices: `dE/dw`."""
        return f"d{self.of.name}/d{self.by.name}"

    @property
    def indices(self) -> tuple[Index, ...]:
        """The distinct index variables and positions, in order of first appearance."""
        return tuple(dict.fromkeys((*self.of.indices, *self.by.indices)))


Symbol = Reference | Derivative


def calculated(terms: Iterable[tuple[int, str | Reference]], constant: int = 0) -> Index:
    """The index that some multiples and a constant add up to; a plain one if it is that."""
    found: dict[str | Reference, int] = {}
    for factor, what in terms:
        found[what] = found.get(what, 0) + factor
    left = tuple((factor, what) for what, factor in found.items() if factor)
    if not left:
        return constant
    ((factor, what), *others) = left
    if isinstance(what, str) and factor == 1 and not others and not constant:
        return what
    return Calculated(left, constant)


def as_calculated(index: Index) -> Calculated:
    """The same position, as a calculation whatever it is."""
    if isinstance(index, Calculated):
        return index
    return Calculated(((1, index),)) if isinstance(index, str) else Calculated((), index)


def index_letters(index: Index) -> tuple[str, ...]:
    """The index variables that a position depends on, each once."""
    if isinstance(index, str):
        return (index,)
    if isinstance(index, int):
        return ()
    return tuple(
        dict.fromkeys(
            letter
            for _, what in index.terms
            for letter in ((what,) if isinstance(what, str) else symbol_letters(what))
        )
    )


def symbol_letters(symbol: Symbol) -> tuple[str, ...]:
    """The index variables that `symbol` carries, also in calculations, each once."""
    if len(symbol.indices) == 1:
        return index_letters(symbol.indices[0])
    return tuple(
        dict.fromkeys(letter for index in symbol.indices for letter in index_letters(index))
    )


def is_plain(symbol: Symbol) -> bool:
    """Whether no index of `symbol` is calculated."""
    return not any(isinstance(index, Calculated) for index in symbol.indices)


def positions_of(symbol: Symbol) -> tuple[int, ...] | None:
    """The indices of a single element; None if one is a letter, or calculated."""
    found = tuple(index for index in symbol.indices if isinstance(index, int))
    return found if len(found) == len(symbol.indices) else None


def with_letters(index: Index, change: Mapping[str, Index]) -> Index:
    """An index with its letters replaced as `change` says."""
    if isinstance(index, str):
        return change.get(index, index)
    if isinstance(index, int) or not any(letter in change for letter in index_letters(index)):
        return index
    terms: list[tuple[int, str | Reference]] = []
    constant = index.constant
    for factor, what in index.terms:
        if isinstance(what, Reference):
            terms.append((factor, _changed(what, change)))
            continue
        to = as_calculated(change.get(what, what))
        terms += ((factor * inner, each) for inner, each in to.terms)
        constant += factor * to.constant
    return calculated(terms, constant)


def _changed(reference: Reference, change: Mapping[str, Index]) -> Reference:
    return Reference(
        reference.name, tuple(with_letters(index, change) for index in reference.indices)
    )


def with_indices(symbol: Symbol, change: Mapping[str, Index]) -> Symbol:
    """`symbol` with its index variables replaced as `change` says."""
    if isinstance(symbol, Reference):
        return _changed(symbol, change)
    return Derivative(_changed(symbol.of, change), _changed(symbol.by, change))


def match_indices(pattern: tuple[Index, ...], given: tuple[Index, ...]) -> dict[str, Index] | None:
    """What to put for the letters of `pattern` to make it `given`; None if nothing does."""
    change: dict[str, Index] = {}
    for have, want in zip(pattern, given, strict=True):
        if isinstance(have, str):
            if change.setdefault(have, want) != want:
                return None
        elif have != want:
            return None
    return change
