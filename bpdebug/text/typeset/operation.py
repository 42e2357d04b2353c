"""An operation set like mathematics: its rule, its numbers, its result, if there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Expression, Number, rebuild
from bpdebug.text.formula.operation import terms_left_out
from bpdebug.text.formula.worked import Worked, cut, is_cut
from bpdebug.text.numbers import COVER, number
from bpdebug.text.typeset.box import Box, beside, blank, gaps, stacked, word
from bpdebug.text.typeset.flow import flowed
from bpdebug.text.typeset.formulas import Piece, Term, number_terms, symbol_box, symbol_terms

FEW_TERMS = 3
"""How many terms are written out where there is no room for more."""


class OperationPart(StrEnum):
    """What a part of an operation says."""

    SUM = "sum"
    RULE = "rule"
    NUMBERS = "numbers"
    FEW = "the first of the numbers"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class SetOperation:
    """An operation in one box.

    The first `head` cells of each line have what is computed and the signs, what it is equal
    to lies after them. `parts` says of each line to which part it belongs, None for a blank
    one between two parts.
    """

    box: Box
    head: int
    parts: tuple[OperationPart | None, ...]


def set_operation(worked: Worked, width: int, height: int, digits: int) -> SetOperation | None:
    """An operation set in at most `width` × `height` cells, None if it does not fit.

    It fits if there is room for the longest usual numbers, such as `−0.1234`: so operations of
    the same kind, one after another and at each of their arithmetic steps, are all set or all
    plain. What is shown beside the rule, the numbers and the result, a sum with its bounds and
    blank lines, depends on the height.
    """
    usual = replace(worked, numbers=worked.unworked, value=0.0)
    symbolic: _Bodies = {}
    nominal = _Lines(usual, width, digits, symbolic, usual=True)
    actual = _Lines(worked, width, digits, symbolic)
    for parts, apart in _arrangements(worked):
        if nominal.height(parts, apart) <= height and actual.height(parts, apart) <= height:
            return actual.set(parts, apart)
    return None


_Bodies = dict[OperationPart, list[Box] | None]
"""The lines of parts, None for one that cannot be set."""


@lru_cache(maxsize=64)
def _usual_numbers(
    shape: Expression, left_out: int, digits: int, chained: bool, room: int
) -> list[Box] | None:
    """The lines of numbers of the usual length: as many for one unit of a layer as for another."""
    terms = number_terms(shape, lambda value: _longest(digits), chained)
    return flowed(_with_rest(terms, left_out), room)


def _longest(digits: int) -> str:
    return "0" * (digits + 3)


def _shape(tree: Expression) -> Expression:
    """A formula with numbers, whatever they are."""
    return _ANY if isinstance(tree, Number) else rebuild(tree, _shape)


_ANY = Number(0.0)


def _arrangements(worked: Worked) -> Iterator[tuple[tuple[OperationPart, ...], bool]]:
    """What to show, and whether with blank lines, from the roomiest down."""
    if worked.rule.tree == Reference(COVER):
        yield (OperationPart.RULE,), False
        return
    rest = (OperationPart.NUMBERS, OperationPart.RESULT)
    if worked.general is not None:
        yield (OperationPart.SUM, OperationPart.RULE, *rest), True
    if not is_cut(worked.rule) or worked.general is None:
        yield (OperationPart.RULE, *rest), True
        yield (OperationPart.RULE, *rest), False
    if worked.general is not None:
        # The bounds say what a sum without its last terms does not.
        for numbers in (OperationPart.NUMBERS, OperationPart.FEW):
            yield (OperationPart.SUM, numbers, OperationPart.RESULT), True
            yield (OperationPart.SUM, numbers, OperationPart.RESULT), False


class _Lines:
    """The lines of the parts of an operation, each part made once, if it is asked for.

    Parts without numbers are kept in `symbolic`: they are the same for other numbers. With `usual`
    all numbers are written as if they had the usual length.
    """

    def __init__(
        self, worked: Worked, width: int, digits: int, symbolic: _Bodies, usual: bool = False
    ) -> None:
        self._worked = worked
        self._digits = digits
        self._usual = usual
        self._target = symbol_box(worked.target)
        self._sign = word(f" {worked.sign} ")
        self._room = width - self._target.width - self._sign.width
        self._symbolic = symbolic
        self._made: _Bodies = {}

    def _spell(self, value: float) -> str:
        return _longest(self._digits) if self._usual else number(value, self._digits)

    def height(self, parts: tuple[OperationPart, ...], apart: bool) -> float:
        """How many lines an arrangement takes; infinitely many if it is too wide."""
        bodies = self._bodies(parts)
        if bodies is None:
            return math.inf
        # The head of the first line may be higher than what stands after it.
        first, *rest = [line for _, body in bodies for line in body]
        lines = [self._headed(first, first=True), *rest]
        return sum(line.height for line in lines) + sum(gaps(lines, apart))

    def set(self, parts: tuple[OperationPart, ...], apart: bool) -> SetOperation:
        """An arrangement that fits."""
        rows: list[Box] = []
        said: list[OperationPart] = []
        for part, body in self._bodies(parts) or ():
            for place, line in enumerate(body):
                rows.append(self._headed(line, first=not rows, signed=place == 0))
            said += [part] * len(body)
        of_lines: list[OperationPart | None] = []
        for gap, row, part in zip(gaps(rows, apart), rows, said, strict=True):
            of_lines += [*[None] * gap, *[part] * row.height]
        indent = self._target.width + self._sign.width
        return SetOperation(stacked(rows, apart), indent, tuple(of_lines))

    def _headed(self, line: Box, first: bool, signed: bool = True) -> Box:
        target = self._target if first else blank(self._target.width)
        return beside(target, self._sign if signed else blank(self._sign.width), line)

    def _bodies(
        self, parts: tuple[OperationPart, ...]
    ) -> list[tuple[OperationPart, list[Box]]] | None:
        """The parts that say something with their lines, None if one is too wide."""
        found = []
        for part in parts:
            if part is OperationPart.RESULT and not _says_more(self._worked, self._spell):
                continue
            made = self._symbolic if part in (OperationPart.SUM, OperationPart.RULE) else self._made
            if part not in made:
                made[part] = self._body(part)
            body = made[part]
            if body is None or any(line.width > self._room for line in body):
                return None
            found.append((part, body))
        return found

    def _body(self, part: OperationPart) -> list[Box] | None:
        """What an operation is equal to, in one of its ways, in lines."""
        worked, room = self._worked, self._room
        match part:
            case OperationPart.SUM:
                assert worked.general is not None
                return flowed(symbol_terms(worked.general, worked.ranges), room)
            case OperationPart.RULE:
                tree, left_out = worked.rule
                return flowed(_with_rest(symbol_terms(tree), left_out), room)
            case OperationPart.NUMBERS | OperationPart.FEW:
                tree, left_out = worked.numbers
                if part is OperationPart.FEW:
                    tree, more = cut(tree, FEW_TERMS)
                    left_out += more
                if self._usual:
                    shape = _shape(tree)
                    return _usual_numbers(shape, left_out, self._digits, worked.chained, room)
                terms = number_terms(tree, self._spell, worked.chained, worked.fresh)
                return flowed(_with_rest(terms, left_out), room)
            case OperationPart.RESULT:
                assert worked.value is not None
                return [word(self._spell(worked.value))]


def _says_more(worked: Worked, spell: Callable[[float], str]) -> bool:
    """Whether there is a result that the numbers are not already."""
    value, numbers = worked.value, worked.numbers.tree
    if value is None:
        return False
    return not isinstance(numbers, Number) or spell(value) != spell(numbers.value)


def _with_rest(terms: list[Term], left_out: int) -> list[Term]:
    """The terms of a sum, and what stands for those that are left out."""
    return [*terms, [Piece(word(terms_left_out(left_out).lstrip()))]] if left_out else terms
