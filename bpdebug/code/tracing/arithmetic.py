"""Arithmetic on traced arrays: what each ufunc of NumPy is as a term."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpdebug.code.tracing import terms
from bpdebug.code.tracing.array import (
    Known,
    Traced,
    any_traced,
    apart,
    failed,
    ids_of,
    known_of,
    plain,
    simple_term,
    term_of,
    with_ids,
    with_term,
)
from bpdebug.code.tracing.contraction import matmul, tensordot
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.code.tracing.terms import Apply, Number, Over, Term

Values = Sequence[Any]


def _two(make: Callable[[Term, Term], Term]) -> Callable[[Recorder, Values], Term]:
    def rule(recorder: Recorder, values: Values) -> Term:
        a, b = apart(recorder, list(values))
        return make(a, b)

    return rule


def _two_simple(make: Callable[[Term, Term], Term]) -> Callable[[Recorder, Values], Term]:
    def rule(recorder: Recorder, values: Values) -> Term:
        for each in values:
            simple_term(recorder, each)
        a, b = apart(recorder, list(values))
        return make(a, b)

    return rule


def _one(make: Callable[[Term], Term]) -> Callable[[Recorder, Values], Term]:
    return lambda recorder, values: make(simple_term(recorder, values[0]))


def _linear(make: Callable[[Term], Term]) -> Callable[[Recorder, Values], Term]:
    return lambda recorder, values: make(term_of(recorder, values[0]))


def _power(recorder: Recorder, values: Values) -> Term:
    base, exponent = simple_term(recorder, values[0]), simple_term(recorder, values[1])
    match exponent:
        case Number(value):
            found = terms.power(base, value)
        case Apply("neg", (Number(value),)):
            found = terms.power(base, -value)
        case _:
            found = None
    if found is not None:
        return found
    if isinstance(base, Number) and base.value > 0:
        return Apply("exp", (terms.multiply(terms.number(math.log(base.value)), exponent),))
    a, b = apart(recorder, list(values))
    return Apply("exp", (terms.multiply(b, Apply("log", (a,))),))


def _log_by(factor: float) -> Callable[[Term], Term]:
    return lambda a: terms.divide(Apply("log", (a,)), Number(factor))


def _equal(a: Term, b: Term) -> Term:
    return terms.multiply(terms.opposite(terms.greater(a, b)), terms.opposite(terms.greater(b, a)))


def _either(a: Term, b: Term) -> Term:
    return terms.opposite(terms.multiply(terms.opposite(a), terms.opposite(b)))


def _soft_either(a: Term, b: Term) -> Term:
    return Apply("log", (terms.add(Apply("exp", (a,)), Apply("exp", (b,))),))


def _by_exponentials(make: Callable[[Term, Term], Term], a: Term) -> Term:
    return make(Apply("exp", (a,)), Apply("exp", (terms.negate(a),)))


_SAME_NAME = ("exp", "log", "sqrt", "tanh", "sign", "sin", "cos", "erf")

ARITHMETIC: Mapping[str, Callable[[Recorder, Values], Term]] = {
    "add": _two(terms.add),
    "subtract": _two(terms.subtract),
    "multiply": _two(terms.multiply),
    "divide": _two(terms.divide),
    "negative": _linear(terms.negate),
    "positive": _linear(lambda a: a),
    "conjugate": _linear(lambda a: a),
    "power": _power,
    "float_power": _power,
    "square": _one(lambda a: Apply("^", (a, Number(2.0)))),
    "reciprocal": _one(lambda a: terms.divide(terms.ONE, a)),
    "exp2": _one(lambda a: Apply("exp", (terms.multiply(Number(math.log(2)), a),))),
    "expm1": _one(lambda a: terms.subtract(Apply("exp", (a,)), terms.ONE)),
    "log1p": _one(lambda a: Apply("log", (terms.add(terms.ONE, a),))),
    "log2": _one(_log_by(math.log(2))),
    "log10": _one(_log_by(math.log(10))),
    "absolute": _one(terms.call("abs")),
    "fabs": _one(terms.call("abs")),
    "expit": _one(terms.call("sigmoid")),
    "maximum": _two_simple(terms.maximum),
    "minimum": _two_simple(lambda a, b: Apply("min", (a, b))),
    "fmax": _two_simple(terms.maximum),
    "fmin": _two_simple(lambda a, b: Apply("min", (a, b))),
    "hypot": _two_simple(
        lambda a, b: Apply(
            "sqrt", (terms.add(Apply("^", (a, Number(2.0))), Apply("^", (b, Number(2.0)))),)
        )
    ),
    "logaddexp": _two_simple(_soft_either),
    "sinh": _one(lambda a: terms.divide(_by_exponentials(terms.subtract, a), Number(2.0))),
    "cosh": _one(lambda a: terms.divide(_by_exponentials(terms.add, a), Number(2.0))),
    "tan": _one(lambda a: terms.divide(Apply("sin", (a,)), Apply("cos", (a,)))),
    **{name: _one(terms.call(name)) for name in _SAME_NAME},
}
"""What gives numbers."""

TRUTHS: Mapping[str, Callable[[Recorder, Values], Term]] = {
    "greater": _two_simple(terms.greater),
    "less": _two_simple(lambda a, b: terms.greater(b, a)),
    "greater_equal": _two_simple(lambda a, b: terms.opposite(terms.greater(b, a))),
    "less_equal": _two_simple(lambda a, b: terms.opposite(terms.greater(a, b))),
    "equal": _two_simple(_equal),
    "not_equal": _two_simple(lambda a, b: terms.opposite(_equal(a, b))),
    "logical_and": _two_simple(terms.multiply),
    "bitwise_and": _two_simple(terms.multiply),
    "logical_or": _two_simple(_either),
    "bitwise_or": _two_simple(_either),
    "logical_not": _linear(terms.opposite),
    "invert": _linear(terms.opposite),
}
"""What gives true or false, as 1 and 0."""

UNTRACED = frozenset({"isnan", "isfinite", "isinf", "signbit", "floor", "ceil", "rint", "trunc"})
"""Steps of which the notation has none; what comes out stays what it is at the start."""


def on_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What numpy calls for a ufunc with a traced array among its arguments."""
    first = any_traced((*inputs, kwargs.get("out")))
    assert first is not None
    recorder = first.recorder
    out = kwargs.pop("out", None)
    name = ufunc.__name__
    numbers = {key: plain(each) for key, each in kwargs.items()}
    if method == "at":
        return _at(recorder, name, inputs)
    values = getattr(ufunc, method)(*plain(inputs), **numbers)
    try:
        result = _result(recorder, name, method, inputs, kwargs, values)
    except Exception as error:
        result = failed(recorder, error, f"np.{name}", inputs, values)
    if out is None:
        return result
    if isinstance(out[0], Traced):
        assign(out[0], result)
    else:
        np.copyto(out[0], plain(result))
    return out[0]


