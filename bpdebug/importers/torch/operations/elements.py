"""Operations of torch that put elements elsewhere and change none.

torch itself does it, with the identities of the elements in the place of the elements: they are
whole numbers that a double has exactly. 0 is the identity of the number 0, so what is filled with
zeros is right, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from bpdebug.code.tracing import contraction, terms
from bpdebug.code.tracing.array import (
    Traced,
    ids_of,
    known_of,
    named,
    plain,
    simple_term,
    term_of,
    with_ids,
    with_term,
)
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.code.tracing.terms import Index, Ref
from bpdebug.importers.torch.operations.pointwise import Operation
from bpdebug.importers.torch.places import ModuleRecorder

_MOVES = (
    "view _unsafe_view reshape expand permute t transpose unsqueeze squeeze "
    "select slice narrow split split_with_sizes unsafe_split unsafe_split_with_sizes chunk unbind "
    "unfold as_strided diagonal diag diag_embed cat stack flip roll rot90 repeat tril triu "
    "index index_select gather take masked_select constant_pad_nd reflection_pad1d "
    "reflection_pad2d replication_pad1d replication_pad2d pixel_shuffle "
    "pixel_unshuffle channel_shuffle im2col "
    "upsample_nearest1d upsample_nearest2d select_scatter slice_scatter index_put scatter "
    "movedim swapaxes index_fill repeat_interleave"
)
MOVES = frozenset(_MOVES.split())


def moved(
    recorder: Recorder, base: str, named: Sequence[str], args: Any, kwargs: Mapping[str, Any]
) -> Any:
    """The elements of the arguments, where torch's operation `base` puts them; `named` are the
    names of its arguments.
    """
    # A view may not be possible of these arrays, which are laid out in another way.
    func = torch.reshape if base in _VIEWS else getattr(torch.ops.aten, base)
    if base in _AXES:
        lettered = _lettered(recorder, func, args, kwargs)
        if lettered is not None:
            return lettered
    if kwargs.get("accumulate") or ("accumulate" in named[: len(args)] and args[-1] is True):
        raise UntraceableError("what is added at places that may be equal is not traced")
    inside = [_filling(recorder, called, each) for called, each in zip(named, args, strict=False)]
    others = {called: _filling(recorder, called, each) for called, each in kwargs.items()}
    found = func(*inside, **others)
    numbers = func(*_numbers(args), **_numbers(dict(kwargs)))
    bools = any(isinstance(each, Traced) and each.dtype.kind == "b" for each in args[:1])
    return _with(recorder, numbers, found, bools)


def _with(recorder: Recorder, numbers: Any, found: Any, bools: bool) -> Any:
    if isinstance(found, torch.Tensor):
        ids = np.array(found.numpy()).astype(np.int64)
        return with_ids(recorder, np.array(numbers.numpy()), ids, bools)
    return tuple(_with(recorder, one, two, bools) for one, two in zip(numbers, found, strict=True))


def _filling(recorder: Recorder, called: str, value: Any) -> Any:
    """An argument with identities, also of a number that is put somewhere; not where it says which
    elements are taken.
    """
    if called in ("value", "fill_value") and isinstance(value, int | float):
        return float(recorder.number_id(float(value)))
    if called in ("indices", "mask"):
        return _numbers(value)
    return _identities(recorder, value)


def _identities(recorder: Recorder, value: Any) -> Any:
    if isinstance(value, Traced):
        return torch.from_numpy(ids_of(recorder, value).astype(float))
    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    if isinstance(value, list | tuple):
        return type(value)(_identities(recorder, each) for each in value)
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.array(plain(value)))
    if isinstance(value, list | tuple):
        return type(value)(_numbers(each) for each in value)
    if isinstance(value, dict):
        return {key: _numbers(each) for key, each in value.items()}
    return value


def _lettered(recorder: Recorder, func: Any, args: Any, kwargs: Mapping[str, Any]) -> Traced | None:
    """What only changes the order of axes, or adds and leaves out such of length 1, of a term
    without a name.
    """
    array = args[0]
    if not isinstance(array, Traced):
        return None
    known = known_of(array)
    if known.term is None:
        return None
    # Where each axis goes is seen in an array whose elements are their places along it.
    numbers = func(*_numbers(args), **_numbers(dict(kwargs)))
    change: dict[int, int | str] = {}
    for axis, length in enumerate(array.shape):
        if length == 1:
            continue
        along = np.arange(length, dtype=float)
        along = along.reshape([length if n == axis else 1 for n in range(array.ndim)])
        spread = torch.from_numpy(np.array(np.broadcast_to(along, array.shape)))
        there = func(spread, *args[1:], **kwargs).numpy()
        goes = [n for n in range(there.ndim) if _runs(there, n, length)]
        if len(goes) != 1:
            return None
        change[axis - array.ndim] = goes[0] - there.ndim
    return with_term(
        recorder, numbers.numpy(), terms.moved(term_of(recorder, array), change), known.bools
    )


_VIEWS = frozenset({"view", "_unsafe_view"})
_AXES = frozenset({"expand", "permute", "t", "transpose", "unsqueeze", "squeeze"}) | _VIEWS


def _runs(array: Any, axis: int, length: int) -> bool:
    """Whether the elements of an array are their places along an axis of this length."""
    if array.shape[axis] != length:
        return False
    along = np.arange(length).reshape([length if n == axis else 1 for n in range(array.ndim)])
    return bool((array == along).all())


def _embedded(
    recorder: ModuleRecorder, weight: Any, indices: Any, pick: str, padding_idx: int = -1, **_: Any
) -> Any:
    if isinstance(indices, Traced):
        raise UntraceableError("an embedding takes whole numbers that are given")
    found = _rows(recorder, weight, np.asarray(indices), pick)
    if padding_idx >= 0 and (indices == padding_idx).any():
        recorder.still.update(ids_of(recorder, weight)[padding_idx].ravel().tolist())
        # The row of the padding has its value, and no gradient.
        kept = np.array(indices != padding_idx, dtype=float)[..., None]
        row = np.array(plain(weight)[padding_idx])
        found = found * kept
        if row.any():
            found = found + (1 - kept) * row
    return found


def _rows(recorder: ModuleRecorder, weight: Any, indices: Any, pick: str) -> Any:
    """Rows of a matrix, looked up in a constant if they are those of something with a name."""
    values, term = plain(weight)[indices], simple_term(recorder, weight, "weight")
    is_whole = isinstance(term, Ref) and term.indices[:1] == (-2,)
    if not is_whole:
        found = with_ids(recorder, values, ids_of(recorder, weight)[indices], pick=pick)
        simple_term(recorder, found, "rows")
        return found
    # Axes of length 1 have no index.
    axes = [n for n, length in enumerate(indices.shape) if length > 1]
    row: Index = int(indices.flat[0]) + 1
    if axes:
        constant = recorder.constant(np.squeeze(indices) + 1.0, "rows", pick)
        looked_up = Ref(constant.number, tuple(n - indices.ndim - 1 for n in axes))
        row = terms.stepped([(1, looked_up)], 0)
    found = with_term(recorder, values, terms.moved(term, {-2: row}))
    named(recorder, found, "rows")
    return found


def _added_at(recorder: Recorder, x: Any, dim: int, index: Any, source: Any, alpha: Any = 1) -> Any:
    """x and what is added at places along an axis, several of which may be equal."""
    one_hot = np.eye(np.shape(x)[dim])[np.asarray(index)]
    added = contraction.tensordot(recorder, one_hot, source, axes=([0], [dim]))
    added = np.moveaxis(added, 0, dim)
    return x + (added if alpha == 1 else alpha * added)


ELEMENTS: Mapping[str, Operation] = {"embedding": _embedded, "index_add": _added_at}
"""What takes elements by places, and more."""
