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
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import Call, Derivative, Expression, Number, Reference
from bpdebug.program.program import Phase, Program, Statement
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


_SLOPES = ("y*(1 - y)", "1 - y^2", "1 - y", "y", "1 - u^2")
"""Derivatives of activations, and what is left of them if a part is forgotten; `u` is the
pre-activation, `y` the activation.
"""


def of_another(program: Program) -> Iterator[Alteration]:
    """The derivative of another activation, or a part of the right one."""
    for statement in statements_of(program, Phase.BACKWARD):
        target = statement.equation.target
        if statement.target.kind is not Kind.LOCAL or not isinstance(target, Derivative):
            continue
        source = activation_of(program, target)
        if source is None:
            continue
        for rule in _SLOPES:
            names: dict[str, Expression] = {"u": target.by, "y": target.of}
            value = everywhere(parse_expression(rule), partial(_named, names))
            if value != statement.equation.value:
                where = f"{to_text(target)} = {to_text(value)}"
                yield Alteration(where, (replace(statement.equation, value=value),))


def _named(names: dict[str, Expression], tree: Expression) -> Expression | None:
    return names.get(tree.name) if isinstance(tree, Reference) else None


def activation_of(program: Program, local: Derivative) -> Statement | None:
    """The statement that computes an activation from what it is derived by, if that is one."""
    for each in statements_of(program, Phase.FORWARD, Phase.LOSS):
        equation = each.equation
        if equation.target == local.of:
            is_activation = isinstance(equation.value, Call) and equation.value.arguments == (
                local.by,
            )
            return each if is_activation else None
    return None
