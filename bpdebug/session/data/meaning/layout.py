"""In which order the numbers of an array stand, and from which number its indices count.

One program has one layout: what the shapes of some arrays say holds for those that fit both ways.
Where no shape tells, the numbers do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from bpdebug.numerics import FloatArray
from bpdebug.program.program import Integers
from bpdebug.program.quantities import Quantity
from bpdebug.session.data.meaning.truth import Truth, agreeing, likeness, sample

_MOST_AXES = 4
_CLEARLY = 0.2
_ALIKE, _PROPORTIONAL = 0.9, 0.999
"""Where no number is right: so much they are like the right ones if they stand as in the session,
and if they are turned."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way to read numbers: the session's axes, from 0, in the order in which they are written,
    and what they are; from which number indices count, None where there are none; and the slot
    of each number.
    """

    order: tuple[int, ...]
    axes: tuple[str, ...]
    base: int | None
    slots: Integers

    @property
    def is_own(self) -> bool:
        """Whether the axes stand as in the session."""
        return self.order == tuple(range(len(self.order)))


@dataclass(slots=True, eq=False)
class Item:
    """Numbers of one quantity in one iteration: an array, or elements by their indices.

    `halves` are what their digits leave open. `ways` are those in which they may be read, the
    session's own first; one is left in the end.
    """

    name: str
    quantity: Quantity
    iteration: int
    numbers: FloatArray
    halves: FloatArray
    ways: list[Way]
    is_exact: bool = False

    @property
    def kind(self) -> frozenset[str]:
        """Which axes it has: a layout is of all that have the same."""
        return frozenset(self.ways[0].axes)

    def keep(self, ways: Sequence[Way]) -> None:
        """Read it in one of these ways."""
        self.ways = list(ways)


def ways_of_array(quantity: Quantity, axes: Sequence[str], shape: tuple[int, ...]) -> list[Way]:
    """The ways in which an array of a shape may be the quantity; axes of length 1 do not count."""
    names, sizes = _several(quantity, axes)
    written = tuple(size for size in shape if size != 1)
    grid = (quantity.offset + np.arange(quantity.size, dtype=np.int64)).reshape(sizes)
    own = tuple(range(len(sizes)))
    found: list[Way] = []
    for order in _orders(len(sizes)):
        turned = tuple(sizes[n] for n in order)
        is_flat = len(written) == 1 < len(sizes) and written[0] == quantity.size
        if turned == written or (is_flat and order in (own, own[::-1])):
            slots = grid.transpose(order).ravel()
            found.append(Way(order, tuple(names[n] for n in order), None, slots))
    return found


def ways_of_elements(
    quantity: Quantity, axes: Sequence[str], indices: Sequence[tuple[int, ...]]
) -> list[Way]:
    """The ways in which elements with these indices are those of a quantity: from 0 or from 1."""
    names, sizes = _several(quantity, axes)
    own = tuple(range(len(sizes)))
    found: list[Way] = []
    for base in (1, 0):
        counted = [tuple(n - base for n in each) for each in indices]
        short = _without_ones(counted, quantity.shape, len(sizes))
        if short is None:
            continue
        for order in _orders(len(sizes)):
            turned = [tuple(each[order.index(n)] for n in own) for each in short]
            if all(0 <= n < size for each in turned for n, size in zip(each, sizes, strict=True)):
                places = [int(np.ravel_multi_index(each, sizes)) if sizes else 0 for each in turned]
                slots = quantity.offset + np.array(places, dtype=np.int64)
                found.append(Way(order, tuple(names[n] for n in order), base, slots))
    return found


def _several(quantity: Quantity, axes: Sequence[str]) -> tuple[list[str], tuple[int, ...]]:
    """The axes along which there is more than one element, by names that differ, and how many."""
    named = list(axes) if len(set(axes)) == len(quantity.shape) else []
    named = named or [f"axis {n}" for n in range(1, len(quantity.shape) + 1)]
    several = [n for n, size in enumerate(quantity.shape) if size != 1]
    return [named[n] for n in several], tuple(quantity.shape[n] for n in several)


def _orders(count: int) -> list[tuple[int, ...]]:
    own = tuple(range(count))
    return list(permutations(own)) if count <= _MOST_AXES else [own]


def _without_ones(
    indices: Sequence[tuple[int, ...]], shape: tuple[int, ...], count: int
) -> list[tuple[int, ...]] | None:
    """Indices from 0 along the axes that have several elements; None if they do not fit.

    `db1[2,0]` is a column of biases, `db1[0,2]` a row of them.
    """
    width = len(indices[0])
    several = tuple(n for n, size in enumerate(shape) if size != 1)
    kept = [several] if width == len(shape) else []
    kept += combinations(range(min(width, _MOST_AXES)), count)
    for places in kept:
        others = [n for n in range(width) if n not in places]
        if len(places) == count and not any(each[n] for each in indices for n in others):
            return [tuple(each[n] for n in places) for each in indices]
    return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was decided: a note for people, empty if nothing was assumed; or what is open."""

    note: str = ""
    is_open: bool = False


