"""Functions composed of those of the profile, in exactly the operations that are written here.

Each is written once for both forms: `f` is the module `scalar` or `array`, whose functions
and whose `+ − × ÷` give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from bpdebug.numerics import array, scalar

Body = Callable[[Any, Any], Any]
"""What is computed of `f`, which has the basic functions, and a number `u`."""


def forms(body: Body) -> tuple[Callable[[float], float], Callable[[Any], Any]]:
    """The scalar and the array form of a body."""
    return (lambda u: float(body(scalar, u))), (lambda u: array.quietly(body, u))


def leaky_relu(f: ModuleType, u: Any) -> Any:
    """max(u, 0.01u)."""
    return f.max(u, 0.01 * u)


def elu(f: ModuleType, u: Any) -> Any:
    """max(u, 0) + (exp(min(u, 0)) − 1)."""
    return f.max(u, 0.0) + (f.exp(f.min(u, 0.0)) - 1.0)


def softplus(f: ModuleType, u: Any) -> Any:
    """log(1 + e^u) as max(u, 0) + log1p(exp(−|u|)), which neither overflows nor cancels.

    log1p(x) = log(w) + (x − (w − 1))/w with w = 1 + x, which takes the rounding of w back
    (after Kahan; Higham, "Accuracy and Stability of Numerical Algorithms", §1.14.1).
    """
    x = f.exp(-f.abs(u))
    w = 1.0 + x
    return f.max(u, 0.0) + (f.log(w) + (x - (w - 1.0)) / w)


def silu(f: ModuleType, u: Any) -> Any:
    """u · sigmoid(u)."""
    return u * f.sigmoid(u)


GELU_SCALE = 0.7978845608028654
"""√(2/π)."""


def gelu(f: ModuleType, u: Any) -> Any:
    """½u(1 + tanh(√(2/π)(u + 0.044715u³))), the usual approximation of u·Φ(u)
    (Hendrycks & Gimpel, "Gaussian Error Linear Units", 2016).
    """
    return 0.5 * u * (1.0 + f.tanh(GELU_SCALE * (u + 0.044715 * (u * u * u))))


def huber(f: ModuleType, u: Any) -> Any:
    """½u² up to |u| = 1, then |u| − ½ (Huber 1964), as ½m² + (|u| − m) with m = min(|u|, 1)."""
    size = f.abs(u)
    m = f.min(size, 1.0)
    return 0.5 * (m * m) + (size - m)
