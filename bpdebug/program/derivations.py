"""Hand-written derivations: formulas that a session uses in place of the right derivatives.

They are written with the names of elements, `dE/do1*do1/dzo1*dzo1/dh1*…`, and need not be right:
that is what they are here for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bpdebug.models.model import ModelError
from bpdebug.notation.printing import to_text
from bpdebug.notation.tree import (
    Derivative,
    Equation,
    Expression,
    Index,
    Reference,
    Sum,
    Symbol,
    match_indices,
    rebuild,
    substitute,
    symbols,
    walk,
)
from bpdebug.program.program import Names
from bpdebug.program.quantities import Kind, Quantity
from bpdebug.program.replacing import computes


def derivation_equations(
    derivations: Mapping[str, Expression],
    quantities: Mapping[str, Quantity],
    names: Names,
    written_out: Sequence[Equation],
) -> Iterator[Equation]:
    """An equation for each derivation, to be used in place of the one of the backward pass.

    Derivatives that the backward pass does not compute by themselves are put in as the products
    that they are `written_out` to there, dE/dzo1 as dE/do1*do1/dzo1. Raises ModelError if a
    derivation is for something else than a gradient that is computed, or uses something that is
    not.
    """
    for name, value in derivations.items():
        target = gradient_symbol(name, quantities)
        if target is None:
            if name in quantities and quantities[name].kind is Kind.GRADIENT:
                raise ModelError(f"{name} is many numbers; a derivation is for a single one")
            raise ModelError(f"there is no gradient {name} that a derivation could be used for")
        equation = Equation(target, _put_in(_indexed(value, quantities), written_out))
        _check(equation, names)
        yield equation


def check_order(formulas: Sequence[Equation], equations: Sequence[Equation]) -> None:
    """Raises ModelError if a derivation uses a derivative that is computed after it, or that is
    computed from it.

    `equations` are those of an iteration in their order, the derivations among them.
    """
    for formula in formulas:
        own = next(n for n, each in enumerate(equations) if each.target == formula.target)
        for symbol in symbols(formula.value):
            wanted = Equation(symbol, formula.value)
            for later in equations[own + 1 :]:
                if isinstance(symbol, Derivative) and computes(later, wanted):
                    raise ModelError(
                        f"the derivation of {_name(formula)} uses {to_text(symbol)}, which is "
                        "computed after it"
                    )


def gradient_symbol(name: str, quantities: Mapping[str, Quantity]) -> Symbol | None:
    """The symbol of the gradient of an element by its name, None if it is not computed."""
    for quantity in quantities.values():
        if quantity.kind is Kind.GRADIENT and name in quantity.places:
            of, _, by = quantity.name.partition("/")
            indices = quantity.indices(quantity.places[name])
            return Derivative(Reference(of[1:]), Reference(by[1:], indices))
    return None


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


def _put_in(tree: Expression, written_out: Sequence[Equation]) -> Expression:
    """`tree` with the derivatives that have no equation of their own written out."""
    if not isinstance(tree, Derivative):
        return rebuild(tree, lambda child: _put_in(child, written_out))
    for equation in written_out:
        target = equation.target
        if target.family == tree.family and len(target.indices) == len(tree.by.indices):
            change = match_indices(target.indices, tree.by.indices)
            return tree if change is None else substitute(equation.value, change)
    return tree


def _check(equation: Equation, names: Names) -> None:
    if any(isinstance(node, Sum) for node in walk(equation.value)):
        raise ModelError(f"the derivation of {_name(equation)} has a sum; write its terms out")
    for symbol in symbols(equation.value):
        letters = [index for index in symbol.indices if isinstance(index, str)]
        if letters:
            raise ModelError(
                f"the derivation of {_name(equation)} uses {to_text(symbol)}, which stands for "
                f"many numbers; put a number for {letters[0]}"
            )
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
