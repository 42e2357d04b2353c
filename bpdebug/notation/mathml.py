"""From an expression tree to MathML Core, for browsers and notebooks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from bpdebug.notation.equation import Equation
from bpdebug.notation.names import with_greek
from bpdebug.notation.styles import spelled_index
from bpdebug.notation.symbols import Derivative, Index, Reference
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Greatest,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Sum,
    SumWhere,
    Terms,
    parts,
)

_CONDITION, _SUM, _PRODUCT, _NEGATION, _POWER, _ATOM = range(6)

_NUMBERED = re.compile(r"(.*?[^\W\d_])_?(\d+(?:_\d+)*)")
_SIGNS = {"-": "−", "*": "·", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}
_MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'


class _Markup(NamedTuple):
    """Elements, and how tightly the loosest sign among them binds."""

    text: str
    level: int


def to_mathml(tree: Expression | Equation, number: Callable[[float], str] = "{:.6g}".format) -> str:
    """`tree` as a `math` element, with no more parentheses than it needs; names are escaped.

    `number` writes a number without its sign.
    """
    if not isinstance(tree, Equation):
        return math_element(markup(tree, number))
    sign = ":=" if tree.assigns else "="
    return math_element(f"{markup(tree.target, number)}{_sign(sign)}{markup(tree.value, number)}")


def math_element(inner: str) -> str:
    """A `math` element of elements that stand one after another."""
    return f"{_MATH}<mrow>{inner}</mrow></math>"


def markup(tree: Expression, number: Callable[[float], str]) -> str:
    """The elements for `tree`, to be put between others; what is inside is written first, so that
    depth does not matter.
    """
    done: dict[int, _Markup] = {}
    for node in parts(tree):
        done[id(node)] = _node(node, lambda inner: done[id(inner)], number)
    return done[id(tree)].text


def _node(
    tree: Expression, written: Callable[[Expression], _Markup], number: Callable[[float], str]
) -> _Markup:
    def within(inner: Expression, level: int) -> str:
        found = written(inner)
        return _group(found.text) if found.level < level else found.text

    def joined(signs: Sequence[str], operands: Sequence[Expression], level: int) -> str:
        text = within(operands[0], level)
        for sign, operand in zip(signs, operands[1:], strict=True):
            text += _sign(sign) + within(operand, level + (sign in "-/%"))
        return text

    match tree:
        case Number(value):
            if math.copysign(1, value) < 0:
                return _Markup(f"{_sign('-')}{_number(number(-value))}", _NEGATION)
            return _Markup(_number(number(value)), _ATOM)
        case Reference():
            return _Markup(_reference(tree), _ATOM)
        case Derivative(of, by):
            above, below = (f"<mrow><mi>d</mi>{_reference(each)}</mrow>" for each in (of, by))
            return _Markup(f"<mfrac>{above}{below}</mfrac>", _POWER)
        case Negation(operand):
            return _Markup(_sign("-") + within(operand, _POWER), _NEGATION)
        case Binary("+" | "-" as sign, left, right):
            return _Markup(joined([sign], [left, right], _SUM), _SUM)
        case Binary("/", left, right):
            inner = "".join(f"<mrow>{written(each).text}</mrow>" for each in (left, right))
            return _Markup(f"<mfrac>{inner}</mfrac>", _POWER)
        case Binary(sign, left, right):
            text = within(left, _PRODUCT) + _sign(sign) + within(right, _POWER)
            return _Markup(text, _PRODUCT)
        case Power(base, exponent):
            inner = f"<mrow>{within(base, _ATOM)}</mrow><mn>{exponent}</mn>"
            return _Markup(f"<msup>{inner}</msup>", _POWER)
        case Call("sqrt", (operand,)):
            return _Markup(f"<msqrt>{written(operand).text}</msqrt>", _ATOM)
        case Call("abs", (operand,)):
            return _Markup(f"{_sign('|')}{written(operand).text}{_sign('|')}", _ATOM)
        case Call(function, arguments):
            inner = _sign(",").join(written(each).text for each in arguments)
            name = "σ" if function == "sigmoid" else escape(function)
            return _Markup(f"<mi>{name}</mi>{_group(inner)}", _ATOM)
        case Sum(index, body):
            sign = f"<munder>{_sign('∑')}<mi>{escape(index)}</mi></munder>"
            return _Markup(sign + within(body, _PRODUCT), _PRODUCT)
        case SumWhere(indices, position, place, body):
            names = _sign(",").join(f"<mi>{escape(each)}</mi>" for each in indices)
            where = f"{_index(position)}{_sign('=')}{_index(place)}"
            below = f"<mrow>{names}{_sign(':') if names else ''}{where}</mrow>"
            return _Markup(
                f"<munder>{_sign('∑')}{below}</munder>" + within(body, _PRODUCT), _PRODUCT
            )
        case Greatest(index, body):
            sign = f"<munder><mi>max</mi><mi>{escape(index)}</mi></munder>"
            return _Markup(sign + _group(written(body).text), _ATOM)
        case Terms(terms):
            return _Markup(joined(["+"] * (len(terms) - 1), terms, _SUM), _SUM)
        case Comparison(operands, operators):
            text = joined(operators, operands, _SUM)
            return _Markup(text, _CONDITION)
        case Logic(operator, operands):
            inner = f"<mtext> {operator} </mtext>".join(_group(written(e).text) for e in operands)
            return _Markup(inner, _CONDITION)
        case Not(operand):
            return _Markup(f"<mtext>not </mtext>{_group(written(operand).text)}", _CONDITION)


def _reference(reference: Reference) -> str:
    """A name with the number at its end, or its indices, below the line."""
    name, below = reference.name, [_index(index) for index in reference.indices]
    found = _NUMBERED.fullmatch(name)
    if found and not below:
        name, below = found[1], [f"<mn>{each}</mn>" for each in found[2].split("_")]
    inner = f"<mi>{escape(with_greek(name))}</mi>"
    if not below:
        return inner
    return f"<msub>{inner}<mrow>{_sign(',').join(below)}</mrow></msub>"


def _index(index: Index) -> str:
    return spelled_index(
        index,
        lambda letter: f"<mi>{escape(letter)}</mi>",
        _reference,
        times=_sign("*"),
        minus=_sign("-"),
        plus=_sign("+"),
        number=lambda number: _number(str(number)),
    )


def _number(text: str) -> str:
    return f"<mn>{escape(text)}</mn>"


def _sign(sign: str) -> str:
    return f"<mo>{escape(_SIGNS.get(sign, sign))}</mo>"


def _group(text: str) -> str:
    return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"
