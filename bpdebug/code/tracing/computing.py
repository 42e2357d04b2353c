"""NumPy's functions that compute, on traced arrays: sums, means, norms, choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpdebug.code.tracing import contraction
from bpdebug.code.tracing.arithmetic import reduced
from bpdebug.code.tracing.array import (
    Traced,
    apart,
    chosen,
    plain,
    simple_term,
    with_ids,
    with_term,
)
from bpdebug.code.tracing.recorder import Recorder, UntraceableError

Computed = Callable[..., Any]


def _reduce(kind: str, function: Any) -> Computed:
    def computed(
        recorder: Recorder,
        a: Any,
        axis: Any = None,
        dtype: Any = None,
        keepdims: bool = False,
        **more: Any,
    ) -> Any:
        if isinstance(a, list | tuple):
            a = np.stack(a)
        _nothing_else(more)
        keepdims = keepdims is True
        values = function(plain(a), axis=axis, keepdims=keepdims)
        return reduced(recorder, kind, a, axis, keepdims, values)

    return computed


def _nothing_else(more: Mapping[str, Any]) -> None:
    absent = ("NoneType", "_NoValueType")
    left = [k for k, v in more.items() if type(v).__name__ not in absent]
    if left:
        raise UntraceableError(f"the argument {left[0]} is not traced here; leave it out")


def _extreme(kind: str, function: Any) -> Computed:
    def computed(
        recorder: Recorder,
        a: Any,
        axis: Any = None,
        out: Any = None,
        keepdims: bool = False,
        **more: Any,
    ) -> Any:
        _nothing_else(more)
        keepdims = keepdims is True
        values = function(plain(a), axis=axis, keepdims=keepdims)
        return reduced(recorder, kind, a, axis, keepdims, values)

    return computed


def _mean(
    recorder: Recorder,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    **more: Any,
) -> Any:
    if isinstance(a, list | tuple):
        a = np.stack(a)
    total = COMPUTED["sum"](recorder, a, axis=axis, keepdims=keepdims, **more)
    return total / float(np.size(a) / np.size(total))


def _var(
    recorder: Recorder,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    **more: Any,
) -> Any:
    _nothing_else(more)
    centred = a - _mean(recorder, a, axis=axis, keepdims=True)
    total = COMPUTED["sum"](recorder, centred**2, axis=axis, keepdims=keepdims)
    return total / float(np.size(a) / np.size(total) - ddof)


def _std(recorder: Recorder, a: Any, *args: Any, **kwargs: Any) -> Any:
    return np.sqrt(_var(recorder, a, *args, **kwargs))


def _norm(
    recorder: Recorder, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False
) -> Any:
    if ord == 1 and (axis is not None or np.ndim(x) == 1):
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord not in (None, 2, "fro"):
        raise UntraceableError(f"np.linalg.norm with ord={ord!r} is not traced; write it out")
    return np.sqrt(np.sum(x**2, axis=axis, keepdims=keepdims))


def _clip(recorder: Recorder, a: Any, a_min: Any = None, a_max: Any = None, **more: Any) -> Any:
    low = more.pop("min", a_min)
    high = more.pop("max", a_max)
    _nothing_else(more)
    found = a if low is None else np.maximum(a, low)
    return found if high is None else np.minimum(found, high)


def _where(recorder: Recorder, condition: Any, *choices: Any) -> Any:
    if len(choices) != 2:
        recorder.choice("np.where")
        return np.where(plain(condition))
    values = np.where(plain(condition), *plain(choices))
    if not isinstance(condition, Traced) and np.asarray(condition).dtype.kind != "b":
        condition = np.asarray(condition) != 0
    if not isinstance(condition, Traced):
        found = recorder.lifted_bool(np.broadcast_to(condition, np.shape(condition)))
        condition = with_ids(recorder, condition, found, bools=True)
    terms_ = [simple_term(recorder, each) for each in choices]
    del terms_
    test, a, b = apart(recorder, [condition, *choices])
    return with_term(recorder, values, chosen(test, a, b))


def _zeros_like(value: float) -> Computed:
    def computed(recorder: Recorder, a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        shape = kwargs.get("shape") or np.shape(a)
        if dtype is not None and np.dtype(dtype).kind in "iub":
            return np.full(shape, value, dtype=dtype)
        return filled(recorder, shape, value)

    return computed


def filled(recorder: Recorder, shape: Any, value: float) -> Traced:
    """An array full of one number, into which the program may put others."""
    values = np.full(shape, value)
    return with_ids(recorder, values, np.full(values.shape, recorder.number_id(value)))


def _full_like(recorder: Recorder, a: Any, fill_value: Any, *args: Any, **kwargs: Any) -> Any:
    return filled(recorder, np.shape(a), 0.0) + fill_value


def _cumsum(recorder: Recorder, a: Any, axis: Any = None, **more: Any) -> Any:
    _nothing_else(more)
    if axis is None:
        a, axis = np.ravel(a), 0
    length = np.shape(a)[axis]
    lower = np.tril(np.ones((length, length)))
    found = contraction.tensordot(recorder, lower, a, axes=([1], [axis]))
    return np.moveaxis(found, 0, axis)


def _average(recorder: Recorder, a: Any, axis: Any = None, weights: Any = None, **more: Any) -> Any:
    if weights is None:
        return _mean(recorder, a, axis=axis, **more)
    raise UntraceableError("np.average with weights is not traced; write the sum and the quotient")


def _same(recorder: Recorder, a: Any, *args: Any, **kwargs: Any) -> Any:
    return np.copy(a)


def _trace(recorder: Recorder, a: Any) -> Any:
    return np.sum(np.diagonal(a))


def _square_sum(recorder: Recorder, a: Any, b: Any) -> Any:
    return contraction.matmul(recorder, np.ravel(a), np.ravel(b))


COMPUTED: Mapping[str, Computed] = {
    "sum": _reduce("add", np.sum),
    "nansum": _reduce("add", np.sum),
    "prod": _reduce("multiply", np.prod),
    "max": _extreme("maximum", np.max),
    "amax": _extreme("maximum", np.max),
    "min": _extreme("minimum", np.min),
    "amin": _extreme("minimum", np.min),
    "mean": _mean,
    "average": _average,
    "var": _var,
    "std": _std,
    "norm": _norm,
    "clip": _clip,
    "where": _where,
    "zeros_like": _zeros_like(0.0),
    "empty_like": _zeros_like(0.0),
    "ones_like": _zeros_like(1.0),
    "full_like": _full_like,
    "cumsum": _cumsum,
    "trace": _trace,
    "vdot": _square_sum,
    "nan_to_num": _same,
    "dot": contraction.dot,
    "matmul": contraction.matmul,
    "inner": contraction.inner,
    "outer": contraction.outer,
    "tensordot": contraction.tensordot,
    "einsum": lambda recorder, *args, **_: contraction.einsum(recorder, *args),
}
"""What gives new numbers."""
