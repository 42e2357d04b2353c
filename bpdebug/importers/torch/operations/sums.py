"""Operations of torch along axes, and products with sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpdebug.code.tracing import contraction
from bpdebug.code.tracing.array import plain
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.importers.torch.operations.pointwise import Operation, called

Dims = int | Sequence[int] | None


def axes(dim: Dims) -> Any:
    """Axes as NumPy takes them; torch means all by none."""
    if dim is None or isinstance(dim, int):
        return dim
    return tuple(dim) or None


def total(recorder: Recorder, x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """The sum along axes."""
    return np.sum(x, axis=axes(dim), keepdims=keepdim)


def mean(recorder: Recorder, x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """The mean along axes."""
    return np.mean(x, axis=axes(dim), keepdims=keepdim)


def variance(
    recorder: Recorder, x: Any, dim: Dims = None, correction: Any = None, keepdim: bool = False
) -> Any:
    """The variance along axes, over the number of elements less `correction`."""
    ddof = 1 if correction is None else correction
    return np.var(x, axis=axes(dim), ddof=ddof, keepdims=keepdim)


def _deviation(recorder: Recorder, *args: Any, **named: Any) -> Any:
    return np.sqrt(variance(recorder, *args, **named))


def _extreme(function: Any) -> Operation:
    def operation(
        recorder: Recorder, x: Any, dim: Any = None, keepdim: bool = False, other: Any = None
    ) -> Any:
        if other is not None:
            return (np.maximum if function is np.max else np.minimum)(x, other)
        found = function(x, axis=axes(dim), keepdims=keepdim)
        return found if dim is None else (found, None)

    return operation


def _all_extreme(function: Any) -> Operation:
    return lambda recorder, x, dim=None, keepdim=False: function(
        x, axis=axes(dim), keepdims=keepdim
    )


def _norm(
    recorder: Recorder, x: Any, ord: Any = 2, p: Any = None, dim: Dims = None, keepdim: bool = False
) -> Any:
    order = ord if p is None else p
    if order == 1:
        return np.sum(np.abs(x), axis=axes(dim), keepdims=keepdim)
    if order == 2:
        return np.sqrt(np.sum(x**2, axis=axes(dim), keepdims=keepdim))
    raise UntraceableError(f"a norm of order {order} has no counterpart here; write it out")


def _product(recorder: Recorder, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    x = x.reshape(-1) if dim is None else x
    return np.prod(x, axis=0 if dim is None else dim, keepdims=keepdim)


def _cumulative(recorder: Recorder, x: Any, dim: int) -> Any:
    return np.cumsum(x, axis=dim % max(1, np.ndim(x)))


# The softmax

_OVERFLOWS = 300.0
"""Beyond it the greatest element is taken out of an exponential."""


def _shifted(x: Any, dim: int) -> tuple[Any, Any]:
    """x less its maximum along an axis, where its exponential may overflow, and the maximum."""
    numbers = np.asarray(plain(x), dtype=float)
    greatest = np.abs(numbers, where=np.isfinite(numbers), out=np.zeros_like(numbers))
    if greatest.max(initial=0) <= _OVERFLOWS:
        return x, None
    top = np.max(x, axis=dim, keepdims=True)
    return x - top, top


def softmax(recorder: Recorder, x: Any, dim: int, **_: Any) -> Any:
    """exp(x)/sum(exp(x)) along an axis."""
    inside, _top = _shifted(called(recorder, x, "scores"), dim)
    powers = np.exp(inside)
    below = called(recorder, np.sum(powers, axis=dim, keepdims=True), "sum")
    return called(recorder, powers / below, "softmax")


def logsumexp(recorder: Recorder, x: Any, dim: Dims, keepdim: bool = False) -> Any:
    """log(sum(exp(x))) along axes."""
    if not isinstance(dim, int):
        if len(dim or ()) != 1:
            return np.log(np.sum(np.exp(x), axis=axes(dim), keepdims=keepdim))
        (dim,) = dim or (0,)
    inside, top = _shifted(x, dim)
    found = np.log(np.sum(np.exp(inside), axis=dim, keepdims=True))
    found = found if top is None else top + found
    return found if keepdim else np.squeeze(found, axis=dim)


def log_softmax(recorder: Recorder, x: Any, dim: int, **_: Any) -> Any:
    """x - log(sum(exp(x))) along an axis."""
    inside, _top = _shifted(called(recorder, x, "scores"), dim)
    below = called(recorder, np.sum(np.exp(inside), axis=dim, keepdims=True), "sum")
    return called(recorder, inside - np.log(below), "log_softmax")


# Products


def product(recorder: Recorder, x: Any, mat2: Any) -> Any:
    """`x @ mat2`."""
    return contraction.matmul(recorder, x, mat2)


def _added(recorder: Recorder, x: Any, a: Any, b: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    found = contraction.matmul(recorder, a, b)
    found = found if alpha == 1 else alpha * found
    if beta == 0:
        return found
    return found + (x if beta == 1 else beta * x)


def _trilinear(
    recorder: Recorder,
    i1: Any,
    i2: Any,
    i3: Any,
    expand1: Sequence[int],
    expand2: Sequence[int],
    expand3: Sequence[int],
    sumdim: Sequence[int],
    unroll_dim: int = 1,
) -> Any:
    """The sum of products of three, each with axes of length 1 put in."""
    found: Any = 1.0
    for each, more in ((i1, expand1), (i2, expand2), (i3, expand3)):
        for axis in more:
            each = np.expand_dims(each, axis)
        found = found * each
    return np.sum(found, axis=tuple(sumdim))


SUMS: Mapping[str, Operation] = {
    "sum": total,
    "mean": mean,
    "var": variance,
    "std": _deviation,
    "var_mean": lambda recorder, x, dim=None, correction=None, keepdim=False: (
        variance(recorder, x, dim, correction, keepdim),
        mean(recorder, x, dim, keepdim),
    ),
    "max": _extreme(np.max),
    "min": _extreme(np.min),
    "amax": _all_extreme(np.max),
    "amin": _all_extreme(np.min),
    "linalg_vector_norm": _norm,
    "norm": _norm,
    "prod": _product,
    "cumsum": _cumulative,
    "_softmax": softmax,
    "_safe_softmax": softmax,
    "_log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "mm": product,
    "bmm": product,
    "addmm": lambda recorder, x, mat1, mat2, beta=1, alpha=1: _added(
        recorder, x, mat1, mat2, beta, alpha
    ),
    "addmv": lambda recorder, x, mat, vec, beta=1, alpha=1: _added(
        recorder, x, mat, vec, beta, alpha
    ),
    "baddbmm": lambda recorder, x, batch1, batch2, beta=1, alpha=1: _added(
        recorder, x, batch1, batch2, beta, alpha
    ),
    "mv": lambda recorder, x, vec: product(recorder, x, vec),
    "_trilinear": _trilinear,
    "dot": lambda recorder, x, tensor: product(recorder, x, tensor),
}
"""What goes over axes."""
