"""Text for LLVM, written by carrying out arithmetic on numbers that note what is done to them.

Each operation is an instruction of its own, without flags, so that nothing is contracted, reordered
or approximated.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


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
        """The number at a place after a pointer."""
        return Real(self, self.put(f"load double, ptr {self.at(base, place)}, align 8"))

    def store(self, value: Real, base: str, place: str) -> None:
        """Put a number there."""
        self.do(f"store double {value.name}, ptr {self.at(base, place)}, align 8")

    def at(self, base: str, place: str) -> str:
        """A pointer to a place after another one."""
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
