"""Mistakes with the derivative of an activation: left out, there twice, of the wrong argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.parts import slopes
from bpdebug.checks.mistakes.trees import (
    element_name,
    everywhere,
    factors_of,
    gradients_of,
    product_of,
    single_changes,
    text_of,
    written_out,
)
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Expression, Number
from bpdebug.program.program import Program


def derivative_missing(program: Program) -> Iterator[Alteration]:
    """The derivative of an activation not multiplied by."""
    yield from _slopes(program, lambda factors, at: [*factors[:at], *factors[at + 1 :]])


def derivative_doubled(program: Program) -> Iterator[Alteration]:
    """The derivative of an activation multiplied by twice."""
    yield from _slopes(program, lambda factors, at: [*factors[: at + 1], *factors[at:]])


def _slopes(
    program: Program, change: Callable[[list[Expression], int], list[Expression]]
) -> Iterator[Alteration]:
    """Products with something done to a local derivative: everywhere, in an equation, in one
    element.
    """

    def changed(family: str, tree: Expression) -> Expression | None:
        factors = factors_of(tree)
        for at, factor in enumerate(factors):
            if isinstance(factor, Derivative) and factor.family == family:
                rest = change(factors, at)
                return product_of(rest) if rest else Number(1.0)
        return None

    for family in dict.fromkeys(each.statement.equation.target.family for each in slopes(program)):
        equations = []
        for statement in gradients_of(program):
            value = everywhere(statement.equation.value, partial(changed, family))
            if value != statement.equation.value:
                equations.append(replace(statement.equation, value=value))
        if not equations:
            continue
        yield Alteration(f"{family} everywhere", tuple(equations))
        if len(equations) > 1:
            for equation in equations:
                yield Alteration(f"{family} in {to_text(equation.target)}", (equation,))
        for statement in gradients_of(program):
            for element in written_out(program, statement):
                changes = single_changes(element.value, partial(_one, partial(changed, family)))
                for value in dict.fromkeys(changes):
                    name = element_name(program, element.target)
                    where = f"{family} in {name} = {text_of(program, value)}"
                    yield Alteration(where, (replace(element, value=value),))


def _one(
    change: Callable[[Expression], Expression | None], tree: Expression
) -> Iterable[Expression]:
    changed = change(tree)
    return () if changed is None else (changed,)


def wrong_argument(program: Program) -> Iterator[Alteration]:
    """The derivative of an activation taken of the activation instead of the pre-activation, or
    the reverse.
    """
    for statement, own, argument, rule in slopes(program):
        again = everywhere(rule, partial(_exchanged, argument, own))
        exchanges: tuple[tuple[Expression, Expression], ...] = (
            (own, argument),
            (argument, own),
            (own, again),
        )
        for old, new in exchanges:
            value = everywhere(statement.equation.value, partial(_exchanged, old, new))
            if value != statement.equation.value:
                where = f"{to_text(statement.equation.target)}: {to_text(new)} for {to_text(old)}"
                yield Alteration(where, (replace(statement.equation, value=value),))


def _exchanged(old: Expression, new: Expression, tree: Expression) -> Expression | None:
    return new if tree == old else None


_SLOPES = ("y*(1 - y)", "1 - y^2", "1 - y", "y", "1 - u^2")
"""Derivatives of activations, and what is left of them if a part is forgotten; `u` is the
pre-activation, `y` the activation.
"""


def of_another(program: Program) -> Iterator[Alteration]:
    """The derivative of another activation, or a part of the right one."""
    for statement, own, argument, rule in slopes(program):
        if rule.arguments != (argument,):
            continue
        names: dict[str, Expression] = {"u": argument, "y": own}
        for text in _SLOPES:
            value = everywhere(parse_expression(text), partial(_named, names))
            if value != statement.equation.value:
                where = f"{to_text(statement.equation.target)} = {to_text(value)}"
                yield Alteration(where, (replace(statement.equation, value=value),))


def _named(names: dict[str, Expression], tree: Expression) -> Expression | None:
    return names.get(tree.name) if isinstance(tree, Reference) else None