class Chooser:
    """Chooses the way for each item. `factors` are how many times too large numbers may be and
    still speak for a way; `is_strict` if what cannot be told is left open, to be asked for.
    """

    def __init__(
        self, truth: Truth, factors: Sequence[float], layout: str, base: int | None, is_strict: bool
    ) -> None:
        self._truth = truth
        self._factors = factors
        self._layout = layout
        self._base = base
        self._is_strict = is_strict

    def choose(self, items: Sequence[Item]) -> list[Chosen]:
        """Leave one way for each item, as far as it can be told."""
        chosen = self._choose_base([each for each in items if each.ways[0].base is not None])
        if any(each.is_open for each in chosen):
            return chosen
        kinds: dict[frozenset[str], list[Item]] = {}
        for each in items:
            kinds.setdefault(each.kind, []).append(each)
        for alike in kinds.values():
            chosen += self._choose_axes(alike)
        return [each for each in chosen if each.note]

    # From which number indices count

    def _choose_base(self, items: Sequence[Item]) -> list[Chosen]:
        if not items:
            return []
        bases = [b for b in (1, 0) if all(any(w.base == b for w in each.ways) for each in items)]
        if self._base in bases:
            bases = [self._base]
        given = self._base is not None
        how, is_open = "as only that fits", False
        if len(bases) == 2:
            how = "which is what fits"
            scores = [
                sum(
                    max(self._agreeing(each, way) for way in each.ways if way.base == base)
                    for each in items
                )
                for base in bases
            ]
            if scores[0] != scores[1]:
                bases = [bases[int(scores[1] > scores[0])]]
            else:
                is_open = not all(each.is_exact or self._is_same(each) for each in items)
        if is_open and self._is_strict:
            names = _listed([each.name for each in items])
            return [
                Chosen(
                    f"the indices of {names} may count from 0 or from 1, and both fit; "
                    "choose with index-from",
                    is_open=True,
                )
            ]
        for each in items:
            if bases:
                each.keep([way for way in each.ways if way.base == bases[0]])
        if not bases or given or all(each.is_exact for each in items):
            return []
        if is_open:
            how = "which nothing tells; index-from 0 is the other way"
        names = _listed([each.name for each in items if not each.is_exact])
        return [Chosen(f"indices count from {bases[0]} in {names}, {how}")]

    @staticmethod
    def _is_same(item: Item) -> bool:
        """Whether all ways give the same numbers to the same elements."""
        first = _placed(item, item.ways[0])
        return all(_placed(item, way) == first for way in item.ways[1:])

    # Which axis stands where

    def _choose_axes(self, items: Sequence[Item]) -> list[Chosen]:
        undecided: list[Item] = []
        for each in items:
            if len({way.order for way in each.ways}) > 1 and not self._is_same(each):
                undecided.append(each)
            else:
                each.keep(each.ways[:1])
        shaped = {
            each.ways[0].order
            for each in items
            if each not in undecided and len(each.ways[0].order) > 1
        }
        turned = [each for each in items if each not in undecided and not each.ways[0].is_own]
        found = _notes(turned, "as only that fits")
        exact = [each for each in undecided if each.is_exact and not self._layout]
        for each in exact:
            _keep(each, True)
        undecided = [each for each in undecided if each not in exact]
        if self._layout:
            for each in undecided:
                _keep(each, self._layout == "session")
        elif len(shaped) == 1 and undecided:
            (order,) = shaped
            _keep_all(undecided, order)
            found += _notes(undecided, "as the shapes of others say")
        elif undecided:
            for group in [undecided] if not shaped else [[each] for each in undecided]:
                found += self._by_numbers(group)
        return found

    def _by_numbers(self, items: Sequence[Item]) -> list[Chosen]:
        """The layout in which most numbers are right, or are like the right ones."""
        orders = list(dict.fromkeys(way.order for each in items for way in each.ways))
        best = self._order_by_numbers(items, orders)
        if best is not None:
            _keep_all(items, best)
            return _notes(items, "from the numbers")
        names = _listed([each.name for each in items])
        first = items[0].ways[0]
        if self._is_strict:
            ways = " or ".join(" × ".join(way.axes) for way in items[0].ways[:4])
            return [
                Chosen(
                    f"{names} may be {ways}, and neither shapes nor numbers tell; choose with "
                    "layout session, the first, or layout transposed",
                    is_open=True,
                )
            ]
        for each in items:
            _keep(each, True)
        return [
            Chosen(
                f"{names}: read as {' × '.join(first.axes)}, as in the session; nothing tells "
                "whether they are transposed"
            )
        ]

    def _order_by_numbers(
        self, items: Sequence[Item], orders: Sequence[tuple[int, ...]]
    ) -> tuple[int, ...] | None:
        """The order that the numbers speak for: most are right in it, or, where hardly any is right
        in any, they are like the right ones. To turn an array takes more than to leave it.
        """
        count = sum(len(each.numbers[sample(len(each.numbers))]) for each in items)
        right = [sum(self._agreeing(each, _with(each, o)) for each in items) for o in orders]
        best = max(range(len(orders)), key=lambda n: right[n])
        is_alone = right.count(right[best]) == 1
        if is_alone and (2 * right[best] >= count or best == 0):
            return orders[best]
        alike = [
            sum(self._likeness(each, _with(each, o)) for each in items) / len(items) for o in orders
        ]
        best = max(range(len(orders)), key=lambda n: alike[n])
        others = max((each for n, each in enumerate(alike) if n != best), default=0.0)
        is_alone = alike[best] - others >= _CLEARLY
        if is_alone and alike[best] >= (_ALIKE if best == 0 else _PROPORTIONAL):
            return orders[best]
        return None

    # What the numbers say

    def _agreeing(self, item: Item, way: Way) -> int:
        places = sample(len(item.numbers))
        true = self._truth.values(way.slots[places], item.iteration)
        return max(
            agreeing(item.numbers[places], item.halves[places], true, factor)
            for factor in self._factors
        )

    def _likeness(self, item: Item, way: Way) -> float:
        places = sample(len(item.numbers))
        true = self._truth.values(way.slots[places], item.iteration)
        return likeness(item.numbers[places], true)


