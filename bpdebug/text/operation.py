"""An operation in three lines: the rule in symbols, the rule with its numbers, the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bpdebug.debugger.view import View
from bpdebug.notation.printing import Form, to_text
from bpdebug.notation.tree import Call, Expression, Symbol, Terms, walk
from bpdebug.program.formula import Formula, evaluate, with_values
from bpdebug.program.program import Phase, Program
from bpdebug.text.numbers import DIGITS, number, with_numbers

ALTERED = "altered: the session's own formula, not the derivative of its equations"

MOST_TERMS = 12
"""Of a longer sum only the first terms and the last are written out."""


@dataclass(frozen=True, slots=True)
class OperationText:
    """An operation as people read it.

    `target` is what it computes, `sign` is `=` or `:=`. `numbers` has the first arithmetic
    steps done if it stands for the middle of an operation. `note` says what was chosen where
    the derivative is a choice, at a kink.
    """

    target: str
    sign: str
    rule: str
    numbers: str
    value: float | None
    note: str = ""

    def result(self, digits: int = DIGITS) -> str:
        """The value, or what is missing."""
        return "not yet" if self.value is None else number(self.value, digits)

    def lines(self, digits: int = DIGITS) -> list[str]:
        """The three lines, their signs below one another."""
        indent = " " * len(self.target)
        rows = [f"{self.target} {self.sign} {self.rule}", f"{indent} {self.sign} {self.numbers}"]
        if self.result(digits) != self.numbers:
            rows.append(f"{indent} {self.sign} {self.result(digits)}")
        return [*rows, f"{indent}   ({self.note})"] if self.note else rows


def done_text(view: View, digits: int = DIGITS, form: Form = "unicode") -> OperationText | None:
    """The operation just executed, None at the start of a run."""
    done = view.done
    if done is None:
        return None
    text = _text(view.program, done, view.operands(done), view.result(), 0, digits, form)
    if not view.edited(done.slot):
        return text
    note = f"edited since: {number(view.value(done.slot), digits)}"
    return replace(text, note=f"{text.note}; {note}" if text.note else note)


def next_text(view: View, digits: int = DIGITS, form: Form = "unicode") -> OperationText:
    """The operation that comes next, with its arithmetic done as far as the position says."""
    steps = view.position.arithmetic
    return _text(view.program, view.next, view.next_operands(), None, steps, digits, form)


def _text(
    program: Program,
    written: Formula,
    values: Mapping[Symbol, float],
    value: float | None,
    steps: int,
    digits: int,
    form: Form,
) -> OperationText:
    phase = program.statement(int(program.written_at[written.slot])).phase
    equation = written.equation
    tree = equation.value
    sign = ":=" if equation.assigns else "="
    if steps == 0:
        tree, left_out = _shortened(tree)
    else:
        left_out = 0
    put_in = with_values(tree, values.__getitem__, steps)
    numbers = with_numbers(put_in, digits, phase in (Phase.BACKWARD, Phase.UPDATE))
    rule = to_text(tree, form)
    if left_out:
        note = f" + … {left_out} more terms"
        rule, numbers = rule + note, numbers + note
    altered = to_text(equation.target) in program.model.derivations
    note = ALTERED if altered else _kink(tree, values)
    return OperationText(to_text(equation.target, form), sign, rule, numbers, value, note)


def _kink(tree: Expression, values: Mapping[Symbol, float]) -> str:
    """What a derivative is taken to be where its function has a kink; empty elsewhere."""
    for node in walk(tree):
        if isinstance(node, Call) and node.function in ("step", "sign"):
            (argument,) = node.arguments
            if evaluate(argument, values.__getitem__) == 0.0:
                where = to_text(argument, "unicode")
                return f"a kink, for {where} = 0: {node.function}(0) = 0 is the choice made here"
    return ""


def _shortened(tree: Expression) -> tuple[Expression, int]:
    """A long sum at the top without its middle, and how many terms that leaves out."""
    if isinstance(tree, Terms) and len(tree.terms) > MOST_TERMS:
        return Terms(tree.terms[:MOST_TERMS]), len(tree.terms) - MOST_TERMS
    return tree, 0
