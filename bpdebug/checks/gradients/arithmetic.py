"""Other arithmetics that programs can be computed in: with complex numbers, watching kinks,
watching slopes, and with its rounding shaken.

The derivative by a complex step is that of Squire & Trapp, "Using Complex Variables to Estimate
Derivatives of Real Functions", 1998: Im E(w + ih)/h, which has no difference and so nothing that
could cancel. At a kink the functions here have the slope that the table of functions chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.numerics import composed
from bpdebug.program.arrays import PROFILE, Arithmetic

EPSILON = float(np.finfo(np.float64).eps)


# Complex numbers


def _sigmoid(u: Any) -> Any:
    # e^-|u| cannot overflow.
    small = np.exp(np.where(np.real(u) < 0, u, -u))
    return np.where(np.real(u) < 0, small, 1.0) / (1.0 + small)


def _softplus(u: Any) -> Any:
    is_above = np.real(u) > 0
    return np.where(is_above, u, 0.0) + np.log1p(np.exp(np.where(is_above, -u, u)))


def _where_real(form: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that is not a number below zero, as that of real numbers is, and at zero where
    the complex one is about to leave it.
    """
    return lambda u: np.where((np.real(u) > 0) | (u == 0), form(u + 0j), np.nan)


_COMPLEX: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": _where_real(np.log),
    "sqrt": _where_real(np.sqrt),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda u: np.where(np.real(u) > 0, u, 0.0),
    "abs": lambda u: u * np.sign(np.real(u)),
    "max": lambda u, v: np.where(np.real(u) >= np.real(v), u, v),
    "min": lambda u, v: np.where(np.real(u) <= np.real(v), u, v),
    "step": lambda u: np.where(np.real(u) > 0, 1.0, 0.0),
    "sign": lambda u: np.sign(np.real(u)),
    "round": lambda u, v: PROFILE.functions["round"](np.real(u), np.real(v)),
    # Composed of others with kinks, they would have a slope of their own where those meet.
    "leaky_relu": lambda u: np.where(np.real(u) > 0, u, 0.01 * u),
    "elu": lambda u: np.where(np.real(u) > 0, u, np.exp(np.where(np.real(u) > 0, 0.0, u)) - 1.0),
    "softplus": _softplus,
}


