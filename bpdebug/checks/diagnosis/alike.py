"""Slips made wherever a function is computed, or wherever a statistic is taken for a constant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations

from bpdebug.checks.diagnosis.course import Course
from bpdebug.checks.diagnosis.forms import FUNCTION_NAMES
from bpdebug.checks.diagnosis.slip import Slip
from bpdebug.checks.diagnosis.together import Together
from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Derivative
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, Sum, replaced, walk
from bpdebug.program.program import Phase, Statement
from bpdebug.program.quantities import Kind

_ANGLES = ("sin", "cos")
_MOST_STATISTICS = 6


def alike(course: Course) -> Iterator[Together]:
    """All that is known of this kind."""
    yield from _degrees(course)
    yield from _functions(course)
    yield from _constants(course)


def _degrees(course: Course) -> Iterator[Together]:
    """Angles taken to be in degrees, as a calculator may be set."""

    def other(node: Expression) -> Expression | None:
        if isinstance(node, Call) and node.function in _ANGLES:
            inside = Binary("*", Number(math.pi / 180), node.arguments[0])
            return Call(node.function, (inside,))
        return None

    slips = {}
    for at, statement in enumerate(course.statements):
        if any(
            isinstance(node, Call) and node.function in _ANGLES for node in walk(statement.value)
        ):
            tree = replaced(statement.value, other)
            words = "the angle in degrees"
            slips[at] = Slip("degrees", words, 0.9, tree, may_be_scaled=False)
    if slips:
        yield Together(slips)


def _functions(course: Course) -> Iterator[Together]:
    """Another function in all layers that have the same one, or the sign of what it is of."""
    places: dict[str, list[tuple[int, Call]]] = {}
    for at, statement in enumerate(course.statements):
        value = statement.value
        if statement.phase is Phase.FORWARD and isinstance(value, Call):
            places.setdefault(value.function, []).append((at, value))
    for function, several in places.items():
        if len(several) < 2 or len(several[0][1].arguments) != 1:
            continue
        changes: list[tuple[str, float, Callable[[Call], Expression]]] = [
            (f"{function}(−…) in place of {function}(…)", 1.2, _of_negative),
            (f"{function} left out", 1.4, lambda call: call.arguments[0]),
        ]
        changes += [
            (f"{other} in place of {function}", 1.6, _other(other))
            for other in FUNCTION_NAMES
            if other != function
        ]
        for words, cost, change in changes:
            yield Together(
                {
                    at: Slip("another activation", words, cost, change(call), may_be_scaled=False)
                    for at, call in several
                }
            )


def _of_negative(call: Call) -> Expression:
    return Call(call.function, (Negation(call.arguments[0]),))


def _other(function: str) -> Callable[[Call], Expression]:
    return lambda call: Call(function, call.arguments)


def _constants(course: Course) -> Iterator[Together]:
    """Statistics, such as a mean and a variance, taken for constants in the backward pass."""
    reduced: set[str] = set()
    for each in course.statements:
        if each.phase is Phase.FORWARD and _is_statistic(course, each, reduced):
            reduced.add(each.target.name)
    gradients: dict[str, int] = {}
    for at, statement in enumerate(course.statements):
        target = statement.equation.target
        is_gradient = statement.target.kind is Kind.GRADIENT
        if is_gradient and isinstance(target, Derivative) and target.by.name in reduced:
            gradients[target.by.name] = at
    names = list(gradients)[:_MOST_STATISTICS]
    several = [list(pair) for pair in combinations(names, 2)]
    if len(names) > 2:
        several.append(names)
    for chosen in several:
        words = "0, so that nothing goes back through it"
        yield Together(
            {
                gradients[name]: Slip("taken for a constant", words, 1.1, Number(0.0))
                for name in chosen
            }
        )


def _is_statistic(course: Course, statement: Statement, known: set[str]) -> bool:
    """Whether a statement sums over what is computed, without weights, or uses such sums alone."""
    kinds = {each.name: each.kind for each in course.program.quantities.values()}
    names = [each.family for each in symbols(statement.value)]
    if any(kinds.get(name) is Kind.PARAMETER for name in names):
        return False
    if any(isinstance(each, Sum) for each in walk(statement.value)):
        return True
    computed = [name for name in names if kinds.get(name) is Kind.COMPUTED]
    return bool(computed) and known.issuperset(computed)