def _result(
    recorder: Recorder,
    name: str,
    method: str,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
    values: Any,
) -> Any:
    if method == "reduce":
        axis = kwargs.get("axis", 0)
        return reduced(recorder, name, inputs[0], axis, bool(kwargs.get("keepdims")), values)
    if method == "outer":
        a, b = inputs
        return on_ufunc(
            getattr(np, name),
            "__call__",
            (_with_axes(recorder, a, np.ndim(b)), b),
            {},
        )
    if method != "__call__" or kwargs.get("where", True) is not True:
        raise UntraceableError(f"np.{name}.{method} is not traced; write it with plain arithmetic")
    if name == "matmul":
        return matmul(recorder, *inputs)
    if name in TRUTHS:
        return with_term(recorder, values, TRUTHS[name](recorder, inputs), bools=True)
    if name in ARITHMETIC:
        return with_term(recorder, values, ARITHMETIC[name](recorder, inputs))
    if name in UNTRACED:
        recorder.choice(f"np.{name}")
        return values
    raise UntraceableError(
        f"np.{name} is not a function of the notation; write it with exp, log, sqrt, tanh, abs, "
        "maximum and arithmetic"
    )


def erf(value: Traced) -> Traced:
    """The error function of a number, as `math` has it."""
    term = Apply("erf", (simple_term(value.recorder, value),))
    return with_term(value.recorder, math.erf(float(plain(value))), term)


def _with_axes(recorder: Recorder, a: Any, count: int) -> Traced:
    shape = np.shape(a) + (1,) * count
    ids = ids_of(recorder, a)
    return with_ids(recorder, np.reshape(plain(a), shape), ids.reshape(shape))


