"""Arrays with a letter for each axis: what NumPy does with shapes, done with indices.

A product of matrices becomes a sum over the letter that both share, an elementwise operation gives
both the same letters, and an axis of length 1 goes with any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.indexed import shape_text, with_symbols
from bpdebug.notation.symbols import with_indices
from bpdebug.notation.tree import Binary, Expression, Number, Sum


@dataclass(frozen=True, slots=True)
class Lettered:
    """A value with a letter for each axis, none for one of length 1. `text` is how it was
    written.
    """

    shape: tuple[int, ...]
    letters: tuple[str | None, ...]
    tree: Expression
    text: str

    @property
    def told(self) -> str:
        """`x.T is 3 × 4`."""
        return f"{self.text} is {shape_text(self.shape)}"

    def with_axes(self, shape: tuple[int, ...], letters: tuple[str | None, ...]) -> Lettered:
        """The same numbers with other axes."""
        return replace(self, shape=shape, letters=letters)

    @property
    def transposed(self) -> Lettered:
        """The axes in the other order."""
        return self.with_axes(self.shape[::-1], self.letters[::-1])

    def with_letter(self, old: str | None, new: str | None) -> Lettered:
        """The same with another letter for an axis."""
        if old is None or new is None or old == new:
            return self
        tree = with_symbols(self.tree, lambda symbol: with_indices(symbol, {old: new}))
        letters = tuple(new if each == old else each for each in self.letters)
        return replace(self, tree=tree, letters=letters)


def product(left: Lettered, right: Lettered) -> Lettered:
    """The product of matrices, as `@` has it: along the last axis of the one and the first
    of the other.
    """
    if not left.shape or not right.shape:
        single = right if left.shape else left
        raise HandDerivationError(f"{single.told}: @ takes arrays; write * for a number")
    if left.shape[-1] != right.shape[0]:
        raise HandDerivationError(
            f"the shapes of {left.text} @ {right.text} do not match: {left.told} and {right.told}"
        )
    letter = left.letters[-1]
    right = right.with_letter(right.letters[0], letter)
    tree: Expression = Binary("*", left.tree, right.tree)
    if letter is not None:
        tree = Sum(letter, tree)
    axes = (*left.shape[:-1], *right.shape[1:]), (*left.letters[:-1], *right.letters[1:])
    return Lettered(*axes, tree, "")


def elementwise(sign: str, word: str, left: Lettered, right: Lettered) -> Lettered:
    """What is done element by element; an axis of length 1 goes with any, as in NumPy."""
    shape: list[int] = []
    letters: list[str | None] = []
    before = left, right
    for place in range(1, max(len(left.shape), len(right.shape)) + 1):
        a, b = _axis(left, place), _axis(right, place)
        if a != b and 1 not in (a, b):
            raise HandDerivationError(
                f"{before[0].told} and {before[1].told}: they cannot be {word}"
            )
        one, other = _letter(left, place), _letter(right, place)
        if one is not None:
            right = right.with_letter(other, one)
        shape.insert(0, max(a, b))
        letters.insert(0, one if one is not None else other)
    return Lettered(tuple(shape), tuple(letters), Binary(sign, left.tree, right.tree), "")


def outer(left: Lettered, right: Lettered) -> Lettered:
    """Each number of one vector times each of another."""
    tree = Binary("*", left.tree, right.tree)
    return Lettered(left.shape + right.shape, left.letters + right.letters, tree, "")


def summed(inner: Lettered, axes: Sequence[int], keeps: bool, averages: bool) -> Lettered:
    """The sum along some axes, or the mean; with `keeps` they stay, with the length 1."""
    tree = inner.tree
    shape, letters = list(inner.shape), list(inner.letters)
    for axis in sorted(axes, reverse=True):
        letter, size = inner.letters[axis], inner.shape[axis]
        if letter is not None:
            tree = Sum(letter, tree)
            if averages:
                tree = Binary("/", tree, Number(float(size)))
        if keeps:
            shape[axis], letters[axis] = 1, None
        else:
            del shape[axis], letters[axis]
    return Lettered(tuple(shape), tuple(letters), tree, "")


def _axis(array: Lettered, from_the_end: int) -> int:
    return array.shape[-from_the_end] if from_the_end <= len(array.shape) else 1


def _letter(array: Lettered, from_the_end: int) -> str | None:
    return array.letters[-from_the_end] if from_the_end <= len(array.letters) else None
