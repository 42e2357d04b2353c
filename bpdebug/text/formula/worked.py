"""An operation worked out: its rule and its numbers as trees, from which texts are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from bpdebug.debugger.covering import COVERED, HINTS_FOR_NUMBERS, HINTS_FOR_RULE, is_covered
from bpdebug.debugger.view import View
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference, Symbol
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Number,
    Over,
    Power,
    SumWhere,
    Terms,
    children,
    rebuild,
    substitute,
    walk,
)
from bpdebug.program.formula import Formula, evaluate, with_values
from bpdebug.program.program import Phase
from bpdebug.text.numbers import COVER, DIGITS, LEFT_OUT, number

ALTERED = "altered: the session's own formula, not the derivative of its equations"

MOST_TERMS = 12
"""Of a longer sum only the first terms are written out."""


class Cut(NamedTuple):
    """A formula of whose sum the last terms are left out, and how many."""

    tree: Expression
    left_out: int


@dataclass(frozen=True, slots=True)
class Worked:
    """An operation worked out.

    `rule` is its right-hand side in symbols. `numbers` is the same with numbers put in and the
    first arithmetic steps done, `fresh` the node in it that the last of them has computed, and
    `unworked` the numbers before any step. `general` is the rule with its sums, where it has
    any, for this element; their indices run to `ranges`. `chained` says that factors are
    those of a chain, all in parentheses. `value` is the result, None if it is not there yet.
    """

    target: Symbol
    sign: str
    rule: Cut
    numbers: Cut
    unworked: Cut
    fresh: Number | None
    general: Expression | None
    ranges: Mapping[str, int]
    chained: bool
    value: float | None
    note: str

    @property
    def is_covered(self) -> bool:
        """Whether the numbers are not to be seen, which would give the result away."""
        tree = self.numbers.tree
        return isinstance(tree, Number) and is_covered(tree.value)


def done_worked(view: View, digits: int = DIGITS) -> Worked | None:
    """The operation just executed, None at the start of a run. A note has `digits` decimals."""
    done = view.done
    if done is None:
        return None
    note = ""
    if view.edited(done.slot):
        note = f"edited since: {number(view.value(done.slot), digits)}"
    worked = _worked(view, done, view.reader(done), view.result(), 0, note)
    if view.hides(done.slot, HINTS_FOR_NUMBERS):
        hidden = Cut(Number(COVERED), 0)
        worked = replace(worked, numbers=hidden, unworked=hidden, note="")
    if view.hides(done.slot, HINTS_FOR_RULE):
        worked = replace(worked, rule=Cut(Reference(COVER), 0), general=None)
    return worked


def next_worked(view: View) -> Worked:
    """The operation that comes next, with its arithmetic done as far as the position says."""
    read = view.next_operands().__getitem__
    return _worked(view, view.next, read, None, view.position.arithmetic, "")


def _worked(
    view: View,
    written: Formula,
    read: Callable[[Symbol], float],
    value: float | None,
    steps: int,
    edited: str,
) -> Worked:
    program = view.program
    operation = int(program.written_at[written.slot])
    statement = program.statement(operation)
    equation = written.equation
    whole, left_out = cut(equation.value)
    unworked = Cut(cut_within(with_values(whole, read, 0)), left_out)
    numbers, fresh = unworked, None
    if steps:
        before, after = (with_values(equation.value, read, done) for done in (steps - 1, steps))
        rest, more = cut(after)
        numbers, fresh = Cut(cut_within(rest), more), just_computed(before, after)
    altered = to_text(equation.target) in program.model.derivations
    notes = [ALTERED if altered else _kink(whole, read), edited]
    general = statement.equation.value
    positions = statement.positions(int(program.element_of[operation - 1]))
    return Worked(
        target=equation.target,
        sign=":=" if equation.assigns else "=",
        rule=Cut(cut_within(whole), left_out),
        numbers=numbers,
        unworked=unworked,
        fresh=fresh,
        general=substitute(general, positions) if _has_sums(general) else None,
        ranges=statement.ranges,
        chained=statement.phase in (Phase.BACKWARD, Phase.UPDATE),
        value=value,
        note="; ".join(filter(None, notes)),
    )


def _has_sums(tree: Expression) -> bool:
    return any(isinstance(node, Over | SumWhere) for node in walk(tree))


def cut(tree: Expression, most: int = MOST_TERMS) -> Cut:
    """A sum at the top that has more than `most` terms, without the last of them."""
    if isinstance(tree, Terms) and len(tree.terms) > most:
        return Cut(Terms(tree.terms[:most]), len(tree.terms) - most)
    return Cut(tree, 0)


def cut_within(tree: Expression) -> Expression:
    """A formula with a long sum somewhere in it, words standing for the last of its terms."""
    if isinstance(tree, Terms) and len(tree.terms) > MOST_TERMS:
        words = Reference(f"{LEFT_OUT} {more_terms(len(tree.terms) - MOST_TERMS)}")
        return Terms((*map(cut_within, tree.terms[:MOST_TERMS]), words))
    return rebuild(tree, cut_within)


def more_terms(count: int) -> str:
    """What stands for the terms that are left out."""
    return f"{count} more term{'' if count == 1 else 's'}"


def is_cut(formula: Cut) -> bool:
    """Whether anything of a formula is left out, at its end or within."""
    named = (symbol for symbol in symbols(formula.tree) if isinstance(symbol, Reference))
    return formula.left_out > 0 or any(symbol.name.startswith(LEFT_OUT) for symbol in named)


def just_computed(before: Expression, after: Expression) -> Number | None:
    """The node of `after` that is computed there, if it is one arithmetic step behind `before`."""
    match before, after:
        case Number(), _:
            return None
        case _, Number():
            return after
        case Power(), Binary("*", Number() as product, _):
            return product
        case Binary("*", Number(last), Power(_, many)), Binary(
            "*", Number() as product, factor
        ) if (
            # A power half done; where the product is as it was, one multiplied by 1 or 0.
            factor.exponent < many
            if isinstance(factor, Power)
            else repr(product.value) != repr(last)
        ):
            return product
        case Terms(some), Terms((Number() as total, *_) as fewer) if len(fewer) < len(some):
            return total
    pairs = zip(children(before), children(after), strict=True)
    found = (just_computed(*pair) for pair in pairs)
    return next((node for node in found if node is not None), None)


def _kink(tree: Expression, read: Callable[[Symbol], float]) -> str:
    """What a derivative is taken to be where its function has a kink; empty elsewhere."""
    for node in walk(tree):
        if isinstance(node, Call) and node.function in ("step", "sign"):
            (argument,) = node.arguments
            if evaluate(argument, read) == 0.0:
                where = to_text(argument, "unicode")
                return f"a kink, for {where} = 0: {node.function}(0) = 0 is the choice made here"
    return ""