def assign(array: Traced, result: Any) -> None:
    """Put what was computed in the place of what an array held."""
    np.copyto(plain(array), plain(result), casting="unsafe")
    if not isinstance(result, Traced):
        ids = array.recorder.number_ids(np.array(plain(array), dtype=float))
        array.known = Known(ids=ids)
        return
    try:
        known = known_of(result)
        if result.shape == array.shape:
            array.known = Known(known.term, known.ids)
        else:
            ids = ids_of(array.recorder, result)
            array.known = Known(ids=np.array(np.broadcast_to(ids, array.shape)))
    except UntraceableError as error:
        array.known = Known(lost=str(error))


def reduced(
    recorder: Recorder, name: str, value: Any, axis: Any, keepdims: bool, values: Any
) -> Any:
    """A sum, a maximum or a product along axes, whose numbers are `values`."""
    count = np.ndim(value)
    if axis is None:
        along = list(range(count))
    else:
        along = sorted({int(n) % count for n in (axis if isinstance(axis, tuple) else (axis,))})
    match name:
        case "add":
            term = over("sum", term_of(recorder, value), np.shape(value), along, recorder)
        case "maximum":
            term = over("max", simple_term(recorder, value), np.shape(value), along, recorder)
        case "minimum":
            inner = terms.negate(simple_term(recorder, value))
            term = terms.negate(over("max", inner, np.shape(value), along, recorder))
        case "multiply":
            return _product(recorder, value, along, keepdims)
        case _:
            recorder.choice(f"np.{name}")
            return values
    return with_term(recorder, values, term if keepdims else without(term, along, count))


def over(
    name: str, term: Term, shape: tuple[int, ...], along: Sequence[int], recorder: Recorder
) -> Term:
    """`sum` or `max` of a term along axes, which stay as axes of length 1."""
    used = terms.axes(term)
    times = 1
    for axis in reversed(along):
        place, length = axis - len(shape), shape[axis]
        if place in used and length > 1:
            bound = recorder.bound()
            term = Over(name, bound, length, terms.moved(term, {place: bound}))
        else:
            times *= length
    return terms.multiply(Number(float(times)), term) if name == "sum" else term


def without(term: Term, along: Sequence[int], count: int) -> Term:
    """A term whose axes `along`, of `count`, are no more."""
    left = [n for n in range(count) if n not in along]
    return terms.moved(term, {n - count: k - len(left) for k, n in enumerate(left)})


def _product(recorder: Recorder, value: Any, along: list[int], keepdims: bool) -> Any:
    if len(along) != 1 or np.shape(value)[along[0]] > 32:
        raise UntraceableError("a product along an axis has at most 32 factors here")
    total: Any = 1.0
    for n in range(np.shape(value)[along[0]]):
        total = total * np.take(value, [n] if keepdims else n, axis=along[0])
    return total


def _at(recorder: Recorder, name: str, inputs: tuple[Any, ...]) -> None:
    """`np.add.at(array, key, values)`, whose key holds whole numbers."""
    array, key = inputs[:2]
    numbers = np.array(plain(array))
    getattr(np, name).at(numbers, plain(key), *plain(inputs[2:]))
    if not isinstance(array, Traced):
        np.copyto(array, numbers)
        return
    try:
        added = _scattered(recorder, array.shape, plain(key), inputs[2])
        assign(array, array + added if name == "add" else array - added)
    except Exception:
        reason = f"np.{name}.at is not traced in this way; a sum over what is added would do"
        array.known = Known(lost=f"line {recorder.line()}: {reason}")
    # The sum is another order of the same terms.
    np.copyto(plain(array), numbers)


def _scattered(recorder: Recorder, shape: tuple[int, ...], key: Any, values: Any) -> Any:
    """The sum of what is put at each place of the first axis."""
    places = np.asarray(key[0] if isinstance(key, tuple) and len(key) == 1 else key)
    if places.dtype.kind not in "iu":
        raise UntraceableError("only places along the first axis are traced")
    one_hot = np.eye(shape[0])[places]
    inside = (*places.shape, *shape[1:])
    if np.shape(values) != inside:
        values = np.broadcast_to(values, inside)
    along = list(range(places.ndim))
    return tensordot(recorder, one_hot, values, axes=(along, along))
