"""The functions of the equation language as text for LLVM, which makes machine code of it.

A third form beside `scalar` and `array`, with the same bits: each operation is an instruction of
its own, without flags, so that nothing is contracted, reordered or approximated. The bodies are
those of `core` and `composed`, carried out on numbers that write down what is done to them.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from bpdebug.numerics import core, tables

_core: Any = core

Form = Callable[..., "Real"]
"""Takes the functions of the code that is written, then its arguments; gives the value."""


class Real:
    """A number that will be there when the code runs, under a name in it."""

    __slots__ = ("_code", "name")

    def __init__(self, code: Code, name: str) -> None:
        self._code = code
        self.name = name

    def __add__(self, other: Real | float) -> Real:
        return self._code.operate("fadd", self, other)

    def __radd__(self, other: float) -> Real:
        return self._code.operate("fadd", other, self)

    def __sub__(self, other: Real | float) -> Real:
        return self._code.operate("fsub", self, other)

    def __rsub__(self, other: float) -> Real:
        return self._code.operate("fsub", other, self)

    def __mul__(self, other: Real | float) -> Real:
        return self._code.operate("fmul", self, other)

    def __rmul__(self, other: float) -> Real:
        return self._code.operate("fmul", other, self)

    def __truediv__(self, other: Real | float) -> Real:
        return self._code.operate("fdiv", self, other)

    def __rtruediv__(self, other: float) -> Real:
        return self._code.operate("fdiv", other, self)

    def __neg__(self) -> Real:
        return Real(self._code, self._code.put(f"fneg double {self.name}"))


class Module:
    """All functions and tables that the code of one program takes."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        """Their text, by name."""

    def table(self, name: str, values: Sequence[float]) -> str:
        """A table of constants."""
        numbers = ", ".join(f"double {literal(value)}" for value in values)
        text = f"@{name} = internal constant [{len(values)} x double] [{numbers}]"
        self.parts.setdefault(name, text)
        return name

    def function(self, name: str, form: Form, arity: int) -> str:
        """A function of the equation language, written when it is first called."""
        symbol = f"f_{name}"
        if symbol not in self.parts:
            # A name for it while it is written; none calls itself.
            code = Code(self)
            arguments = [Real(code, f"%u{n}") for n in range(arity)]
            value = form(Functions(code), *arguments)
            given = ", ".join(f"double {each.name}" for each in arguments)
            head = f"define internal double @{symbol}({given}) {{\nentry:"
            self.parts[symbol] = "\n".join([head, *code.lines, f"  ret double {value.name}", "}"])
        return symbol

    def text(self) -> str:
        """All of it."""
        used = "".join(self.parts.values())
        outside = [each for each in _OUTSIDE if f"@{each.split('@')[1].split('(')[0]}" in used]
        return "\n".join([*outside, *self.parts.values()]) + "\n"


_OUTSIDE = [f"declare double @llvm.{name}.f64(double)" for name in ("sqrt", "fabs")]
_OUTSIDE.append("declare double @llvm.copysign.f64(double, double)")


def literal(value: float) -> str:
    """A double as LLVM reads it, bit by bit."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