def _placed(item: Item, way: Way) -> list[tuple[int, float]]:
    return sorted(zip(way.slots.tolist(), item.numbers.tolist(), strict=True))


def _with(item: Item, order: tuple[int, ...]) -> Way:
    """The way of an item with this order, or its first."""
    return next((way for way in item.ways if way.order == order), item.ways[0])


def _keep(item: Item, is_own: bool) -> None:
    """Read an item as in the session, or turned, if it may be."""
    wanted = [
        way
        for way in item.ways
        if way.order == tuple(range(len(way.order)))[:: 1 if is_own else -1]
    ]
    item.keep(wanted[:1] or item.ways[:1])


def _keep_all(items: Sequence[Item], order: tuple[int, ...]) -> None:
    for each in items:
        each.keep([_with(each, order)])


def _notes(items: Sequence[Item], how: str) -> list[Chosen]:
    """What is said of items that are read in another order than the session's."""
    turned: dict[tuple[str, ...], list[str]] = {}
    for each in items:
        if not each.ways[0].is_own:
            turned.setdefault(each.ways[0].axes, []).append(each.name)
    found = []
    for axes, names in turned.items():
        ways = " × ".join(axes)
        if axes[0].startswith("axis"):
            ways = "transposed" if len(axes) == 2 else f"{ways} of the session"
        found.append(Chosen(f"{_listed(names)}: read as {ways}, {how}"))
    return found


def _listed(names: Sequence[str], most: int = 4) -> str:
    different = list(dict.fromkeys(names))
    more = ", …" if len(different) > most else ""
    return (
        ", ".join(each if len(each) <= 40 else each[:39] + "…" for each in different[:most]) + more
    )
