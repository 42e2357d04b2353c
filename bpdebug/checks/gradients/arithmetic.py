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

from bpdebug.notation.functions import FUNCTIONS, Function
from bpdebug.numerics.composed import Body
from bpdebug.program.arrays import PROFILE, Arithmetic

EPSILON = float(np.finfo(np.float64).eps)


def _completed(known: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions of the table: those that are left out are composed of the others."""
    module = SimpleNamespace(**known)

    def composed(body: Body) -> Callable[..., Any]:
        return lambda u: body(module, u)

    found = dict(known)
    for name, each in FUNCTIONS.items():
        if name not in found:
            assert each.body is not None
            found[name] = composed(each.body)
    return found


COMPLEX = Arithmetic(
    _completed({name: each.complex for name, each in FUNCTIONS.items() if each.complex}),
    lambda terms: np.sum(terms, axis=0),
)
"""Complex numbers; only functions that are analytic off their kinks."""


# Watching


class KinkWatch:
    """The arithmetic of the profile; notes on which side of its kinks each function is."""

    def __init__(self) -> None:
        self._sides: list[NDArray[Any]] = []
        functions = {
            name: form if FUNCTIONS[name].is_smooth else self._watching(FUNCTIONS[name], form)
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

    def _watching(self, function: Function, form: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self._sides.extend(side.ravel() for side in _sides(function, *arguments))
            return form(*arguments)

        return call


def _sides(function: Function, *arguments: Any) -> Iterator[NDArray[Any]]:
    """On which side of each of its kinks a function is: -1, 0, 1; of a staircase, on which step."""
    if function.steps is not None:
        yield from function.steps(*arguments)
        return
    where = arguments[0] - arguments[1] if len(arguments) == 2 else arguments[0]
    for kink in function.kinks:
        above, below = where > kink, where < kink
        yield above.astype(np.int8) - below


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

        def on_side(function: Function) -> Callable[..., Any]:
            form = function.on_side
            assert form is not None
            return lambda *arguments: form(next(sides), *arguments)

        return self._moved(seed, on_side)

    def free(self, seed: int) -> Arithmetic:
        """One for as many runs as wanted, each with errors of its own, which may cross kinks."""
        return self._moved(seed, lambda function: function.array)

    def _moved(self, seed: int, kinked: Callable[[Function], Callable[..., Any]]) -> Arithmetic:
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

    def _noted(self, function: Function) -> Callable[..., Any]:
        """A function with a kink that notes on which side of it it is."""

        def call(u: Any, *others: Any) -> Any:
            value = function.array(u, *others)
            side = value if function.steps else np.sign(u - others[0] if others else u)
            self._sides.append(side)
            return value

        return call

    @staticmethod
    def _functions(
        kinked: Callable[[Function], Callable[..., Any]],
        moved: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda form: form,
    ) -> dict[str, Callable[..., Any]]:
        """All functions. What is composed may cancel within: its parts are moved, too."""
        basic = {
            name: kinked(each) if each.on_side else moved(each.array)
            for name, each in FUNCTIONS.items()
            if each.body is None
        }
        whole = _completed(basic)
        return {name: form if name in basic else moved(form) for name, form in whole.items()}
