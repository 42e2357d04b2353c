"""Mistakes in the backward pass: paths, transposes, signs, sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.gradient_paths import GradientPath, GradientPaths
from bpdebug.checks.mistakes.parts import biases, observation_count, observation_letters
from bpdebug.checks.mistakes.trees import (
    element_name,
    everywhere,
    gradients_of,
    statements_of,
    total_of,
    written_out,
)
from bpdebug.models.model import Feed, Gradients, Model, UpdateOrder
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Binary, Expression, Negation, Number, Sum, substitute
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind

_MOST_PATHS = 8
"""Of gradients with more paths only one is left out at a time, or all but one."""


def in_place(program: Program) -> Iterator[Alteration]:
    """Parameters updated before the gradients of the layers before are computed."""
    if program.model.update_order is not UpdateOrder.IN_PLACE:
        yield Alteration("layer by layer", change=_updating_in_place)


def _updating_in_place(model: Model) -> Model:
    return replace(model, update_order=UpdateOrder.IN_PLACE)


def another_order(program: Program) -> Iterator[Alteration]:
    """Observations that are taken in turn, in the order in which they are given."""
    feed = program.model.feed
    if feed is None:
        return
    count = len(next(iter(feed.data.values())))
    orders = {
        "as they are given": tuple(range(count)),
        "the last first": tuple(reversed(range(count))),
    }
    for where, order in orders.items():
        if count % feed.size == 0 and order != feed.order:
            other = replace(feed, order=order)
            yield Alteration(where, change=partial(_fed, other))


def _fed(feed: Feed, model: Model) -> Model:
    return replace(model, feed=feed)


def not_cleared(program: Program) -> Iterator[Alteration]:
    """Gradients added to those from the previous iteration."""
    if program.model.gradients is not Gradients.ACCUMULATED:
        yield Alteration("all gradients", change=_accumulating)


def _accumulating(model: Model) -> Model:
    return replace(model, gradients=Gradients.ACCUMULATED)


def missing_paths(program: Program) -> Iterator[Alteration]:
    """Some of the paths from the loss to a quantity forgotten."""
    paths = GradientPaths(program)
    for statement in gradients_of(program):
        for equation in written_out(program, statement):
            found = paths.of(equation)
            if len(found) < 2:
                continue
            name = element_name(program, equation.target)
            for kept in _some(found):
                left_out = [each for each in found if each not in kept]
                value = total_of([each.product for each in kept])
                where = f"{name}: {_listed([each.name for each in left_out])}"
                yield Alteration(where, (replace(equation, value=value),))


def _some(found: Sequence[GradientPath]) -> Iterator[tuple[GradientPath, ...]]:
    """Paths that are kept, most of them first."""
    count = len(found)
    sizes = range(count - 1, 0, -1) if count <= _MOST_PATHS else (count - 1, 1)
    for size in sizes:
        yield from combinations(found, size)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def transposed(program: Program) -> Iterator[Alteration]:
    """A square weight matrix used the other way round in the backward pass, or in the forward."""
    for statement in program.statements:
        if statement.phase is Phase.UPDATE:
            continue
        value = everywhere(statement.equation.value, lambda tree: _turned(program, tree))
        if value != statement.equation.value:
            where = to_text(statement.equation.target)
            yield Alteration(where, (replace(statement.equation, value=value),))


def _turned(program: Program, tree: Expression) -> Expression | None:
    found: object = tree
    if isinstance(tree, Derivative):
        found = program.names.find(tree)
    if isinstance(found, Reference) and len(found.indices) == 2:
        quantity = program.quantities[found.name]
        if quantity.kind is Kind.PARAMETER and quantity.shape[0] == quantity.shape[1] > 1:
            first, second = found.indices
            return Reference(found.name, (second, first))
    return None


def wrong_sign(program: Program) -> Iterator[Alteration]:
    """A derivative with the wrong sign: of an equation, or of one element."""
    for statement in statements_of(program, Phase.BACKWARD):
        equation = statement.equation
        where = to_text(equation.target)
        yield Alteration(where, (replace(equation, value=_negated(equation.value)),))
        if statement.size > 1:
            for element in written_out(program, statement):
                name = element_name(program, element.target)
                yield Alteration(name, (replace(element, value=_negated(element.value)),))


def _negated(tree: Expression) -> Expression:
    return tree.operand if isinstance(tree, Negation) else Negation(tree)


def constant_of_square(program: Program) -> Iterator[Alteration]:
    """The 2 of the derivative of a square, or the ½ that it is cancelled by, forgotten."""
    loss = Reference(program.model.loss)
    for statement in gradients_of(program):
        target = statement.equation.target
        if not isinstance(target, Derivative) or target.of != loss or _is_chained(statement):
            continue
        for text, factor in (("2 times too large", 2.0), ("half of it", 0.5)):
            value = Binary("*", Number(factor), statement.equation.value)
            where = f"{to_text(target)}: {text}"
            yield Alteration(where, (replace(statement.equation, value=value),))


def _is_chained(statement: Statement) -> bool:
    """Whether a gradient is computed from other derivatives, not from the loss directly."""
    return any(isinstance(symbol, Derivative) for symbol in symbols(statement.equation.value))


def observations_forgotten(program: Program) -> Iterator[Alteration]:
    """The gradient of one observation taken for that of all of them."""
    count = observation_count(program)
    if count < 2:
        return
    letters = observation_letters(program)
    for which, place in (("the last", count), ("the first", 1)):
        equations = []
        for statement in gradients_of(program):
            value = everywhere(statement.equation.value, partial(_only, letters, place))
            if value != statement.equation.value:
                equations.append(replace(statement.equation, value=value))
        if equations:
            yield Alteration(f"{which} of {count} alone", tuple(equations))
    for text, factor in (("divided by their number", 1.0 / count), ("times their number", count)):
        equations = [
            replace(each.equation, value=Binary("*", Number(float(factor)), each.equation.value))
            for each in gradients_of(program)
            if not _is_chained(each)
        ]
        if equations:
            yield Alteration(f"the gradient {text}", tuple(equations))


def _only(letters: Mapping[str, int], place: int, tree: Expression) -> Expression | None:
    if isinstance(tree, Sum) and tree.index in letters:
        return substitute(tree.body, {tree.index: place})
    return None


def bias_of_units(program: Program) -> Iterator[Alteration]:
    """The gradient of a bias that each unit has summed over the units, as if they shared it."""
    added = biases(program)
    for statement in gradients_of(program):
        target = statement.equation.target
        assert isinstance(target, Derivative)
        if target.by.name not in added or len(statement.indices) != 1:
            continue
        (letter,) = statement.indices
        count = statement.ranges[letter]
        if count < 2:
            continue
        parts = [substitute(statement.equation.value, {letter: n}) for n in range(1, count + 1)]
        yield Alteration(to_text(target), (replace(statement.equation, value=total_of(parts)),))


def gradients_swapped(program: Program) -> Iterator[Alteration]:
    """The gradients of two elements interchanged."""
    for statement in gradients_of(program):
        elements = list(written_out(program, statement))
        for first, second in combinations(elements, 2):
            where = " and ".join(element_name(program, e.target) for e in (first, second))
            pair = (replace(first, value=second.value), replace(second, value=first.value))
            yield Alteration(where, pair)
