"""An operation that is to be told in words: its formula with the values that go into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpdebug.debugger.view import Status, View
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Expression, Number
from bpdebug.program.formula import Formula, evaluate, formula
from bpdebug.program.quantities import Kind
from bpdebug.text.numbers import DIGITS, number
from bpdebug.text.values import NOT_YET, STALE

MOST_PARTS = 12
"""Of more parts only the first are listed."""

KINDS = {
    Kind.INPUT: "an input",
    Kind.TARGET: "a target",
    Kind.CONSTANT: "given",
    Kind.PARAMETER: "a parameter",
    Kind.STATE: "kept by the optimizer",
}
"""What is said of a quantity that is not computed from others."""


class NumberInWords(NamedTuple):
    """A number that goes into an operation, and what it is."""

    value: str
    words: str


class InWords(NamedTuple):
    """An operation in words, and the parts that the sentence speaks of.

    `left_out` counts parts that are not listed.
    """

    sentence: str
    parts: tuple[NumberInWords, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class Telling:
    """An operation with the values that its formula finds.

    `value` is its result, None while there is none. Of an operation that is not done in this
    iteration what goes into it may be unknown or stale; `status` says so for each symbol.
    """

    view: View
    written: Formula
    values: Mapping[Symbol, float]
    value: float | None
    status: Mapping[Symbol, Status]
    digits: int = DIGITS

    @property
    def target(self) -> str:
        """What is computed, as formulas write it."""
        return to_text(self.written.equation.target, "unicode")

    @property
    def tree(self) -> Expression:
        """The right-hand side."""
        return self.written.equation.value

    def evaluate(self, tree: Expression) -> float:
        """The value of a part of the formula, NaN where it is not known."""
        return evaluate(tree, self.values.__getitem__)

    def number(self, value: float) -> str:
        """A number at the digits in force."""
        return number(value, self.digits)

    def worst(self, tree: Expression) -> Status:
        """The least that can be said of all that goes into a part of the formula."""
        found = {self.status.get(symbol, Status.CURRENT) for symbol in symbols(tree)}
        for status in (Status.UNKNOWN, Status.STALE):
            if status in found:
                return status
        return Status.CURRENT

    def part(self, tree: Expression, words: str = "") -> NumberInWords:
        """A part of the formula with its value, by itself if there are no words for it."""
        status = self.worst(tree)
        words = words or self._described(tree)
        if status is Status.UNKNOWN:
            return NumberInWords(NOT_YET, words)
        shown = self.number(self.evaluate(tree))
        return NumberInWords(STALE + shown if status is Status.STALE else shown, words)

    def told(self, sentence: str, pieces: Sequence[Expression | NumberInWords]) -> InWords:
        """The sentence with what it speaks of, as much as is listed. Numbers stand in the
        sentence already.
        """
        pieces = [piece for piece in pieces if not isinstance(piece, Number)]
        parts = [p if isinstance(p, NumberInWords) else self.part(p) for p in pieces[:MOST_PARTS]]
        return InWords(sentence, tuple(parts), max(0, len(pieces) - MOST_PARTS))

    def kind(self, symbol: Symbol) -> Kind | None:
        """What kind of quantity a symbol stands for, None for a constant."""
        operand = self.written.operands.get(symbol)
        return self.view.program.quantity_at(operand).kind if isinstance(operand, int) else None

    def is_parameter(self, symbol: Symbol) -> bool:
        """Whether a symbol is what is trained."""
        return self.kind(symbol) is Kind.PARAMETER

    def rule_of(self, symbol: Symbol) -> Formula | None:
        """The formula of what a symbol stands for, None if that is given."""
        operand = self.written.operands.get(symbol)
        program = self.view.program
        operation = int(program.written_at[operand]) if isinstance(operand, int) else 0
        return formula(program, operation) if operation else None

    def _described(self, tree: Expression) -> str:
        text = to_text(tree, "unicode")
        if not isinstance(tree, Reference | Derivative):
            return text
        if tree == self.written.equation.target:
            return f"{text} before"
        kind = self.kind(tree)
        return f"{text}, {KINDS[kind]}" if kind in KINDS else text
