"""The functions of the equation language: one table, in which a function is one entry.

A derivative is written in the language itself, in `u` (the argument; `u` and `v` where
there are two) and `y` (the function's own value), one for each argument. It is the value
chosen at kinks, too: `relu` and `abs` have slope 0 at 0; at a tie `max` and `min` pass
everything to their first argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.notation import analytic
from bpdebug.numerics import array, composed, scalar
from bpdebug.numerics.composed import Body


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name, and all that anybody needs to know of it.

    `rule` says what it computes in words of the page, `derivatives` has one entry for each
    argument. `scalar` takes and gives floats, `array` float64 arrays of one shape; both give the
    same bits. `from_body` makes both.

    `kinks` are the arguments, or differences of two arguments, at which its derivative is a choice;
    of a staircase `steps` gives a number for each step instead. `complex` is its form for complex
    numbers (arrays), `on_side` its value for arguments that have rounding errors, when the sign of
    what `kinks` are about is known; of a staircase it is the value.

    `body` composes it of other functions. From that follow the forms that are left out. Without
    one `complex` has to be there, and `on_side` where there is a kink. Raises ValueError otherwise.

    `python` is the body of a Python function of `u`, or of `u` and `v`, empty for what Python has.
    Left out it is made of `body`; without that sessions with it cannot be written in Python.

    `words` says its value, with `{0}` and `{1}` for the arguments, `slope` whose slope its
    derivative is. `case` gives a sentence about which of its cases some arguments are.
    """

    name: str
    rule: str
    derivatives: tuple[str, ...]
    scalar: Callable[..., float]
    array: Callable[..., Any]
    complex: Callable[..., Any] | None = None
    kinks: tuple[float, ...] = ()
    steps: Callable[..., Iterable[Any]] | None = None
    on_side: Callable[..., Any] | None = None
    body: Body | None = None
    python: str | None = None
    words: str = ""
    slope: str = ""
    case: Callable[..., str] | None = None

    def __post_init__(self) -> None:
        if self.body is None and self.complex is None:
            raise ValueError(f"{self.name}: a body or a complex form is missing")
        if self.body is None and not self.is_smooth and self.on_side is None:
            raise ValueError(f"{self.name}: a body or its value on each side is missing")

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.derivatives)

    @property
    def is_smooth(self) -> bool:
        """Whether no kink makes its derivative a choice."""
        return not self.kinks and self.steps is None

    @property
    def in_words(self) -> str:
        """Its value in words."""
        return self.words or f"the {self.name} of {{0}}"

    @property
    def slope_of(self) -> str:
        """What its derivative is the slope of."""
        return self.slope or f"the {self.name}"


def from_body(
    body: Body,
    rule: str,
    derivative: str,
    **others: Any,
) -> Function:
    """A function of one argument that is composed of others; the name is that of `body`.

    `others` are more fields of the entry.
    """
    name, (one, many) = str(body.__name__), composed.forms(body)
    return Function(name, rule, (derivative,), one, many, body=body, **others)


def _table(*functions: Function) -> dict[str, Function]:
    return {function.name: function for function in functions}


_AT_ZERO = (0.0,)

