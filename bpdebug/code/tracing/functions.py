"""NumPy's functions on traced arrays: those that move elements, and those that compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpdebug.code.tracing import contraction, terms
from bpdebug.code.tracing.arithmetic import reduced
from bpdebug.code.tracing.array import (
    Known,
    Traced,
    any_traced,
    apart,
    chosen,
    ids_of,
    known_of,
    lost,
    made,
    plain,
    reason,
    simple_term,
    term_of,
    with_ids,
    with_term,
)
from bpdebug.code.tracing.recorder import Recorder, Untraceable

MOVES = frozenset(
    [
        "reshape",
        "ravel",
        "transpose",
        "swapaxes",
        "moveaxis",
        "rollaxis",
        "squeeze",
        "expand_dims",
        "broadcast_to",
        "broadcast_arrays",
        "concatenate",
        "stack",
        "vstack",
        "hstack",
        "dstack",
        "column_stack",
        "row_stack",
        "tile",
        "repeat",
        "roll",
        "flip",
        "fliplr",
        "flipud",
        "rot90",
        "split",
        "array_split",
        "hsplit",
        "vsplit",
        "take",
        "take_along_axis",
        "diagonal",
        "diag",
        "tril",
        "triu",
        "atleast_1d",
        "atleast_2d",
        "atleast_3d",
        "delete",
        "insert",
        "append",
        "block",
        "resize",
        "copy",
        "sliding_window_view",
        "as_strided",
        "compress",
        "choose",
        "asarray",
        "array",
        "ascontiguousarray",
        "real",
        "permute_dims",
        "matrix_transpose",
        "concat",
        "unstack",
    ]
)
"""Functions that put elements elsewhere and change none."""

CONSTANTS = frozenset(
    [
        "shape",
        "size",
        "ndim",
        "argmax",
        "argmin",
        "argsort",
        "argwhere",
        "nonzero",
        "flatnonzero",
        "allclose",
        "isclose",
        "array_equal",
        "may_share_memory",
        "shares_memory",
        "result_type",
        "can_cast",
        "iscomplexobj",
        "isrealobj",
        "count_nonzero",
        "array2string",
        "array_repr",
        "array_str",
        "savetxt",
        "save",
        "any",
        "all",
        "unique",
        "searchsorted",
        "bincount",
        "digitize",
        "histogram",
        "printoptions",
        "median",
        "percentile",
        "sort",
        "ndim",
        "isscalar",
        "array_equiv",
        "lexsort",
        "common_type",
        "min_scalar_type",
    ]
)
"""Functions whose results the program goes on by, as they are at the start."""

_NAMELESS = frozenset({"shape", "size", "ndim", "result_type", "can_cast", "isscalar", "unique"})


def on_function(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What numpy calls for a function with a traced array among its arguments."""
    first = any_traced([*args, *kwargs.values()])
    assert first is not None
    recorder = first.recorder
    name = func.__name__
    out = kwargs.pop("out", None)
    try:
        result = _result(recorder, func, name, args, kwargs)
    except Exception as error:
        # If the program itself is wrong, the numbers say so.
        values = _numbers(func, args, kwargs)
        result = lost(recorder, values, reason(error, f"np.{name}"))
    if isinstance(out, Traced):
        from bpdebug.code.tracing.arithmetic import assign

        assign(out, result)
        return out
    return result


