"""Hand-written derivations: formulas that a session uses in place of the right derivatives.

They are written with the names of elements, `dE/do1*do1/dzo1*dzo1/dh1*…`, and need not be right:
that is what they are here for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdebug.models.model import ModelError
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import (
    Derivative,
    Equation,
    Expression,
    Index,
    Reference,
    Sum,
    rebuild,
    symbols,
    walk,
)
from bpdebug.program.program import Names
from bpdebug.program.quantities import Quantity


def with_derivations(
    equations: Sequence[Equation],
    derivations: Mapping[str, Expression],
    quantities: Mapping[str, Quantity],
    names: Names,
) -> list[Equation]:
    """The backward equations, with those replaced whose target `derivations` names.

    Raises ModelError if a derivation is for something else than the gradient of a single
    trained number, or uses something that is not computed.
    """
    left = dict(derivations)
    found = []
    for equation in equations:
        value = left.pop(equation.target.family, None)
        if value is None:
            found.append(equation)
            continue
        if equation.target.indices:
            raise ModelError(f"{_name(equation)} is many numbers; a derivation is for a single one")
        replaced = Equation(equation.target, _indexed(value, quantities), equation.assigns)
        _check(replaced, names)
        found.append(replaced)
    if left:
        wanted = min(left)
        raise ModelError(f"there is no gradient {wanted} that a derivation could be used for")
    return found


def _indexed(tree: Expression, quantities: Mapping[str, Quantity]) -> Expression:
    """`tree` with the names of elements as references: `o1` is `o[1]`."""

    def plain(reference: Reference) -> Reference:
        if reference.indices:
            return reference
        for quantity in quantities.values():
            place = quantity.places.get(reference.name)
            if place is not None:
                indices: tuple[Index, ...] = quantity.indices(place)
                return Reference(quantity.name, indices)
        raise ModelError(f"a derivation uses {reference.name}, which is not there")

    match tree:
        case Reference():
            return plain(tree)
        case Derivative(of, by):
            return Derivative(plain(of), plain(by))
        case _:
            return rebuild(tree, lambda child: _indexed(child, quantities))


def _check(equation: Equation, names: Names) -> None:
    if any(isinstance(node, Sum) for node in walk(equation.value)):
        raise ModelError(f"the derivation of {_name(equation)} has a sum; write its terms out")
    for symbol in symbols(equation.value):
        if symbol == equation.target:
            raise ModelError(f"the derivation of {_name(equation)} uses itself")
        try:
            names.find(symbol)
        except KeyError as error:
            raise ModelError(
                f"the derivation of {_name(equation)} uses {to_text(symbol)}, "
                "which has no value of its own here"
            ) from error


def _name(equation: Equation) -> str:
    return to_text(equation.target)
