"""Paths that are gathered: how many a derivative carries whose factors are sums of paths again."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Derivative, Symbol
from bpdebug.notation.tree import Binary, Expression, Negation, Terms
from bpdebug.program.formula import Formula, formula
from bpdebug.program.program import Program
from bpdebug.text.formula.phrases import counted

_MOST_FORMULAS = 100
"""This many derivatives are looked at for counting the paths of one."""


def signed_terms(value: Expression) -> Sequence[Expression]:
    """The terms of a sum, those that are subtracted with their sign."""
    if isinstance(value, Terms):
        return value.terms
    terms: list[Expression] = []
    while isinstance(value, Binary) and value.operator in "+-":
        terms.insert(0, value.right if value.operator == "+" else Negation(value.right))
        value = value.left
    terms[:0] = value.terms if isinstance(value, Terms) else (value,)
    return tuple(terms)


def is_chain(term: Expression) -> bool:
    """Whether a term is a product along a path, not something that E depends on directly."""
    return any(isinstance(symbol, Derivative) for symbol in symbols(term))


def is_gathered(program: Program, operand: int | float) -> bool:
    """Whether a derivative is itself computed from derivatives."""
    operation = int(program.written_at[operand]) if isinstance(operand, int) else 0
    return operation > 0 and is_chain(program.statement(operation).equation.value)


def count_paths(program: Program, written: Formula) -> int | None:
    """How many paths the terms of a derivative's rule carry; None if they are too many to be
    counted at once, or if the derivative is added to what was there before.
    """
    counts: dict[int, int] = {}
    waiting = [written]
    known = {written.slot: _beginnings(program, written)}
    while waiting:
        each = waiting[-1]
        inner = known[each.slot]
        if inner is None:
            return None
        missing = [slot for slot in inner if slot and slot not in counts]
        if not missing:
            counts[each.slot] = sum(counts[slot] if slot else 1 for slot in inner)
            waiting.pop()
            continue
        for slot in missing:
            if slot in known:
                return None
            if len(known) >= _MOST_FORMULAS:
                return None
            found = formula(program, int(program.written_at[slot]))
            known[slot] = _beginnings(program, found)
            waiting.append(found)
    return counts[written.slot]


def carried(program: Program, written: Formula, terms: int) -> str:
    """`two terms (four paths)`; empty if each term is one path."""
    if not any(_beginnings(program, written) or [None]):
        return ""
    count = count_paths(program, written)
    if count == terms:
        return ""
    many = "many paths" if count is None else f"{counted(count)} paths"
    return f"{counted(terms)} terms ({many})"


def _beginnings(program: Program, written: Formula) -> list[int | None] | None:
    """Of each term of a derivative's rule the slot of its first factor, None where that is one
    path; None if the rule reads what it gives.
    """
    found: list[int | None] = []
    for term in signed_terms(written.equation.value):
        first: Symbol | None = next((s for s in symbols(term) if isinstance(s, Derivative)), None)
        operand = None if first is None else written.operands[first]
        if operand == written.slot:
            return None
        is_sum = isinstance(operand, int) and is_gathered(program, operand)
        found.append(operand if is_sum and isinstance(operand, int) else None)
    return found
