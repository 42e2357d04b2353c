"""Operations of torch on elements: arithmetic, functions, comparisons, choices."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.code.tracing.array import (
    Traced,
    known_of,
    name,
    plain,
    simple_term,
    with_term,
)
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.code.tracing.terms import Apply
from bpdebug.notation.functions import FUNCTIONS

Operation = Callable[..., Any]
"""What is called with the recorder and the arguments of an operation by their names."""


def applied(recorder: Recorder, function: str, x: Any) -> Any:
    """A function of the notation; its numbers are put in by whoever knows them."""
    return with_term(recorder, plain(x), Apply(function, (simple_term(recorder, x),)))


def called(recorder: Recorder, x: Any, hint: str) -> Any:
    """The same as a quantity of its own, so that it has a line on the screen."""
    if isinstance(x, Traced) and known_of(x).term is not None:
        name(x, "", 0, hint)
    return x


def _function(function: str) -> Operation:
    return lambda recorder, x: applied(recorder, function, x)


def _numpy(function: Any) -> Operation:
    return lambda recorder, *args, **named: function(*args, *named.values())


def _add(recorder: Recorder, x: Any, other: Any, alpha: Any = 1) -> Any:
    return x + (other if alpha == 1 else alpha * other)


def _subtract(recorder: Recorder, x: Any, other: Any, alpha: Any = 1) -> Any:
    return x - (other if alpha == 1 else alpha * other)


def _divide(recorder: Recorder, x: Any, other: Any, rounding_mode: Any = None) -> Any:
    if rounding_mode is not None:
        raise UntraceableError("a division that rounds has no counterpart in the notation")
    return x / other


def _clamp(recorder: Recorder, x: Any, min: Any = None, max: Any = None) -> Any:
    found = x if min is None else np.maximum(x, min)
    return found if max is None else np.minimum(found, max)


def _leaky(recorder: Recorder, x: Any, negative_slope: float = 0.01) -> Any:
    if negative_slope == 0.01:
        return applied(recorder, "leaky_relu", x)
    return np.where(x > 0, x, negative_slope * x)


def _prelu(recorder: Recorder, x: Any, weight: Any) -> Any:
    if np.size(weight) == 1:
        weight = weight.reshape(())
    elif np.ndim(x) > 1 and np.ndim(weight) == 1:
        weight = weight.reshape((np.shape(weight)[0],) + (1,) * (np.ndim(x) - 2))
    return np.where(x > 0, x, weight * x)


def _elu(
    recorder: Recorder, x: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0
) -> Any:
    if (alpha, scale, input_scale) == (1, 1, 1):
        return applied(recorder, "elu", x)
    below = alpha * (np.exp(np.minimum(input_scale * x, 0.0)) - 1)
    return scale * np.where(x > 0, x, below)


def _softplus(recorder: Recorder, x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    # Above the threshold torch has a straight line, which differs by less than exp(-threshold).
    return applied(recorder, "softplus", x if beta == 1 else beta * x) / float(beta)


def _log_sigmoid(recorder: Recorder, x: Any) -> Any:
    return -applied(recorder, "softplus", -x), None


def _gelu(recorder: Recorder, x: Any, approximate: str = "none") -> Any:
    if approximate != "tanh" and "erf" in FUNCTIONS:
        return 0.5 * x * (1 + applied(recorder, "erf", x / math.sqrt(2)))
    if approximate != "tanh":
        raise UntraceableError(
            "GELU by the error function has no counterpart in the notation; take "
            "GELU(approximate='tanh')"
        )
    return applied(recorder, "gelu", x)


def _where(recorder: Recorder, condition: Any, x: Any, other: Any) -> Any:
    return np.where(condition, x, other)


def _masked_fill(recorder: Recorder, x: Any, mask: Any, value: Any) -> Any:
    return np.where(mask, value, x)


def _addcmul(recorder: Recorder, x: Any, tensor1: Any, tensor2: Any, value: Any = 1) -> Any:
    product = tensor1 * tensor2
    return x + (product if value == 1 else value * product)


def _addcdiv(recorder: Recorder, x: Any, tensor1: Any, tensor2: Any, value: Any = 1) -> Any:
    quotient = tensor1 / tensor2
    return x + (quotient if value == 1 else value * quotient)


def _power(recorder: Recorder, x: Any, exponent: Any) -> Any:
    return np.power(x, exponent)


def _threshold(recorder: Recorder, x: Any, threshold: Any, value: Any) -> Any:
    return np.where(x > threshold, x, float(value))


def _same(recorder: Recorder, x: Any, **_: Any) -> Any:
    return x


def _filled(recorder: Recorder, x: Any, value: Any = 0.0) -> Any:
    return np.zeros_like(x) + value


def _copied(recorder: Recorder, x: Any, src: Any, non_blocking: bool = False) -> Any:
    return np.broadcast_to(src, np.shape(x))


POINTWISE: dict[str, Operation] = {
    "add": _add,
    "sub": _subtract,
    "rsub": lambda recorder, x, other, alpha=1: other - (x if alpha == 1 else alpha * x),
    "mul": _numpy(np.multiply),
    "div": _divide,
    "neg": _numpy(np.negative),
    "pow": _power,
    "square": _numpy(np.square),
    "reciprocal": _numpy(np.reciprocal),
    "exp": _function("exp"),
    "log": _function("log"),
    "sqrt": _function("sqrt"),
    "tanh": _function("tanh"),
    "abs": _function("abs"),
    "sign": _function("sign"),
    "sgn": _function("sign"),
    "relu": _function("relu"),
    "sigmoid": _function("sigmoid"),
    "silu": _function("silu"),
    "rsqrt": lambda recorder, x: 1.0 / np.sqrt(x),
    "log1p": _numpy(np.log1p),
    "expm1": _numpy(np.expm1),
    "exp2": _numpy(np.exp2),
    "log2": lambda recorder, x: np.log(x) / math.log(2),
    "log10": lambda recorder, x: np.log(x) / math.log(10),
    "logaddexp": _numpy(np.logaddexp),
    "xlogy": lambda recorder, x, other: x * np.log(other),
    "maximum": _numpy(np.maximum),
    "minimum": _numpy(np.minimum),
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    "hardtanh": lambda recorder, x, min_val=-1, max_val=1: _clamp(recorder, x, min_val, max_val),
    "leaky_relu": _leaky,
    "_prelu_kernel": _prelu,
    "elu": _elu,
    "softplus": _softplus,
    "log_sigmoid_forward": _log_sigmoid,
    "gelu": _gelu,
    "threshold": _threshold,
    "where": _where,
    "masked_fill": _masked_fill,
    "addcmul": _addcmul,
    "addcdiv": _addcdiv,
    "lerp": lambda recorder, x, end, weight: x + weight * (end - x),
    "gt": _numpy(np.greater),
    "lt": _numpy(np.less),
    "ge": _numpy(np.greater_equal),
    "le": _numpy(np.less_equal),
    "eq": _numpy(np.equal),
    "ne": _numpy(np.not_equal),
    "logical_and": _numpy(np.logical_and),
    "bitwise_and": _numpy(np.logical_and),
    "logical_or": _numpy(np.logical_or),
    "bitwise_or": _numpy(np.logical_or),
    "logical_not": _numpy(np.logical_not),
    "bitwise_not": _numpy(np.logical_not),
    "fill": _filled,
    "zero": _filled,
    "copy": _copied,
    "clone": _same,
    "detach": _same,
    "alias": _same,
    "lift_fresh": _same,
    "_to_copy": _same,
}
"""What gives new elements, each from one or some at its own place."""

POINTWISE |= {each: _function(each) for each in ("sin", "cos", "erf") if each in FUNCTIONS}
