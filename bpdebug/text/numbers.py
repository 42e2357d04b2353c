"""Numbers as people read them, and formulas with their numbers put in.

A zero has no sign, for −0 is equal to 0 and says nothing to people (`z` in a format sees to it);
it has one only where a number is written exactly.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from bpdebug.debugger.covering import is_covered
from bpdebug.notation.decimals import decimals_in_power, is_plain
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, Power, Terms

DIGITS = 4
"""Decimals shown where nothing else is asked for."""

COVER = "▒▒▒▒"
"""What is seen of a covered number: as wide whatever the number is."""

MINUS = "−"
LEFT_OUT = "…"
"""What words begin with that stand for a part of a formula; no name does."""

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEAST_OF_FEW, _GREATEST_OF_FEW = 1e-4, 1e6
"""Between these a number of few significant digits needs no power of ten."""


def number(value: float, digits: int = DIGITS, fixed: bool = False) -> str:
    """`value` to `digits` decimals, in powers of ten where those would show nothing.

    Trailing zeros are left out where nothing is rounded off (`0.7`, but `0.9950`), unless
    `fixed`, which is for columns.
    """
    if math.isnan(value):
        return COVER if is_covered(value) else "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if not is_plain(value, digits):
        return scientific(value, decimals_in_power(digits))
    text = f"{value:z.{digits}f}"
    if not fixed and float(text) == value and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def scientific(value: float, decimals: int) -> str:
    """`4.04e−5`: a power of ten without its leading zeros and plus sign."""
    mantissa, _, exponent = f"{value:z.{decimals}e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def exact(value: float) -> str:
    """`value` with as many digits as it takes to read the same double back."""
    if not math.isfinite(value):
        return number(value)
    mantissa, _, exponent = repr(float(value)).partition("e")
    text = mantissa.removesuffix(".0") + (f"e{int(exponent)}" if exponent else "")
    return text.replace("-", MINUS)


def significant(value: float, digits: int) -> str:
    """A number rounded to this many significant digits."""
    if not math.isfinite(value):
        return number(value)
    if value == 0 or _LEAST_OF_FEW <= abs(value) < _GREATEST_OF_FEW:
        power = math.floor(math.log10(abs(value))) if value else 0
        text, tail = f"{value:z.{max(0, digits - 1 - power)}f}", ""
    else:
        text, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        tail = f"e{int(exponent)}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (text + tail).replace("-", MINUS)


class _Written(NamedTuple):
    text: str
    level: int


_SUM, _NEGATION, _PRODUCT, _POWER, _ATOM = range(5)


def with_numbers(tree: Expression, digits: int = DIGITS, parenthesised: bool = False) -> str:
    """A formula whose symbols are replaced by numbers, written as on paper: `0.1(1) + 0.3(4)`.

    With `parenthesised`, and in any product of three or more, every factor stands in
    parentheses: `(0.7896)(0.0983)(0.9866)`.
    """
    return _Writer(digits, parenthesised).write(tree).text


def with_marked_numbers(
    tree: Expression, digits: int, parenthesised: bool, marked: Number | None
) -> tuple[str, tuple[int, int] | None]:
    """The same, and where in the text the number stands that the very node `marked` is."""
    text = _Writer(digits, parenthesised, marked).write(tree).text
    start, end = text.find(_START), text.find(_END) - len(_START)
    span = (start, end) if start >= 0 else None
    return text.replace(_START, "").replace(_END, ""), span


_START, _END = "\x02", "\x03"
"""Around what is marked, as long as the text is put together."""


class _Writer:
    def __init__(self, digits: int, parenthesised: bool, marked: Number | None = None) -> None:
        self.digits = digits
        self.parenthesised = parenthesised
        self.marked = marked

    def write(self, tree: Expression) -> _Written:
        match tree:
            case Number(value):
                text = number(value, self.digits)
                level = _NEGATION if text.startswith(MINUS) else _ATOM
                return _Written(_START + text + _END if tree is self.marked else text, level)
            case Negation(operand):
                return _Written(MINUS + self._within(operand, _POWER), _NEGATION)
            case Binary("+" | "-" as sign, left, right):
                shown = "+" if sign == "+" else MINUS
                return _Written(
                    f"{self._within(left, _SUM)} {shown} {self._within(right, _PRODUCT)}", _SUM
                )
            case Binary("*", _, _):
                return self._product(_factors(tree))
            case Binary(_, left, right):
                text = f"{self._within(left, _PRODUCT)} / {self._within(right, _POWER)}"
                return _Written(text, _PRODUCT)
            case Power(base, exponent):
                raised = str(exponent).translate(SUPERSCRIPTS)
                return _Written(self._within(base, _ATOM) + raised, _POWER)
            case Call(function, arguments):
                plain = _Writer(self.digits, False, self.marked)
                inner = ", ".join(plain.write(argument).text for argument in arguments)
                return _Written(f"{function}({inner})", _ATOM)
            case Terms(terms):
                first, *rest = terms
                texts = [self._within(first, _SUM)]
                texts += [self._within(term, _PRODUCT) for term in rest]
                return _Written(" + ".join(texts), _SUM)
            case Reference(words) if words.startswith(LEFT_OUT):
                return _Written(words, _ATOM)
            case _:
                raise TypeError(f"not arithmetic: {tree}")

    def _product(self, factors: list[Expression]) -> _Written:
        written = [self.write(factor) for factor in factors]
        numbers = [isinstance(factor, Number) for factor in factors]
        if all(numbers) and (self.parenthesised or len(factors) > 2):
            return _Written("".join(f"({each.text})" for each in written), _PRODUCT)
        first, *rest = written
        head = first.text if first.level >= _PRODUCT else f"({first.text})"
        # A power of something in parentheses needs no more of them: 0.5(0.8 − 0.1)².
        tail = (
            each.text
            if isinstance(factor, Power) and each.text.startswith("(")
            else f"({each.text})"
            for factor, each in zip(factors[1:], rest, strict=True)
        )
        return _Written(head + "".join(tail), _PRODUCT)

    def _within(self, tree: Expression, level: int) -> str:
        written = self.write(tree)
        return written.text if written.level >= level else f"({written.text})"


def _factors(tree: Expression) -> list[Expression]:
    if isinstance(tree, Binary) and tree.operator == "*":
        return [*_factors(tree.left), tree.right]
    return [tree]
