"""Optimizers as equations: how one iteration changes a parameter.

The rules are written in the equation language, with `p` for the parameter, `g` for its
gradient, and the names of the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpdebug.models.model import ModelError
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.tree import (
    Derivative,
    Equation,
    Expression,
    Reference,
    rebuild,
)


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An update rule. `settings` gives each setting's name and its usual value."""

    name: str
    settings: Mapping[str, float]
    updates: tuple[str, ...]


OPTIMIZERS = {
    each.name: each
    for each in (
        Optimizer("gradient descent", {"learning_rate": 0.01}, ("p := p - learning_rate*g",)),
    )
}
"""Every optimizer by name."""


def optimizer_named(name: str) -> Optimizer:
    """The optimizer called `name`. Raises ModelError if there is none."""
    found = OPTIMIZERS.get(name)
    if found is None:
        raise ModelError(f"there is no optimizer {name!r}; there are: {', '.join(OPTIMIZERS)}")
    return found


def update_equations(
    optimizer: Optimizer, parameter: Reference, loss: str, symbols: Mapping[str, str]
) -> tuple[Equation, ...]:
    """The optimizer's equations for one parameter, its settings called as `symbols` says."""
    gradient = Derivative(Reference(loss), parameter)
    meaning: dict[str, Reference | Derivative] = {"p": parameter, "g": gradient}
    for setting in optimizer.settings:
        meaning[setting] = Reference(symbols.get(setting, setting))

    def fill(tree: Expression) -> Expression:
        if isinstance(tree, Reference):
            return meaning[tree.name]
        return rebuild(tree, fill)

    equations = []
    for text in optimizer.updates:
        rule = parse_equation(text)
        target = meaning[rule.target.family]
        equations.append(Equation(target, fill(rule.value), rule.assigns))
    return tuple(equations)
