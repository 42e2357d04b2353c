"""Which of NumPy's functions is traced how."""

from __future__ import annotations

from typing import Any

from bpdebug.code.tracing.arithmetic import assign
from bpdebug.code.tracing.array import Traced, any_traced, failed, plain
from bpdebug.code.tracing.computing import COMPUTED
from bpdebug.code.tracing.moving import MOVES, moved, padded
from bpdebug.code.tracing.recorder import Recorder, UntraceableError

_CONSTANTS_NAMES = (
    "shape size ndim argmax argmin argsort argwhere nonzero flatnonzero allclose isclose "
    "array_equal may_share_memory shares_memory result_type can_cast iscomplexobj isrealobj "
    "count_nonzero array2string array_repr array_str savetxt save any all unique searchsorted "
    "bincount digitize histogram printoptions median percentile sort ndim isscalar "
    "array_equiv lexsort common_type min_scalar_type"
)
CONSTANTS = frozenset(_CONSTANTS_NAMES.split())
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
        result = failed(recorder, error, f"np.{name}", [args, kwargs], values)
    if isinstance(out, Traced):
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
        return moved(recorder, func, name, args, kwargs)
    if name == "pad":
        return padded(recorder, *args, **kwargs)
    raise UntraceableError(f"np.{name} is not traced; write it with arithmetic, sums and slices")