FUNCTIONS = _table(
    Function(
        "exp",
        "e^u",
        ("y",),
        scalar.exp,
        array.exp,
        complex=np.exp,
        python="return math.inf if u > 709.78 else math.exp(u)",
        words="e to the power of {0}",
        slope="e to the power",
    ),
    Function(
        "log",
        "natural logarithm of u",
        ("1/u",),
        scalar.log,
        array.log,
        complex=analytic.where_real(np.log),
        python="if u > 0:\n    return math.log(u)\nreturn -math.inf if u == 0 else math.nan",
        words="the natural logarithm of {0}",
        slope="the logarithm",
    ),
    Function(
        "sqrt",
        "square root of u",
        ("1/(2*y)",),
        scalar.sqrt,
        array.sqrt,
        complex=analytic.where_real(np.sqrt),
        python="return math.sqrt(u) if u >= 0 else math.nan",
        words="the square root of {0}",
        slope="the square root",
    ),
    Function(
        "sigmoid",
        "1/(1 + exp(-u))",
        ("y*(1 - y)",),
        scalar.sigmoid,
        array.sigmoid,
        complex=analytic.sigmoid,
        python="return 1 / (1 + exp(-u))",
    ),
    Function(
        "tanh",
        "hyperbolic tangent of u",
        ("1 - y^2",),
        scalar.tanh,
        array.tanh,
        complex=np.tanh,
        python="return math.tanh(u)",
    ),
    Function(
        "sin",
        "sine of u",
        ("cos(u)",),
        *composed.forms(composed.sin),
        complex=np.sin,
        python="return math.sin(u) if abs(u) <= 3e9 else math.nan",
        words="the sine of {0}",
        slope="the sine",
    ),
    Function(
        "cos",
        "cosine of u",
        ("-sin(u)",),
        *composed.forms(composed.cos),
        complex=np.cos,
        python="return math.cos(u) if abs(u) <= 3e9 else math.nan",
        words="the cosine of {0}",
        slope="the cosine",
    ),
    Function(
        "erf",
        "error function of u",
        ("1.1283791670955126*exp(-(u*u))",),
        *composed.forms(composed.erf),
        complex=analytic.erf,
        python="return math.erf(u)",
        words="the error function of {0}",
        slope="the error function",
    ),
    Function(
        "relu",
        "u if u > 0, else 0",
        ("step(u)",),
        scalar.relu,
        array.relu,
        complex=lambda u: np.where(np.real(u) > 0, u, 0.0),
        kinks=_AT_ZERO,
        on_side=lambda side, u: np.where(side > 0, u, 0.0),
        python="return 0.0 if u <= 0 else u",
        case=lambda u: (
            "{0} is positive and passes." if u > 0 else "{0} is not positive, so that is 0."
        ),
    ),
    Function(
        "abs",
        "u without its sign",
        ("sign(u)",),
        scalar.abs,
        array.abs,
        complex=lambda u: u * np.sign(np.real(u)),
        kinks=_AT_ZERO,
        on_side=lambda side, u: side * u,
        python="",
        words="{0} without its sign",
    ),
    Function(
        "max",
        "the greater of u and v",
        ("1 - step(v - u)", "step(v - u)"),
        scalar.max,
        array.max,
        complex=lambda u, v: np.where(np.real(u) >= np.real(v), u, v),
        kinks=_AT_ZERO,
        on_side=lambda side, u, v: np.where(side >= 0, u, v),
        python="",
        words="the greater of {0} and {1}",
        case=lambda u, v: f"Here that is {{{0 if u >= v else 1}}}.",
    ),
    Function(
        "min",
        "the lesser of u and v",
        ("1 - step(u - v)", "step(u - v)"),
        scalar.min,
        array.min,
        complex=lambda u, v: np.where(np.real(u) <= np.real(v), u, v),
        kinks=_AT_ZERO,
        on_side=lambda side, u, v: np.where(side <= 0, u, v),
        python="",
        words="the lesser of {0} and {1}",
        case=lambda u, v: f"Here that is {{{0 if u <= v else 1}}}.",
    ),
    # Composed of others with kinks, some would have a slope of their own where those meet, if
    # they were composed of complex forms, too.
    from_body(
        composed.leaky_relu,
        "max(u, 0.01u)",
        "0.01 + 0.99*step(u)",
        complex=lambda u: np.where(np.real(u) > 0, u, 0.01 * u),
        kinks=_AT_ZERO,
    ),
    from_body(
        composed.elu,
        "u if u > 0, else e^u - 1",
        "step(u) + (1 - step(u))*(y + 1)",
        complex=analytic.elu,
        kinks=_AT_ZERO,
    ),
    from_body(
        composed.softplus,
        "log(1 + e^u)",
        "sigmoid(u)",
        complex=analytic.softplus,
        python="return max(u, 0.0) + math.log1p(exp(-abs(u)))",
    ),
    from_body(composed.silu, "u*sigmoid(u)", "sigmoid(u)*(1 + u*(1 - sigmoid(u)))"),
    from_body(
        composed.gelu,
        "u*(1 + tanh(0.79788*(u + 0.044715*u^3)))/2",
        "0.5*(1 + tanh(0.7978845608028654*(u + 0.044715*u^3)))"
        " + 0.5*u*(1 - tanh(0.7978845608028654*(u + 0.044715*u^3))^2)"
        "*0.7978845608028654*(1 + 0.134145*u^2)",
    ),
    from_body(
        composed.huber,
        "u^2/2 if abs(u) <= 1, else abs(u) - 1/2",
        "max(min(u, 1), -1)",
        kinks=(-1.0, 1.0),
        python="size = abs(u)\nreturn 0.5 * u * u if size <= 1 else size - 0.5",
    ),
    Function(
        "step",
        "1 if u > 0, else 0",
        ("0",),
        scalar.step,
        array.step,
        complex=lambda u: np.where(np.real(u) > 0, 1.0, 0.0),
        kinks=_AT_ZERO,
        on_side=lambda side, u: np.where(side > 0, 1.0, 0.0),
        python="return 1.0 if u > 0 else 0.0",
        words="1 if {0} is positive, else 0",
    ),
    Function(
        "sign",
        "1, 0 or -1, as u is",
        ("0",),
        scalar.sign,
        array.sign,
        complex=lambda u: np.sign(np.real(u)),
        kinks=_AT_ZERO,
        on_side=lambda side, u: side,
        python="return 1.0 if u > 0 else -1.0 if u < 0 else 0.0",
        words="the sign of {0}",
    ),
    Function(
        "round",
        "u rounded to v decimals",
        ("0", "0"),
        scalar.round,
        array.round,
        complex=analytic.rounded,
        steps=analytic.steps_of_round,
        on_side=lambda side, u, v: side,
        python=(
            "if not 0 <= v < 16:\n"
            "    return math.nan\n"
            "scale = 10 ** int(v)\n"
            "if not abs(u * scale) < 2**51:\n"
            "    return u\n"
            "return (u * scale - math.remainder(u * scale, 1)) / scale"
        ),
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
