"""Formulas, numbers, names and functions as plain Python that people read."""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, Power, Terms, children
from bpdebug.text.safe import safe

_SQUARE = "square"
"""What the square of anything longer than a name is written with."""


def missing_source(names: Iterable[str]) -> list[str]:
    """Those of some functions that cannot be written in Python yet."""
    return sorted(name for name in set(names) if _source(name) is None)


@cache
def _source(name: str) -> str | None:
    """The body of a function of `u`, or of `u` and `v`: empty if Python has it, None if there
    is none.
    """
    if name == _SQUARE:
        return "return u * u"
    function = FUNCTIONS[name]
    if function.python is not None or function.body is None:
        return function.python
    tree = function.body(_Calls(), Traced(_U)).tree
    found = python_formula(tree, {_U: "u"}, lambda number: f"part_{number}")
    parts = [f"{target} = {value}" for target, value in found.parts]
    return "\n".join([*parts, f"return {found.text}"])


_U = Reference("u")


@dataclass(frozen=True, slots=True)
class Traced:
    """Stands for a number where a body is carried out, and notes what is done to it."""

    tree: Expression

    def __add__(self, other: Any) -> Traced:
        return Traced(Binary("+", self.tree, _tree(other)))

    def __radd__(self, other: Any) -> Traced:
        return Traced(Binary("+", _tree(other), self.tree))

    def __sub__(self, other: Any) -> Traced:
        return Traced(Binary("-", self.tree, _tree(other)))

    def __rsub__(self, other: Any) -> Traced:
        return Traced(Binary("-", _tree(other), self.tree))

    def __mul__(self, other: Any) -> Traced:
        return Traced(Binary("*", self.tree, _tree(other)))

    def __rmul__(self, other: Any) -> Traced:
        return Traced(Binary("*", _tree(other), self.tree))

    def __truediv__(self, other: Any) -> Traced:
        return Traced(Binary("/", self.tree, _tree(other)))

    def __rtruediv__(self, other: Any) -> Traced:
        return Traced(Binary("/", _tree(other), self.tree))

    def __neg__(self) -> Traced:
        return Traced(Negation(self.tree))


def _tree(value: Any) -> Expression:
    return value.tree if isinstance(value, Traced) else Number(float(value))


class _Calls:
    """The functions that a body is composed of, as calls."""

    def __getattr__(self, name: str) -> Callable[..., Traced]:
        return lambda *arguments: Traced(Call(name, tuple(map(_tree, arguments))))


def definitions(names: Iterable[str]) -> Iterator[str]:
    """Lines that define functions, and those that they use, in the order of the table."""
    known = (*FUNCTIONS, _SQUARE)
    wanted: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in wanted:
            wanted.add(name)
            left += [used for used in known if re.search(rf"\b{used}\(", _source(name) or "")]
    for name in known:
        body = _source(name)
        if name in wanted and body:
            comment = f"  # {FUNCTIONS[name].rule}" if name in FUNCTIONS else ""
            arguments = "u, v" if name in FUNCTIONS and FUNCTIONS[name].arity == 2 else "u"
            yield f"def {name}({arguments}):{comment}"
            for row in body.split("\n"):
                yield f"    {row}"
            yield ""
            yield ""


def python_number(value: float) -> str:
    """A double, exactly, and always a float in Python."""
    if math.isnan(value):
        return "math.nan"
    if math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    return repr(float(value))


def python_string(text: str) -> str:
    """A literal of any text, in double quotes if it has none itself."""
    literal = repr(text)
    return literal if '"' in text else f'"{literal[1:-1]}"'


def docstring(lines: Iterable[str]) -> Iterator[str]:
    """The rows of a docstring with the given lines, whatever stands in them.

    At the top of a file it is a safe place for texts: a comment there may be read as the
    declaration of an encoding.
    """
    opening = '"""'
    for line in lines:
        row = line.replace("\\", "\\\\").replace('"""', '""\\"')
        yield opening + safe(row)
        opening = ""
    yield f'{opening}"""'


class PythonNames:
    """Valid Python names for elements: `dE_dw7` for `dE/dw7`, `h1_2` for `h1[2]`."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._found: dict[str, str] = {}
        self._taken = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
        self._taken |= {*FUNCTIONS, _SQUARE, "math", *taken}

    def of(self, element: str) -> str:
        """The Python name of an element; the same each time, and no other element's."""
        known = self._found.get(element)
        if known is not None:
            return known
        # Python takes letters that are compatible for the same, and not every letter.
        plain = unicodedata.normalize("NFKC", element)
        letters = (each if f"v{each}".isidentifier() else " " for each in plain)
        name = "_".join("".join(letters).split()).strip("_") or "v"
        if not name.isidentifier():
            name = f"v_{name}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        self._found[element] = name
        return name


MOST_LEVELS = 100
"""This many operators may stand inside one another: Python refuses a few hundred."""

_SUM, _PRODUCT, _SIGN, _ATOM = range(4)


