"""Mistakes in the forward pass and the loss: biases, constants, other losses, numbers mixed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.parts import biases, compared, is_observation, observation_count
from bpdebug.checks.mistakes.trees import everywhere, single_changes, terms_of, total_of
from bpdebug.models.losses import LOSSES
from bpdebug.models.model import Declaration, Model
from bpdebug.notation.equation import Equation
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Binary, Expression, Negation, Number, Sum, walk
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

_MOST_SWAPPED, _MOST_NEIGHBOURS = 24, 400
"""In quantities with more elements only neighbours are interchanged, or none."""


def bias_left_out(program: Program) -> Iterator[Alteration]:
    """The bias not added to a pre-activation."""
    equations = []
    for name, statement in biases(program).items():
        rest = [term for term in terms_of(statement.equation.value) if _family(term) != name]
        if rest:
            equations.append((name, replace(statement.equation, value=total_of(rest))))
    for name, equation in equations:
        yield Alteration(f"{name} in {to_text(equation.target)}", (equation,))
    if len(equations) > 1:
        yield Alteration("in all layers", tuple(equation for _, equation in equations))


def _family(tree: Expression) -> str:
    return tree.name if isinstance(tree, Reference) else ""


def bias_for_each_unit(program: Program) -> Iterator[Alteration]:
    """A bias of its own for each unit where the units share one."""
    shared = []
    for name, statement in biases(program).items():
        letters = [index for index in statement.indices if not is_observation(index)]
        if program.quantities[name].shape or len(letters) != 1:
            continue
        if statement.ranges[letters[0]] > 1:
            shared.append((name, letters[0], statement.ranges[letters[0]]))
    for name, letter, count in shared:
        yield Alteration(name, change=_separated([(name, letter, count)]))
    if len(shared) > 1:
        yield Alteration("all of them", change=_separated(shared))


def _separated(shared: list[tuple[str, str, int]]) -> Callable[[Model], Model]:
    def change(model: Model) -> Model:
        equations, declarations = list(model.equations), list(model.declarations)
        for name, letter, count in shared:
            own = Reference(name, (letter,))
            put_in = lambda tree, n=name, o=own: o if tree == Reference(n) else None  # noqa: E731
            equations = [replace(e, value=everywhere(e.value, put_in)) for e in equations]
            declarations = [_several(each, name, letter, count) for each in declarations]
        return replace(model, equations=tuple(equations), declarations=tuple(declarations))

    return change


def _several(declaration: Declaration, name: str, letter: str, count: int) -> Declaration:
    """The declaration of a scalar, or of what an optimizer keeps of it, as one of several."""
    if declaration.name != name and not declaration.name.endswith(f"_{name}"):
        return declaration

    def indexed(tree: Expression) -> Expression | None:
        match tree:
            case Reference(own) if own == name or own.endswith(f"_{name}"):
                return Reference(own, (letter,))
            case Derivative(of, Reference(by)) if by == name:
                return Derivative(of, Reference(name, (letter,)))
        return None

    updates = []
    for each in declaration.updates:
        assert isinstance(each.target, Reference)
        target = Reference(each.target.name, (letter,))
        updates.append(Equation(target, everywhere(each.value, indexed), each.assigns))
    values = np.full((count,), float(declaration.values))
    return replace(declaration, values=values, names=(), updates=tuple(updates))


def half_forgotten(program: Program) -> Iterator[Alteration]:
    """The ½ of the loss left out, or put where there is none."""
    loss = program.model.equations[-1]
    for value in single_changes(loss.value, _without_constant):
        yield Alteration(f"left out: {to_text(value)}", change=_with_loss(value))
    if not any(node == Number(0.5) for node in walk(loss.value)):
        value = Binary("*", Number(0.5), loss.value)
        yield Alteration(f"put in: {to_text(value)}", change=_with_loss(value))


def _without_constant(tree: Expression) -> Iterator[Expression]:
    match tree:
        case Binary("*", Number(), rest) | Binary("*", rest, Number()):
            yield rest
        case Binary("/", rest, Number(2.0)):
            yield rest


def mean_forgotten(program: Program) -> Iterator[Alteration]:
    """A mean taken for a sum, or a sum for a mean: of observations, or of outputs."""
    loss = program.model.equations[-1]
    for value in single_changes(loss.value, _without_division):
        yield Alteration(f"not divided: {to_text(value)}", change=_with_loss(value))
    sizes = [(observation_count(program), "observations")]
    sizes += [(q.shape[-1], "outputs") for q in program.of_kind(Kind.TARGET) if q.shape]
    for count, what in dict.fromkeys(sizes):
        if count > 1:
            value = Binary("/", loss.value, Number(float(count)))
            yield Alteration(f"divided by {count} {what}", change=_with_loss(value))


def _without_division(tree: Expression) -> Iterator[Expression]:
    match tree:
        case Binary("/", rest, Number()):
            yield rest


def _with_loss(value: Expression) -> Callable[[Model], Model]:
    def change(model: Model) -> Model:
        *before, last = model.equations
        return replace(model, equations=(*before, replace(last, value=value)))

    return change


def other_loss(program: Program) -> Iterator[Alteration]:
    """Another loss: squared error for cross-entropy or the reverse, and the like."""
    loss = program.model.equations[-1]
    found = compared(program, loss.value)
    if found is None:
        return
    output, target = found
    letters = [index for index in output.indices if isinstance(index, str)]
    for name, entry in LOSSES.items():
        if entry.before or not letters:
            continue
        text = entry.expression.format(
            o=output.name, j=letters[-1], k=",".join(letters), n="", units=_units(program, output)
        )
        value = _named(parse_expression(text), target)
        several = len(letters) > 1
        if several:
            value = Sum(letters[0], value)
        if value == loss.value:
            continue
        yield Alteration(name, change=_with_loss(value))
        if several:
            count = program.quantities[output.name].shape[0]
            mean = Binary("/", value, Number(float(count)))
            if mean != loss.value:
                yield Alteration(f"{name}, averaged", change=_with_loss(mean))


def _units(program: Program, output: Reference) -> str:
    return str(program.quantities[output.name].shape[-1])


def _named(tree: Expression, target: Reference) -> Expression:
    """A loss with its targets called as they are in the model."""

    def other(node: Expression) -> Expression | None:
        if isinstance(node, Reference) and node.name == "t":
            return replace(node, name=target.name)
        return None

    return everywhere(tree, other)


def values_swapped(program: Program) -> Iterator[Alteration]:
    """Two given numbers interchanged: parameters, inputs or targets of one quantity."""
    feed = program.model.feed
    for quantity in program.of_kind(Kind.PARAMETER, Kind.INPUT, Kind.TARGET):
        is_fed = feed is not None and quantity.name in feed.data
        if is_fed or quantity.size > _MOST_NEIGHBOURS:
            continue
        names = list(quantity.places)
        pairs = list(combinations(names, 2))
        if len(names) > _MOST_SWAPPED:
            pairs = list(pairwise(names))
        for first, second in pairs:
            a, b = (
                float(program.start[quantity.offset + quantity.places[n]]) for n in (first, second)
            )
            if a != b:
                yield Alteration(f"{first} and {second}", values={first: b, second: a})


def weights_misread(program: Program) -> Iterator[Alteration]:
    """The weights of a layer read column by column where they are meant row by row."""
    for quantity in program.of_kind(Kind.PARAMETER):
        if len(quantity.shape) != 2 or min(quantity.shape) < 2:
            continue
        old = program.start[quantity.offset : quantity.offset + quantity.size]
        new = old.reshape(quantity.shape[::-1]).T.ravel()
        names = list(quantity.places)
        changed = {n: float(v) for n, v, o in zip(names, new, old, strict=True) if v != o}
        if changed:
            yield Alteration(quantity.name, values=changed)


def sign_of_loss(program: Program) -> Iterator[Alteration]:
    """The loss with the wrong sign, and its gradients with it."""
    loss = program.model.equations[-1]
    value = loss.value.operand if isinstance(loss.value, Negation) else Negation(loss.value)
    yield Alteration(to_text(loss.target), change=_with_loss(value))
