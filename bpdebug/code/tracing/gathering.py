"""From identities of elements, moved about as a program likes, to a term.

Whole axes become indices. Rows of a parameter are looked up, as in an embedding: a constant says
which. Where places are picked out of something else, a constant of zeros and ones does that:
labels become one-hot rows, as in a textbook.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bpdebug.code.tracing.recorder import Ids, Quantity, Recorder, UntraceableError
from bpdebug.code.tracing.terms import (
    ZERO,
    Index,
    Over,
    Ref,
    Term,
    add,
    multiply,
    number,
    stepped,
)

MOST_SOURCES = 60
"""Quantities out of which an array may be put together in one equation."""

_Places = NDArray[np.intp]
_Mask = NDArray[np.bool_]


def gathered(recorder: Recorder, ids: Ids, pick: str = "") -> Term:
    """What an array of identities holds, as a term over its axes; `pick` is what the program calls
    the places that it took, if it has a name for them.
    """
    if ids.size == 0:
        raise UntraceableError(
            "an array without elements has no equation: a mask selects nothing here; "
            "np.where in its place would do"
        )
    flat = ids.ravel()
    if (flat == flat[0]).all() and flat[0] <= 0:
        return number(recorder.number_of(int(flat[0])))
    found = _whole(recorder, ids)
    if found is not None:
        return found
    total: Term = ZERO
    numbers = ids <= 0
    if numbers.any():
        values = np.zeros(ids.shape)
        values[numbers] = [recorder.number_of(int(each)) for each in ids[numbers]]
        if values.any():
            total = _constant(recorder, values, "fill", pick)
    sources = owners(recorder, ids)
    if len(sources) > MOST_SOURCES:
        raise UntraceableError(
            f"an array is put together from {len(sources)} others, and {MOST_SOURCES} can be "
            "followed: make it smaller, or fill more of it at a time"
        )
    for owner, mask in sources:
        total = add(total, _picked(recorder, ids, owner, mask, pick))
    return total


def owners(recorder: Recorder, ids: Ids) -> list[tuple[Quantity, _Mask]]:
    """The quantities that the elements are of, each with where these are."""
    left = ids > 0
    found = []
    while left.any():
        owner = recorder.owner(int(ids[left][0]))
        mask = (ids >= owner.first) & (ids < owner.first + owner.size)
        found.append((owner, mask))
        left = left & ~mask
    return found


def _whole(recorder: Recorder, ids: Ids) -> Term | None:
    """A single quantity with whole axes and fixed places, if that is what the array holds."""
    if (ids <= 0).any():
        return None
    owner = recorder.owner(int(ids.flat[0]))
    if ids.min() < owner.first or ids.max() >= owner.first + owner.size:
        return None
    indices: list[Index] = []
    for along, length in _along(ids, owner):
        index = _plain(along, np.ones(ids.shape, bool), length)
        if index is None or (index in indices and index < 0):
            return None
        indices.append(index)
    return Ref(owner.number, tuple(indices))


def _along(ids: Ids, owner: Quantity) -> list[tuple[_Places, int]]:
    """For each axis of a quantity the places of the elements on it, and its length."""
    inside = np.clip(ids - owner.first, 0, owner.size - 1)
    if not owner.shape:
        return []
    return list(zip(np.unravel_index(inside, owner.shape), owner.shape, strict=True))


def _plain(along: _Places, mask: _Mask, length: int) -> int | None:
    """A position from 1, or the axis of the result along which the places run from the first to
    the last; None for anything else. Only what is under the mask counts.
    """
    held = along[mask]
    if (held == held[0]).all():
        return int(held[0]) + 1
    for axis in range(along.ndim):
        if along.shape[axis] == length:
            shape = [length if n == axis else 1 for n in range(along.ndim)]
            if (along == np.arange(length).reshape(shape))[mask].all():
                return axis - along.ndim
    return None


def _picked(recorder: Recorder, ids: Ids, owner: Quantity, mask: _Mask, pick: str) -> Term:
    """The elements of one quantity, and 0 elsewhere."""
    indices: list[Index] = []
    factors: list[Term] = []
    sums: list[tuple[str, int]] = []
    covered = set() if not mask.all() else set(range(ids.ndim))
    for axis, (along, length) in enumerate(_along(ids, owner)):
        index = _plain(along, mask, length)
        if index is not None and not (index < 0 and index in indices):
            indices.append(index)
            continue
        own = _dependent(along, mask)
        picks, places = _reduced(along, mask, own)
        axes_ = tuple(n - ids.ndim for n in sorted(own))
        if owner.role == "parameter" and mask.all():
            called = "" if axis else pick
            looked_up = recorder.constant(
                places.astype(np.float64) + 1, "columns" if axis else "rows", called
            )
            indices.append(stepped([(1, Ref(looked_up.number, axes_))], 0))
            continue
        covered |= own if _is_product(mask, own) else set()
        one_hot = np.zeros((*picks.shape, length))
        one_hot[(*np.nonzero(picks), places[picks])] = 1.0
        bound = recorder.bound()
        constant = recorder.constant(one_hot, "pick", pick and f"{pick}_one_hot")
        factors.append(Ref(constant.number, (*axes_, bound)))
        sums.append((bound, length))
        indices.append(bound)
    rest = set(range(ids.ndim)) - covered
    if not mask.all() and not _explained(mask, covered):
        factors.append(_indicator(recorder, mask, rest))
    term: Term = Ref(owner.number, tuple(indices))
    for factor in reversed(factors):
        term = multiply(factor, term)
    for bound, length in reversed(sums):
        term = Over("sum", bound, length, term)
    return term


def _dependent(along: _Places, mask: _Mask) -> set[int]:
    """The fewest axes of the result that the places under the mask depend on."""
    for count in range(along.ndim + 1):
        for own in combinations(range(along.ndim), count):
            others = tuple(n for n in range(along.ndim) if n not in own)
            low = np.where(mask, along, along.max() + 1).min(axis=others, keepdims=True)
            high = np.where(mask, along, -1).max(axis=others, keepdims=True)
            if ((low == high) | (high < 0)).all():
                return set(own)
    return set(range(along.ndim))


def _reduced(along: _Places, mask: _Mask, own: set[int]) -> tuple[_Mask, _Places]:
    """Where there is anything along these axes, and which place."""
    others = tuple(n for n in range(along.ndim) if n not in own)
    anything = np.asarray(mask.any(axis=others))
    return anything, np.asarray(np.where(mask, along, 0).max(axis=others))


def _is_product(mask: _Mask, own: set[int]) -> bool:
    """Whether a mask is one along these axes times one along the others."""
    others = tuple(n for n in range(mask.ndim) if n not in own)
    mine = mask.any(axis=others, keepdims=True)
    theirs = mask.any(axis=tuple(own), keepdims=True)
    return bool((mask == (mine & theirs)).all())


def _explained(mask: _Mask, covered: set[int]) -> bool:
    """Whether a mask depends on no other axes than these, whose factors are 0 outside."""
    others = tuple(n for n in range(mask.ndim) if n not in covered)
    return bool((mask == mask.any(axis=others, keepdims=True)).all())


def _indicator(recorder: Recorder, mask: _Mask, rest: set[int]) -> Term:
    """1 under a mask, 0 elsewhere, along the axes `rest` if the mask allows that."""
    if rest and _is_product(mask, rest):
        others = tuple(n for n in range(mask.ndim) if n not in rest)
        mask = np.asarray(mask.any(axis=others, keepdims=True))
    return _constant(recorder, mask.astype(float), "pick")


def _constant(recorder: Recorder, values: NDArray[np.float64], hint: str, called: str = "") -> Term:
    """Numbers as a constant, along the axes on which they depend."""
    own = [
        n
        for n in range(values.ndim)
        if values.shape[n] > 1 and not (values == values.take([0], axis=n)).all()
    ]
    kept = tuple(slice(None) if n in own else 0 for n in range(values.ndim))
    reduced = np.ascontiguousarray(values[kept])
    if reduced.ndim == 0:
        return number(float(reduced))
    constant = recorder.constant(reduced, hint, called)
    return Ref(constant.number, tuple(n - values.ndim for n in own))
