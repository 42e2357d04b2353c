"""Axes that torch merges into one, as observations and steps before a product, kept apart.

`nn.Linear` on (n, t, k) is a product of a matrix (n*t, k), attention one of (n*heads, t, k). In
equations there are the axes that somebody has: what works along other axes is done there, and is
merged only where nothing else would do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

import numpy as np

from bpdebug.code.tracing import contraction
from bpdebug.code.tracing.array import (
    Known,
    Traced,
    ids_of,
    made,
    plain,
    simple_term,
    with_ids,
)
from bpdebug.code.tracing.recorder import Ids, Recorder
from bpdebug.importers.torch.operations.pointwise import POINTWISE
from bpdebug.importers.torch.operations.sums import SUMS

Groups = tuple[tuple[int, ...], ...]
"""By axis the lengths of the axes that it is made of."""


class Merged(Known):
    """What is known of an array whose elements are those of `source`, with axes merged."""

    def __init__(self, source: Traced, groups: Groups) -> None:
        self.source = source
        self.groups = groups
        bools = source.dtype.kind == "b"
        super().__init__(None, None, bools=bools, line=source.recorder.line())

    @property
    def ids(self) -> Ids:
        """The identities of the elements; the source gets a name for that."""
        shape = tuple(prod(group) for group in self.groups)
        return ids_of(self.source.recorder, self.source).reshape(shape)

    @ids.setter
    def ids(self, value: Ids | None) -> None:
        """They are always those of the source."""


def merged(source: Traced, groups: Groups) -> Traced:
    """An array with axes merged."""
    if all(len(group) == 1 for group in groups):
        return source
    shape = tuple(prod(group) for group in groups)
    return made(source.recorder, plain(source).reshape(shape), Merged(source, groups))


def source_of(array: Traced) -> Traced:
    """The array with the axes that somebody has."""
    return array.known.source if isinstance(array.known, Merged) else array


def viewed(recorder: Recorder, array: Any, shape: Sequence[int]) -> Traced | None:
    """An array in another shape, if that merges axes, or parts some and merges others."""
    if not isinstance(array, Traced):
        return None
    source, lengths = source_of(array), list(shape)
    if -1 in lengths:
        lengths[lengths.index(-1)] = array.size // max(1, -prod(lengths))
    if tuple(lengths) == source.shape:
        return source
    finer = _finer(source.shape, lengths)
    groups = None if finer is None else _groups(finer, lengths)
    if finer is None or groups is None or all(sum(n > 1 for n in g) < 2 for g in groups):
        return None
    if tuple(n for n in finer if n > 1) != tuple(n for n in source.shape if n > 1):
        source = with_ids(
            recorder, plain(source).reshape(finer), ids_of(recorder, source).reshape(finer)
        )
        return merged(source, groups)
    groups = _groups(source.shape, lengths)
    return None if groups is None else merged(source, groups)


def _finer(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...] | None:
    """A shape of which both are merged, without axes of length 1; None if there is none."""
    steps = sorted({*accumulate(one, mul), *accumulate(other, mul)} - {1})
    found, before = [], 1
    for step in steps:
        if step % before:
            return None
        found.append(step // before)
        before = step
    return tuple(found)


def _groups(shape: Sequence[int], wanted: Sequence[int]) -> Groups | None:
    """Which axes of a shape together are each of those that are wanted."""
    left, found = list(shape), []
    for length in wanted:
        group: list[int] = []
        while left and prod(group) < length:
            group.append(left.pop(0))
        if prod(group) != length:
            return None
        found.append(tuple(group))
    if prod(left) != 1 or not found:
        return None
    return (*found[:-1], (*found[-1], *left))


def apart(recorder: Recorder, base: str, bound: dict[str, Any]) -> Traced | None:
    """An operation on arrays of which some are merged, done where they are apart; None if it has to
    be done on the merged ones.
    """
    rule = _RULES.get(base)
    return None if rule is None else rule(recorder, base, bound)


def is_merged(value: Any) -> bool:
    """Whether axes of an array are merged."""
    return isinstance(value, Traced) and isinstance(value.known, Merged)


def _unchanged_axes(recorder: Recorder, base: str, bound: dict[str, Any]) -> Traced | None:
    """What works on each element, or along a last axis that is not merged."""
    first = next(each for each in bound.values() if is_merged(each))
    groups: Groups = first.known.groups
    if "dim" in bound:
        if bound["dim"] % len(groups) != len(groups) - 1 or len(groups[-1]) != 1:
            return None
        bound = bound | {"dim": -1}
    inside: dict[str, Any] = {}
    # What has only axes behind the first that is merged goes with both.
    behind = len(groups) - 1 - max(n for n, group in enumerate(groups) if len(group) != 1)
    for name, value in bound.items():
        if is_merged(value):
            if value.known.groups != groups:
                return None
            value = value.known.source
        elif isinstance(value, np.ndarray) and value.size > 1 and value.ndim > behind:
            if value.shape != tuple(prod(group) for group in groups):
                return None
            value = value.reshape([n for group in groups for n in group])
        inside[name] = value
    operation = POINTWISE[base] if base in POINTWISE else SUMS[base]
    found = operation(recorder, **inside)
    return merged(found, groups) if isinstance(found, Traced) else None


def _moved(recorder: Recorder, base: str, bound: dict[str, Any]) -> Traced | None:
    """Another order of the axes, merged ones staying together."""
    array = bound["x"]
    groups: Groups = array.known.groups
    order = list(range(len(groups)))
    if base == "permute":
        order = [int(n) % len(groups) for n in bound["dims"]]
    else:
        one, other = (bound["dim0"], bound["dim1"]) if base == "transpose" else (0, len(order) - 1)
        order[one % len(groups)], order[other % len(groups)] = (
            order[other % len(groups)],
            order[one % len(groups)],
        )
    firsts = np.cumsum([0, *map(len, groups)])
    axes = [int(firsts[n]) + k for n in order for k in range(len(groups[n]))]
    source: Any = np.transpose(array.known.source, axes)
    return merged(source, tuple(groups[n] for n in order))


def _products(recorder: Recorder, base: str, bound: dict[str, Any]) -> Traced | None:
    """A product of matrices whose rows are merged, or of many that are."""
    names = {"mm": ("x", "mat2"), "bmm": ("x", "mat2")}
    names |= {"addmm": ("mat1", "mat2"), "baddbmm": ("batch1", "batch2")}
    left, right = (bound[name] for name in names[base])
    scaled = bound.get("beta", 1) != 1 or bound.get("alpha", 1) != 1
    if base not in ("mm", "bmm") and (scaled or is_merged(bound["x"])):
        return None
    many = base in ("bmm", "baddbmm")
    first: tuple[int, ...]
    if many:
        own = [each.known.groups for each in (left, right) if is_merged(each)]
        first = own[0][0]
        if any(each[0] != first or len(each[1]) != 1 or len(each[2]) != 1 for each in own):
            return None
        left, right = (
            each.known.source if is_merged(each) else each.reshape((*first, *each.shape[1:]))
            for each in (left, right)
        )
    else:
        if not is_merged(left) or is_merged(right):
            return None
        first, left = left.known.groups[0], _whole_columns(recorder, left)
    found = contraction.matmul(recorder, left, right)
    if base in ("addmm", "baddbmm"):
        more = bound["x"]
        full = 3 if many else 2
        if np.ndim(more) == full and np.shape(more)[0] > 1:
            more = more.reshape((*first, *np.shape(more)[1:]))
        elif np.ndim(more) == full:
            more = more.reshape(np.shape(more)[1:])
        found = found + more
    shape = np.shape(found)
    groups = (first, *((n,) for n in shape[len(first) :]))
    return merged(found, groups)


def _whole_columns(recorder: Recorder, matrix: Traced) -> Traced:
    """A matrix with its rows apart and its columns merged, as where heads are put together."""
    known = matrix.known
    assert isinstance(known, Merged)
    rows, columns = known.groups
    if len(columns) == 1:
        return known.source
    shape = (*rows, prod(columns))
    ids = ids_of(recorder, known.source).reshape(shape)
    found = with_ids(recorder, plain(known.source).reshape(shape), ids)
    simple_term(recorder, found, "heads" if len(rows) > 1 else "flat")
    return found


_ELEMENTWISE = (
    "add sub mul div neg exp log sqrt tanh relu sigmoid silu gelu softplus elu leaky_relu clamp "
    "masked_fill pow abs clone _to_copy"
)
_RULES: dict[str, Callable[[Recorder, str, dict[str, Any]], Traced | None]] = {
    **dict.fromkeys(_ELEMENTWISE.split(), _unchanged_axes),
    **dict.fromkeys(("_softmax", "_safe_softmax", "_log_softmax"), _unchanged_axes),
    **dict.fromkeys(("transpose", "permute", "t"), _moved),
    **dict.fromkeys(("mm", "bmm", "addmm", "baddbmm"), _products),
}
