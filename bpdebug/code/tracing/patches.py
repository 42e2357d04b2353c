"""What a program calls by other names than an array's own: `np.zeros`, `math.exp`, `float`.

While a program is traced these make and take traced arrays, if it is the program that calls them.
"""

from __future__ import annotations

import builtins
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from bpdebug.code.tracing.array import Traced, any_traced
from bpdebug.code.tracing.functions import filled
from bpdebug.code.tracing.recorder import Recorder

_FLOATS = (None, float, np.float64, np.double, "float", "float64", "f8", "d")

_MATH = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "fabs": np.abs,
    "pow": np.power,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "log2": np.log2,
    "log10": np.log10,
    "sin": np.sin,
    "cos": np.cos,
}


class _Float(type):
    """So that `isinstance(x, float)` means what it means."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, float | Traced)

    def __call__(cls, value: Any = 0.0) -> Any:
        if isinstance(value, Traced):
            return value.reshape(())
        return float(value)


class _TracedFloat(metaclass=_Float):
    """`float`, but for traced numbers, which stay what they are."""


def stacked(recorder: Recorder, value: Any) -> Any:
    """Lists of numbers and arrays, one inside another, as one array."""
    if isinstance(value, list | tuple):
        return np.stack([stacked(recorder, each) for each in value])
    return value if isinstance(value, Traced) else np.asarray(value, dtype=float)


@contextmanager
def patched(recorder: Recorder, frames: list[dict[str, Any]]) -> Iterator[None]:
    """A block in which the program's calls of such functions are traced."""
    path = recorder.source.path
    replacements: dict[int, Any] = {}
    undo: list[Callable[[], None]] = []

    def replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        old = getattr(owner, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            if sys._getframe(1).f_code.co_filename != path:
                return old(*args, **kwargs)
            return make(old)(*args, **kwargs)

        called.__name__ = name
        replacements[id(old)] = called
        setattr(owner, name, called)
        undo.append(lambda: setattr(owner, name, old))

    for name, value in (("zeros", 0.0), ("ones", 1.0), ("empty", 0.0)):
        replace(np, name, lambda old, value=value: _filling(recorder, old, value))
    for name, value in (("zeros_like", 0.0), ("ones_like", 1.0), ("empty_like", 0.0)):
        replace(np, name, lambda old, value=value: _filling_like(recorder, old, value))
    replace(np, "full", lambda old: _full(recorder, old))
    for name in ("array", "asarray", "asanyarray", "ascontiguousarray"):
        replace(np, name, lambda old: _array(recorder, old))
    for name in ("sum", "mean", "max", "min"):
        replace(np, name, lambda old: _of_list(recorder, old))
    for name, function in _MATH.items():
        replace(math, name, lambda old, function=function: _either(old, function))
    for frame in frames:
        for name, value in list(frame.items()):
            if callable(value) and id(value) in replacements:
                frame[name] = replacements[id(value)]
        frame.setdefault("float", _TracedFloat)
        frame.setdefault("max", _Extreme(builtins.max, np.maximum))
        frame.setdefault("min", _Extreme(builtins.min, np.minimum))
    try:
        yield
    finally:
        for each in reversed(undo):
            each()


def _either(old: Any, function: Any) -> Any:
    return lambda *args: function(*args) if any_traced(args) is not None else old(*args)


def _filling(recorder: Recorder, old: Any, value: float) -> Any:
    def made(shape: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        if dtype in _FLOATS and not kwargs:
            return filled(recorder, shape, value)
        return old(shape, dtype, *args, **kwargs)

    return made


def _filling_like(recorder: Recorder, old: Any, value: float) -> Any:
    def made(array: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        real = np.asarray(array).dtype.kind == "f" if dtype is None else dtype in _FLOATS
        if real and not isinstance(array, Traced) and not kwargs:
            return filled(recorder, np.shape(array), value)
        return old(array, dtype, *args, **kwargs)

    return made


def _full(recorder: Recorder, old: Any) -> Any:
    def made(shape: Any, value: Any, dtype: Any = None, **kwargs: Any) -> Any:
        if (
            dtype in _FLOATS
            and (isinstance(value, float | int | Traced))
            and not isinstance(value, bool)
        ):
            return filled(recorder, shape, 0.0) + value
        return old(shape, value, dtype, **kwargs)

    return made


def _array(recorder: Recorder, old: Any) -> Any:
    def made(value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, Traced):
            return np.copy(value)
        if isinstance(value, list | tuple) and any_traced(value) is not None:
            return stacked(recorder, value)
        return old(value, *args, **kwargs)

    return made


def _of_list(recorder: Recorder, old: Any) -> Any:
    def made(value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, list | tuple) and any_traced(value) is not None:
            value = stacked(recorder, value)
        return old(value, *args, **kwargs)

    return made


class _Extreme:
    """`max` and `min` of Python, of numbers the traced ones."""

    def __init__(self, old: Any, function: Any) -> None:
        self._old, self._function = old, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) < 2 or kwargs or any_traced(args) is None:
            return self._old(*args, **kwargs)
        found = args[0]
        for each in args[1:]:
            found = self._function(found, each)
        return found
