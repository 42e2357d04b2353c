"""Other arithmetics that the loss can be computed in: with complex numbers, and watching kinks.

The derivative by a complex step is that of Squire & Trapp, "Using Complex Variables to Estimate
Derivatives of Real Functions", 1998: Im E(w + ih)/h, which has no difference and so nothing that
could cancel. Functions with kinks take the side that the real part is on.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.numerics import composed
from bpdebug.program.arrays import PROFILE, Arithmetic


def _sigmoid(u: Any) -> Any:
    # e^-|u| cannot overflow.
    small = np.exp(np.where(np.real(u) < 0, u, -u))
    return np.where(np.real(u) < 0, small, 1.0) / (1.0 + small)


def _step(u: Any) -> Any:
    return np.where(np.real(u) > 0, 1.0, 0.0)


_COMPLEX: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda u: np.where(np.real(u) > 0, u, 0.0),
    "abs": lambda u: u * np.sign(np.real(u)),
    "max": lambda u, v: np.where(np.real(u) >= np.real(v), u, v),
    "min": lambda u, v: np.where(np.real(u) <= np.real(v), u, v),
    "step": _step,
    "sign": lambda u: np.sign(np.real(u)),
}
_MODULE = SimpleNamespace(**_COMPLEX)


def _composed(name: str) -> Callable[..., Any]:
    body = getattr(composed, name)
    return lambda u: body(_MODULE, u)


COMPLEX = Arithmetic(
    {name: _COMPLEX.get(name) or _composed(name) for name in FUNCTIONS},
    lambda terms: np.sum(terms, axis=0),
)
"""Complex numbers; only functions that are analytic off their kinks."""


class KinkWatch:
    """The arithmetic of the profile; notes on which side of its kinks each function is."""

    def __init__(self) -> None:
        self.sides: list[bytes] = []
        kinked = {name for name, each in FUNCTIONS.items() if not each.smooth}
        functions = {
            name: self._watching(name, form) if name in kinked else form
            for name, form in PROFILE.functions.items()
        }
        self.arithmetic = Arithmetic(functions, PROFILE.total)

    def _watching(self, name: str, form: Callable[..., Any]) -> Callable[..., Any]:
        kinks = _KINKS.get(name, (0.0,))

        def call(*arguments: Any) -> Any:
            where = arguments[0] - arguments[1] if len(arguments) == 2 else arguments[0]
            self.sides.extend(np.sign(where - kink).tobytes() for kink in kinks)
            return form(*arguments)

        return call


_KINKS = {"huber": (-1.0, 1.0)}
"""Where functions have their kinks, if not where their argument, or the difference of their
arguments, is 0.
"""