class Code:
    """Lines of one function, as they are written."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.lines: list[str] = []
        self._count = 0
        self._block = "entry"

    def put(self, instruction: str) -> str:
        """An instruction, whose value gets a name."""
        self._count += 1
        self.lines.append(f"  %t{self._count} = {instruction}")
        return f"%t{self._count}"

    def do(self, instruction: str) -> None:
        """An instruction without a value."""
        self.lines.append(f"  {instruction}")

    def begin(self, block: str) -> None:
        """What follows is the block of that name."""
        self.lines.append(f"{block}:")
        self._block = block

    def real(self, value: Real | float) -> Real:
        """A number, which may be a constant."""
        return value if isinstance(value, Real) else Real(self, literal(value))

    def operate(self, instruction: str, left: Real | float, right: Real | float) -> Real:
        """One arithmetic operation, rounded once."""
        left, right = self.real(left), self.real(right)
        return Real(self, self.put(f"{instruction} double {left.name}, {right.name}"))

    def compare(self, how: str, left: Real | float, right: Real | float) -> str:
        """Whether two numbers compare so (LLVM's words: `olt` is less and both are numbers)."""
        left, right = self.real(left), self.real(right)
        return self.put(f"fcmp {how} double {left.name}, {right.name}")

    def select(self, condition: str, yes: Real | float, no: Real | float) -> Real:
        """One of two numbers."""
        yes, no = self.real(yes), self.real(no)
        name = self.put(f"select i1 {condition}, double {yes.name}, double {no.name}")
        return Real(self, name)

    def call(self, symbol: str, *arguments: Real) -> Real:
        """What a function gives."""
        given = ", ".join(f"double {each.name}" for each in arguments)
        return Real(self, self.put(f"call double @{symbol}({given})"))

    def whole(self, value: Real) -> str:
        """A number without a fraction as an integer."""
        return self.put(f"fptosi double {value.name} to i64")

    def bits(self, value: Real) -> str:
        """The bits of a number as an integer."""
        return self.put(f"bitcast double {value.name} to i64")

    def of_bits(self, bits: str) -> Real:
        """The number of some bits."""
        return Real(self, self.put(f"bitcast i64 {bits} to double"))

    def integer(self, instruction: str, left: str, right: int | str) -> str:
        """An operation on integers."""
        return self.put(f"{instruction} i64 {left}, {right}")

    def power_of_two(self, exponent: str) -> Real:
        """2 to an exponent from -1022 to 1023."""
        return self.of_bits(self.integer("shl", self.integer("add", exponent, 1023), 52))

    def looked_up(self, name: str, values: Sequence[float], row: str) -> Real:
        """An entry of a table."""
        self.module.table(name, values)
        return self.load(f"@{name}", row)

    def load(self, base: str, place: str) -> Real:
        """The number at a place behind a pointer."""
        return Real(self, self.put(f"load double, ptr {self.at(base, place)}, align 8"))

    def store(self, value: Real, base: str, place: str) -> None:
        """Put a number there."""
        self.do(f"store double {value.name}, ptr {self.at(base, place)}, align 8")

    def at(self, base: str, place: str) -> str:
        """A pointer to a place behind another one."""
        return self.put(f"getelementptr inbounds double, ptr {base}, i64 {place}")

    @contextmanager
    def loop(self, first: int, end: int) -> Iterator[str]:
        """What is written inside is done for each integer from `first` to `end` - 1, at least
        once; gives its name.
        """
        self._count += 1
        block, before = f"loop{self._count}", self._block
        self.do(f"br label %{block}")
        self.begin(block)
        number = f"%n{self._count}"
        # Which block comes before the next turn is known at the end only.
        place = len(self.lines)
        self.lines.append("")
        yield number
        following = self.integer("add nuw nsw", number, 1)
        done = self.put(f"icmp ult i64 {following}, {end}")
        self.lines[place] = (
            f"  {number} = phi i64 [ {first}, %{before} ], [ {following}, %{self._block} ]"
        )
        self.do(f"br i1 {done}, label %{block}, label %{block}.end")
        self.begin(f"{block}.end")


class Functions:
    """The functions of the equation language by name, as a body of `composed` calls them."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def __getattr__(self, name: str) -> Callable[..., Real]:
        if name not in FORMS:
            raise AttributeError(name)
        return partial(self.called, name, FORMS[name])

    def called(self, name: str, form: Form, *arguments: Real | float) -> Real:
        """A function of any form."""
        given = [self.code.real(each) for each in arguments]
        return self.code.call(self.code.module.function(name, form, len(given)), *given)


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
}
"""The functions that are not composed of others."""
