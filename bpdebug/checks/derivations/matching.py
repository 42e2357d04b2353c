"""Which term of a hand-written derivation is which path, and what is wrong with one that is none.

Terms and paths are compared by their values in several memories, so that it does not matter how a
term is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bpdebug.checks.derivations.differences import SAME, Differences, TermDifference, close
from bpdebug.checks.derivations.paths import Path
from bpdebug.checks.derivations.samples import EVERYWHERE, SAME_DATA
from bpdebug.checks.derivations.terms import Factor, Term, distributed
from bpdebug.numerics import FloatArray

SAME_HERE = 1e-9
"""The relative difference up to which two values are the same, of the given numbers only."""

NEAR = 0.01
"""The relative difference up to which rounded numbers may account for it."""

_MOST_DISTRIBUTED = 300
"""How many terms are distributed over their sums of plain quantities, to see if that helps."""


class Fit(IntEnum):
    """How well a term is a path, the best first."""

    EVERYWHERE = 0
    SAME_DATA = 1
    HERE = 2
    NEAR = 3


@dataclass(frozen=True, slots=True)
class Matching:
    """What terms are, by their places: `fits` are those that are paths, `differences` those that
    nearly are; `twice` are terms that repeat a path which another one is already. What is left
    out has no counterpart. `values` has the values of the terms in each memory.
    """

    terms: tuple[Term, ...]
    values: FloatArray
    fits: dict[int, tuple[int, Fit]] = field(default_factory=dict)
    differences: dict[int, tuple[int, TermDifference]] = field(default_factory=dict)
    twice: dict[int, int] = field(default_factory=dict)

    def open(self) -> list[int]:
        """The places of terms of which nothing is known."""
        known = self.fits.keys() | self.differences.keys() | self.twice.keys()
        return [place for place in range(len(self.terms)) if place not in known]


def matching(
    paths: Sequence[Path],
    products: FloatArray,
    value: Callable[[Factor], FloatArray],
    terms: Sequence[Term],
) -> Iterator[Matching | None]:
    """Holds terms against paths; yields None now and then, and the result at the end.

    `value` gives the values of a factor in each memory, `products` has those of the paths, one
    path a row.
    """
    return _Matcher(paths, products, value).match(terms)


class _Matcher:
    def __init__(
        self, paths: Sequence[Path], products: FloatArray, value: Callable[[Factor], FloatArray]
    ) -> None:
        self._paths = paths
        self.products = products
        self._value = value
        self._usable = np.asarray(np.isfinite(products).all(axis=0))
        self._differences = Differences(paths, products, self._usable, value)
        self._lengths = np.array([len(path.edges) for path in paths])
        self._through: dict[tuple[int, int], list[int]] = {}
        for number, path in enumerate(paths):
            for edge in path.edges:
                self._through.setdefault((edge.of, edge.by), []).append(number)
        self._free = np.ones(len(paths), dtype=np.bool_)
        self._distributed = 0

    def match(self, terms: Sequence[Term]) -> Iterator[Matching | None]:
        resolved: list[Term] = []
        for term in terms:
            resolved += self._resolved(term)[0]
            yield None
        found = Matching(tuple(resolved), np.array([self._values(term) for term in resolved]))
        for fit, where in ((Fit.EVERYWHERE, EVERYWHERE), (Fit.SAME_DATA, SAME_DATA)):
            self._fit(found, fit, partial(self._same, where=where))
            yield None
        self._fit_zeros(found)
        yield from self._tell_wrong(found)
        self._fit_here(found, Fit.HERE, SAME_HERE)
        self._fit_here(found, Fit.NEAR, NEAR)
        yield found

    def _values(self, term: Term) -> FloatArray:
        """The value of a term in each memory."""
        with np.errstate(all="ignore"):
            found = np.full(self.products.shape[1], term.constant)
            for factor in term.factors:
                found = found * self._value(factor)
            for divisor in term.divisors:
                found = found / self._value(divisor)
        return found

    def _same(self, value: FloatArray, where: slice) -> NDArray[np.bool_]:
        """For each path whether it has these values, which are not all 0."""
        columns = np.flatnonzero(self._usable[where])
        same = close(value[columns], self.products[:, columns], SAME).all(axis=1)
        return np.asarray(same & value[columns].any())

    def _resolved(self, term: Term) -> tuple[list[Term], int]:
        """A term, or what it becomes when distributed over a sum if there are paths among that,
        and how many of them.
        """
        value = self._values(term)
        if self._same(value, SAME_DATA).any():
            return [term], 1
        # What is a path but for a number is not taken apart for the sake of some of its parts.
        is_multiple = self._differences.is_multiple(value)
        best, most = [term], 0
        for parts in distributed(term):
            self._distributed += 1
            if self._distributed > _MOST_DISTRIBUTED:
                break
            inner = [self._resolved(part) for part in parts]
            count = 0
            for _, matched in inner:
                count += matched
            if count > most and (count >= len(parts) or not is_multiple):
                best, most = [each for found, _ in inner for each in found], count
        return best, most

    def _distances(self, term: Term) -> NDArray[np.int64]:
        """In how many named local derivatives a term differs from each path."""
        named = [(edge.of, edge.by) for edge in term.edges()]
        found = self._lengths + len(named)
        for pair in dict.fromkeys(named):
            # No path has a local derivative twice.
            found[self._through.get(pair, [])] -= 2
        return found

    def _fit(
        self, found: Matching, fit: Fit, same: Callable[[FloatArray], NDArray[np.bool_]]
    ) -> None:
        """Take terms for the paths they are the same as.

        Where several paths have the same values names decide, then the order.
        """
        pairs = []
        for place in found.open():
            fitting = np.flatnonzero(same(found.values[place]) & self._free)
            distances = self._distances(found.terms[place])
            pairs += [(int(distances[path]), place, int(path)) for path in fitting]
        self._assign(found, fit, pairs)

    def _fit_zeros(self, found: Matching) -> None:
        """The same for what is 0 in all memories: names say what that is, or the other factors."""
        zeros = np.flatnonzero(self._free & ~self.products[:, self._usable].any(axis=1))
        if not zeros.size:
            return
        rest_of = self._differences.without_zeros
        rests = np.array([rest_of(self._paths[int(path)].edges) for path in zeros])[:, self._usable]
        pairs = []
        for place in found.open():
            if found.values[place][self._usable].any():
                continue
            term = found.terms[place]
            distances = self._distances(term)[zeros]
            rest = term.constant * rest_of(term.factors) / rest_of(term.divisors)
            same = close(rest[self._usable], rests, SAME).all(axis=1) | (distances == 0)
            chosen = zip(distances[same].tolist(), zeros[same].tolist(), strict=True)
            pairs += [(distance, place, path) for distance, path in chosen]
        self._assign(found, Fit.EVERYWHERE, pairs)

    def _assign(self, found: Matching, fit: Fit, pairs: Sequence[tuple[float, int, int]]) -> None:
        """Take terms for paths, each once: `pairs` are how far off they are and their places."""
        for _, place, path in sorted(pairs):
            if place not in found.fits and self._free[path]:
                found.fits[place] = (path, fit)
                self._free[path] = False

    def _tell_wrong(self, found: Matching) -> Iterator[None]:
        """Find out what terms that are not paths are meant to be.

        The likeliest come first: those whose names are off least, and that need the least said.
        """
        candidates: list[tuple[float, int, int, TermDifference | None]] = []
        for place in found.open():
            term, value = found.terms[place], found.values[place]
            distances = self._distances(term)
            again = np.flatnonzero(self._same(value, EVERYWHERE) & ~self._free)
            candidates += [(float(distances[path]), place, int(path), None) for path in again]
            for path, difference in self._differences.of(term, value, distances, self._free):
                cost = float(distances[path]) + difference.cost
                candidates.append((cost, place, path, difference))
            yield None
        for _, place, path, told in sorted(candidates, key=lambda each: each[:3]):
            if place in found.differences or place in found.twice:
                continue
            if told is None:
                found.twice[place] = path
            elif self._free[path]:
                found.differences[place] = (path, told)
                self._free[path] = False

    def _fit_here(self, found: Matching, fit: Fit, tolerance: float) -> None:
        """Take terms for paths that have about the same value with the given numbers."""
        products = self.products[:, 0]
        pairs: list[tuple[float, int, int]] = []
        for place in found.open():
            value = found.values[place][:1]
            if not value.any() or (fit is Fit.NEAR and not found.terms[place].has_decimals()):
                continue
            near = np.flatnonzero(close(value, products, tolerance) & self._free)
            off = np.abs(products[near] - value)
            pairs += zip(off.tolist(), [place] * len(near), near.tolist(), strict=True)
        self._assign(found, fit, pairs)
