"""Functions composed of those of the profile, in exactly the operations that are written here.

Each is written once for both forms: `f` is the module `scalar` or `array`, whose functions
and whose `+ − × ÷` give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from bpdebug.numerics import array, scalar
from bpdebug.numerics.core import ROUNDER

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


TRIGONOMETRIC_LIMIT = 3e9
"""Above it sin and cos are NaN: doubles there are 5e-7 apart."""

_TWO_OVER_PI = 0.6366197723675814
_HALF_PI = (
    1.570796012878418,
    3.139164164167596e-07,
    6.223371969669989e-14,
    2.0222659584103533e-21,
    2.9038559739793605e-28,
)
"""π/2 in parts; the first four have 22 bits, so that products with whole numbers below 2^31 are
exact.
"""

# Taylor coefficients, the highest first.
_SIN_TAIL = (
    1 / 355687428096000,
    -1 / 1307674368000,
    1 / 6227020800,
    -1 / 39916800,
    1 / 362880,
    -1 / 5040,
    1 / 120,
    -1 / 6,
)
_COS_TAIL = (
    1 / 20922789888000,
    -1 / 87178291200,
    1 / 479001600,
    -1 / 3628800,
    1 / 40320,
    -1 / 720,
    1 / 24,
)


def sin(f: ModuleType, u: Any) -> Any:
    """The sine; NaN where |u| is above TRIGONOMETRIC_LIMIT."""
    quadrant, sine, cosine = _quarter(f, u)
    turned = quadrant * (2.0 - f.abs(quadrant))
    return sine * (1.0 - f.abs(quadrant)) + cosine * turned


def cos(f: ModuleType, u: Any) -> Any:
    """The cosine; NaN where |u| is above TRIGONOMETRIC_LIMIT."""
    quadrant, sine, cosine = _quarter(f, u)
    turned = quadrant * (2.0 - f.abs(quadrant))
    return cosine * (1.0 - f.abs(quadrant)) - sine * turned


def _quarter(f: ModuleType, u: Any) -> tuple[Any, Any, Any]:
    """The quarter of the circle, from -2 to 2, and sine and cosine of what is left of u.

    u − k π/2 is a sum of two doubles r + e: the first three products and the differences of the
    first two are exact (W. J. Cody and W. Waite, 1980), the rounding error of the third is found
    (D. E. Knuth's two-sum). Then Taylor polynomials, in the order of fdlibm's k_sin and k_cos.
    """
    # Neither infinity nor NaN gets through, and nothing else is changed.
    u = u + 0.0 * f.sqrt(TRIGONOMETRIC_LIMIT - f.abs(u))
    k = (u * _TWO_OVER_PI + ROUNDER) - ROUNDER
    quadrant = k - 4.0 * ((k * 0.25 + ROUNDER) - ROUNDER)
    lead = (u - k * _HALF_PI[0]) - k * _HALF_PI[1]
    part = k * _HALF_PI[2]
    r = lead - part
    back = r - lead
    e = (lead - (r - back)) - (part + back)
    e = (e - k * _HALF_PI[3]) - k * _HALF_PI[4]
    total = r + e
    e = (r - total) + e
    r = total
    square = r * r
    half = 0.5 * square
    sine = r + (r * square * polynomial(square, _SIN_TAIL) + e * (1.0 - half))
    top = 1.0 - half
    tail = square * square * polynomial(square, _COS_TAIL) - r * e
    cosine = top + (((1.0 - top) - half) + tail)
    return quadrant, sine, cosine


def polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """Coefficients from the highest on, by Horner's rule."""
    total = x * 0.0 + coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


_ERF_SMALL = 0.46875
_ERF_GREATEST = 6.0
"""Above it 1 − erf is below 2^-55."""

_ERF_ABOVE = (
    1.85777706184603153e-1,
    3.16112374387056560e00,
    1.13864154151050156e02,
    3.77485237685302021e02,
    3.20937758913846947e03,
)
_ERF_BELOW = (
    1.0,
    2.36012909523441209e01,
    2.44024637934444173e02,
    1.28261652607737228e03,
    2.84423683343917062e03,
)
_ERFC_ABOVE = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594e00,
    6.61191906371416295e01,
    2.98635138197400131e02,
    8.81952221241769090e02,
    1.71204761263407058e03,
    2.05107837782607147e03,
    1.23033935479799725e03,
)
_ERFC_BELOW = (
    1.0,
    1.57449261107098347e01,
    1.17693950891312499e02,
    5.37181101862009858e02,
    1.62138957456669019e03,
    3.29079923573345963e03,
    4.36261909014324716e03,
    3.43936767414372164e03,
    1.23033935480374942e03,
)


def erf(f: ModuleType, u: Any) -> Any:
    """The error function 2/√π ∫ e^(−t²) dt from 0 to u.

    W. J. Cody, "Rational Chebyshev Approximations for the Error Function", 1969: a quotient of
    polynomials in u² near 0, and 1 − e^(−u²) times one in |u| further out.
    """
    size = f.abs(u)
    small = f.min(size, _ERF_SMALL)
    square = small * small
    inner = small * (polynomial(square, _ERF_ABOVE) / polynomial(square, _ERF_BELOW))
    large = f.min(f.max(size, _ERF_SMALL), _ERF_GREATEST)
    # The one exactly, the other as its difference: the square of the whole would be rounded.
    rounded = ((large * 16.0 + ROUNDER) - ROUNDER) / 16.0
    rest = (large - rounded) * (large + rounded)
    quotient = polynomial(large, _ERFC_ABOVE) / polynomial(large, _ERFC_BELOW)
    outer = 1.0 - f.exp(-(rounded * rounded)) * f.exp(-rest) * quotient
    is_large = f.step(size - _ERF_SMALL)
    return f.sign(u) * (inner * (1.0 - is_large) + outer * is_large)
