"""Convolution and pooling: what is computed from windows of an array (n, channel, place, …)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from bpdebug.code.tracing import contraction
from bpdebug.code.tracing.array import (
    Traced,
    ids_of,
    named,
    plain,
    simple_term,
    with_ids,
    with_term,
)
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.code.tracing.terms import Index, Ref, moved, stepped
from bpdebug.importers.torch.operations.pointwise import Operation

_PLACES, _INSIDE = "pqr", "uvw"

MOST_NAMED = 16
"""Elements of a window whose maximum is written out, so that of several that are equal the first
has the gradient, as in torch.
"""


def _each(value: Any, count: int, usual: int = 1) -> list[int]:
    """A number for each axis of places."""
    found = [usual] if value is None or value == [] else value
    found = [found] if isinstance(found, int) else list(found)
    return [int(n) for n in (found * count if len(found) == 1 else found)]


def _spread(recorder: Recorder, x: Any, axis: int, before: int, after: int, fill: float) -> Any:
    """More places on both sides of an axis, fewer where they are negative, with a number there."""
    ids, values = ids_of(recorder, x), plain(x)
    widths = [(max(before, 0), max(after, 0)) if n == axis else (0, 0) for n in range(ids.ndim)]
    kept = slice(max(-before, 0), ids.shape[axis] - max(-after, 0))
    cut = tuple(kept if n == axis else slice(None) for n in range(ids.ndim))
    return with_ids(
        recorder,
        np.pad(values[cut], widths, constant_values=fill),
        np.pad(ids[cut], widths, constant_values=recorder.number_id(fill)),
    )


def _apart(recorder: Recorder, x: Any, axis: int, step: int) -> Any:
    """The places of an axis with zeros between them."""
    shape = [(n - 1) * step + 1 if k == axis else n for k, n in enumerate(np.shape(x))]
    ids, values = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    there = tuple(slice(None, None, step if n == axis else None) for n in range(len(shape)))
    ids[there], values[there] = ids_of(recorder, x), plain(x)
    return with_ids(recorder, values, ids)


def _along(recorder: Recorder, x: Any, axis: int, places: Any) -> Any:
    """The elements at `places` (window, place in it) of an axis; the place in a window comes last.

    They get a name, so that the work grows with the sum of the axes and not with their product.
    """
    ids, values = ids_of(recorder, x), plain(x)
    found = with_ids(
        recorder,
        np.moveaxis(np.take(values, places, axis=axis), axis + 1, -1),
        np.array(np.moveaxis(np.take(ids, places, axis=axis), axis + 1, -1)),
    )
    simple_term(recorder, found, "windows")
    return found


def _stepped(
    recorder: Recorder, x: Any, axis: int, step: int, dilation: int, size: int, backward: bool
) -> Any:
    """The same for windows of a number of places, from the last to the first if `backward`, without
    work of their own: the positions are calculated where the elements are used.

    That says how far the windows go, but not the places in them: what it is multiplied with has to.
    """
    places = _windows(np.shape(x)[axis], size, step, dilation)
    if backward:
        places = places[:, ::-1]
    term = simple_term(recorder, x, "in")
    if isinstance(x, Traced) and not isinstance(term, Ref):
        term = named(recorder, x, "in")
    if not isinstance(term, Ref):
        return _along(recorder, x, axis, places)
    # Axes of length 1 have no index.
    window: Index = axis - np.ndim(x) - 1 if len(places) > 1 else 1
    inside: Index = -1 if size > 1 else 1
    change: dict[int, Index] = {n - np.ndim(x): n - np.ndim(x) - 1 for n in range(np.ndim(x))}
    apart, last = (-dilation, dilation * size) if backward else (dilation, -dilation)
    parts = [(step, window), (apart, inside)]
    change[axis - np.ndim(x)] = stepped(parts, 1 - step + last)
    values = np.moveaxis(np.take(plain(x), places, axis=axis), axis + 1, -1)
    return with_term(recorder, values, moved(term, change))


def _windows(length: int, size: int, stride: int, dilation: int) -> Any:
    firsts = np.arange(0, length - dilation * (size - 1), stride)
    return firsts[:, None] + dilation * np.arange(size)[None, :]


# Convolution


def _convolution(
    recorder: Recorder,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Any:
    count = np.ndim(x) - 2
    strides, paddings = _each(stride, count), _each(padding, count, 0)
    dilations, more = _each(dilation, count), _each(output_padding, count, 0)
    sizes = np.shape(weight)[2:]
    for n, size in enumerate(sizes):
        axis, before, after = n + 2, paddings[n], paddings[n]
        if transposed:
            x = _apart(recorder, x, axis, strides[n])
            before = after = dilations[n] * (size - 1) - paddings[n]
            after += more[n]
        if before or after:
            x = _spread(recorder, x, axis, before, after, 0.0)
    for n, size in enumerate(sizes):
        axis, step = n + 2, 1 if transposed else strides[n]
        if groups == 1:
            x = _stepped(recorder, x, axis, step, dilations[n], size, transposed)
        else:
            places = _windows(np.shape(x)[axis], size, step, dilations[n])
            x = _along(recorder, x, axis, places[:, ::-1] if transposed else places)
    found = _products(recorder, x, weight, count, transposed, groups)
    return found if bias is None else found + bias.reshape((-1,) + (1,) * count)


def _products(
    recorder: Recorder, x: Any, weight: Any, count: int, transposed: bool, groups: int
) -> Any:
    """The sums over channels and places in windows; x is (n, channel, window …, place …)."""
    there, inside = _PLACES[:count], _INSIDE[:count]
    kernel = ("co" if transposed else "oc") + inside
    if groups == 1:
        return contraction.einsum(recorder, f"nc{there}{inside},{kernel}->no{there}", x, weight)
    shape, size = np.shape(x), np.shape(weight)
    x = x.reshape((shape[0], groups, shape[1] // groups, *shape[2:]))
    weight = weight.reshape((groups, size[0] // groups, *size[1:]))
    found = contraction.einsum(recorder, f"ngc{there}{inside},g{kernel}->ngo{there}", x, weight)
    found_shape = np.shape(found)
    return found.reshape((found_shape[0], -1, *found_shape[3:]))


# Pooling


def _sizes(
    x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> list[tuple[int, int, int, int, int]]:
    """By axis of places: the axis, and size, stride, padding and dilation of windows.

    Raises UntraceableError where windows reach over the edge.
    """
    count = 2 if not isinstance(kernel, list | tuple) else max(len(kernel), 2)
    sizes = _each(kernel, count)
    strides = _each(stride, count) if stride else sizes
    rest = zip(_each(padding, count, 0), _each(dilation, count), strict=True)
    found = []
    for n, (size, step, (pad, apart)) in enumerate(zip(sizes, strides, rest, strict=True)):
        axis = np.ndim(x) - count + n
        left = (np.shape(x)[axis] + 2 * pad - apart * (size - 1) - 1) % step
        if ceil_mode and left:
            raise UntraceableError(
                "with ceil_mode=True the last window reaches over the edge; pad the input, or "
                "take ceil_mode=False"
            )
        found.append((axis, size, step, pad, apart))
    return found


def _greatest(recorder: Recorder, x: Any, axes: Sequence[tuple[int, Any]]) -> Any:
    """The maximum of each window; `axes` gives the places of windows by axis."""
    for axis, places in axes:
        x = _along(recorder, x, axis, places)
    inside = tuple(np.shape(x)[np.ndim(x) - len(axes) :])
    if prod(inside) > MOST_NAMED:
        return np.max(x, axis=tuple(range(np.ndim(x) - len(axes), np.ndim(x))))
    elements = [x[(..., *place)] for place in product(*map(range, inside))]
    found = elements[0]
    for each in elements[1:]:
        found = np.maximum(found, each)
    return found


def _max_pool(
    recorder: Recorder,
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    axes = []
    for axis, size, step, pad, apart in _sizes(
        x, kernel_size, stride, padding, dilation, ceil_mode
    ):
        if pad:
            x = _spread(recorder, x, axis, pad, pad, -np.inf)
        axes.append((axis, _windows(np.shape(x)[axis], size, step, apart)))
    return _greatest(recorder, x, axes), None


def _adaptive_max_pool(recorder: Recorder, x: Any, output_size: Any) -> Any:
    axes = []
    for n, count in enumerate(output_size):
        axis = np.ndim(x) - len(output_size) + n
        length = np.shape(x)[axis]
        if length % count:
            raise UntraceableError(
                f"{length} places in {count} windows are windows of several sizes; take a number "
                "that divides it"
            )
        axes.append((axis, _windows(length, length // count, length // count, 1)))
    return _greatest(recorder, x, axes), None


def _weighted(recorder: Recorder, x: Any, axis: int, weights: Any) -> Any:
    """Sums along an axis with `weights` (window, place)."""
    values = np.array(weights, dtype=float)
    if values.shape[0] == 1:
        factors = values[0].reshape([-1] + [1] * (np.ndim(x) - axis - 1))
        return np.sum(x * factors, axis=axis, keepdims=True)
    made = recorder.constant(values, "pool")
    constant = with_ids(recorder, values, recorder.ids_of(made).reshape(values.shape))
    found = contraction.tensordot(recorder, x, constant, axes=([axis], [1]))
    return np.moveaxis(found, -1, axis)


def _average_pool(
    recorder: Recorder,
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: Any = None,
) -> Any:
    for axis, size, step, pad, _ in _sizes(x, kernel_size, stride, padding, 1, ceil_mode):
        length = np.shape(x)[axis]
        inside = np.pad(np.eye(length), [(0, 0), (pad, pad)])
        taken = inside.T[_windows(length + 2 * pad, size, step, 1)].sum(axis=1)
        if divisor_override is None:
            taken = taken / (size if count_include_pad else taken.sum(axis=1, keepdims=True))
        x = _weighted(recorder, x, axis, taken)
    return x if divisor_override is None else x / float(divisor_override)


def _adaptive_average_pool(recorder: Recorder, x: Any, output_size: Any) -> Any:
    for n, count in enumerate(output_size):
        axis = np.ndim(x) - len(output_size) + n
        length = np.shape(x)[axis]
        weights = np.zeros((count, length))
        for window in range(count):
            first, last = window * length // count, -(-(window + 1) * length // count)
            weights[window, first:last] = 1 / (last - first)
        x = _weighted(recorder, x, axis, weights)
    return x


WINDOWS: Mapping[str, Operation] = {
    "convolution": _convolution,
    "max_pool2d_with_indices": _max_pool,
    "adaptive_max_pool2d": _adaptive_max_pool,
    "avg_pool2d": _average_pool,
    "_adaptive_avg_pool2d": _adaptive_average_pool,
}
"""What is computed from windows."""
