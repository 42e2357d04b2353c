"""Mistakes with the derivative of an activation: left out, there twice, of the wrong argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.trees import (
    element_name,
    everywhere,
    factors_of,
    gradients_of,
    product_of,
    single_changes,
    statements_of,
    text_of,
    written_out,
)
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import Call, Derivative, Expression, Number, Reference
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind


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
    called = {
        each.target.name
        for each in statements_of(program, Phase.FORWARD, Phase.LOSS)
        if isinstance(each.equation.value, Call)
    }
    slopes = {
        each.equation.target.family: None
        for each in statements_of(program, Phase.BACKWARD)
        if each.target.kind is Kind.LOCAL
        and isinstance(each.equation.target, Derivative)
        and each.equation.target.of.name in called
    }

    def changed(family: str, tree: Expression) -> Expression | None:
        factors = factors_of(tree)
        for at, factor in enumerate(factors):
            if isinstance(factor, Derivative) and factor.family == family:
                rest = change(factors, at)
                return product_of(rest) if rest else Number(1.0)
        return None

    for family in slopes:
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
            for element in written_out(statement):
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
    forward = {s.target.name: s for s in statements_of(program, Phase.FORWARD, Phase.LOSS)}
    for statement in statements_of(program, Phase.BACKWARD):
        target = statement.equation.target
        if statement.target.kind is not Kind.LOCAL or not isinstance(target, Derivative):
            continue
        source = forward.get(target.of.name)
        if source is None or not isinstance(target.by, Reference):
            continue
        own, argument = target.of, target.by
        exchanges: list[tuple[str, Expression, Expression]] = [
            (f"{to_text(argument)} for {to_text(own)}", own, argument),
            (f"{to_text(own)} for {to_text(argument)}", argument, own),
        ]
        again = everywhere(source.equation.value, partial(_exchanged, argument, own))
        if source.equation.target == own:
            exchanges.append((f"{to_text(again)} for {to_text(own)}", own, again))
        for what, old, new in exchanges:
            value = everywhere(statement.equation.value, partial(_exchanged, old, new))
            if value != statement.equation.value:
                where = f"{to_text(target)}: {what}"
                yield Alteration(where, (replace(statement.equation, value=value),))


def _exchanged(old: Expression, new: Expression, tree: Expression) -> Expression | None:
    return new if tree == old else None
