"""What a program calls by other names than an array's own: `np.zeros`, `math.exp`, `float`.

While a program is traced these make and take traced arrays.
"""

from __future__ import annotations

import builtins
import math
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from bpdebug.code.tracing.arithmetic import erf
from bpdebug.code.tracing.array import Traced, any_traced
from bpdebug.code.tracing.computing import filled
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
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "erf": erf,
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


class _Module(types.ModuleType):
    """A module with some of its functions replaced, for the program alone.

    numpy itself is left as it is: its own parts in C use the same names.
    """

    def __init__(self, module: types.ModuleType, others: Mapping[str, Any]) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(others)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def patch(recorder: Recorder, frames: list[dict[str, Any]]) -> None:
    """Have a program call other functions in the place of some."""
    of_numpy = _of_numpy(recorder)
    of_math = {name: _either(getattr(math, name), function) for name, function in _MATH.items()}
    modules = {id(np): _Module(np, of_numpy), id(math): _Module(math, of_math)}
    replaced = {id(getattr(np, name)): made for name, made in of_numpy.items()}
    replaced |= {id(getattr(math, name)): made for name, made in of_math.items()}
    for frame in frames:
        for name, value in list(frame.items()):
            if id(value) in modules:
                frame[name] = modules[id(value)]
            elif callable(value) and id(value) in replaced:
                frame[name] = replaced[id(value)]
        frame.setdefault("float", _TracedFloat)
        frame.setdefault("max", _Extreme(builtins.max, np.maximum))
        frame.setdefault("min", _Extreme(builtins.min, np.minimum))


def _of_numpy(recorder: Recorder) -> dict[str, Any]:
    found: dict[str, Any] = {"full": _full(recorder)}
    for name, value in (("zeros", 0.0), ("ones", 1.0), ("empty", 0.0)):
        found[name] = _filling(recorder, getattr(np, name), value)
        like = f"{name}_like"
        found[like] = _filling_like(recorder, getattr(np, like), value)
    for name in ("array", "asarray", "asanyarray", "ascontiguousarray"):
        found[name] = _array(recorder, getattr(np, name))
    for name in ("sum", "mean", "max", "min"):
        found[name] = _of_list(recorder, getattr(np, name))
    return found


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


def _full(recorder: Recorder) -> Any:
    def made(shape: Any, value: Any, dtype: Any = None, **kwargs: Any) -> Any:
        if (
            dtype in _FLOATS
            and (isinstance(value, float | int | Traced))
            and not isinstance(value, bool)
        ):
            return filled(recorder, shape, 0.0) + value
        return np.full(shape, value, dtype, **kwargs)

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
