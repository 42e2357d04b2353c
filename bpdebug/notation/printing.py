"""From an expression tree to a text that reads back as the same tree."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, NamedTuple

from bpdebug.notation.equation import Equation
from bpdebug.notation.names import reads_as_function
from bpdebug.notation.styles import ASCII, UNICODE, Spelling
from bpdebug.notation.symbols import Derivative, Reference
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

Form = Literal["ascii", "unicode", "latex"]
"""A way to spell the language; the parser reads all of them."""

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _NEGATION, _POWER, _ATOM = range(9)


def to_text(
    tree: Expression | Equation,
    form: Form = "ascii",
    number: Callable[[float], str] | None = None,
) -> str:
    """`tree` with no more parentheses than it needs.

    Parsing the text gives `tree` again, unless it holds `Terms`, which nothing parses to,
    or `number` is given: that writes every number (without its sign), perhaps rounded.
    """
    style = _style(form)
    printer = _Printer(replace(style, number=number) if number else style)
    if isinstance(tree, Equation):
        equals = ":=" if tree.assigns else "="
        return f"{printer.text(tree.target)} {equals} {printer.text(tree.value)}"
    return printer.text(tree)


def _style(form: Form) -> Spelling:
    if form == "latex":
        from bpdebug.notation.latex import LATEX  # Few commands write it.

        return LATEX
    return UNICODE if form == "unicode" else ASCII


class _Written(NamedTuple):
    """A text and how tightly its loosest operator binds."""

    text: str
    level: int


class _Printer:
    """Writes trees from the inside out: what a node is made of is written before it."""

    def __init__(self, style: Spelling) -> None:
        self._style = style
        self._done: dict[int, _Written] = {}

    def text(self, tree: Expression) -> str:
        """`tree` where nothing stands beside it."""
        nodes = [*parts(tree)]
        # The first operands of a chain are written with it.
        passed = {id(n.left) for n in nodes if isinstance(n, Binary) and _is_chained(n, n.left)}
        for node in nodes:
            if id(node) not in passed:
                self._done[id(node)] = self._node(node)
        written = self._done[id(tree)].text
        self._done.clear()
        return written

    def _text(self, tree: Expression) -> str:
        return self._written(tree).text

    def _within(self, tree: Expression, level: int) -> str:
        """`tree` as an operand that has to bind at least as tightly as `level`."""
        written = self._written(tree)
        return self._style.group(written.text) if written.level < level else written.text

    def _written(self, tree: Expression) -> _Written:
        return self._done.get(id(tree)) or self._node(tree)

    def _node(self, tree: Expression) -> _Written:
        style = self._style
        match tree:
            case Number(value) if math.copysign(1, value) < 0:
                # No tree of the parser has one, but one with values put in may.
                return self._written(Negation(Number(-value)))
            case Number(value):
                text = style.number(value)
                return _Written(text, _POWER if " " in text else _ATOM)
            case Reference():
                return _Written(style.reference(tree), _ATOM)
            case Derivative():
                # Without parentheses dE/dw^2 would look like a derivative by w^2.
                return _Written(style.derivative(tree), _POWER)
            case Negation(operand):
                return _Written(style.minus + self._within(operand, _POWER), _NEGATION)
            case Binary("+" | "-"):
                return _Written(self._added(tree), _SUM)
            case Binary("/", left, right) if style.fraction:
                return _Written(style.fraction(self._text(left), self._text(right)), _POWER)
            case Binary():
                return _Written(self._multiplied(tree), _PRODUCT)
            case Power(base, exponent):
                return _Written(style.power(self._within(base, _ATOM), exponent), _POWER)
            case Call(function, arguments):
                return _Written(style.call(function, [*map(self._text, arguments)]), _ATOM)
            case Sum(index, body):
                level = _ATOM if style.fraction is None else _POWER
                return _Written(style.sum(index, self._text(body)), level)
            case SumWhere():
                level = _ATOM if style.fraction is None else _POWER
                return _Written(style.where(tree, self._text(tree.body)), level)
            case Greatest(index, body):
                return _Written(style.call("max", [style.over(index, self._text(body))]), _ATOM)
            case Terms(terms):
                return _Written(self._joined(terms[0], [("+", term) for term in terms[1:]]), _SUM)
            case Comparison(operands, operators):
                text = self._within(operands[0], _SUM)
                for operator, operand in zip(operators, operands[1:], strict=True):
                    text += f" {style.sign(operator)} {self._within(operand, _SUM)}"
                return _Written(text, _COMPARISON)
            case Logic(operator, operands):
                level = _OR if operator == "or" else _AND
                parts = [self._within(operand, level + 1) for operand in operands]
                return _Written(f" {style.sign(operator)} ".join(parts), level)
            case Not(operand):
                return _Written(f"{style.sign('not')} {self._within(operand, _NOT)}", _NOT)

    def _added(self, tree: Binary) -> str:
        parts: list[tuple[str, Expression]] = []
        first: Expression = tree
        while isinstance(first, Binary) and first.operator in ("+", "-"):
            parts.append((first.operator, first.right))
            first = first.left
        return self._joined(first, parts[::-1])

    def _joined(self, first: Expression, rest: list[tuple[str, Expression]]) -> str:
        """A sum from its first term and each further one after its sign."""
        style = self._style
        text = self._within(first, _PRODUCT)
        for operator, term in rest:
            written = self._within(term, _PRODUCT)
            if written.startswith(style.minus):
                written = style.group(written)
            text += f" {style.minus if operator == '-' else operator} {written}"
        return text

    def _multiplied(self, tree: Binary) -> str:
        style = self._style
        slash = style.fraction is None
        factors: list[tuple[str, Expression]] = []
        first: Expression = tree
        while isinstance(first, Binary) and (
            first.operator in ("*", "%") or (first.operator == "/" and slash)
        ):
            factors.append((first.operator, first.right))
            first = first.left
        factors.reverse()
        wide = any(isinstance(factor, Derivative) for factor in (first, *(f for _, f in factors)))
        text = self._within(first, _PRODUCT)
        # What a parenthesis may follow; a name that reads as a function may not be one.
        open_ended = self._written(first).level < _PRODUCT or _takes_parenthesis(first)
        previous = first
        for operator, factor in factors:
            written = self._written(factor)
            # Two numbers side by side read better as 0.1(4) than with a dot between them.
            numbers = style.juxtaposes and operator == "*" and isinstance(previous, Number)
            grouped = written.level < _POWER or (numbers and isinstance(factor, Number))
            previous = factor
            right = style.group(written.text) if grouped else written.text
            if operator == "/":
                # Without spaces dE/dw would be a derivative.
                text += f" / {right}" if wide or right.startswith("d") else f"/{right}"
                open_ended = False
                continue
            if operator == "%":
                text += f" {style.sign('%')} {right}"
                open_ended = False
                continue
            if grouped and open_ended and style.juxtaposes:
                text += right
            else:
                text += (style.wide_times if wide else style.times) + right
            open_ended = open_ended and (grouped or _takes_parenthesis(factor))
        return text


def _is_chained(tree: Binary, left: Expression) -> bool:
    """Whether `left`, the first operand of `tree`, is written in one chain with it."""
    return isinstance(left, Binary) and (left.operator in "+-") == (tree.operator in "+-")


def _takes_parenthesis(factor: Expression) -> bool:
    """Whether a parenthesis right after `factor` is seen, and read, as multiplication."""
    while isinstance(factor, Negation):
        factor = factor.operand
    match factor:
        case Call() | Sum() | SumWhere() | Greatest() | Derivative():
            return False
        case Reference(name, ()):
            return not reads_as_function(name)
    return True
