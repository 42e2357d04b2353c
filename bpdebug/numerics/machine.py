"""The functions of the equation language as text for LLVM, which makes machine code of it.

A third form beside `scalar` and `array`, with the same bits: the bodies are those of `core` and
`composed`, carried out on numbers that write down what is done to them.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bpdebug.numerics import composed, core, tables
from bpdebug.numerics.llvm import Code, Real

_core: Any = core

Form = Callable[..., Real]
"""Takes the functions of the code that is written, then its arguments; gives the value."""


class Functions:
    """The functions of the equation language by name, as a body of `composed` calls them."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def __getattr__(self, name: str) -> Callable[..., Real]:
        if name not in FORMS:
            raise AttributeError(name)
        return partial(self.called, name, FORMS[name])

    def called(self, name: str, form: Form, *arguments: Real | float) -> Real:
        """A function of any form, which is written when it is first called."""
        module, symbol = self.code.module, f"f_{name}"
        if symbol not in module.parts:
            code = Code(module)
            own = [Real(code, f"%u{n}") for n in range(len(arguments))]
            value = form(Functions(code), *own)
            given = ", ".join(f"double {each.name}" for each in own)
            head = f"define internal double @{symbol}({given}) {{\nentry:"
            module.parts[symbol] = "\n".join([head, *code.lines, f"  ret double {value.name}", "}"])
        return self.code.call(symbol, *(self.code.real(each) for each in arguments))


def _exp(f: Functions, u: Real) -> Real:
    code = f.code
    above, below = code.compare("oge", u, core.EXP_LEAST), code.compare("ole", u, core.EXP_GREATEST)
    within = code.put(f"and i1 {above}, {below}")
    x = code.select(within, u, 0.0)
    s, t, step = _exp_pair(code, x)
    power = code.integer("ashr", step, 6)
    half = code.integer("ashr", power, 1)
    rest = code.integer("sub", power, half)
    value = ((s + t) * code.power_of_two(half)) * code.power_of_two(rest)
    outside = code.select(code.compare("ogt", u, 0.0), math.inf, 0.0)
    outside = code.select(code.compare("uno", u, u), math.nan, outside)
    return code.select(within, value, outside)


def _exp_pair(code: Code, x: Real) -> tuple[Real, Real, str]:
    k = _core.exp_steps(x) - core.ROUNDER
    step = code.whole(k)
    row = code.integer("and", step, 63)
    high = code.looked_up("exp_high", tables.EXP_HIGH, row)
    low = code.looked_up("exp_low", tables.EXP_LOW, row)
    s, t = _core.exp_pair(x, k, high, low)
    return s, t, step


_SUBNORMAL = math.ldexp(1.0, 54)
"""Makes every subnormal number normal."""


def _log(f: Functions, u: Real) -> Real:
    code = f.code
    within = code.put(f"and i1 {code.compare('ogt', u, 0.0)}, {code.compare('olt', u, math.inf)}")
    x = code.select(within, u, 1.0)
    small = code.compare("olt", x, math.ldexp(1.0, -1022))
    x = code.select(small, x * _SUBNORMAL, x)
    bits = code.bits(x)
    least = struct.unpack("<q", struct.pack("<d", core.LOG_LEAST))[0]
    exponent = code.integer("ashr", code.integer("sub", bits, least), 52)
    m = code.of_bits(code.integer("sub", bits, code.integer("shl", exponent, 52)))
    row = code.whole((m * core.LOG_SPACING + core.ROUNDER) - core.ROUNDER)
    row = code.integer("sub", row, tables.LOG_FIRST)
    power = Real(code, code.put(f"sitofp i64 {exponent} to double"))
    value = _core.log_sum(
        power - code.select(small, 54.0, 0.0),
        m,
        code.looked_up("log_inverse", tables.LOG_INVERSE, row),
        code.looked_up("log_high", tables.LOG_HIGH, row),
        code.looked_up("log_low", tables.LOG_LOW, row),
    )
    outside = code.select(code.compare("ogt", u, 0.0), u, math.nan)
    outside = code.select(code.compare("oeq", u, 0.0), -math.inf, outside)
    return code.select(within, value, outside)


