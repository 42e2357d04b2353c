"""What a term has other than the path it is meant to be: a sign, a constant, factors.

The ratio of the two in several memories says it, however the term is written; where both are 0,
the names of their local derivatives do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bpdebug.checks.derivations.paths import Path, PathEdge
from bpdebug.checks.derivations.terms import Factor, Term
from bpdebug.numerics import FloatArray

_F = TypeVar("_F")

SAME = 1e-7
"""The relative difference up to which two values are of the same function: it leaves room for
cancellation, as in 1 - tanh(z)^2 where that is small.
"""

_MOST_LOOKS = 3_000
"""How many pairs of a term and a path are looked at for what differs."""

_MOST_CANDIDATES = 30
"""With how many paths a term is compared in that way."""

_LONGEST_RUN = 3
"""How many local derivatives in a row may have been left out together."""


@dataclass(frozen=True, slots=True)
class TermDifference:
    """What a term has other than its path: it is `constant` times that, without the factors in
    `missing` and with those in `extra`. A factor in `extra` that is on the path is there twice.
    """

    constant: float = 1.0
    missing: tuple[PathEdge, ...] = ()
    extra: tuple[Factor, ...] = ()

    @property
    def cost(self) -> float:
        """How much is wrong; a sign is the least."""
        constant = 0.0 if self.constant == 1.0 else 0.5 if self.constant == -1.0 else 1.0
        return constant + len(self.missing) + len(self.extra)


class Differences:
    """Finds out what terms have other than `paths`.

    `products` has the values of the paths in each memory, one path a row, `usable` says in which
    memories they are finite, and `value` gives the values of a factor.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        products: FloatArray,
        usable: NDArray[np.bool_],
        value: Callable[[Factor], FloatArray],
    ) -> None:
        self._paths = paths
        self._products = products
        self._usable = usable
        self._value = value
        self._looks = 0

    def of(
        self,
        term: Term,
        value: FloatArray,
        distances: NDArray[np.int64],
        free: NDArray[np.bool_],
    ) -> Iterator[tuple[int, TermDifference]]:
        """Which of the `free` paths a term may be meant to be, with what is wrong then.

        `distances` says in how many names it differs from each.
        """
        places = np.flatnonzero(free)
        least = np.inf
        for path, constant in self._ratios(value, places):
            difference = TermDifference(constant)
            least = min(least, distances[path] + difference.cost)
            yield path, difference
        nearest = places[np.argsort(distances[places], kind="stable")]
        for path in nearest[:_MOST_CANDIDATES].tolist():
            self._looks += 1
            # What is left is farther off than what is found, however little is wrong with it.
            if self._looks > _MOST_LOOKS or distances[path] >= least:
                return
            found = self._by_values(term, value, path) or self._by_names(term, path)
            if found is not None:
                least = min(least, distances[path] + found.cost)
                yield path, found

    def without_zeros(self, factors: Sequence[Factor]) -> FloatArray:
        """The product of factors in each memory, those left out that are 0 there."""
        found = np.ones(self._products.shape[1])
        for factor in factors:
            value = self._value(factor)
            found = found * np.where(value == 0, 1.0, value)
        return found

    def is_multiple(self, value: FloatArray) -> bool:
        """Whether these are the values of a path but for a number."""
        return any(True for _ in self._ratios(value, np.arange(len(self._paths))))

    def _ratios(self, value: FloatArray, places: NDArray[np.int64]) -> Iterator[tuple[int, float]]:
        """The paths that differ by a number, which is the same in all memories."""
        with np.errstate(all="ignore"):
            ratios = value[self._usable] / self._products[np.ix_(places, self._usable)]
        if ratios.shape[1] < 2:
            return
        same = close(ratios, ratios[:, :1], SAME).all(axis=1) & (ratios[:, 0] != 0)
        for path, ratio in zip(places[same].tolist(), ratios[same, 0].tolist(), strict=True):
            whole = round(ratio) or 1
            yield path, float(whole) if abs(ratio - whole) <= SAME * abs(whole) else ratio

    def _by_values(self, term: Term, value: FloatArray, path: int) -> TermDifference | None:
        """The fewest factors that make the difference, by their values."""
        product = self._products[path]
        columns = self._usable & (product != 0) & (value != 0) & np.isfinite(value)
        if np.count_nonzero(columns) < 2:
            return None
        ratio = (value / np.where(columns, product, 1.0))[columns]
        edges = self._paths[path].edges
        most = min(_LONGEST_RUN, len(edges) - _least_kept(edges))
        missing: list[tuple[PathEdge, ...]] = [(), *_runs(edges, 1, most)]
        own: tuple[Factor, ...] = tuple(dict.fromkeys((*term.factors, *edges)))
        extra: list[tuple[Factor, ...]] = [(), *_runs(own, 1, 1), *_runs(term.factors, 2, 2)]
        below = np.array([self._values_of(each)[columns] for each in missing])
        above = np.array([self._values_of(each)[columns] for each in extra])
        with np.errstate(all="ignore"):
            # ratio = extra/missing, but for the sign
            found = ratio * below[:, None, :] / above[None, :, :]
        best: TermDifference | None = None
        for sign in (1.0, -1.0):
            for row, column in np.argwhere(close(found, sign, SAME).all(axis=2)).tolist():
                made = TermDifference(sign, missing[row], extra[column])
                if set(made.missing).isdisjoint(made.extra) and (
                    best is None or made.cost < best.cost
                ):
                    best = made
        return best

    def _values_of(self, factors: Sequence[Factor]) -> FloatArray:
        found = np.ones(self._products.shape[1])
        for factor in factors:
            found = found * self._value(factor)
        return found

    def _by_names(self, term: Term, path: int) -> TermDifference | None:
        """The local derivatives that differ, if most are the same."""
        edges = self._paths[path].edges
        named = term.factors
        missing = tuple(edge for edge in edges if edge not in named)
        left = Counter(edges)
        extra = []
        for factor in named:
            if isinstance(factor, PathEdge) and left[factor] > 0:
                left[factor] -= 1
            else:
                extra.append(factor)
        # What has the same value under another name, such as A1 for dZ2/dW2, is not a difference.
        if missing or extra:
            rests = self.without_zeros(missing), self.without_zeros(extra)
            if close(*rests, SAME)[self._usable].all():
                missing, extra = (), []
        kept = len(edges) - len(missing)
        if kept < _least_kept(edges) or len(missing) > 2 or len(extra) > 2 or term.divisors:
            return None
        made = TermDifference(term.constant, missing, tuple(extra))
        return made if made.cost else None


def _least_kept(edges: tuple[PathEdge, ...]) -> int:
    """With fewer local derivatives of a path a term is not taken to be meant for it."""
    return max(1, (len(edges) - 1) // 2)


def _runs(factors: tuple[_F, ...], shortest: int, longest: int) -> list[tuple[_F, ...]]:
    """Neighbouring factors."""
    return [
        factors[start : start + length]
        for length in range(shortest, longest + 1)
        for start in range(len(factors) - length + 1)
    ]


def close(a: FloatArray, b: FloatArray | float, tolerance: float) -> NDArray[np.bool_]:
    """Where two values are finite and differ by no more than a share of the greater."""
    with np.errstate(all="ignore"):
        same = np.abs(a - b) <= tolerance * np.maximum(np.abs(a), np.abs(b))
    return np.asarray(same & np.isfinite(a))
