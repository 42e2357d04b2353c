"""From an expression tree to boxes: fractions with bars, roots, sums with their bounds.

The names and numbers in the boxes are those of the plain line, and where the plain line has a
parenthesis that multiplies, the boxes have one too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from bpdebug.notation.names import reads_as_function, with_greek
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Greatest,
    Negation,
    Number,
    Power,
    Sum,
    SumWhere,
    Terms,
)
from bpdebug.text.numbers import LEFT_OUT, MINUS, SUPERSCRIPTS
from bpdebug.text.typeset.box import (
    Box,
    beside,
    blank,
    fraction,
    parenthesised,
    raised,
    root,
    sum_sign,
    word,
)

_SUM, _NEGATION, _PRODUCT, _POWER, _ATOM = range(5)


class Piece(NamedTuple):
    """What is never broken, and how many blanks come before it where a line goes on."""

    box: Box
    gap: int = 0


Term = list[Piece]
"""A term of a sum with its sign; it may be broken before each of its pieces but the first."""


class _Written(NamedTuple):
    """A box and how tightly its loosest operator binds."""

    box: Box
    level: int


def symbol_terms(tree: Expression, ranges: Mapping[str, int] | None = None) -> list[Term]:
    """The terms of a formula in symbols; `ranges` says how far the index of a `Sum` runs."""
    return _Symbols(ranges or {}).terms(tree)


def number_terms(
    tree: Expression,
    spell: Callable[[float], str],
    parenthesised: bool,
    marked: Number | None = None,
) -> list[Term]:
    """The terms of a formula whose symbols are replaced by numbers.

    `spell` writes a number. With `parenthesised`, and in any product of three or more, every
    factor stands in parentheses. The very node `marked` is marked.
    """
    return _Numbers(spell, parenthesised, marked).terms(tree)


def joined(terms: list[Term]) -> Box:
    """Terms in one box, without breaks."""
    parts: list[Box] = []
    for number, term in enumerate(terms):
        if number:
            parts.append(blank(1))
        for box, gap in term:
            parts += [blank(gap), box] if gap else [box]
    return beside(*parts)


class _Setter:
    """What symbols and numbers have in common. It is there for one tree."""

    def __init__(self) -> None:
        # By identity: how tightly a tree binds is asked before it is put in its place.
        self._known: dict[int, _Written] = {}

    def terms(self, tree: Expression) -> list[Term]:
        """A sum in its terms, anything else as a single one."""
        signed = _signed(tree)
        if len(signed) == 1:
            return [self._term(tree)]
        (_, first), *rest = signed
        return [
            self._term(first) if self.written(first).level > _SUM else [self._grouped(first)],
            *(self._added(sign, term) for sign, term in rest),
        ]

    def _added(self, sign: str, tree: Expression) -> Term:
        shown = word(f"{MINUS if sign == '-' else sign} ")
        first, *rest = (
            self._term(tree) if self.written(tree).level >= _PRODUCT else [self._grouped(tree)]
        )
        return [Piece(beside(shown, first.box)), *rest]

    def _grouped(self, tree: Expression) -> Piece:
        return Piece(parenthesised(self.written(tree).box))

    def _term(self, tree: Expression) -> Term:
        if isinstance(tree, Binary) and tree.operator == "*":
            return self._product(_factors(tree))
        return [Piece(self.written(tree).box)]

    def written(self, tree: Expression) -> _Written:
        """`tree` in one box."""
        known = self._known.get(id(tree))
        if known is None:
            known = self._known[id(tree)] = self._write(tree)
        return known

    def _write(self, tree: Expression) -> _Written:
        match tree:
            case Number() | Reference() | Derivative():
                return self._atom(tree)
            case Negation(operand):
                box = self._negated(operand)
                sign = word(f"{MINUS} " if box.tall else MINUS)
                return _Written(beside(sign, box), _NEGATION)
            case Binary("+" | "-") | Terms():
                return _Written(joined(self.terms(tree)), _SUM)
            case Binary("*", _, _):
                box = joined([self._product(_factors(tree))])
                negative = box.lines[box.axis].startswith(MINUS)
                return _Written(box, _NEGATION if negative else _PRODUCT)
            case Binary(_, above, below):
                return _Written(fraction(self._alone(above), self._alone(below)), _POWER)
            case Power(base, exponent):
                digits = str(exponent).translate(SUPERSCRIPTS)
                return _Written(raised(self._within(base, _ATOM), digits), _POWER)
            case Call("sqrt", (argument,)):
                return _Written(root(self._alone(argument)), _POWER)
            case Call(function, arguments):
                return _Written(self._call(function, arguments), _ATOM)
            case _:
                raise TypeError(f"not arithmetic: {tree}")

    def _alone(self, tree: Expression) -> Box:
        """`tree` where nothing stands beside it."""
        return self.written(tree).box

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> Box:
        parts: list[Box] = []
        for number, argument in enumerate(arguments):
            parts += [word(", ")] if number else []
            parts.append(self._alone(argument))
        return beside(word(function), parenthesised(beside(*parts)))

    def _within(self, tree: Expression, level: int) -> Box:
        """`tree` as an operand that has to bind at least as tightly as `level`."""
        written = self.written(tree)
        return written.box if written.level >= level else parenthesised(written.box)

    def _negated(self, operand: Expression) -> Box:
        return self._within(operand, _POWER)

    def _atom(self, tree: Number | Reference | Derivative) -> _Written:
        raise NotImplementedError

    def _product(self, factors: list[Expression]) -> Term:
        raise NotImplementedError


_SUMS = (Sum, SumWhere)


class _Symbols(_Setter):
    def __init__(self, ranges: Mapping[str, int]) -> None:
        super().__init__()
        self._ranges = ranges

    def _write(self, tree: Expression) -> _Written:
        if isinstance(tree, Sum):
            sign = sum_sign(f"{with_greek(tree.index)}=1", str(self._ranges[tree.index]))
            return _Written(beside(sign, self._within(tree.body, _PRODUCT)), _PRODUCT)
        if isinstance(tree, SumWhere):
            where = to_text(replace(tree, body=Number(0.0)), "unicode")
            below = where.partition("(")[2].removesuffix(": 0)")
            sign = sum_sign(below.replace(" = ", "="), "")
            return _Written(beside(sign, self._within(tree.body, _PRODUCT)), _PRODUCT)
        if isinstance(tree, Greatest):
            inside = beside(word(f"{with_greek(tree.index)}: "), self._alone(tree.body))
            return _Written(beside(word("max"), parenthesised(inside)), _ATOM)
        return super()._write(tree)

    def _negated(self, operand: Expression) -> Box:
        # The sign of a sum takes in all of it.
        return self._within(operand, _PRODUCT if isinstance(operand, _SUMS) else _POWER)

    def _atom(self, tree: Number | Reference | Derivative) -> _Written:
        if isinstance(tree, Derivative):
            return _Written(fraction(_name(tree.of, "d"), _name(tree.by, "d")), _POWER)
        if isinstance(tree, Reference):
            return _Written(_name(tree), _ATOM)
        text = to_text(tree, "unicode")
        return _Written(word(text), _NEGATION if text.startswith(MINUS) else _ATOM)

    def _product(self, factors: list[Expression]) -> Term:
        first, *rest = factors
        boxes = [self._within(first, _ATOM if _ends_in_sum(first) else _NEGATION)]
        wide = boxes[0].tall
        openings = [_takes_parenthesis(first)]
        for number, factor in enumerate(rest, 1):
            level, box = self.written(factor).level, self.written(factor).box
            # Nothing comes behind the last factor that a sum could take in.
            last = isinstance(factor, _SUMS) and number == len(rest)
            grouped = level < _POWER and not last
            boxes.append(parenthesised(box) if grouped else box)
            wide = wide or box.tall
            openings.append(grouped)
        term = [Piece(boxes[0])]
        for number, box in enumerate(boxes[1:], 1):
            juxtaposed = openings[number] and (
                openings[number - 1] or _takes_parenthesis(factors[number - 1])
            )
            if juxtaposed:
                term.append(Piece(box))
            elif wide:
                term.append(Piece(beside(word("· "), box), 1))
            else:
                term.append(Piece(beside(word("·"), box)))
        return term


def _ends_in_sum(tree: Expression) -> bool:
    """Whether a factor after `tree` would seem to belong to a sum."""
    while isinstance(tree, Negation):
        tree = tree.operand
    return isinstance(tree, _SUMS)


def symbol_box(symbol: Reference | Derivative) -> Box:
    """A symbol by itself: a name, or a derivative as a fraction."""
    return _Symbols({}).written(symbol).box


def _name(reference: Reference, before: str = "") -> Box:
    return word(before + to_text(reference, "unicode"))


def _takes_parenthesis(factor: Expression) -> bool:
    """Whether a parenthesis right after `factor` is seen as multiplication."""
    match factor:
        case Number():
            return True
        case Reference(name, ()):
            return not reads_as_function(name)
        case _:
            return False


class _Numbers(_Setter):
    def __init__(
        self, spell: Callable[[float], str], parenthesised: bool, marked: Number | None
    ) -> None:
        super().__init__()
        self._spell = spell
        self._parenthesised = parenthesised
        self._marked = marked

    def _atom(self, tree: Number | Reference | Derivative) -> _Written:
        if isinstance(tree, Reference) and tree.name.startswith(LEFT_OUT):
            return _Written(word(tree.name), _ATOM)
        if not isinstance(tree, Number):
            raise TypeError(f"not arithmetic: {tree}")
        text = self._spell(tree.value)
        box = word(text, tree is self._marked)
        return _Written(box, _NEGATION if text.startswith(MINUS) else _ATOM)

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> Box:
        plain = _Numbers(self._spell, False, self._marked)
        return _Setter._call(plain, function, arguments)

    def _product(self, factors: list[Expression]) -> Term:
        written = [self.written(factor) for factor in factors]
        numbers = all(isinstance(factor, Number) for factor in factors)
        if numbers and (self._parenthesised or len(factors) > 2):
            return [Piece(parenthesised(each.box)) for each in written]
        head, *rest = zip(factors, written, strict=True)
        box = head[1].box if head[1].level >= _PRODUCT else parenthesised(head[1].box)
        term = [Piece(box)]
        for factor, each in rest:
            # A power of something in parentheses needs no more of them: 0.5(0.8 − 0.1)².
            bare = isinstance(factor, Power) and each.box.lines[0][0] in "(╭"
            term.append(Piece(each.box if bare else parenthesised(each.box)))
        return term


def _signed(tree: Expression) -> list[tuple[str, Expression]]:
    """The terms of a sum, each with the sign before it."""
    if isinstance(tree, Terms):
        return [("+", term) for term in tree.terms]
    found: list[tuple[str, Expression]] = []
    while isinstance(tree, Binary) and tree.operator in "+-":
        found.append((tree.operator, tree.right))
        tree = tree.left
    return [("+", tree), *reversed(found)]


def _factors(tree: Expression) -> list[Expression]:
    if isinstance(tree, Binary) and tree.operator == "*":
        return [*_factors(tree.left), tree.right]
    return [tree]