def _completed(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions of the table: those that are left out are composed of the others."""
    module = SimpleNamespace(**functions)

    def made(name: str) -> Callable[..., Any]:
        body = getattr(composed, name)
        return lambda u: body(module, u)

    return {name: functions.get(name) or made(name) for name in FUNCTIONS}


COMPLEX = Arithmetic(_completed(_COMPLEX), lambda terms: np.sum(terms, axis=0))
"""Complex numbers; only functions that are analytic off their kinks."""


# Watching


class KinkWatch:
    """The arithmetic of the profile; notes on which side of its kinks each function is."""

    def __init__(self) -> None:
        self._sides: list[NDArray[Any]] = []
        functions = {
            name: form if FUNCTIONS[name].smooth else self._watching(name, form)
            for name, form in PROFILE.functions.items()
        }
        self.arithmetic = Arithmetic(functions, PROFILE.total)

    def taken(self) -> NDArray[Any]:
        """The sides since this was asked for last: whole numbers, 0 exactly at a kink, and on
        either side of it another; in the order of the calls.
        """
        found = np.concatenate(self._sides) if self._sides else np.empty(0, dtype=np.int8)
        self._sides.clear()
        return found

    def _watching(self, name: str, form: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self._sides.extend(side.ravel() for side in _sides(name, *arguments))
            return form(*arguments)

        return call


def _sides(name: str, *arguments: Any) -> Iterator[NDArray[Any]]:
    """On which side of each of its kinks a function is: -1, 0, 1; of `round`, on which step."""
    if name == "round":
        yield from _steps_of_round(*arguments)
        return
    where = arguments[0] - arguments[1] if len(arguments) == 2 else arguments[0]
    for kink in _KINKS.get(name, (0.0,)):
        above, below = where > kink, where < kink
        yield above.astype(np.int8) - below


def _steps_of_round(u: Any, v: Any) -> Iterator[NDArray[Any]]:
    """An odd number for each step of round(u, v); then the same, but 0 where a step ends. By the
    first, one such end is told from another.
    """
    scaled = np.asarray(u * 10.0 ** np.floor(v))
    whole = np.rint(scaled)
    step = np.where(np.isfinite(scaled), 2.0 * whole + 1.0, 1.0)
    yield step
    yield np.where(np.abs(scaled - whole) == 0.5, 0.0, step)


_KINKS = {"huber": (-1.0, 1.0)}
"""Where functions have their kinks, if not where their argument, or the difference of their
arguments, is 0.
"""


class SlopeWatch:
    """Complex numbers; notes how much of a change passes where it passes least.

    `least` is, of all calls of functions of one argument, the least of the greatest slopes that
    an element moved by the complex step has met in a call; 1 where none is less.
    """

    def __init__(self) -> None:
        self.least = 1.0
        functions = {
            name: self._watching(form) if FUNCTIONS[name].arity == 1 else form
            for name, form in COMPLEX.functions.items()
        }
        self.arithmetic = Arithmetic(functions, COMPLEX.total)

    def _watching(self, form: Callable[..., Any]) -> Callable[..., Any]:
        def call(u: Any) -> Any:
            value = form(u)
            moved = np.imag(u) != 0
            if moved.any():
                slopes = np.abs(np.imag(value)[moved] / np.imag(u)[moved])
                self.least = min(self.least, float(np.max(slopes)))
            return value

        return call


# Shaken


_ON_SIDE: dict[str, Callable[..., Any]] = {
    "relu": lambda side, u: np.where(side > 0, u, 0.0),
    "abs": lambda side, u: side * u,
    "max": lambda side, u, v: np.where(side >= 0, u, v),
    "min": lambda side, u, v: np.where(side <= 0, u, v),
    "step": lambda side, u: np.where(side > 0, 1.0, 0.0),
    "sign": lambda side, u: side,
    "round": lambda side, u, v: side,
}
"""Functions with kinks where it is known on which side of theirs they are; they do not err.
The side of `round` is its value.
"""


class Shaking:
    """Arithmetics in which each result is moved up or down by a rounding error: by `epsilon` of
    its size, which is that of doubles if none is given.

    How far that moves what is computed says how many of its digits can be trusted (Vignes, "A
    Stochastic Arithmetic for Reliable Scientific Computation", 1993; Parker, "Monte Carlo
    Arithmetic", 1997). What is computed first with `clean`, that of the profile, can be computed
    again with `shaken`: it stays on the same sides of all kinks.
    """

    def __init__(self, epsilon: float = EPSILON) -> None:
        self._epsilon = epsilon
        self._sides: list[Any] = []
        self.clean = Arithmetic(self._functions(self._noted), PROFILE.total)

    def shaken(self, seed: int) -> Arithmetic:
        """One of them, for one run."""
        sides = iter(self._sides)

        def on_side(name: str) -> Callable[..., Any]:
            return lambda *arguments: _ON_SIDE[name](next(sides), *arguments)

        return self._moved(seed, on_side)

    def free(self, seed: int) -> Arithmetic:
        """One for as many runs as wanted, each with errors of its own, which may cross kinks."""
        return self._moved(seed, PROFILE.functions.__getitem__)

    def _moved(self, seed: int, kinked: Callable[[str], Callable[..., Any]]) -> Arithmetic:
        generator = np.random.default_rng(seed)

        def errors(shape: tuple[int, ...]) -> Any:
            return self._epsilon * (2.0 * generator.integers(0, 2, shape) - 1.0)

        def moved(form: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                value = np.asarray(form(*arguments))
                return value + value * errors(value.shape)

            return call

        def total(terms: Any) -> Any:
            partial = np.cumsum(terms, axis=0)
            return partial[-1] + np.sum(partial[1:] * errors(partial[1:].shape), axis=0)

        operators = {sign: moved(form) for sign, form in PROFILE.operators.items()}
        return Arithmetic(self._functions(kinked, moved), total, operators)

    def _noted(self, name: str) -> Callable[..., Any]:
        """A function with a kink that notes on which side of it it is."""

        def call(u: Any, *others: Any) -> Any:
            value = PROFILE.functions[name](u, *others)
            side = value if name == "round" else np.sign(u - others[0] if others else u)
            self._sides.append(side)
            return value

        return call

    @staticmethod
    def _functions(
        kinked: Callable[[str], Callable[..., Any]],
        moved: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda form: form,
    ) -> dict[str, Callable[..., Any]]:
        """All functions. What is composed may cancel within: its parts are moved, too."""
        basic = {
            name: kinked(name) if name in _ON_SIDE else moved(form)
            for name, form in PROFILE.functions.items()
            if not hasattr(composed, name)
        }
        whole = _completed(basic)
        return {name: form if name in basic else moved(form) for name, form in whole.items()}
