"""The methods of a traced array; all others of an array of NumPy make one that is lost."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.code.tracing import array as arrays
from bpdebug.code.tracing.arithmetic import assign, on_ufunc
from bpdebug.code.tracing.array import Traced, failed, known_of, lost, plain, with_ids, with_term
from bpdebug.code.tracing.functions import on_function
from bpdebug.code.tracing.moving import read, write
from bpdebug.code.tracing.recorder import UntraceableError

_AS_FUNCTIONS = (
    "dot sum mean max min var std prod clip ravel squeeze swapaxes repeat take diagonal "
    "cumsum trace argmax argmin argsort all any nonzero copy"
)

_NUMBERS_NAMES = (
    "tolist tobytes tostring dump dumps tofile __len__ __contains__ __str__ __repr__ "
    "searchsorted __array__ __complex__ __dlpack__ __dlpack_device__ __array_interface__ "
    "__array_struct__"
)
_NUMBERS = frozenset(_NUMBERS_NAMES.split())

_INPLACE = {
    "__iadd__": operator.add,
    "__isub__": operator.sub,
    "__imul__": operator.mul,
    "__itruediv__": operator.truediv,
    "__ipow__": operator.pow,
}


def _as_function(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def method(self: Traced, *args: Any, **kwargs: Any) -> Any:
        return on_function(function, (self, *args), kwargs)

    return method


def _in_place(operation: Callable[[Any, Any], Any]) -> Callable[[Traced, Any], Any]:
    def method(self: Traced, other: Any) -> Any:
        found = operation(self, other)
        if self.ndim == 0:
            # Numbers do not change: a name gets another one.
            return found
        assign(self, found)
        return self

    return method


def _reshape(self: Traced, *shape: Any, **kwargs: Any) -> Any:
    wanted = shape[0] if len(shape) == 1 else shape
    return on_function(np.reshape, (self, wanted), kwargs)


def _transpose(self: Traced, *axes: Any) -> Any:
    wanted = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
    return on_function(np.transpose, (self, wanted), {})


def _flatten(self: Traced, *args: Any) -> Any:
    return on_function(np.ravel, (self, *args), {})


def _astype(self: Traced, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    kind = np.dtype(dtype).kind
    if kind == "f" or self.dtype.kind == "b":
        try:
            known = known_of(self)
        except UntraceableError as error:
            return lost(self.recorder, np.array(plain(self), dtype=float), str(error))
        bools = kind == "b"
        if known.ids is not None:
            return with_ids(self.recorder, plain(self), known.ids, bools)
        assert known.term is not None
        return with_term(self.recorder, plain(self), known.term, bools)
    self.recorder.choice("whole numbers")
    return plain(self).astype(dtype)


def _item(self: Traced, *args: Any) -> Any:
    if not args:
        return on_function(np.reshape, (self, ()), {})
    where = np.unravel_index(args[0], self.shape) if len(args) == 1 else args
    return read(self, tuple(where))


def _fill(self: Traced, value: Any) -> None:
    write(self, ..., value)


def _lost(name: str) -> Callable[..., Any]:
    def method(self: Traced, *args: Any, **kwargs: Any) -> Any:
        found = getattr(plain(self), name)(*plain(args), **plain(kwargs))
        if not isinstance(found, np.ndarray | np.floating):
            return found
        error = UntraceableError(f"the method {name} is not traced")
        return failed(self.recorder, error, name, [self, args], found)

    return method


def _numbers(name: str) -> Callable[..., Any]:
    return lambda self, *args, **kwargs: getattr(plain(self), name)(*plain(args), **kwargs)


def _round(self: Traced, *args: Any, **kwargs: Any) -> Any:
    return lost(self.recorder, plain(self).round(*args, **kwargs), "rounding is not traced")


def install() -> None:
    """Give the class its methods."""
    arrays.UFUNCS = lambda ufunc, method, inputs, kwargs: on_ufunc(ufunc, method, inputs, kwargs)
    arrays.FUNCTIONS = on_function
    own: dict[str, Any] = {
        "__getitem__": read,
        "__setitem__": write,
        "reshape": _reshape,
        "transpose": _transpose,
        "T": property(_transpose),
        "flatten": _flatten,
        "astype": _astype,
        "item": _item,
        "fill": _fill,
        "round": _round,
        "__copy__": lambda self: on_function(np.copy, (self,), {}),
        **{name: _as_function(name) for name in _AS_FUNCTIONS.split()},
        **{name: _in_place(operation) for name, operation in _INPLACE.items()},
        **{name: _numbers(name) for name in _NUMBERS if hasattr(np.ndarray, name)},
    }
    for name, value in own.items():
        setattr(Traced, name, value)
    for name in dir(np.ndarray):
        if not name.startswith("_") and name not in vars(Traced) and name not in _ATTRIBUTES:
            setattr(Traced, name, _lost(name))


_ATTRIBUTES_NAMES = (
    "shape size ndim dtype strides base flags itemsize nbytes data flat ctypes real imag view "
    "setflags mT device to_device"
)
_ATTRIBUTES = frozenset(_ATTRIBUTES_NAMES.split())
