"""The functions of the equation language: one table, forward rule beside local derivative.

A derivative is written in the language itself, in `u` (the argument; `u` and `v` where
there are two) and `y` (the function's own value), one for each argument. It is the value
chosen at kinks, too: `relu` and `abs` have slope 0 at 0; at a tie `max` and `min` pass
everything to their first argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bpdebug.numerics import array, composed, scalar


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name, how it is computed, and its derivatives.

    `scalar` takes and gives floats, `array` float64 arrays of one shape; both give the
    same bits. `derivatives` has one entry for each argument. `rule` says the forward
    rule in words of the page. `smooth` is false where a kink makes the derivative a choice.
    """

    name: str
    rule: str
    derivatives: tuple[str, ...]
    scalar: Callable[..., float]
    array: Callable[..., Any]
    smooth: bool = True

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.derivatives)


def _composed(body: composed.Body, rule: str, derivative: str, smooth: bool = True) -> Function:
    name = str(body.__name__)
    return Function(name, rule, (derivative,), *composed.forms(body), smooth)


def _table(*functions: Function) -> dict[str, Function]:
    return {function.name: function for function in functions}


FUNCTIONS = _table(
    Function("exp", "e^u", ("y",), scalar.exp, array.exp),
    Function("log", "natural logarithm of u", ("1/u",), scalar.log, array.log),
    Function("sqrt", "square root of u", ("1/(2*y)",), scalar.sqrt, array.sqrt),
    Function("sigmoid", "1/(1 + exp(-u))", ("y*(1 - y)",), scalar.sigmoid, array.sigmoid),
    Function("tanh", "hyperbolic tangent of u", ("1 - y^2",), scalar.tanh, array.tanh),
    Function("relu", "u if u > 0, else 0", ("step(u)",), scalar.relu, array.relu, smooth=False),
    Function("abs", "u without its sign", ("sign(u)",), scalar.abs, array.abs, smooth=False),
    Function(
        "max",
        "the greater of u and v",
        ("1 - step(v - u)", "step(v - u)"),
        scalar.max,
        array.max,
        smooth=False,
    ),
    Function(
        "min",
        "the lesser of u and v",
        ("1 - step(u - v)", "step(u - v)"),
        scalar.min,
        array.min,
        smooth=False,
    ),
    _composed(composed.leaky_relu, "max(u, 0.01u)", "0.01 + 0.99*step(u)", smooth=False),
    _composed(
        composed.elu, "u if u > 0, else e^u - 1", "step(u) + (1 - step(u))*(y + 1)", smooth=False
    ),
    _composed(composed.softplus, "log(1 + e^u)", "sigmoid(u)"),
    _composed(composed.silu, "u*sigmoid(u)", "sigmoid(u)*(1 + u*(1 - sigmoid(u)))"),
    _composed(
        composed.gelu,
        "u*(1 + tanh(0.79788*(u + 0.044715*u^3)))/2",
        "0.5*(1 + tanh(0.7978845608028654*(u + 0.044715*u^3)))"
        " + 0.5*u*(1 - tanh(0.7978845608028654*(u + 0.044715*u^3))^2)"
        "*0.7978845608028654*(1 + 0.134145*u^2)",
    ),
    _composed(
        composed.huber,
        "u^2/2 if abs(u) <= 1, else abs(u) - 1/2",
        "max(min(u, 1), -1)",
        smooth=False,
    ),
    Function("step", "1 if u > 0, else 0", ("0",), scalar.step, array.step, smooth=False),
    Function("sign", "1, 0 or -1, as u is", ("0",), scalar.sign, array.sign, smooth=False),
    Function(
        "round",
        "u rounded to v decimals",
        ("0", "0"),
        scalar.round,
        array.round,
        smooth=False,
    ),
)
"""Every function an equation may use, by name."""

CONDITION_FUNCTIONS = {"prev": 1, "delta": 1, "isnan": 1, "isfinite": 1}
"""Functions that only a condition may use, with how many arguments each takes."""

REDUCTIONS = {
    "max": "the greatest element",
    "min": "the least element",
    "sum": "all elements added up, row by row",
    "mean": "their sum divided by their number",
    "norm": "the square root of the sum of their squares",
    "any": "true if it is true of at least one element",
    "all": "true if it is true of every element",
}
"""What only a condition may use, to make one value of all elements of a quantity."""

TRUTHS = frozenset({"isnan", "isfinite", "any", "all"})
"""Functions whose value is true or false."""
