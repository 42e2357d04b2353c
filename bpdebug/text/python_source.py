"""Formulas, numbers, names and functions as plain Python that people read."""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.tree import (
    Binary,
    Call,
    Derivative,
    Expression,
    Negation,
    Number,
    Power,
    Reference,
    Symbol,
    Terms,
    walk,
)

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
    return f"return {python_text(function.body(_Calls(), Traced(_U)).tree, {_U: 'u'})}"


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


def functions_of(tree: Expression) -> Iterator[str]:
    """The functions that the Python text of a formula calls."""
    for node in walk(tree):
        if isinstance(node, Call):
            yield node.function
        elif isinstance(node, Power) and not _repeats(node):
            yield _SQUARE


def python_number(value: float) -> str:
    """A double as a person would type it, exactly; small whole numbers without a point."""
    if math.isnan(value):
        return "math.nan"
    if math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    minus_zero = value == 0 and math.copysign(1, value) < 0
    plain = value.is_integer() and abs(value) < 1e6 and not minus_zero
    return str(int(value)) if plain else repr(float(value))


class Names:
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
        name = re.sub(r"\W+", "_", element).strip("_") or "v"
        if not name.isidentifier():
            name = f"v_{name}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        self._found[element] = name
        return name


_SUM, _PRODUCT, _SIGN, _ATOM = range(4)


def python_text(tree: Expression, operands: Mapping[Symbol, str]) -> str:
    """A formula in Python, its symbols written as `operands` says."""
    return _Writer(operands.__getitem__).write(tree)[0]


class _Writer:
    def __init__(self, spelled: Callable[[Symbol], str]) -> None:
        self.spelled = spelled

    def write(self, tree: Expression) -> tuple[str, int]:
        """The text, and how tightly its loosest operator binds."""
        match tree:
            case Number(value):
                return python_number(value), _ATOM
            case Reference() | Derivative():
                text = self.spelled(tree)
                return text, _SIGN if text.startswith("-") else _ATOM
            case Negation(operand):
                return "-" + self._within(operand, _ATOM), _SIGN
            case Binary("+" | "-" as sign, left, right):
                return f"{self._within(left, _SUM)} {sign} {self._within(right, _PRODUCT)}", _SUM
            case Binary("*", left, right) if self._is_one(left):
                return self.write(right)
            case Binary("*" | "/", left, right) if self._is_one(right):
                return self.write(left)
            case Binary(sign, left, right):
                text = f"{self._within(left, _PRODUCT)} {sign} {self._within(right, _SIGN)}"
                return text, _PRODUCT
            case Power(base, exponent):
                inner, level = self.write(base)
                if _repeats(tree):
                    if level < _ATOM:
                        inner = f"({inner})"
                    return " * ".join([inner] * exponent), _PRODUCT
                return f"square({inner})", _ATOM
            case Call(function, arguments):
                inside = ", ".join(self.write(argument)[0] for argument in arguments)
                return f"{function}({inside})", _ATOM
            case Terms(terms):
                first, *rest = terms
                texts = [self._within(first, _SUM)]
                texts += [self._within(term, _PRODUCT) for term in rest]
                return " + ".join(texts), _SUM
            case _:
                raise TypeError(f"not arithmetic: {tree}")

    def _is_one(self, tree: Expression) -> bool:
        """Whether a factor is a local derivative that is always 1, which a product may lack."""
        return isinstance(tree, Derivative) and self.spelled(tree) == "1"

    def _within(self, tree: Expression, level: int) -> str:
        text, found = self.write(tree)
        return text if found >= level else f"({text})"


def _repeats(power: Power) -> bool:
    """Whether a power is written as its base several times, `w * w`, and not by a function."""
    return power.exponent > 2 or isinstance(power.base, Reference | Derivative | Number)
