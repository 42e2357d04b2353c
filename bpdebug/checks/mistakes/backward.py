"""Mistakes in the backward pass: activation derivatives, paths, transposes, signs, sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.paths import Way, ways
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
from bpdebug.models.model import Gradients, Model, UpdateOrder
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import (
    Binary,
    Call,
    Derivative,
    Expression,
    Negation,
    Number,
    Reference,
    Sum,
    substitute,
    symbols,
    walk,
)
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind

_MOST_WAYS = 8
"""Of gradients with more paths only one is left out at a time, or all but one."""


def in_place(program: Program) -> Iterator[Alteration]:
    """Parameters updated before the gradients of the layers before are computed."""
    if program.model.update_order is not UpdateOrder.IN_PLACE:
        change = lambda model: replace(model, update_order=UpdateOrder.IN_PLACE)  # noqa: E731
        yield Alteration("layer by layer", change=change)


def not_cleared(program: Program) -> Iterator[Alteration]:
    """Gradients added to those of the iteration before."""
    if program.model.gradients is not Gradients.ACCUMULATED:
        yield Alteration("all gradients", change=_accumulating)


def _accumulating(model: Model) -> Model:
    return replace(model, gradients=Gradients.ACCUMULATED)


def missing_paths(program: Program) -> Iterator[Alteration]:
    """Some of the paths from the loss to a quantity forgotten."""
    for statement in gradients_of(program):
        for equation in written_out(statement):
            found = ways(program, equation)
            if len(found) < 2:
                continue
            name = element_name(program, equation.target)
            for kept in _some(found):
                left_out = [each for each in found if each not in kept]
                value = _total([each.product for each in kept])
                where = f"{name}: {_listed([each.name for each in left_out])}"
                yield Alteration(where, (replace(equation, value=value),))


def _some(found: Sequence[Way]) -> Iterator[tuple[Way, ...]]:
    """Ways that are kept, most of them first."""
    count = len(found)
    sizes = range(count - 1, 0, -1) if count <= _MOST_WAYS else (count - 1, 1)
    for size in sizes:
        yield from combinations(found, size)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _total(products: Sequence[Expression]) -> Expression:
    total = products[0]
    for product in products[1:]:
        total = Binary("+", total, product)
    return total


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
            for element in written_out(statement):
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


def _only(letters: set[str], place: int, tree: Expression) -> Expression | None:
    if isinstance(tree, Sum) and tree.index in letters:
        return substitute(tree.body, {tree.index: place})
    return None


def observation_letters(program: Program) -> set[str]:
    """The letters that run over observations, by the name that layers give them."""
    return {
        node.index
        for statement in program.statements
        for node in walk(statement.equation.value)
        if isinstance(node, Sum) and node.index.rstrip("0123456789") == "n"
    }


def observation_count(program: Program) -> int:
    """How many observations an iteration has; 1 if there is no index for them."""
    for statement in program.statements:
        for node in walk(statement.equation.value):
            if isinstance(node, Sum) and node.index.rstrip("0123456789") == "n":
                return statement.ranges[node.index]
    return 1


def bias_of_units(program: Program) -> Iterator[Alteration]:
    """The gradient of a bias that each unit has summed over the units, as if they shared it."""
    for statement in gradients_of(program):
        target = statement.equation.target
        assert isinstance(target, Derivative)
        if target.by.name not in biases(program) or len(statement.indices) != 1:
            continue
        (letter,) = statement.indices
        count = statement.ranges[letter]
        if count < 2:
            continue
        parts = [substitute(statement.equation.value, {letter: n}) for n in range(1, count + 1)]
        yield Alteration(to_text(target), (replace(statement.equation, value=_total(parts)),))


def biases(program: Program) -> dict[str, Statement]:
    """The parameters that are added alone in a forward equation, and the statement that does."""
    found = {}
    for statement in statements_of(program, Phase.FORWARD, Phase.LOSS):
        value = statement.equation.value
        while isinstance(value, Binary) and value.operator == "+":
            if isinstance(value.right, Reference):
                quantity = program.quantities[value.right.name]
                if quantity.kind is Kind.PARAMETER and len(quantity.shape) < 2:
                    found[quantity.name] = statement
            value = value.left
    return found


def gradients_swapped(program: Program) -> Iterator[Alteration]:
    """The gradients of two elements interchanged."""
    for statement in gradients_of(program):
        elements = list(written_out(statement))
        for first, second in combinations(elements, 2):
            where = " and ".join(element_name(program, e.target) for e in (first, second))
            pair = (replace(first, value=second.value), replace(second, value=first.value))
            yield Alteration(where, pair)