def _sqrt(f: Functions, u: Real) -> Real:
    root = f.code.call("llvm.sqrt.f64", u)
    return f.code.select(f.code.compare("oge", u, 0.0), root, math.nan)


def _sigmoid(f: Functions, u: Real) -> Real:
    return 1.0 / (1.0 + f.exp(-u))


def _tanh(f: Functions, u: Real) -> Real:
    code = f.code
    size = code.call("llvm.fabs.f64", u)
    small = _core.tanh_small(size)
    within = code.compare("ole", size, core.TANH_GREATEST)
    s, t, step = _exp_pair(code, -2.0 * code.select(within, size, core.TANH_GREATEST))
    power = code.power_of_two(code.integer("ashr", step, 6))
    large = code.select(within, _core.tanh_quotient(s * power, t * power), 1.0)
    value = code.select(code.compare("olt", size, core.TANH_SMALL), small, large)
    value = code.call("llvm.copysign.f64", value, u)
    return code.select(code.compare("uno", u, u), math.nan, value)


def _relu(f: Functions, u: Real) -> Real:
    return f.code.select(f.code.compare("ole", u, 0.0), 0.0, u)


def _abs(f: Functions, u: Real) -> Real:
    return f.code.call("llvm.fabs.f64", u)


def _greatest(how: str, f: Functions, u: Real, v: Real) -> Real:
    first = f.code.put(f"or i1 {f.code.compare(how, u, v)}, {f.code.compare('uno', u, u)}")
    return f.code.select(first, u, v)


def _step(f: Functions, u: Real) -> Real:
    rest = f.code.select(f.code.compare("ole", u, 0.0), 0.0, math.nan)
    return f.code.select(f.code.compare("ogt", u, 0.0), 1.0, rest)


def _sign(f: Functions, u: Real) -> Real:
    rest = f.code.select(f.code.compare("oeq", u, 0.0), 0.0, math.nan)
    rest = f.code.select(f.code.compare("olt", u, 0.0), -1.0, rest)
    return f.code.select(f.code.compare("ogt", u, 0.0), 1.0, rest)


def _round(f: Functions, u: Real, v: Real) -> Real:
    code = f.code
    above = code.compare("oge", v, 0.0)
    below = code.compare("olt", v, core.MOST_DECIMALS + 1.0)
    within = code.put(f"and i1 {above}, {below}")
    place = code.whole(code.select(within, v, 0.0))
    scale = code.looked_up("tens", core.TENS, place)
    scaled = u * scale
    small = code.compare("olt", code.call("llvm.fabs.f64", scaled), core.ROUND_SMALL)
    return code.select(within, code.select(small, _core.nearest(scaled, scale), u), math.nan)


def remainder(f: Functions, u: Real, v: Real) -> Real:
    """u − v·⌊u/v⌋, with the sign of v, as Python has it; NaN for v = 0."""
    code = f.code
    rest = Real(code, code.put(f"frem double {u.name}, {v.name}"))
    signs = [code.compare("olt", each, 0.0) for each in (rest, v)]
    differ = code.put(f"xor i1 {signs[0]}, {signs[1]}")
    moved = code.select(differ, rest + v, rest)
    zero = code.call("llvm.copysign.f64", code.real(0.0), v)
    value = code.select(code.compare("oeq", rest, 0.0), zero, moved)
    return code.select(code.compare("oeq", v, 0.0), math.nan, value)


FORMS: Mapping[str, Form] = {
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "relu": _relu,
    "abs": _abs,
    "max": partial(_greatest, "oge"),
    "min": partial(_greatest, "ole"),
    "step": _step,
    "sign": _sign,
    "round": _round,
    "sin": composed.sin,
    "cos": composed.cos,
    "erf": composed.erf,
}
"""The functions that are entered without a body."""
