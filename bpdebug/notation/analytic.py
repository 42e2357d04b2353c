"""Functions in other arithmetics than that of a run.

The complex forms are analytic off their kinks, so that a derivative may be taken by a complex
step. At a kink they have the slope that the table of functions chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bpdebug.numerics import array, composed

_, _REAL_ERF = composed.forms(composed.erf)


def where_real(form: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that is not a number below zero, as that of real numbers is, and at zero where
    the complex one is about to leave it.
    """
    return lambda u: np.where((np.real(u) > 0) | (u == 0), form(u + 0j), np.nan)


def sigmoid(u: Any) -> Any:
    """1/(1 + e^-u); e^-|u| cannot overflow."""
    small = np.exp(np.where(np.real(u) < 0, u, -u))
    return np.where(np.real(u) < 0, small, 1.0) / (1.0 + small)


def erf(u: Any) -> Any:
    """The error function beside the real axis: its Taylor polynomial of third degree there."""
    x, step = np.real(u), 1j * np.imag(u)
    slope = 2.0 / np.sqrt(np.pi) * np.exp(-x * x)
    third = (2.0 * x * x - 1.0) * step / 3.0
    return _REAL_ERF(x) + slope * step * (1.0 - step * (x - third))


def softplus(u: Any) -> Any:
    """log(1 + e^u)."""
    is_above = np.real(u) > 0
    return np.where(is_above, u, 0.0) + np.log1p(np.exp(np.where(is_above, -u, u)))


def elu(u: Any) -> Any:
    """u or e^u - 1, which its composition would not choose where the pieces meet."""
    is_above = np.real(u) > 0
    return np.where(is_above, u, np.exp(np.where(is_above, 0.0, u)) - 1.0)


def rounded(u: Any, v: Any) -> Any:
    """u rounded to v decimals: a staircase, whose complex form has no slope."""
    return array.round(np.real(u), np.real(v))


def steps_of_round(u: Any, v: Any) -> Iterator[np.ndarray[Any, Any]]:
    """An odd number for each step of round(u, v); then the same, but 0 where a step ends. By the
    first, one such end is told from another.
    """
    scaled = np.asarray(u * 10.0 ** np.floor(v))
    whole = np.rint(scaled)
    step = np.where(np.isfinite(scaled), 2.0 * whole + 1.0, 1.0)
    yield step
    yield np.where(np.abs(scaled - whole) == 0.5, 0.0, step)