def _numbers(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return func(*plain(args), **plain(kwargs))


def _result(
    recorder: Recorder, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    if name in CONSTANTS:
        if name not in _NAMELESS:
            recorder.choice(f"np.{name}")
        return _numbers(func, args, kwargs)
    if name in COMPUTED:
        return COMPUTED[name](recorder, *args, **kwargs)
    if name in MOVES:
        return _moved(recorder, func, name, args, kwargs)
    if name == "pad":
        return _pad(recorder, *args, **kwargs)
    raise Untraceable(f"np.{name} is not traced; write it with arithmetic, sums and slices")


def _moved(
    recorder: Recorder, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """The same done to the numbers and to the identities."""
    if name in ("transpose", "swapaxes", "expand_dims", "squeeze", "copy", "moveaxis"):
        found = _lettered(recorder, func, args, kwargs)
        if found is not None:
            return found
    values = _numbers(func, args, kwargs)
    inside = tuple(_identities(recorder, each) for each in args)
    ids = func(*inside, **_identities(recorder, kwargs))
    bools = isinstance(args[0], Traced) and args[0].dtype.kind == "b"
    return _both(recorder, values, ids, bools)


def _both(recorder: Recorder, values: Any, ids: Any, bools: bool) -> Any:
    if isinstance(values, list | tuple):
        return type(values)(
            _both(recorder, one, two, bools) for one, two in zip(values, ids, strict=True)
        )
    return with_ids(recorder, values, np.array(ids), bools)


def _identities(recorder: Recorder, value: Any) -> Any:
    """Arguments with identities in the place of arrays of floats."""
    if isinstance(value, Traced):
        return ids_of(recorder, value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return ids_of(recorder, value)
    if isinstance(value, list | tuple) and any_traced(value) is not None:
        inner = [
            np.asarray(_identities(recorder, each))
            if not isinstance(each, float | np.floating)
            else np.asarray(recorder.number_id(float(each)))
            for each in value
        ]
        return inner if isinstance(value, list) else tuple(inner)
    if isinstance(value, list | tuple) and any(
        isinstance(each, np.ndarray) and each.dtype.kind == "f" for each in value
    ):
        return type(value)(_identities(recorder, each) for each in value)
    if isinstance(value, dict):
        return {key: _identities(recorder, each) for key, each in value.items()}
    return value


def _lettered(
    recorder: Recorder, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Traced | None:
    """What only changes the order of axes, or adds such of length 1, of a term without a name."""
    array = args[0]
    if not isinstance(array, Traced):
        return None
    known = known_of(array)
    if known.term is None:
        return None
    # Where each axis goes is seen in an array that has the number of an axis as its length.
    lengths = np.empty([n + 2 if size > 1 else 1 for n, size in enumerate(array.shape)], dtype=bool)
    values = _numbers(func, args, kwargs)
    shape = func(lengths, *args[1:], **kwargs).shape
    change: dict[int, int | str] = {
        length - 2 - array.ndim: n - len(shape) for n, length in enumerate(shape) if length > 1
    }
    term = terms.moved(term_of(recorder, array), change)
    return with_term(recorder, values, term, known.bools)


def _pad(
    recorder: Recorder, array: Any, pad_width: Any, mode: str = "constant", **kwargs: Any
) -> Any:
    values = np.pad(plain(array), pad_width, mode, **kwargs)  # type: ignore[call-overload]
    numbers = {
        key: recorder.number_id(float(each)) for key, each in kwargs.items() if np.ndim(each) == 0
    }
    if len(numbers) < len(kwargs) or mode not in (
        "constant",
        "edge",
        "wrap",
        "reflect",
        "symmetric",
    ):
        raise Untraceable(
            "np.pad is traced with one constant number, or mode edge, wrap or reflect"
        )
    ids = np.pad(ids_of(recorder, array), pad_width, mode, **numbers)  # type: ignore[call-overload]
    return with_ids(recorder, values, ids)


# What computes

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
    left = [k for k, v in more.items() if v is not None and v is not np._NoValue and k != "where"]  # type: ignore[attr-defined]
    if left:
        raise Untraceable(f"the argument {left[0]} is not traced here; do without it")


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
        raise Untraceable(f"np.linalg.norm with ord={ord!r} is not traced; write it out")
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
    raise Untraceable("np.average with weights is not traced; write the sum and the quotient")


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


# Reading and writing elements


def read(array: Traced, key: Any) -> Any:
    """`array[key]`."""
    recorder = array.recorder
    if any_traced(key) is not None:
        recorder.choice("which elements are taken")
        key = plain(key)
    values = plain(array)[key]
    try:
        ids = ids_of(recorder, array)[key]
    except Untraceable as error:
        return made(recorder, values, Known(lost=str(error), bools=array.dtype.kind == "b"))
    pick = _places_called(recorder, key)
    return with_ids(recorder, values, np.array(ids), array.dtype.kind == "b", pick)


def _places_called(recorder: Recorder, key: Any) -> str:
    """What the program calls the places in a key, such as labels."""
    for each in reversed(key if isinstance(key, tuple) else (key,)):
        if isinstance(each, np.ndarray | list):
            found = recorder.called(each)
            if found:
                return found
    return ""


def write(array: Traced, key: Any, value: Any) -> None:
    """`array[key] = value`."""
    recorder = array.recorder
    mask = key
    try:
        if isinstance(mask, Traced) and mask.dtype.kind == "b":
            if mask.shape == array.shape and np.ndim(value) == 0:
                _write_where(array, mask, value)
                return
            recorder.choice("which elements are replaced")
        key = plain(key)
        plain(array)[key] = plain(value)
        ids = np.array(ids_of(recorder, array))
        ids[key] = ids_of(recorder, value)
        array.known = Known(ids=ids, pick=known_of(array).pick)
    except Untraceable as error:
        array.known = Known(lost=str(error))


def _write_where(array: Traced, mask: Traced, value: Any) -> None:
    found = np.where(mask, value, array)
    np.copyto(plain(array), plain(found))
    array.known = found.known if isinstance(found, Traced) else None