@dataclass(frozen=True, slots=True)
class PythonFormula:
    """A formula in Python: its text, and the named parts that are computed before it, in order.

    `functions` are those that it calls.
    """

    parts: Sequence[tuple[str, str]]
    text: str
    functions: Set[str]


def python_formula(
    tree: Expression, operands: Mapping[Symbol, str], part: Callable[[int], str]
) -> PythonFormula:
    """A formula in Python, its symbols written as `operands` says.

    What is too deep for one expression is taken apart, in the same order of operations; `part`
    gives the name of the part 1, 2, …
    """
    writer = _Writer(operands, part)
    text = writer.write(tree).as_float().text
    return PythonFormula(writer.parts, text, writer.functions)


class _Written(NamedTuple):
    """A text, how tightly its loosest operator binds, and how many stand inside one another."""

    text: str
    level: int
    depth: int = 0

    def as_float(self) -> _Written:
        """The same with a point, if it is a whole number.

        Whole numbers are exact in Python, and have no negative zero: they may stand beside a
        float, which makes a float of both, but not alone.
        """
        return self._replace(text=f"{self.text}.0") if _WHOLE.fullmatch(self.text) else self

    def within(self, level: int) -> str:
        """The text as an operand that has to bind at least as tightly as `level`."""
        return self.text if self.level >= level else f"({self.text})"


_WHOLE = re.compile("-?[0-9]+")


class _Writer:
    def __init__(self, operands: Mapping[Symbol, str], part: Callable[[int], str]) -> None:
        self.parts: list[tuple[str, str]] = []
        self.functions: set[str] = set()
        self._operands = operands
        self._part = part

    def write(self, tree: Expression) -> _Written:
        """The tree in Python; never by recursion, for it may be deep."""
        nodes, waiting = [], [tree]
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            waiting.extend(children(node))
        done: list[_Written] = []
        for node in reversed(nodes):  # What is inside a node comes before it, from left to right.
            first = len(done) - len(children(node))
            inner = [self._shallow(each) for each in done[first:]]
            done[first:] = [self._written(node, inner)]
        return done[0]

    def _written(self, node: Expression, inner: list[_Written]) -> _Written:
        match node:
            case Number(value):
                return self._number(value)
            case Reference() | Derivative():
                text = self._operands[node]
                return _Written(text, _SIGN if text.startswith("-") else _ATOM)
            case Negation():
                (operand,) = inner
                text = f"-{operand.as_float().within(_ATOM)}"
                return _Written(text, _SIGN, operand.depth + 1)
            case Binary("*", left, _) if self._is_one(left):
                return inner[1]
            case Binary("*" | "/", _, right) if self._is_one(right):
                return inner[0]
            case Binary(sign):
                return self._binary(sign, *inner)
            case Power(base, exponent):
                return self._power(base, exponent, *inner)
            case Call(function):
                self.functions.add(function)
                return self._call(function, inner)
            case Terms():
                return self._chain("+", inner)
            case _:
                raise TypeError(f"not arithmetic: {node}")

    def _number(self, value: float) -> _Written:
        """A number as a person would type it: small whole ones without a point."""
        plain = value.is_integer() and abs(value) < 1e6 and math.copysign(1, value) > 0
        return _Written(str(int(value)) if plain else python_number(value), _ATOM)

    def _binary(self, sign: str, left: _Written, right: _Written) -> _Written:
        if _WHOLE.fullmatch(right.text):
            left = left.as_float()
        level = _SUM if sign in "+-" else _PRODUCT
        text = f"{left.within(level)} {sign} {right.within(level + 1)}"
        return _Written(text, level, max(left.depth, right.depth) + 1)

    def _chain(self, sign: str, operands: Iterable[_Written]) -> _Written:
        first, *others = operands
        for each in others:
            first = self._binary(sign, self._shallow(first), each)
        return first

    def _power(self, base: Expression, exponent: int, written: _Written) -> _Written:
        if isinstance(base, Reference | Derivative | Number):
            return self._chain("*", [written] * exponent)
        if exponent == 2:
            self.functions.add(_SQUARE)
            return self._call(_SQUARE, [written])
        return self._chain("*", [self._named(written)] * exponent)

    def _call(self, function: str, inner: Sequence[_Written]) -> _Written:
        inside = ", ".join(each.as_float().text for each in inner)
        return _Written(f"{function}({inside})", _ATOM, max(each.depth for each in inner) + 1)

    def _is_one(self, tree: Expression) -> bool:
        """Whether a factor is a local derivative that is always 1, which a product may lack."""
        return isinstance(tree, Derivative) and self._operands[tree] == "1.0"

    def _shallow(self, written: _Written) -> _Written:
        return written if written.depth < MOST_LEVELS else self._named(written)

    def _named(self, written: _Written) -> _Written:
        """A name for what is computed before."""
        name = self._part(len(self.parts) + 1)
        self.parts.append((name, written.text))
        return _Written(name, _ATOM)
