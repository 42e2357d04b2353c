"""An operation in three lines: the rule in symbols, the rule with its numbers, the result."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.debugger.view import View
from bpdebug.notation.printing import Form, to_text
from bpdebug.text.formula.worked import (
    ALTERED,
    MOST_TERMS,
    Worked,
    done_worked,
    more_terms,
    next_worked,
)
from bpdebug.text.numbers import COVER, DIGITS, LEFT_OUT, number, with_marked_numbers

__all__ = ["ALTERED", "MOST_TERMS", "OperationText", "done_text", "next_text", "operation_text"]

_MOST_OF_RULE = 80


@dataclass(frozen=True, slots=True)
class OperationText:
    """An operation as people read it.

    `target` is what it computes, `sign` is `=` or `:=`. `numbers` has the first arithmetic
    steps done if it stands for the middle of an operation; what the last of them has computed
    are its characters `fresh`, from the first to before the second. `note` says what was chosen
    where the derivative is a choice, at a kink.

    >>> run.formula("dE/dw7").rule
    'dE/do1 · do1/dzo1 · dzo1/dw7'
    """

    target: str
    sign: str
    rule: str
    numbers: str
    value: float | None
    note: str = ""
    fresh: tuple[int, int] | None = None

    def __repr__(self) -> str:
        rule = self.rule if len(self.rule) <= _MOST_OF_RULE else f"{self.rule[:_MOST_OF_RULE]}…"
        return f"<{self.target} {self.sign} {rule} = {self.result()}>"

    def result(self, digits: int = DIGITS) -> str:
        """The value, or what is missing."""
        return "not yet" if self.value is None else number(self.value, digits)

    def lines(self, digits: int = DIGITS) -> list[str]:
        """The three lines, their signs below one another."""
        indent = " " * len(self.target)
        rows = [f"{self.target} {self.sign} {self.rule}"]
        if self.rule == COVER:
            return rows
        rows.append(f"{indent} {self.sign} {self.numbers}")
        if self.result(digits) != self.numbers:
            rows.append(f"{indent} {self.sign} {self.result(digits)}")
        return [*rows, f"{indent}   ({self.note})"] if self.note else rows


def done_text(view: View, digits: int = DIGITS, form: Form = "unicode") -> OperationText | None:
    """The operation just executed, None at the start of a run."""
    worked = done_worked(view, digits)
    return None if worked is None else operation_text(worked, digits, form)


def next_text(view: View, digits: int = DIGITS, form: Form = "unicode") -> OperationText:
    """The operation that comes next, with its arithmetic done as far as the position says."""
    return operation_text(next_worked(view), digits, form)


def operation_text(worked: Worked, digits: int = DIGITS, form: Form = "unicode") -> OperationText:
    """An operation that is worked out, as text."""
    rule, numbers = worked.rule, worked.numbers
    text, fresh = with_marked_numbers(numbers.tree, digits, worked.chained, worked.fresh)
    return OperationText(
        target=to_text(worked.target, form),
        sign=worked.sign,
        rule=to_text(rule.tree, form) + terms_left_out(rule.left_out),
        numbers=text + terms_left_out(numbers.left_out),
        value=worked.value,
        note=worked.note,
        fresh=fresh,
    )


def terms_left_out(count: int) -> str:
    """What stands at the end of a sum for the terms that are left out; nothing for none."""
    return f" + {LEFT_OUT} {more_terms(count)}" if count else ""
