"""What moves elements of arrays about and changes none: the same is done to their identities."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.code.tracing import terms
from bpdebug.code.tracing.array import (
    Known,
    Traced,
    any_traced,
    ids_of,
    known_of,
    made,
    plain,
    term_of,
    with_ids,
    with_term,
)
from bpdebug.code.tracing.recorder import Recorder, UntraceableError

_MOVES_NAMES = (
    "reshape ravel transpose swapaxes moveaxis rollaxis squeeze expand_dims broadcast_to "
    "broadcast_arrays concatenate stack vstack hstack dstack column_stack row_stack tile "
    "repeat roll flip fliplr flipud rot90 split array_split hsplit vsplit take "
    "take_along_axis diagonal diag tril triu atleast_1d atleast_2d atleast_3d delete insert "
    "append block resize copy sliding_window_view as_strided compress choose asarray array "
    "ascontiguousarray real permute_dims matrix_transpose concat unstack"
)
MOVES = frozenset(_MOVES_NAMES.split())
"""Functions that put elements elsewhere and change none."""


def moved(
    recorder: Recorder, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """The same done to the numbers and to the identities."""
    if name in ("transpose", "swapaxes", "expand_dims", "squeeze", "copy", "moveaxis"):
        found = _lettered(recorder, func, args, kwargs)
        if found is not None:
            return found
    values = func(*plain(args), **plain(kwargs))
    inside = tuple(_identities(recorder, each) for each in args)
    ids = func(*inside, **_identities(recorder, kwargs))
    first = args[0]
    bools = isinstance(first, Traced) and first.dtype.kind == "b"
    pick = known_of(first).pick if isinstance(first, Traced) else ""
    return _both(recorder, values, ids, bools, pick)


def _both(recorder: Recorder, values: Any, ids: Any, bools: bool, pick: str) -> Any:
    if isinstance(values, list | tuple):
        return type(values)(
            _both(recorder, one, two, bools, pick) for one, two in zip(values, ids, strict=True)
        )
    return with_ids(recorder, values, np.array(ids), bools, pick)


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
    values = func(*plain(args), **plain(kwargs))
    shape = func(lengths, *args[1:], **kwargs).shape
    change: dict[int, int | str] = {
        length - 2 - array.ndim: n - len(shape) for n, length in enumerate(shape) if length > 1
    }
    term = terms.moved(term_of(recorder, array), change)
    return with_term(recorder, values, term, known.bools)


def padded(
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
        raise UntraceableError(
            "np.pad is traced with one constant number, or mode edge, wrap or reflect"
        )
    ids = np.pad(ids_of(recorder, array), pad_width, mode, **numbers)  # type: ignore[call-overload]
    return with_ids(recorder, values, ids)


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
    except UntraceableError as error:
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
    except UntraceableError as error:
        array.known = Known(lost=str(error))


def _write_where(array: Traced, mask: Traced, value: Any) -> None:
    found = np.where(mask, value, array)
    np.copyto(plain(array), plain(found))
    array.known = found.known if isinstance(found, Traced) else None
