"""Which traced array a tensor is.

Tensors that share memory share what is known of it: a storage has entries, each for a view of it,
so that a view gives what was written through another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from bpdebug.code.tracing.array import Known, Traced, ids_of, made, with_ids
from bpdebug.code.tracing.recorder import Ids, Recorder, UntraceableError

_Key = tuple[int, tuple[int, ...], tuple[int, ...]]
_UNKNOWN = np.iinfo(np.int64).min


class _Storage:
    """The entries of a storage. It is kept, so that no other gets its address."""

    def __init__(self, kept: Any) -> None:
        self.kept = kept
        self.entries: dict[_Key, Traced] = {}


class Memory:
    """What is known of the tensors of a run."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._storages: dict[int, _Storage] = {}

    def __contains__(self, tensor: Any) -> bool:
        """Whether anything is known of the memory of a tensor."""
        return _address(tensor) in self._storages

    def exact(self, tensor: Any) -> Traced | None:
        """What is known of a tensor as a whole, None if it would have to be put together."""
        storage = self._storages.get(_address(tensor))
        return None if storage is None else storage.entries.get(_key(tensor))

    def get(self, tensor: Any) -> Traced:
        """The traced array that a tensor is, one of numbers if nothing is known of it."""
        found = self.exact(tensor)
        if found is None:
            values = tensor.detach().numpy()
            if tensor not in self:
                return with_ids(
                    self._recorder, values, self._recorder.lifted(values), values.dtype.kind == "b"
                )
            try:
                ids = self._ids(tensor)[_places(tensor)]
            except UntraceableError as error:
                bools = values.dtype.kind == "b"
                return made(self._recorder, values, Known(lost=str(error), bools=bools))
            found = with_ids(self._recorder, values, ids, values.dtype.kind == "b")
            self._storages[_address(tensor)].entries[_key(tensor)] = found
        return found

    def put(self, tensor: Any, traced: Traced) -> None:
        """Note what a tensor is, besides the views of its memory that are known."""
        address = _address(tensor)
        if address not in self._storages:
            self._storages[address] = _Storage(tensor.untyped_storage())
        self._storages[address].entries[_key(tensor)] = traced

    def begin(self, tensor: Any) -> None:
        """Take the memory of a tensor, of which nothing is known, as numbers."""
        if tensor not in self:
            whole = torch.as_strided(tensor.detach(), (_size(tensor),), (1,), 0)
            self.put(whole, self.get(whole))

    def write(self, tensor: Any, traced: Traced) -> None:
        """Note what has been written into a tensor; other views see it."""
        storage = self._storages[_address(tensor)]
        places = _places(tensor)
        covered = {int(n) for n in places.ravel()}
        inside = all(
            covered.issuperset(map(int, _places_of(key).ravel())) for key in storage.entries
        )
        if not inside:
            try:
                ids = self._ids(tensor)
                ids[places] = ids_of(self._recorder, traced)
            except UntraceableError as error:
                # What cannot be told apart any more is not known as a whole.
                for key, old in storage.entries.items():
                    storage.entries[key] = made(
                        self._recorder, old, Known(lost=str(error), bools=old.dtype.kind == "b")
                    )
                storage.entries[_key(tensor)] = traced
                return
            whole = torch.as_strided(tensor.detach(), (len(ids),), (1,), 0)
            storage.entries = {_key(whole): with_ids(self._recorder, np.array(whole.numpy()), ids)}
        else:
            storage.entries = {}
        storage.entries[_key(tensor)] = traced

    def _ids(self, tensor: Any) -> Ids:
        """The identities of all elements of a tensor's storage, in their order."""
        found = np.full(_size(tensor), _UNKNOWN, dtype=np.int64)
        for key, traced in self._storages[_address(tensor)].entries.items():
            found[_places_of(key)] = ids_of(self._recorder, traced)
        unknown = found == _UNKNOWN
        if unknown.any():
            whole = torch.as_strided(tensor.detach(), (len(found),), (1,), 0).numpy()
            found[unknown] = self._recorder.number_ids(np.array(whole[unknown], dtype=float))
        return found


def tensors(value: Any) -> Iterator[Any]:
    """The tensors in arguments or results."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from tensors(each)
    elif isinstance(value, dict):
        yield from tensors([*value.values()])


def address_of(tensor: Any) -> int:
    """What tensors that share memory have in common."""
    return _address(tensor)


def _address(tensor: Any) -> int:
    return int(tensor.untyped_storage()._cdata)


def _size(tensor: Any) -> int:
    return int(tensor.untyped_storage().nbytes() // tensor.element_size())


def _key(tensor: Any) -> _Key:
    shape = tuple(map(int, tensor.shape))
    strides = tuple(0 if n == 1 else int(s) for n, s in zip(shape, tensor.stride(), strict=True))
    return int(tensor.storage_offset()), shape, strides


def _places(tensor: Any) -> Ids:
    return _places_of(_key(tensor))


def _places_of(key: _Key) -> Ids:
    """The places in the storage of the elements of a view."""
    first, shape, strides = key
    found = np.full(shape, first, dtype=np.int64)
    for axis, (count, stride) in enumerate(zip(shape, strides, strict=True)):
        along = [count if n == axis else 1 for n in range(len(shape))]
        found += (np.arange(count) * stride).reshape(along)
    return found
